"""What of a response is its answer: reasoning blocks and special tokens hidden, cut ends found.

However long a response is, only a bounded part of it is read: its beginning and its end. What a
model says of not knowing stands there, and nowhere else is it looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from lm_eval_abstain.reading.blocks import (
    LONGEST_TAG,
    TAG_SIGNS,
    Span,
    Tag,
    kinds_in,
    shown_spans,
    tags_in,
)

__all__ = ["MOST_AT_END", "MOST_AT_START", "Visible", "is_cut_off", "visible_part"]

MOST_AT_START, MOST_AT_END = 4_000, 8_000
"""How many visible characters are read at either end of a response that has more than both."""

_SEARCHED_AT_START, _SEARCHED_AT_END = 16_000, 32_000  # for tags: all characters
_BETWEEN = "\n\n"  # stands for what is not read

# The fewest that a text as long as its limit was seen to have: digits, and one word repeated.
_CHARACTERS_PER_TOKEN = 1.5
_ANSWER_TAG = re.compile(r"<(?P<closing>/?)(?:final_?)?answer>", re.IGNORECASE)
_JSON = re.compile(r"(?:```(?:json)?\s*)?(?P<json>\{\s*[\"'])")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SENTENCE_ENDS = ".!?。！？؟।…)]}\"'”’»*`$>|"


@dataclass(frozen=True)
class Visible:
    """The part of a response that is not reasoning, as far as it is read.

    Attributes:
        text: What is read. One space stands for hidden characters, an empty line for what is not
            read of a long response.
        unfinished: Whether a reasoning block was still open at the end.
        starts: Where the pieces of `text` begin in it, ascending.
        sources: Where each of them begins in the response.
    """

    text: str
    unfinished: bool
    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the response for a span of `text`."""
        first = self._source(start)
        return (first, first) if start >= end else (first, self._source(end - 1) + 1)

    def _source(self, position: int) -> int:
        piece = bisect_right(self.starts, position) - 1
        return self.sources[piece] + position - self.starts[piece]


def visible_part(response: str) -> Visible:
    """Hide reasoning blocks and special tokens, and leave out the middle of a very long text.

    A block that is never closed runs to the end. A closing tag without an opening one ends a
    block that the chat template opened, so that all before it is hidden.

    Of a response with more than 12,000 visible characters only the first 4,000 and the last 8,000
    are read. They are looked for in the first 16,000 and the last 32,000 characters of all; of
    what is between, 100,000 characters at either side are searched for the tag that says whether
    the last ones begin inside a block.

    Args:
        response: The model's whole output.
    """
    if len(response) <= MOST_AT_START + MOST_AT_END and not any(
        sign in response for sign in TAG_SIGNS
    ):
        return Visible(response, unfinished=False)
    start, end = len(response) - len(response.lstrip()), len(response.rstrip())
    left, right = start + _SEARCHED_AT_START, end - _SEARCHED_AT_END
    if left < right:
        kinds = kinds_in(response[left - LONGEST_TAG : right + LONGEST_TAG])
        between = [Tag(place, place, kind) for place, kind in zip((left, right), kinds)]
        tags = chain(tags_in(response, start, left), between, tags_in(response, right, end))
        shown, unfinished = shown_spans(tags, start, end)
    else:
        left, right = end, start
        shown, unfinished = shown_spans(tags_in(response, start, end), start, end)
        if sum(b - a for a, b in shown) <= MOST_AT_START + MOST_AT_END:
            return _joined(response, shown, [], unfinished)
    first = _first([(a, min(b, left)) for a, b in shown if a < left], MOST_AT_START)
    # The same from the end: places are counted down from 0.
    last = _first([(-b, -max(a, right)) for a, b in reversed(shown) if b > right], MOST_AT_END)
    return _joined(response, first, [(-b, -a) for a, b in reversed(last)], unfinished)


def _first(spans: Iterable[Span], most: int) -> list[Span]:
    """The spans up to a number of characters."""
    found: list[Span] = []
    for start, end in spans:
        if most <= 0:
            break
        found.append((start, min(end, start + most)))
        most -= end - start
    return found


def _joined(response: str, first: list[Span], last: list[Span], unfinished: bool) -> Visible:
    """What is read, and where it comes from."""
    pieces: list[str] = []
    starts, sources = [0], [0]
    length = behind = 0
    for number, (start, end) in enumerate([*first, *last]):
        hidden = " " if start > behind else ""
        gap = _BETWEEN if last and number == len(first) else hidden
        pieces += [gap, response[start:end]]
        starts += [length, length + len(gap)]
        sources += [behind, start]
        length += len(gap) + end - start
        behind = end
    return Visible("".join(pieces), unfinished, tuple(starts), tuple(sources))


def is_cut_off(text: str, token_limit: int | None = None) -> bool:
    r"""Whether a text shows that it was cut.

    It does where `\boxed{`, a JSON object or `<answer>` is still open at its end. With
    a token limit also where it is long enough to have met the limit and ends inside a sentence.

    Args:
        text: A response, or what is visible of it. With a token limit the whole response.
        token_limit: The most tokens that the model could write.
    """
    stripped = text.strip()
    end = stripped[-_SEARCHED_AT_END:]
    boxed = max(end.rfind("\\boxed"), end.rfind("\\fbox"))
    if boxed >= 0 and _BOXED.match(end, boxed) and _depth(end[boxed:]) > 0:
        return True
    json = _JSON.match(stripped)
    if json and _depth(stripped[json.start("json") :]) > 0:
        return True
    tags = [tag["closing"] for tag in _ANSWER_TAG.finditer(end)]
    if tags and not tags[-1]:
        return True
    if token_limit is None or len(text) < _CHARACTERS_PER_TOKEN * token_limit:
        return False
    return stripped[-1:] not in _SENTENCE_ENDS


def _depth(text: str) -> int:
    return text.count("{") - text.count("}")
