"""Texts cut to a readable size, with the places that were read in them marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Mark", "Segment", "segments"]

Segment = tuple[str, str]
"""A piece of a text and what it is: `""`, the kind of a mark, or `cut` for a note that something
was left out."""

_AROUND = 200  # characters that are kept on either side of a mark
_LONGEST = 400  # characters of one mark that are kept


@dataclass(frozen=True)
class Mark:
    """A place in a text that something was read in.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        kind: What was read: `abstention`, `answer` or `confidence`.
    """

    start: int
    end: int
    kind: str


def segments(text: str, head: int, tail: int, marks: Iterable[Mark] = ()) -> list[Segment]:
    """Divide a text at its marks, and leave out of its middle what is far from all of them.

    Args:
        text: The text.
        head: How many characters of its beginning are kept.
        tail: How many of its end.
        marks: Marks; of those that overlap the first counts, and those outside the text or
            without a character do not.

    Returns:
        The pieces in order. Without those of kind `cut` they are parts of the text.
    """
    kept = [(0, head), (len(text) - tail, len(text))]
    clear: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.start):
        overlaps = bool(clear) and mark.start < clear[-1].end
        if overlaps or not 0 <= mark.start < mark.end <= len(text):
            continue
        clear.append(mark)
        kept.append((mark.start - _AROUND, min(mark.end, mark.start + _LONGEST) + _AROUND))
    pieces: list[Segment] = []
    done = 0
    for start, end in sorted(kept):
        start, end = max(start, done), min(end, len(text))
        if start >= end:
            continue
        if start > done:
            pieces.append((f"{start - done:,} characters left out", "cut"))
        pieces += _marked(text, start, end, clear)
        done = end
    if done < len(text):
        pieces.append((f"{len(text) - done:,} characters left out", "cut"))
    return pieces


def _marked(text: str, start: int, end: int, marks: Iterable[Mark]) -> list[Segment]:
    """The pieces of a text from `start` to `end`."""
    pieces: list[Segment] = []
    for mark in marks:
        low, high = max(mark.start, start), min(mark.end, end)
        if low < high:
            pieces += [(text[start:low], ""), (text[low:high], mark.kind)]
            start = high
    pieces.append((text[start:end], ""))
    return [piece for piece in pieces if piece[0]]
