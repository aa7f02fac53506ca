"""Tags in a response: reasoning blocks, and the special tokens of chat templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["LONGEST_TAG", "TAG_SIGNS", "Span", "Tag", "kinds_in", "shown_spans", "tags_in"]

_SEARCHED = 100_000  # of a part of a text for its first and its last tag, from either side
LONGEST_TAG = 40
"""No tag has more characters."""

_BLOCKS = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad"),
    *("analysis", "seed:think", "inner_monologue"),
)
_OPENING = (
    *(f"<{name}>" for name in _BLOCKS),
    *("[think]", "◁think▷", "<|begin_of_thought|>", "<|start_thinking|>"),
    *("<|channel|>analysis<|message|>", "<|channel|>commentary<|message|>"),
)
_CLOSING = (
    *(f"</{name}>" for name in _BLOCKS),
    *("[/think]", "◁/think▷", "<|end_of_thought|>", "<|end_thinking|>"),
    "<|channel|>final<|message|>",
)
_SPECIAL = (
    r"/?s>|\|[a-z_]+\|>|eos>|pad>|end_of_turn>|start_of_turn>(?:model)?"
    r"|/?(?:begin|end)_of_(?:solution|answer)>"
)


def _after(sign: str, tags: tuple[str, ...]) -> str:
    return "|".join(re.escape(tag[1:]) for tag in tags if tag[0] == sign)


# Each branch begins with its sign, by which the search is fast.
_TAG = re.compile(
    rf"<(?=[a-z/|])(?:(?P<o1>{_after('<', _OPENING)})|(?P<c1>{_after('<', _CLOSING)})|{_SPECIAL})"
    rf"|\[(?=[it/])(?:(?P<o2>{_after('[', _OPENING)})|(?P<c2>{_after('[', _CLOSING)})|/?inst\])"
    rf"|◁(?:(?P<o3>{_after('◁', _OPENING)})|(?P<c3>{_after('◁', _CLOSING)}))",
    re.IGNORECASE,
)
TAG_SIGNS = "<[◁"  # with which all of these begin
Span = tuple[int, int]


class Tag(NamedTuple):
    """A tag: where it stands, and whether it opens a block ("o"), closes one ("c") or neither."""

    start: int
    end: int
    kind: str


def tags_in(text: str, start: int, end: int) -> Iterator[Tag]:
    """All tags of a part of a text, in order."""
    for match in _TAG.finditer(text, start, end):
        yield Tag(match.start(), match.end(), (match.lastgroup or " ")[0])


def kinds_in(text: str) -> str:
    """The kinds of the first and the last tag that opens or closes a block, if there is one."""
    if not any(sign in text for sign in TAG_SIGNS):
        return ""
    if len(text) > 2 * _SEARCHED:
        text = text[:_SEARCHED] + "\n" + text[-_SEARCHED:]
    lowered = text.lower()
    kinds = ""
    first, last = len(lowered), -1
    for kind, tags in (("c", _CLOSING), ("o", _OPENING)):
        for tag in tags:
            # Only what would stand before the first one so far or behind the last one counts.
            if (place := lowered.find(tag, 0, first)) >= 0:
                first, kinds = place, kind + kinds[1:]
            if (place := lowered.rfind(tag, last + 1)) >= 0:
                last, kinds = place, kinds[:1] + kind
    return kinds


def shown_spans(tags: Iterable[Tag], start: int, end: int) -> tuple[list[Span], bool]:
    """The spans of a text that are shown, and whether it ends inside a block.

    What stands between two tags is shown where the one before it does not open a block and the
    one behind it does not close one.
    """
    shown: list[Span] = []
    waiting: list[Span] = []  # shown unless the next tag closes a block
    hidden = False
    for tag in tags:
        if not hidden and start < tag.start:
            waiting.append((start, tag.start))
        start = tag.end
        if tag.kind == "c":
            waiting, hidden = [], False
        elif tag.kind == "o":
            shown += waiting
            waiting, hidden = [], True
    if not hidden and start < end:
        waiting.append((start, end))
    return shown + waiting, hidden
