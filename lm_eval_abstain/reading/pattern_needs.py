"""What stands in whatever a regular expression matches: strings, derived from the expression.

The idea is that of search engines for code: a text without these strings cannot match. As they
are derived, a new phrase cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lm_eval_abstain.reading.demands import (
    EDGE,
    Demand,
    Strings,
    commonness,
    joined,
    size,
    without_edges,
)

__all__ = ["demands_of", "starts_of"]

# The most strings that stand for one part of a pattern, and the most characters of a class.
_MOST, _MOST_IN_CLASS = 64, 8


def demands_of(pattern: str, *, whole: bool) -> list[Demand]:
    """What matches of a pattern need, one demand a branch: a match meets one of them.

    Args:
        pattern: A regular expression without flags, of the syntax that phrases are written in.
        whole: Whether no letter may stand beside a match.

    Raises:
        ValueError: The pattern has something that is not understood.
    """
    parser = _Parser(pattern)
    branches = parser.branches(edge=EDGE if whole else "")
    if not parser.at_end:
        raise ValueError(f"{pattern!r} cannot be read behind {pattern[: parser.position]!r}")
    demands = [branch.clauses for branch in branches]
    return demands if whole else [without_edges(demand) for demand in demands]


def starts_of(pattern: str) -> Strings | None:
    """Strings with one of which every match of a pattern begins, once it is squeezed.

    Returns:
        The strings; None where a match may begin with anything.
    """
    return _union(branch.starts for branch in _Parser(pattern).branches())


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


def _usable(every: Strings) -> bool:
    return all(string.strip() for string in every)


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
        best = [min(branch.clauses, key=commonness) for branch in branches]
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
                clauses.extend([joined(window), *part.clauses])
                window, broken = [], True
                continue
            if size([*window, part.every]) > _MOST:
                clauses.append(joined(window))
                broken = True
            window.append(part.every)
            while size(window) > _MOST:
                left = window.pop(0)
                if size(window) <= _MOST and all(one and not one[-1].isalnum() for one in left):
                    window.insert(0, frozenset({EDGE}))
        clauses.append(joined(window))
        usable = tuple(clause for clause in clauses if _usable(clause))
        return _Part(None if broken else joined(window), usable, _starts(parts))

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
        if part.every == frozenset({" "}):  # one space for every run of them
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
    done: Strings = frozenset()  # beginnings that cannot be told any further
    starts: Strings = frozenset({""})
    for part in parts:
        some = part.every if part.every is not None else part.starts
        if some is None:
            return None if "" in starts else done | starts
        if len(starts) * len(some) > _MOST:
            done |= starts - {""}
            if "" not in starts:
                return done
            starts = frozenset({""})
        starts = joined([starts, some])
        if part.every is None:
            done |= starts - {""}
            if "" not in starts:
                return done
            starts = frozenset({""})
    return None if "" in starts else done | starts


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
