"""Strings that a text must have to be matched: the sets that `pattern_needs` derives."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

__all__ = [
    "EDGE",
    "Demand",
    "Strings",
    "commonness",
    "joined",
    "shortest",
    "size",
    "without_edges",
]

EDGE = "\n"
"""Stands for the edge of a whole word, at an end of a string; in no squeezed text."""

Strings = frozenset[str]
Demand = tuple[Strings, ...]
"""What a match needs: of each set one string at least, in the squeezed text (see `Squeezed`).
An `EDGE` at an end of a string says that no letter from a to z stands beside it."""


def commonness(strings: Strings) -> float:
    """A guess at how often one of some strings stands in a text that has nothing to do with it."""
    return sum(0.2 ** min(len(string.strip()), 12) for string in strings)


def without_edges(demand: Demand) -> Demand:
    """A demand without edges, and without strings that hold another one."""
    return tuple(shortest(one.strip(EDGE) for one in clause) for clause in demand)


def shortest(strings: Iterable[str]) -> Strings:
    """Some strings without those that hold another one of them."""
    kept: list[str] = []
    for string in sorted(set(strings), key=len):
        if not any(one in string for one in kept):
            kept.append(string)
    return frozenset(kept)


def size(parts: Iterable[Strings]) -> int:
    """How many strings `joined` would give at most."""
    return prod(map(len, parts))


def joined(parts: Iterable[Strings]) -> Strings:
    """All strings that have one of each part, in order, squeezed."""
    all_of_them: Strings = frozenset({""})
    for part in parts:
        pairs = ((one, other) for one in all_of_them for other in part)
        all_of_them = frozenset((one + other).replace("  ", " ") for one, other in pairs)
    return all_of_them
