"""How far a measured value may be from the true one: intervals of proportions and scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics.counts import (
    Floats,
    denominators,
    metrics,
    outcome_columns,
    scores_at,
)
from lm_eval_abstain.statistics.resampling import MERGED, resample

__all__ = [
    "SEED",
    "Interval",
    "bootstrap",
    "critical",
    "mean_interval",
    "percentiles",
    "proportion",
    "score_intervals",
    "standard_error",
    "widened",
]

SEED = 0
"""Of every generator: the same input gives the same interval."""


@dataclass(frozen=True)
class Interval:
    """A measured value and its confidence interval.

    Attributes:
        value: The value; NaN if there is no document to measure it on.
        low: The lower limit.
        high: The upper limit.
        n: How many documents it is measured on: for `acc_answered` the answered ones.
        level: How often, over many runs, such an interval holds the true value.
    """

    value: float
    low: float
    high: float
    n: int
    level: float = 0.95


def proportion(
    successes: int,
    n: int,
    level: float = 0.95,
    method: Literal["wilson", "exact"] = "wilson",
) -> Interval:
    """The interval of a proportion.

    Source: Wilson (1927), whose interval is close to its level on average, and Clopper and
    Pearson (1934), whose interval is never below it and wider ("exact").

    Args:
        successes: How many of the n.
        n: How many at all; for 0 the value is NaN and the interval [0, 1].
        level: In (0, 1).
        method: "wilson" or "exact".

    Raises:
        AbstainError: Not 0 <= successes <= n, or the level is not in (0, 1).
    """
    if not 0 <= successes <= n:
        raise AbstainError(f"successes must be between 0 and n, got {successes} of {n}.")
    square = critical(level)
    if n == 0:
        return Interval(math.nan, 0.0, 1.0, 0, level)
    value = successes / n
    if method == "exact":
        # Imported where it is needed: it takes longer than all else that a rescore imports.
        from scipy.special import betaincinv

        tail = (1 - level) / 2
        low = float(betaincinv(successes, n - successes + 1, tail)) if successes else 0.0
        high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
        return Interval(value, low, high, n, level)
    center = (successes + square / 2) / (n + square)
    half = math.sqrt(square * (successes * (1 - value) + square / 4)) / (n + square)
    # At the ends the formula gives 0 and 1 but for rounding.
    low = center - half if successes else 0.0
    high = center + half if successes < n else 1.0
    return Interval(value, low, high, n, level)


def standard_error(variance: float, n: int) -> float:
    """The standard error of a mean over documents, as the harness computes it.

    Args:
        variance: The mean squared distance of the n values from their mean.
        n: How many documents; for fewer than 2 the error is NaN.
    """
    return math.sqrt(max(0.0, variance) / (n - 1)) if n > 1 else math.nan


def mean_interval(values: Floats, level: float = 0.95) -> Interval:
    """The mean of values in [0, 1], shape (n,), with its normal interval.

    Raises:
        AbstainError: The level is not in (0, 1).
    """
    mean, n = float(values.mean()), len(values)
    half = math.sqrt(critical(level)) * standard_error(float(values.var()), n)
    return Interval(mean, max(0.0, mean - half), min(1.0, mean + half), n, level)


def bootstrap(
    counts: npt.ArrayLike,
    target: float,
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    replicates: int = 10_000,
) -> dict[str, Interval]:
    """Percentile intervals of every metric that outcomes decide.

    The bootstrap knows no outcome that it has not seen: where all documents had one outcome, its
    intervals have no width. So each interval also covers what the value would be if z² more
    documents (3.84 at 95%) had come, all of one outcome, whichever that is. For 0 or n of n this
    is the limit of Wilson's interval; where an outcome was seen more than a few times the
    bootstrap's interval is the wider one. A replicate in which a metric is undefined (nothing
    answered) counts as below the lower and above the upper limit, as it could be anything.

    Args:
        counts: Shape (6,), or (subjects, 6) of a pooled group.
        target: The confidence target t, in [0, 1).
        unparsed: What documents without an answer are scored as.
        level: In (0, 1).
        replicates: How many are drawn.

    Returns:
        An interval for each key of `metrics`.

    Raises:
        AbstainError: See `metrics` and `resample`; or the level is not in (0, 1).
    """
    pooled, more, drawn = _replicates(counts, level, replicates)
    values, wider, resampled = (metrics(one, target, unparsed) for one in (pooled, more, drawn))
    sizes = denominators(pooled, unparsed)
    least = {"score": -Rubric(target).penalty}
    found: dict[str, Interval] = {}
    for name, value in values.items():
        limits = percentiles(resampled[name], level, least.get(name, 0), 1)
        low, high = map(float, widened(limits, wider[name]))
        found[name] = Interval(float(value), low, high, int(sizes[name]), level)
    return found


def score_intervals(
    counts: npt.ArrayLike,
    targets: Sequence[float],
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    replicates: int = 10_000,
) -> list[Interval]:
    """The interval of the score at several targets, from one drawing of documents.

    Each is the same as `bootstrap(counts, target, ...)["score"]`, to the last digit.

    Args:
        counts: Shape (6,), or (subjects, 6) of a pooled group.
        targets: Confidence targets, each in [0, 1).
        unparsed: What documents without an answer are scored as.
        level: In (0, 1).
        replicates: How many are drawn.

    Returns:
        One interval a target.

    Raises:
        AbstainError: See `bootstrap`.
    """
    pooled, more, drawn = _replicates(counts, level, replicates)
    values, wider, resampled = (scores_at(one, targets, unparsed) for one in (pooled, more, drawn))
    least = [-Rubric(target).penalty for target in targets]
    limits = widened(percentiles(resampled, level, least, 1), wider)
    n = int(denominators(pooled, unparsed)["score"])
    return [
        Interval(value, low, high, n, level)
        for value, low, high in np.stack([values, *limits], axis=1).tolist()
    ]


def _replicates(
    counts: npt.ArrayLike, level: float, replicates: int
) -> tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]]:
    """Pooled counts (6,); with z² more of each outcome (6, 6); drawn anew (replicates, 6)."""
    table = np.atleast_2d(outcome_columns(counts).astype(np.int64))
    pooled = table.sum(axis=0)
    more = pooled + critical(level) * np.eye(len(ORDER))
    return pooled, more, resample(table @ MERGED, replicates, np.random.default_rng(SEED))


def percentiles(
    drawn: Floats, level: float, least: npt.ArrayLike, most: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """The limits of percentile intervals.

    Args:
        drawn: Shape (..., replicates); NaN could be anything between `least` and `most`.
        level: In (0, 1).
        least: The smallest value that there can be, of shape (...) or one for all.
        most: The largest.

    Returns:
        The lower and the upper limits, each of shape (...).
    """
    tail = (1 - level) / 2
    undefined = np.isnan(drawn)
    if not undefined.any():
        low, high = np.quantile(drawn, [tail, 1 - tail], axis=-1)
        return low, high
    least, most = (np.asarray(one, dtype=float)[..., None] for one in (least, most))
    low = np.quantile(np.where(undefined, least, drawn), tail, axis=-1)
    return low, np.quantile(np.where(undefined, most, drawn), 1 - tail, axis=-1)


def widened(limits: tuple[npt.ArrayLike, npt.ArrayLike], more: Floats) -> tuple[Floats, Floats]:
    """The limits, moved outwards to hold all of `more`; NaN in it is passed over.

    Args:
        limits: The lower and the upper limits, each of shape (...).
        more: Shape (..., kinds).
    """
    low, high = limits
    return (
        np.fmin(low, np.fmin.reduce(more, axis=-1)),
        np.fmax(high, np.fmax.reduce(more, axis=-1)),
    )


def critical(level: float) -> float:
    """z², the square of the normal quantile of a two-sided interval: 3.84 at 0.95.

    Raises:
        AbstainError: The level is not in (0, 1).
    """
    if not 0 < level < 1:
        hint = f" Did you mean {level / 100:g}?" if 1 < level < 100 else ""
        raise AbstainError(f"level must be in (0, 1), got {level!r}.{hint}")
    return NormalDist().inv_cdf((1 + level) / 2) ** 2
