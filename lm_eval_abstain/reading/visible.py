"""What of a response is its answer: reasoning blocks and special tokens hidden, cut ends found."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Visible", "is_cut_off", "visible_part"]

_NAMES = (
    r"think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|analysis|seed:think|inner_monologue"
)
_OPEN = re.compile(
    rf"<(?:{_NAMES})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|START_THINKING\|>"
    r"|<\|channel\|>(?:analysis|commentary)<\|message\|>",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    rf"</(?:{_NAMES})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|END_THINKING\|>"
    r"|<\|channel\|>final<\|message\|>",
    re.IGNORECASE,
)
_SPECIAL = re.compile(
    r"</?s>|<\|[a-z_]+\|>|<eos>|<pad>|<end_of_turn>|<start_of_turn>(?:model)?|\[/?INST\]"
    r"|</?(?:begin|end)_of_(?:solution|answer)>",
    re.IGNORECASE,
)
_FIRST_SIGNS = "<[◁"  # with which all of these begin
# The fewest that a text as long as its limit was seen to have: digits, and one word repeated.
_CHARACTERS_PER_TOKEN = 1.5
_ANSWER_OPEN = re.compile(r"<(?:final_?)?answer>", re.IGNORECASE)
_ANSWER_CLOSE = re.compile(r"</(?:final_?)?answer>", re.IGNORECASE)
_JSON = re.compile(r"(?:```(?:json)?\s*)?(?P<json>\{\s*[\"'])")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")


@dataclass(frozen=True)
class Visible:
    """The part of a response that is not reasoning.

    Attributes:
        text: As long as the response; what is hidden is spaces, so that positions stay.
        unfinished: Whether a reasoning block was still open at the end.
    """

    text: str
    unfinished: bool


def visible_part(response: str) -> Visible:
    """Hide reasoning blocks and special tokens.

    A block that is never closed runs to the end. A closing tag without an opening one ends a
    block that the chat template opened, so that all before it is hidden.
    """
    if not any(sign in response for sign in _FIRST_SIGNS):
        return Visible(response, unfinished=False)
    hidden: list[tuple[int, int]] = []
    position, unfinished = 0, False
    while True:
        opening, closing = _OPEN.search(response, position), _CLOSE.search(response, position)
        if closing and (not opening or closing.start() < opening.start()):
            hidden.append((position, closing.end()))
            position = closing.end()
        elif opening:
            end = _CLOSE.search(response, opening.end())
            unfinished = end is None
            position = len(response) if end is None else end.end()
            hidden.append((opening.start(), position))
        else:
            break
        if unfinished:
            break
    text = response
    for start, end in hidden:
        text = text[:start] + " " * (end - start) + text[end:]
    return Visible(_SPECIAL.sub(lambda match: " " * len(match[0]), text), unfinished)


def is_cut_off(text: str, token_limit: int | None = None) -> bool:
    r"""Whether a text shows that it was cut.

    It does where `\boxed{`, a JSON object or `<answer>` is still open at its end. With
    a token limit also where it is long enough to have met the limit and ends inside a sentence.

    Args:
        text: What is visible of a response.
        token_limit: The most tokens that the model could write.
    """
    stripped = text.strip()
    boxed = list(_BOXED.finditer(stripped))
    if boxed and _depth(stripped[boxed[-1].start() :]) > 0:
        return True
    json = _JSON.match(stripped)
    if json and _depth(stripped[json.start("json") :]) > 0:
        return True
    if len(_ANSWER_OPEN.findall(stripped)) > len(_ANSWER_CLOSE.findall(stripped)):
        return True
    if token_limit is None or len(text) < _CHARACTERS_PER_TOKEN * token_limit:
        return False
    return not re.search(r"[.!?。！？؟।…)\]}\"'”’»*`$>|]$", stripped)


def _depth(text: str) -> int:
    return text.count("{") - text.count("}")
