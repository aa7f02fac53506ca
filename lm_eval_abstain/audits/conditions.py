"""The conditions that a model meets if it follows the stated targets; each can be tested."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lm_eval_abstain.audits.behaviour import Behaviour
from lm_eval_abstain.audits.bounds import change, documents_needed, net_rate, rate
from lm_eval_abstain.audits.findings import ConditionState, DocumentKind, Side
from lm_eval_abstain.statistics import Interval

__all__ = ["TOLERANCE", "Condition", "all_hold", "broken_sides", "conditions"]

TOLERANCE = 0.05
"""Rates and targets that differ by less count as equal, and so do documents fewer than this."""


@dataclass(frozen=True)
class Condition:
    """One statement: some documents are right more, or less, than t of the time.

    Attributes:
        about: Which documents: `ANSWERED` or `ABSTAINED` at `target`, or `BAND`, those that are
            answered at `target` and no more at `upper`.
        side: `ANSWERS`: they should be right more than `limit` of the time. `ABSTAINS`: less.
        target: The target at which they are looked at.
        upper: The higher target of a band, else None.
        limit: The target that the rate is compared with.
        share: Their share of all documents, with its interval.
        rate: How often they are right, with its interval.
        corrected: The same at the level that makes up for looking at several conditions.
        state: `HOLDS` to within `TOLERANCE`, `BROKEN`, or `UNDECIDED`.
    """

    about: DocumentKind
    side: Side
    target: float
    upper: float | None
    limit: float
    share: Interval
    rate: Interval
    corrected: Interval
    state: ConditionState

    @property
    def exempt(self) -> bool:
        """Whether the documents are so few that it does not matter whether they are right."""
        return self.share.high < TOLERANCE

    def needed(self, state: ConditionState) -> float:
        """Roughly how many documents would show that it holds, or that it is broken."""
        sign = 1 if self.side is Side.ANSWERS else -1
        n, share, rate = self.share.n, self.share, self.rate
        few = documents_needed(n, share.high - share.value, TOLERANCE - share.value)
        ahead = sign * (rate.value - self.limit)
        if math.isnan(ahead):
            return few if state is ConditionState.HOLDS else math.inf
        if state is ConditionState.HOLDS:
            half = rate.value - rate.low if sign > 0 else rate.high - rate.value
            return min(few, documents_needed(n, half, ahead + TOLERANCE))
        bound = self.corrected.high if sign > 0 else self.corrected.low
        return documents_needed(n, abs(bound - rate.value), -ahead)


def conditions(behaviour: Behaviour, level: float) -> tuple[Condition, ...]:
    """Test what a model that follows the targets has to satisfy.

    Told t, such a model answers a document exactly if it is right with a probability above t. So
    at each target, what it answers is right more than t of the time and what it abstains on
    would be right less than t of the time. And what it answers at one target and no more at the
    next one is right more than the lower and less than the higher target of the time: otherwise
    one of the two runs would have scored better at the other one's stakes.

    A condition holds if its interval at `level` stays within `TOLERANCE` of the limit on the
    wrong side, or if it is about fewer documents than that. It is broken if it does not hold and
    the interval leaves the limit out even at Bonferroni's level for all conditions. So "all hold"
    and "at least one is broken" are both wrong at most 1 - `level` of the time.

    Args:
        behaviour: The behaviour.
        level: In (0, 1).
    """
    found = [*_answered(behaviour), *_abstained(behaviour), *_bands(behaviour)]
    corrected = 1 - (1 - level) / len(found)
    return tuple(part.condition(level, corrected) for part in found)


def broken_sides(tested: Sequence[Condition]) -> set[Side]:
    """What is done too much: the sides of the conditions that are broken."""
    return {one.side for one in tested if one.state is ConditionState.BROKEN}


def all_hold(tested: Sequence[Condition]) -> bool:
    """Whether all conditions hold."""
    return all(one.state is ConditionState.HOLDS for one in tested)


@dataclass(frozen=True)
class _Counted:
    """The counts of one condition; `taken` is what a band loses to documents newly answered."""

    about: DocumentKind
    side: Side
    target: float
    upper: float | None
    limit: float
    n: int
    given: tuple[int, int]
    taken: tuple[int, int] = (0, 0)
    size: int | None = None

    def condition(self, level: float, corrected: float) -> Condition:
        size = self.given[0] if self.size is None else self.size
        if self.about is DocumentKind.BAND:
            share = change(self.given[0], self.taken[0], self.n, level)
        else:
            share = rate(size, self.n, level)
        plain = net_rate(self.given, self.taken, level)
        strict = net_rate(self.given, self.taken, corrected)
        state = ConditionState.UNDECIDED
        if self.side is Side.ANSWERS:
            holds, broken = plain.low >= self.limit - TOLERANCE, strict.high < self.limit
        else:
            # At t = 0 a single right answer withheld is one too many: the tolerance stands in.
            holds = plain.high <= self.limit + TOLERANCE
            broken = strict.low > max(self.limit, TOLERANCE)
        if holds or share.high < TOLERANCE:
            state = ConditionState.HOLDS
        elif broken:
            state = ConditionState.BROKEN
        return Condition(
            self.about, self.side, self.target, self.upper, self.limit, share, plain, strict, state
        )


def _answered(behaviour: Behaviour) -> Sequence[_Counted]:
    found: list[_Counted] = []
    for place, target in enumerate(behaviour.targets):
        if target == 0:  # no rate is below 0
            continue
        n = int(behaviour.counted[place].sum())
        given = int(behaviour.answered[place].sum()), int(behaviour.right[place].sum())
        found.append(_Counted(DocumentKind.ANSWERED, Side.ANSWERS, target, None, target, n, given))
    return found


def _abstained(behaviour: Behaviour) -> Sequence[_Counted]:
    found: list[_Counted] = []
    for place, target in enumerate(behaviour.targets):
        n = int(behaviour.counted[place].sum())
        given = int(behaviour.known[place].sum()), int(behaviour.missed[place].sum())
        size = int(behaviour.abstained[place].sum())
        found.append(
            _Counted(
                DocumentKind.ABSTAINED, Side.ABSTAINS, target, None, target, n, given, size=size
            )
        )
    return found


def _bands(behaviour: Behaviour) -> Sequence[_Counted]:
    found: list[_Counted] = []
    for (place, low), (other, high) in pairwise(enumerate(behaviour.targets)):
        both = behaviour.counted[place] & behaviour.counted[other]
        one, two = behaviour.answered[place] & both, behaviour.answered[other] & both
        gave_up, took_up = one & ~two, two & ~one
        given = int(gave_up.sum()), int((gave_up & behaviour.right[place]).sum())
        taken = int(took_up.sum()), int((took_up & behaviour.right[other]).sum())
        n = int(both.sum())
        sides: tuple[tuple[Side, float], ...] = ((Side.ANSWERS, low), (Side.ABSTAINS, high))
        for side, limit in sides:
            if limit > 0:
                found.append(_Counted(DocumentKind.BAND, side, low, high, limit, n, given, taken))
    return found
