"""Finds out quickly which phrases a text lacks, so that most patterns need not be tried."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lm_eval_abstain.reading.demands import (
    EDGE,
    Demand,
    commonness,
    shortest,
    without_edges,
)

__all__ = ["Needles", "Squeezed", "is_met"]

# Words that most answers have: a string is better looked up by another one.
_COMMON_WORDS = (
    "a also an and answer are as at be by can cannot correct could data do does for from given has "
    "have i if in information is it know known more no not of on one option or question s so t "
    "that the then there therefore these this to total was we were which will with would you"
)
_COMMON = frozenset(_COMMON_WORDS.split())
# A word of the index, with something that is no letter at both sides.
_WORD = re.compile(r"[a-z]+")
_LETTERS_ALONE = {
    code: letter if "a" <= (letter := chr(code)) <= "z" else " " for code in range(128)
}
_WHOLE_WORD = re.compile(r"(?<=[^a-z])[a-z]+(?=[^a-z])")


class Squeezed(NamedTuple):
    """A text as it is searched for needles.

    Attributes:
        text: It with one space for every run of white space, and one at either end.
        words: Its runs of the letters from a to z.
    """

    text: str
    words: set[str]

    @classmethod
    def of(cls, text: str) -> Squeezed:
        """Squeeze a folded text."""
        if not text.isascii():
            return cls(f" {' '.join(text.split())} ", set(_WORD.findall(text)))
        # The same, but faster: the white space of folded ASCII is spaces and new lines.
        words = set(text.translate(_LETTERS_ALONE).split())
        text = f" {text} ".replace("\n", " ")
        while "  " in text:
            text = text.replace("  ", " ")
        return cls(text, words)


class Needles:
    """Finds the names of which a demand is met in a text, looking up its words.

    Args:
        demands: The demands by name.
    """

    def __init__(self, demands: Mapping[str, Iterable[Demand]]) -> None:
        # By a whole word of one of its strings: a demand that may be met where the word stands.
        self._by_word: defaultdict[str, list[tuple[Demand, str]]] = defaultdict(list)
        self._others: list[tuple[Demand, str]] = []
        for name, every in demands.items():
            for demand in every:
                self._add(name, demand)
        self._words = frozenset(self._by_word)

    def _add(self, name: str, demand: Demand) -> None:
        plain = without_edges(demand)
        for number, clause in sorted(enumerate(demand), key=lambda one: commonness(one[1])):
            words = {needle: _WHOLE_WORD.findall(needle) for needle in clause}
            if all(words.values()):
                rest = [*plain[:number], *plain[number + 1 :]]
                by_word: defaultdict[str, set[str]] = defaultdict(set)
                for needle, whole in words.items():
                    by_word[max(whole, key=_rarity)].add(needle.strip(EDGE))
                for word, needles in by_word.items():
                    self._by_word[word].append(((shortest(needles), *rest), name))
                return
        # Whether two or three beginnings are there is sooner known than whether forty strings are.
        beginnings = [shortest(one.strip()[:6] for one in clause) for clause in plain]
        few = [short for short, clause in zip(beginnings, plain) if 2 * len(short) < len(clause)]
        self._others.append(((*few, *plain), name))

    def names_in(self, text: Squeezed) -> set[str]:
        """The names of which a demand is met."""
        found: set[str] = set()
        for demand, name in self._others:
            if name not in found and is_met(demand, text):
                found.add(name)
        for word in self._words & text.words:
            for demand, name in self._by_word[word]:
                if name not in found and is_met(demand, text):
                    found.add(name)
        return found


def is_met(demand: Demand, text: Squeezed) -> bool:
    """Whether a text has what a match needs."""
    squeezed = text.text
    for clause in demand:
        for string in clause:
            if string in squeezed:
                break
        else:
            return False
    return True


def _rarity(word: str) -> tuple[bool, int]:
    return word not in _COMMON, len(word)
