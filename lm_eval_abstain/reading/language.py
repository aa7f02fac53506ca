"""The language of a text, as far as it matters: whether the classifier knows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from itertools import islice
from typing import cast

__all__ = ["uncovered"]

_FEWEST_WORDS, _FEWEST_CHARACTERS = 5, 30
"""In fewer words, or characters where words are not spaced, no language is told."""
_LEAST = 0.95
_READ = 400
# Words that no other language has so many of; texts in English are by far the most frequent.
_ENGLISH = re.compile(
    r"(?<!\w)(?:the|of|is|and|to|that|not|this|with|for|it|are|was|we|can|by|from|have|which|then"
    r"|answer|option|given|since|therefore|equal|value)(?!\w)"
)
_ENGLISH_WORDS = 3
# Varieties of a language that is covered, read like it; `zxx` is no language at all.
_SAME = {"nn": "no", "bs": "hr", "yue": "zh", "wuu": "zh", "ary": "ar", "arz": "ar", "zxx": "en"}


def uncovered(folded: str, covered: Collection[str]) -> str:
    """The language of a text, where it is not among those that are covered.

    Args:
        folded: A folded text.
        covered: The ISO 639 codes of the languages that are covered.

    Returns:
        An ISO 639 code; empty where the language is covered, or cannot be told.
    """
    text = folded[:_READ]
    if len(list(islice(_ENGLISH.finditer(text), _ENGLISH_WORDS))) == _ENGLISH_WORDS:
        return ""
    if len(text.split()) < _FEWEST_WORDS and (text.isascii() or len(text) < _FEWEST_CHARACTERS):
        return ""
    code, probability = _identify()(text)
    code = _SAME.get(code, code)
    return code if probability >= _LEAST and code not in covered else ""


@cache
def _identify() -> Callable[[str], tuple[str, float]]:
    """The identifier of py3langid; it takes most of a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return cast("Callable[[str], tuple[str, float]]", found.classify)
