"""The script of a text: which letters it is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache

__all__ = ["letters_of", "script_of"]

# Japanese mixes them; to tell it from Chinese is not asked here.
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}


def letters_of(text: str) -> Counter[str]:
    """How many letters of each script a text has, by the first word of their Unicode names."""
    return Counter(_script(letter) for letter in text if letter.isalpha())


def script_of(text: str) -> str:
    """The script of most of its letters, such as `LATIN`; empty where it has none."""
    most = letters_of(text).most_common(1)
    return most[0][0] if most else ""


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    return _TOGETHER.get(name, name)
