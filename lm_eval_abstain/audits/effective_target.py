"""The effective target: the threshold on the closed confidence that a model acts on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.behaviour import Behaviour, Masks
from lm_eval_abstain.audits.bounds import rate
from lm_eval_abstain.audits.conditions import TOLERANCE
from lm_eval_abstain.audits.findings import ThresholdVerdict
from lm_eval_abstain.statistics import Interval, mcnemar
from lm_eval_abstain.statistics.counts import Floats

__all__ = ["AGREEMENT", "EffectiveTarget", "effective_targets"]

AGREEMENT = 0.5
"""Cohen's kappa from which on a confidence is said to tell which documents are answered."""


@dataclass(frozen=True)
class EffectiveTarget:
    """The threshold on the closed confidence that answers as many documents as the model does.

    Attributes:
        stated: The target that the prompt stated.
        threshold: The threshold, with the interval of those that do not answer significantly
            more or fewer of the same documents (McNemar's exact test).
        kappa: How far the documents above the threshold are the ones that are answered: 1 if
            exactly these, 0 if chance would do as well; with its interval. NaN where all or no
            documents are answered.
        verdict: How the threshold compares with the stated target, to within `TOLERANCE`.
    """

    stated: float
    threshold: Interval
    kappa: Interval
    verdict: ThresholdVerdict

    @property
    def known(self) -> bool:
        """Whether there is one: whether the confidence tells which documents are answered."""
        return self.verdict not in (ThresholdVerdict.UNRELATED, ThresholdVerdict.NO_THRESHOLD)


def effective_targets(
    behaviour: Behaviour, confidence: Floats, level: float
) -> tuple[EffectiveTarget, ...]:
    """Estimate the target that the model acts on, at each stated target.

    Args:
        behaviour: The behaviour under the open rubric.
        confidence: Shape (n,), in [0, 1].
        level: In (0, 1); `LOWER` and `HIGHER` are decided at Bonferroni's level for all targets.
    """
    corrected = 1 - (1 - level) / len(behaviour.targets)
    return tuple(
        _effective_target(target, confidence[counted], answered[counted], level, corrected)
        for target, counted, answered in zip(
            behaviour.targets, behaviour.counted, behaviour.answered
        )
    )


def _effective_target(
    stated: float, confidence: Floats, answered: Masks, level: float, corrected: float
) -> EffectiveTarget:
    order = np.argsort(confidence, kind="stable")
    values, chosen = confidence[order], answered[order]
    # A threshold is a place in this order: what stands before it is below. Ties have one place.
    places = np.flatnonzero(np.diff(values, prepend=-1.0, append=2.0) > 0)
    below = np.concatenate([[0], np.cumsum(chosen)])[places]  # answered, though below
    above = (~chosen).sum() - (places - below)  # not answered, though above
    borders = np.concatenate([[0.0], values])[places], np.append(values, 1.0)[places]
    best = int(np.argmin(np.abs(above - below)))
    kappa = _kappa(int(above[best] + below[best]), answered, level)

    def accepted(alpha: float) -> tuple[float, float]:
        ok = _within(lambda at: mcnemar(int(above[at]), int(below[at])) >= alpha, best, len(places))
        return float(borders[0][ok[0]]), float(borders[1][ok[1]])

    middle = (float(borders[0][best]) + float(borders[1][best])) / 2
    interval = Interval(middle, *accepted(1 - level), len(values), level)
    strict = accepted(1 - corrected)
    verdict = ThresholdVerdict.UNDECIDED
    if math.isnan(kappa.value):
        verdict = ThresholdVerdict.NO_THRESHOLD
    elif not kappa.low >= AGREEMENT:
        verdict = ThresholdVerdict.UNRELATED
    elif strict[1] < stated - TOLERANCE:
        verdict = ThresholdVerdict.LOWER
    elif strict[0] > stated + TOLERANCE:
        verdict = ThresholdVerdict.HIGHER
    elif stated - TOLERANCE <= interval.low and interval.high <= stated + TOLERANCE:
        verdict = ThresholdVerdict.AS_STATED
    return EffectiveTarget(stated, interval, kappa, verdict)


def _within(accepts: Callable[[int], bool], best: int, size: int) -> tuple[int, int]:
    """The first and last place that is accepted; acceptance falls off on both sides of `best`."""
    low, high = 0, best
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if accepts(middle) else (middle + 1, high)
    first = low
    low, high = best, size - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if accepts(middle) else (low, middle - 1)
    return first, low


def _kappa(disagreements: int, answered: Masks, level: float) -> Interval:
    """Cohen's kappa, with the exact interval of the disagreements and the margins as they are."""
    n = len(answered)
    share = float(answered.mean()) if n else 0.0
    by_chance = 2 * share * (1 - share)
    if by_chance == 0:
        return Interval(math.nan, math.nan, math.nan, n, level)
    found = rate(disagreements, n, level)
    value, low, high = (1 - part / by_chance for part in (found.value, found.high, found.low))
    return Interval(value, low, high, n, level)
