"""The features of a text for the classifier: n-grams of characters and words, hashed.

Only the two ends of a text are read, so that any length takes the same time. Words are hashed by
`zlib`, runs of characters and of words by NumPy's arithmetic.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["BUCKETS", "ENDS_READ", "buckets"]

_BITS = 18
BUCKETS = 1 << _BITS
"""How many different features there are; several n-grams may share one."""

ENDS_READ = 240
"""How many characters are read at either end of a text that has more than both."""

_CHARACTERS = (2, 3, 4)
_WORDS = (1, 2)
_ENDS_WORDS = 6
"""So many of the first and the last words are features with their place, too."""
_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_MULTIPLIER, _SPREAD = np.uint32(0x01000193), np.uint32(0x9E3779B1)
_GAP = " … "

Buckets = npt.NDArray[np.int64]


def buckets(folded: str) -> Buckets:
    """The features that a folded text has, each once, ascending.

    Args:
        folded: The visible part of a response, folded.

    Returns:
        Numbers in [0, `BUCKETS`), shape (n,).
    """
    text = folded.strip()
    if len(text) > 2 * ENDS_READ:
        text = text[:ENDS_READ] + _GAP + text[-ENDS_READ:]
    text = " ".join(_DIGITS.sub("0", text).split())
    words = [_hash(word) for word in _NOT_WORD.split(text) if word]
    found = [*_of_characters(f" {text} "), *_of_words(np.array(words, np.uint32))]
    found.append(np.array([_hash(f"length {min(len(words), 128).bit_length()}")], np.uint32))
    ordered = np.sort((np.concatenate(found) * _SPREAD) >> np.uint32(32 - _BITS))
    # The same as `np.unique`, and twice as fast.
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    return ordered[first].astype(np.int64)


def _of_characters(text: str) -> list[npt.NDArray[np.uint32]]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)
    return _rolled(codes, _CHARACTERS, salt=1)


def _of_words(words: npt.NDArray[np.uint32]) -> list[npt.NDArray[np.uint32]]:
    first, last = words[:_ENDS_WORDS], words[-_ENDS_WORDS:]
    skipped = words[:-2] * _MULTIPLIER + words[2:] + np.uint32(7)  # "no … information"
    return [
        *_rolled(words, _WORDS, salt=2),
        *_rolled(first, (1, 2), salt=3),
        *_rolled(last, (1, 2), salt=4),
        skipped,
    ]


def _rolled(
    codes: npt.NDArray[np.uint32], lengths: tuple[int, ...], *, salt: int
) -> list[npt.NDArray[np.uint32]]:
    """Hashes of all runs of some lengths."""
    found: list[npt.NDArray[np.uint32]] = []
    rolled = codes + np.uint32(salt * 0x85EBCA6B & 0xFFFFFFFF)
    for length in range(1, lengths[-1] + 1):
        if length > 1:
            rolled = rolled[: len(codes) - length + 1] * _MULTIPLIER + codes[length - 1 :]
        if length in lengths and len(rolled):
            found.append(rolled ^ (rolled >> np.uint32(15)))
    return found


@lru_cache(maxsize=8192)
def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
