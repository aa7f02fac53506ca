"""Infers where a run's responses were cut, for logs that do not say how long they could be.

Responses that were cut have one number of tokens, and end wherever that number was reached. So they
crowd at one length, end inside a sentence, and next to nothing is longer. How many tokens a text
has is estimated from its words, digits and signs: cut texts are within a few per cent of each
other by that, where by characters the longest has five times as many as the shortest.

All of this has to hold, and clearly: where it does not, nothing is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.reading.visible import is_cut_off

__all__ = ["CutLimit", "Ends", "estimated_tokens", "infer_cut"]

# Words are cut in pieces, as vocabularies do; numbers are spelt digit by digit by most. Letters of
# scripts beyond Latin count as half a token.
_PIECES = re.compile(r"[a-zA-ZÀ-ɏ]{1,9}|\d|(?:[^\w\s]|_){1,2}|\n|[^\W\d_a-zA-ZÀ-ɏ]{1,2}")
# No sentence ends in these, nor does an answer such as "42 m" or "B".
_OPEN = tuple(",:=+-–—([{/\\<&^，、：（،")

_CROWD, _CORE = 1.25, 1.1  # how far from its middle the crowd reaches, and most of it
_REACHES = 1.4  # the same for a single response that ends inside a sentence: fewer do before
_BELOW = 1.6  # how far down the crowd is compared with what lies before it
_LEAST = 20  # responses in a crowd
_SHORTEST = 100  # tokens: shorter texts are answers, which may all be of one length
_DENSER = 5.0  # how much denser the crowd's core is than what lies before it
_BEYOND = 0.1  # how much of what gets so far may be longer
_INSIDE = 0.4  # how much of it ends inside a sentence, at least
_OPEN_ENDS = 0.05  # how much of the crowd ends in such a sign, at least

Lengths = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CutLimit:
    """Where a run's responses were cut.

    Attributes:
        tokens: About how many tokens they have by then, as `estimated_tokens` counts.
        characters: About how many characters: the median of those that end there.
        ends: How many responses end there inside a sentence.
    """

    tokens: int
    characters: int
    ends: int

    def of(self, response: str) -> int | None:
        """The least tokens of a response that was cut; None for one that does not end there."""
        least = _least(self.tokens)
        ends = is_cut_off(response, 0) and estimated_tokens(response) >= least
        return least if ends else None


class Ends:
    """How long the responses of a run are, and how each of them ends; texts are not kept."""

    def __init__(self, responses: Iterable[str] = ()) -> None:
        self._rows: list[tuple[int, int, bool, bool]] = []
        for response in responses:
            self.add(response)

    def add(self, response: str) -> None:
        """Take note of a response."""
        text = response.strip()
        tokens = estimated_tokens(text)
        if tokens:
            inside = is_cut_off(text, 0)
            self._rows.append((tokens, len(text), inside, inside and text.endswith(_OPEN)))

    def columns(self) -> tuple[Lengths, Lengths, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Tokens, characters, whether it ends inside a sentence, and whether in an open sign."""
        table = np.array(self._rows, dtype=float).reshape(-1, 4)
        return table[:, 0], table[:, 1], table[:, 2] > 0, table[:, 3] > 0


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has; for most vocabularies within an eighth, in Latin script."""
    return len(_PIECES.findall(text))


def infer_cut(ends: Ends) -> CutLimit | None:
    """Where the responses of one run were cut; None where they do not clearly show it."""
    tokens, characters, inside, open_end = ends.columns()
    if inside.sum() < _LEAST:
        return None
    middle = _densest(tokens[inside])
    crowd = _near(tokens, middle, 1 / _CROWD, _CROWD)
    cut = crowd & inside
    far = tokens >= middle / _CROWD
    if (
        cut.sum() < _LEAST
        or middle < _SHORTEST
        or _density(tokens[inside], middle, 1 / _CORE, _CORE)
        < _DENSER * _density(tokens[inside], middle, 1 / _BELOW, 1 / _CROWD)
        or (tokens > middle * _CROWD).sum() > _BEYOND * far.sum()
        or cut.sum() < _INSIDE * crowd.sum()
        or (cut & open_end).sum() < _OPEN_ENDS * cut.sum()
    ):
        return None
    limit = round(middle)
    ended = inside & (tokens >= _least(limit))
    return CutLimit(limit, round(float(np.median(characters[cut]))), int(ended.sum()))


def _least(limit: int) -> int:
    return int(limit / _REACHES)


def _densest(lengths: Lengths) -> float:
    """The middle of the stretch, as wide as a crowd, in which most lengths lie."""
    ordered = np.sort(lengths)
    behind = np.searchsorted(ordered, ordered * _CROWD**2, side="right")
    start = int(np.argmax(behind - np.arange(len(ordered))))
    return float(np.median(ordered[start : behind[start]]))


def _near(lengths: Lengths, middle: float, low: float, high: float) -> npt.NDArray[np.bool_]:
    return (lengths >= middle * low) & (lengths <= middle * high)


def _density(lengths: Lengths, middle: float, low: float, high: float) -> float:
    """How many lengths there are in a stretch, for its width on a scale of ratios."""
    return float(_near(lengths, middle, low, high).sum() / np.log(high / low))
