"""Two runs on the same documents: is the difference more than chance?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics.counts import Floats, metrics
from lm_eval_abstain.statistics.intervals import SEED, Interval, critical, percentiles, widened
from lm_eval_abstain.statistics.resampling import MERGED, resample

__all__ = ["Difference", "holm", "joint", "mcnemar", "paired_bootstrap"]

_ROUNDING = 1e-12  # a difference that is smaller is 0


@dataclass(frozen=True)
class Difference:
    """A metric of run b minus that of run a, on the same documents.

    Attributes:
        value: The difference; NaN if the metric is undefined for one of the runs.
        low: The lower limit of its interval.
        high: The upper limit.
        p: The two-sided p-value of no difference; it is below 1 - level where the interval
            leaves out 0.
        n: How many documents both runs have.
        level: The interval's level.
    """

    value: float
    low: float
    high: float
    p: float
    n: int
    level: float = 0.95

    @property
    def interval(self) -> Interval:
        """The difference without its p-value."""
        return Interval(self.value, self.low, self.high, self.n, self.level)


def joint(a: npt.ArrayLike, b: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Count documents by their outcomes in two runs.

    Args:
        a: Shape (n,): the outcome of each document in run a, as its column in `ORDER`.
        b: The same of run b, in the same order of documents.

    Returns:
        Shape (6, 6): in row i and column j the documents with outcome i in a and j in b.

    Raises:
        AbstainError: The shapes differ, or a code is not that of an outcome.
    """
    rows, columns = np.asarray(a), np.asarray(b)
    if rows.ndim != 1 or rows.shape != columns.shape:
        raise AbstainError(
            "both runs need one outcome for each of the same documents, got shapes "
            f"{rows.shape} and {columns.shape}."
        )
    kinds = len(ORDER)
    codes = np.concatenate([rows, columns])
    if not np.isin(codes, np.arange(kinds)).all():
        raise AbstainError(f"outcomes must be given as columns 0 to {kinds - 1} of ORDER.")
    cells = kinds * rows.astype(np.int64) + columns.astype(np.int64)
    return np.bincount(cells, minlength=kinds**2).reshape(kinds, kinds).astype(np.int64)


def paired_bootstrap(
    joint_counts: npt.ArrayLike,
    metric: str,
    target_a: float,
    target_b: float,
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    replicates: int = 10_000,
    rng: np.random.Generator | None = None,
) -> Difference:
    """The difference of a metric between two runs, with documents drawn in pairs.

    The interval is the percentile interval, widened as in `bootstrap`: it also covers what z²
    more documents with one pair of outcomes would make of the difference, whichever pair that
    is. Without this, errors that are rare but cost 9 points would be overlooked where none was
    seen. The p-value is twice the smaller share of replicates on either side of 0,
    (1 + count) / (1 + replicates); or, if it is larger, the level at which the widened interval
    would reach 0. A replicate in which the metric is undefined for a run counts on both sides.

    Args:
        joint_counts: Shape (6, 6) as from `joint`, or (subjects, 6, 6).
        metric: A key of `metrics`.
        target_a: The confidence target t at which run a is scored, in [0, 1).
        target_b: The same of run b.
        unparsed: What documents without an answer are scored as. Excluded, each run's metric is
            measured on the documents that it answered or abstained on.
        level: In (0, 1).
        replicates: How many are drawn.
        rng: The generator; without one the same counts give the same result.

    Raises:
        AbstainError: The shape is another, there is no such metric, or see `bootstrap`.
    """
    kinds = len(ORDER)
    tables = np.asarray(joint_counts, dtype=np.int64)
    if tables.ndim not in (2, 3) or tables.shape[-2:] != (kinds, kinds):
        raise AbstainError(
            f"joint counts need the shape ({kinds}, {kinds}), or one such table a subject; got "
            f"{tables.shape}."
        )
    tables = (MERGED.T @ tables @ MERGED).reshape(-1, kinds**2)

    def difference(cells: npt.NDArray[np.int64] | Floats) -> Floats:
        pairs = cells.reshape(*cells.shape[:-1], kinds, kinds)
        a = metrics(pairs.sum(axis=-1), target_a, unparsed)
        b = metrics(pairs.sum(axis=-2), target_b, unparsed)
        if metric not in a:
            raise AbstainError(f"unknown metric {metric!r}: it must be one of {', '.join(a)}.")
        return b[metric] - a[metric]

    pooled = tables.sum(axis=0)
    value = float(difference(pooled))
    drawn = difference(resample(tables, replicates, rng or np.random.default_rng(SEED)))
    cost_a, cost_b = (Rubric(t).penalty if metric == "score" else 0 for t in (target_a, target_b))
    limits = percentiles(drawn, level, -1 - cost_b, 1 + cost_a)
    low, high = widened(limits, difference(pooled + critical(level) * np.eye(kinds**2)))
    undefined = int(np.isnan(drawn).sum())
    sides = int((drawn <= _ROUNDING).sum()), int((drawn >= -_ROUNDING).sum())
    p = 2 * (1 + min(sides) + undefined) / (1 + replicates)
    p = min(1.0, max(p, _level_of_zero(difference, pooled, value)))
    return Difference(value, low, high, p, int(pooled.sum()), level)


def _level_of_zero(
    difference: Callable[[Floats], Floats], pooled: npt.NDArray[np.int64], value: float
) -> float:
    """The level at which z² more documents of one kind would make the difference 0."""
    if math.isnan(value) or abs(value) <= _ROUNDING:
        return 1.0
    cells = np.eye(pooled.size)
    low, high = np.zeros(pooled.size), np.full(pooled.size, 1000.0)  # p is 0 long before 1000
    for _ in range(40):
        middle = (low + high) / 2
        held = math.copysign(1, value) * difference(pooled + middle[:, None] * cells) > _ROUNDING
        low, high = np.where(held, middle, low), np.where(held, high, middle)
    return math.erfc(math.sqrt(low.min() / 2))


def mcnemar(only_a: int, only_b: int) -> float:
    """McNemar's exact test of two runs that are right or wrong on the same documents.

    If neither is better, each document that only one of them has right is a fair coin.

    Source: McNemar (1947), with the binomial distribution instead of chi-squared.

    Args:
        only_a: How many documents only run a has right.
        only_b: How many only run b has right.

    Returns:
        The two-sided p-value: 1 where both are 0.

    Raises:
        AbstainError: A number is negative.
    """
    if min(only_a, only_b) < 0:
        raise AbstainError(f"counts must not be negative, got {only_a} and {only_b}.")
    # Imported where it is needed: it takes longer than all else that a rescore imports.
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values of several tests, in the order given.

    Those below α can all be called significant: the chance that any of these is false is at most
    α, however the tests depend on each other.

    Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979).

    Raises:
        AbstainError: A p-value is NaN or outside [0, 1].
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise AbstainError(f"p-values must be in [0, 1], got {list(p_values)}.")
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
