"""Strings that stand in whatever a pattern matches, so that most patterns need not be tried.

The idea is that of search engines for code: a text without these strings cannot match. They are
derived from the patterns themselves, so that a new phrase cannot be forgotten.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from math import prod
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Demand", "Needles", "Squeezed", "demands_of", "is_met", "starts_of"]

# The most strings that stand for one part of a pattern, and the most characters of a class.
_MOST, _MOST_IN_CLASS = 64, 8
# Words that most answers have: a needle is better looked up by another one.
_COMMON = frozenset(
    "a also an and answer are as at be by can cannot correct could data do does for from given has "
    "have i if in information is it know known more no not of on one option or question s so t "
    "that the then there therefore these this to total was we were which will with would you".split()
)
# Stands for the edge of a whole word; in no squeezed text.
_EDGE = "\n"
# A word of the index, with something that is no letter at both sides.
_WORD = re.compile(r"[a-z]+")
_LETTERS_ALONE = {
    code: letter if "a" <= (letter := chr(code)) <= "z" else " " for code in range(128)
}
_WHOLE_WORD = re.compile(r"(?<=[^a-z])[a-z]+(?=[^a-z])")

Name = TypeVar("Name", bound=Hashable)
Strings = frozenset[str]
Demand = tuple[Strings, ...]
"""What a match needs: of each set one string at least, in the squeezed text. An `_EDGE` at either
end of a string says that no letter stands beside it."""


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


def demands_of(pattern: str, *, whole: bool) -> list[Demand]:
    """What matches of a pattern need, one demand a branch: a match meets one of them.

    Args:
        pattern: A regular expression without flags, of the syntax that phrases are written in.
        whole: Whether no letter may stand beside a match.

    Raises:
        ValueError: The pattern has something that is not understood.
    """
    parser = _Parser(pattern)
    branches = parser.branches(edge=_EDGE if whole else "")
    if not parser.at_end:
        raise ValueError(f"{pattern!r} cannot be read behind {pattern[: parser.position]!r}")
    demands = [branch.clauses for branch in branches]
    return demands if whole else [_without_edges(demand) for demand in demands]


def starts_of(pattern: str) -> Strings | None:
    """Strings with one of which every match of a pattern begins, once it is squeezed.

    Returns:
        The strings; None where a match may begin with anything.
    """
    return _union(branch.starts for branch in _Parser(pattern).branches())


class Needles(Generic[Name]):
    """Finds the names of which a demand is met in a text.

    Args:
        demands: The demands by name.
    """

    def __init__(self, demands: Mapping[Name, Iterable[Demand]]) -> None:
        # By a word that is a whole one in a needle: the demands that it may help to meet.
        self._by_word: defaultdict[str, list[tuple[Demand, Name]]] = defaultdict(list)
        self._others: list[tuple[Demand, Name]] = []
        for name, every in demands.items():
            for demand in every:
                self._add(name, demand)
        self._words = frozenset(self._by_word)

    def _add(self, name: Name, demand: Demand) -> None:
        plain = _without_edges(demand)
        for number, clause in sorted(enumerate(demand), key=lambda one: _commonness(one[1])):
            words = {needle: _WHOLE_WORD.findall(needle) for needle in clause}
            if all(words.values()):
                rest = [*plain[:number], *plain[number + 1 :]]
                by_word: defaultdict[str, set[str]] = defaultdict(set)
                for needle, whole in words.items():
                    by_word[max(whole, key=_rarity)].add(needle.strip(_EDGE))
                for word, needles in by_word.items():
                    self._by_word[word].append(((_shortest(needles), *rest), name))
                return
        # Whether two or three beginnings are there is sooner known than whether forty strings are.
        beginnings = [_shortest(one.strip()[:6] for one in clause) for clause in plain]
        self._others.append(((*beginnings, *plain), name))

    def names_in(self, text: Squeezed) -> set[Name]:
        """The names of which a demand is met."""
        found: set[Name] = set()
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


def _without_edges(demand: Demand) -> Demand:
    """A demand without edges, and without strings that hold another one."""
    return tuple(_shortest(one.strip(_EDGE) for one in clause) for clause in demand)


def _shortest(strings: Iterable[str]) -> Strings:
    """Some strings without those that hold another one of them."""
    kept: list[str] = []
    for string in sorted(set(strings), key=len):
        if not any(one in string for one in kept):
            kept.append(string)
    return frozenset(kept)


class _Part(NamedTuple):
    """What is known of a part of a pattern.

    Attributes:
        every: All strings that it matches; None where they are too many.
        clauses: Of each of these sets one string stands in each match.
        starts: With one of these each match begins; None where it may begin with anything.
    """

    every: Strings | None
    clauses: Demand = ()
    starts: Strings | None = None


_EMPTY = _Part(frozenset({""}))
_ANYTHING = _Part(None)


def _of(every: Strings) -> _Part:
    """The part that matches some strings and nothing else."""
    clauses = (every,) if _usable(every) else ()
    return _Part(every if len(every) <= _MOST else None, clauses, every)


def _rarity(word: str) -> tuple[bool, int]:
    return word not in _COMMON, len(word)


def _usable(every: Strings) -> bool:
    return all(string.strip() for string in every)


def _commonness(strings: Strings) -> float:
    """A guess at how often one of some strings stands in a text that has nothing to do with it."""
    return sum(0.2 ** min(len(string.strip()), 12) for string in strings)


class _Parser:
    """Reads one pattern by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self.position = pattern, 0

    @property
    def at_end(self) -> bool:
        """Whether all of the pattern was read."""
        return self.position == len(self._pattern)

    def branches(self, edge: str = "") -> list[_Part]:
        """Read branches up to a closing bracket or the end.

        Args:
            edge: What stands at both ends of each.
        """
        branches = [self._sequence(edge)]
        while self._take("|"):
            branches.append(self._sequence(edge))
        return branches

    def _alternatives(self) -> _Part:
        """Read branches as one part."""
        branches = self.branches()
        every: set[str] = set()
        for branch in branches:
            every |= branch.every or set()
        if all(branch.every is not None for branch in branches):
            return _of(frozenset(every))
        starts = _union(branch.starts for branch in branches)
        if not all(branch.clauses for branch in branches):
            return _Part(None, (), starts)
        best = [min(branch.clauses, key=_commonness) for branch in branches]
        return _Part(None, (frozenset().union(*best),), starts)

    def _sequence(self, edge: str) -> _Part:
        window: list[Strings] = [frozenset({edge})]  # neighbours whose products are few
        clauses: list[Strings] = []
        broken = False
        parts: list[_Part] = []
        while not self.at_end and self._pattern[self.position] not in "|)":
            parts.append(self._quantified(self._atom()))
        for part in [*parts, _Part(frozenset({edge}))]:
            if part.every is None:
                clauses.extend([_joined(window), *part.clauses])
                window, broken = [], True
                continue
            if _size([*window, part.every]) > _MOST:
                clauses.append(_joined(window))
                broken = True
            window.append(part.every)
            while _size(window) > _MOST:
                left = window.pop(0)
                if _size(window) <= _MOST and all(one and not one[-1].isalnum() for one in left):
                    window.insert(0, frozenset({_EDGE}))
        clauses.append(_joined(window))
        usable = tuple(clause for clause in clauses if _usable(clause))
        return _Part(None if broken else _joined(window), usable, _starts(parts))

    def _atom(self) -> _Part:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        if sign == ".":
            return _ANYTHING
        if sign in "^$":
            return _EMPTY
        if sign in "?*+{":
            raise ValueError(f"{self._pattern!r} repeats nothing")
        return _of(frozenset({_plain(sign)}))

    def _group(self) -> _Part:
        looks = re.compile(r"\?<?[=!]").match(self._pattern, self.position)
        opening = looks or re.compile(r"\?:").match(self._pattern, self.position)
        if opening:
            self.position = opening.end()
        elif self._pattern.startswith("?", self.position):
            raise ValueError(f"{self._pattern!r} has a group of a kind that is not known")
        inner = self._alternatives()
        if not self._take(")"):
            raise ValueError(f"{self._pattern!r} has a group without an end")
        return _EMPTY if looks else inner

    def _class(self) -> _Part:
        end = re.compile(r"\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL).match(self._pattern, self.position)
        if not end:
            raise ValueError(f"{self._pattern!r} has a class without an end")
        self.position = end.end()
        characters = re.sub(r"\\([\"'\]\[{}().:$])", r"\1", end[0][:-1])
        if len(characters) > _MOST_IN_CLASS or re.search(r"^\^|[\\-]", characters):
            return _ANYTHING
        return _of(frozenset(map(_plain, characters)))

    def _escape(self) -> _Part:
        sign = self._next()
        if sign in "sn":
            return _of(frozenset({" "}))
        if sign in "bB":
            return _EMPTY
        if sign in "wWdDS":
            return _ANYTHING
        if sign.isalnum():
            raise ValueError(f"{self._pattern!r} has an escape that is not known: \\{sign}")
        return _of(frozenset({_plain(sign)}))

    def _quantified(self, part: _Part) -> _Part:
        quantifier = re.compile(r"(?:([?*+])|\{(\d*)(,?)(\d*)\})[?+]?").match(
            self._pattern, self.position
        )
        if not quantifier:
            return part
        self.position = quantifier.end()
        sign, least = quantifier[1], quantifier[2]
        optional = sign in ("?", "*") if sign else int(least or 0) == 0
        if part.every == {" "}:  # one space for every run of them
            return _of(frozenset({"", " "})) if optional else part
        if sign == "?":
            return _optional(part) if part.every is None else _of(part.every | {""})
        return _optional(part) if optional else _Part(None, part.clauses, part.starts)

    def _next(self) -> str:
        if self.at_end:
            raise ValueError(f"{self._pattern!r} ends too early")
        self.position += 1
        return self._pattern[self.position - 1]

    def _take(self, sign: str) -> bool:
        taken = self._pattern.startswith(sign, self.position)
        self.position += len(sign) if taken else 0
        return taken


def _optional(part: _Part) -> _Part:
    """The part that may be missing."""
    return _Part(None, (), None if part.starts is None else part.starts | {""})


def _starts(parts: Iterable[_Part]) -> Strings | None:
    """What a sequence begins with."""
    starts = frozenset({""})
    for part in parts:
        some = part.every if part.every is not None else part.starts
        if some is None or len(starts) * len(some) > _MOST:
            break
        starts = _joined([starts, some])
        if part.every is None:
            break
    return None if "" in starts else starts


def _union(sets: Iterable[Strings | None]) -> Strings | None:
    union: Strings = frozenset()
    for one in sets:
        if one is None:
            return None
        union |= one
    return union


def _plain(character: str) -> str:
    """A character as it is in a squeezed text."""
    return " " if character.isspace() else character


def _size(parts: Iterable[Strings]) -> int:
    return prod(map(len, parts))


def _joined(parts: Iterable[Strings]) -> Strings:
    """All strings that have one of each part, in order, squeezed."""
    joined = frozenset({""})
    for part in parts:
        joined = frozenset((one + other).replace("  ", " ") for one in joined for other in part)
    return joined
