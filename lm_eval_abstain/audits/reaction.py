"""Whether a model answers less when it is told a higher target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from lm_eval_abstain.audits.behaviour import Behaviour
from lm_eval_abstain.audits.bounds import change, documents_needed
from lm_eval_abstain.audits.conditions import TOLERANCE
from lm_eval_abstain.audits.findings import ConstantCoverage, Direction
from lm_eval_abstain.statistics import Interval, holm, mcnemar

__all__ = ["SLACK", "CoverageChange", "Reaction", "compared_pairs", "reaction_of"]

SLACK = 0.10
"""Coverage that changes by less over the whole range of targets does not react to them."""


@dataclass(frozen=True)
class CoverageChange:
    """Coverage at a lower target against coverage at a higher one, on the same documents.

    Attributes:
        low: The lower target.
        high: The higher target.
        gave_up: How many documents are answered at the lower target alone.
        took_up: How many are answered at the higher target alone.
        fall: Coverage at the lower target minus coverage at the higher, with its interval.
        p: McNemar's exact test, corrected after Holm for all changes that are tested.
        verdict: `FALLS`, `RISES`, or `UNDECIDED` if p is not below 1 - level.
    """

    low: float
    high: float
    gave_up: int
    took_up: int
    fall: Interval
    p: float
    verdict: Direction

    @property
    def change(self) -> Interval:
        """The fall as a change: coverage at the higher target minus coverage at the lower."""
        fall = self.fall
        # Not -fall.value: no change is 0.0, not -0.0.
        return Interval(0 - fall.value, 0 - fall.high, 0 - fall.low, fall.n, fall.level)


@dataclass(frozen=True)
class Reaction:
    """How coverage changes with the target.

    A prompt at t = 0 asks for a guess, so what has to move is coverage between targets above 0,
    where there are two or more of these: "the range" is then from the lowest of them on.

    Attributes:
        coverage: One exact interval a target.
        changes: Between the pairs of targets of `compared_pairs`; the last is over the range.
        flat: Whether the intervals of all pairs of targets in the range stay within `SLACK`.
        falls: Whether coverage falls over the range, and rises nowhere by `TOLERANCE` or more.
        rises: Whether it rises over the range, and falls nowhere by as much.
        both_ways: Whether it falls by as much somewhere, and rises by as much elsewhere.
        constant: `NEVER_ANSWERS` if the intervals of coverage stay below `TOLERANCE` at all
            targets of the range; `NEVER_ABSTAINS` if as few documents as that were abstained on;
            else None.
        silent: Whether nothing was answered in the range, of too few documents to say "never".
        needed: Roughly how many documents would show that it is flat, or that it changes.
    """

    coverage: tuple[Interval, ...]
    changes: tuple[CoverageChange, ...]
    flat: bool
    falls: bool
    rises: bool
    both_ways: bool
    constant: ConstantCoverage | None
    silent: bool
    needed: float

    @property
    def decided(self) -> bool:
        """Whether it is known how coverage changes, or that it does not."""
        return self.flat or self.falls or self.rises or self.both_ways


def compared_pairs(targets: tuple[float, ...]) -> list[tuple[int, int]]:
    """The pairs of targets that are tested, as places.

    Neighbours, the lowest and the highest, and last the lowest above 0 and the highest; each
    pair once.
    """
    last = len(targets) - 1
    pairs = [(place, place + 1) for place in range(last)]
    whole = (0, last)
    for pair in (whole, (_first(targets), last)):
        if pair[0] < pair[1]:
            pairs = [other for other in pairs if other != pair] + [pair]
    return pairs


def _first(targets: tuple[float, ...]) -> int:
    """Where the range begins."""
    return 1 if targets[0] == 0 and len(targets) > 2 else 0


def reaction_of(behaviour: Behaviour, coverage: tuple[Interval, ...], level: float) -> Reaction:
    """Test how coverage changes.

    Args:
        behaviour: The behaviour.
        coverage: The coverage at each target.
        level: In (0, 1).
    """
    targets = behaviour.targets
    flips = {pair: _flips(behaviour, *pair) for pair in combinations(range(len(targets)), 2)}
    falls = {pair: change(*counts, level) for pair, counts in flips.items()}
    tested = compared_pairs(targets)
    adjusted = holm([mcnemar(*flips[pair][:2]) for pair in tested])
    changes = tuple(
        CoverageChange(
            targets[pair[0]],
            targets[pair[1]],
            *flips[pair][:2],
            falls[pair],
            p,
            _direction(falls[pair], p, level),
        )
        for pair, p in zip(tested, adjusted)
    )
    material = {one.verdict for one in changes if _reach(one.fall) >= TOLERANCE}
    overall = changes[-1].verdict if changes else None
    first = _first(targets)
    constant = None
    if all(interval.high < TOLERANCE for interval in coverage[first:]):
        constant = ConstantCoverage.NEVER_ANSWERS
    elif all(interval.value > 1 - TOLERANCE for interval in coverage[first:]):
        constant = ConstantCoverage.NEVER_ABSTAINS
    ranged = [interval for pair, interval in falls.items() if pair[0] >= first]
    widest = max(ranged, key=_reach, default=None)
    return Reaction(
        coverage=coverage,
        changes=changes,
        flat=widest is not None and _reach(widest) < SLACK,
        falls=overall is Direction.FALLS and Direction.RISES not in material,
        rises=overall is Direction.RISES and Direction.FALLS not in material,
        both_ways={Direction.FALLS, Direction.RISES} <= material,
        constant=constant,
        silent=not constant and not any(interval.value for interval in coverage[first:]),
        needed=_needed(changes, widest),
    )


def _direction(fall: Interval, p: float, level: float) -> Direction:
    if p >= 1 - level:
        return Direction.UNDECIDED
    return Direction.FALLS if fall.value > 0 else Direction.RISES


def _flips(behaviour: Behaviour, one: int, other: int) -> tuple[int, int, int]:
    both = behaviour.counted[one] & behaviour.counted[other]
    first, second = behaviour.answered[one] & both, behaviour.answered[other] & both
    return int((first & ~second).sum()), int((second & ~first).sum()), int(both.sum())


def _reach(interval: Interval) -> float:
    return max(abs(interval.low), abs(interval.high))


def _needed(changes: tuple[CoverageChange, ...], widest: Interval | None) -> float:
    if widest is None or math.isnan(widest.value):
        return math.inf
    half = _reach(widest) - abs(widest.value)
    flat = documents_needed(widest.n, half, SLACK - abs(widest.value))
    fall = changes[-1].fall
    half = (fall.high - fall.low) / 2
    return min(flat, documents_needed(fall.n, half, abs(fall.value)))
