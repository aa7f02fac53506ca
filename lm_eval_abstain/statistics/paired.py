"""Two runs on the same documents: is the difference more than chance?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics.counts import Floats, metrics, scores_at
from lm_eval_abstain.statistics.intervals import SEED, Interval, critical, percentiles, widened
from lm_eval_abstain.statistics.resampling import MERGED, resample

__all__ = ["Difference", "joint", "paired_bootstrap", "score_differences"]

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
    tables = _pair_tables(joint_counts)

    def difference(cells: npt.NDArray[np.int64] | Floats) -> Floats:
        a, b = (
            metrics(counts, target, unparsed)
            for counts, target in zip(_each_run(cells), (target_a, target_b))
        )
        if metric not in a:
            raise AbstainError(f"unknown metric {metric!r}: it must be one of {', '.join(a)}.")
        return b[metric] - a[metric]

    pooled = tables.sum(axis=0)
    value = float(difference(pooled))
    drawn = difference(resample(tables, replicates, rng or np.random.default_rng(SEED)))
    cost_a, cost_b = (Rubric(t).penalty if metric == "score" else 0 for t in (target_a, target_b))
    limits = percentiles(drawn, level, -1 - cost_b, 1 + cost_a)
    low, high = map(float, widened(limits, difference(_with_more(pooled, level))))
    undefined = int(np.isnan(drawn).sum())
    sides = int((drawn <= _ROUNDING).sum()), int((drawn >= -_ROUNDING).sum())
    p = 2 * (1 + min(sides) + undefined) / (1 + replicates)
    p = min(1.0, max(p, _level_of_zero(difference, pooled, value)))
    return Difference(value, low, high, p, int(pooled.sum()), level)


def score_differences(
    joint_counts: npt.ArrayLike,
    targets: Sequence[float],
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    replicates: int = 10_000,
) -> list[Interval]:
    """The difference of the score at several targets, from one drawing of documents.

    Each is the same as `paired_bootstrap(joint_counts, "score", target, target, ...).interval`, to
    the last digit; the p-value is left out, as it takes longer than all else.

    Args:
        joint_counts: Shape (6, 6) as from `joint`, or (subjects, 6, 6).
        targets: The confidence targets at which both runs are scored, each in [0, 1).
        unparsed: See `paired_bootstrap`.
        level: In (0, 1).
        replicates: How many are drawn.

    Returns:
        One interval a target, of run b minus run a.

    Raises:
        AbstainError: See `paired_bootstrap`.
    """
    tables = _pair_tables(joint_counts)

    def differences(cells: npt.NDArray[np.int64] | Floats) -> Floats:
        a, b = (scores_at(counts, targets, unparsed) for counts in _each_run(cells))
        return b - a

    pooled = tables.sum(axis=0)
    drawn = differences(resample(tables, replicates, np.random.default_rng(SEED)))
    more = differences(_with_more(pooled, level))
    most = np.array([1 + Rubric(target).penalty for target in targets])
    limits = widened(percentiles(drawn, level, -most, most), more)
    n = int(pooled.sum())
    return [
        Interval(value, low, high, n, level)
        for value, low, high in np.stack([differences(pooled), *limits], axis=1).tolist()
    ]


def _pair_tables(joint_counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """One row of pairs of outcomes a subject, shape (subjects, 36).

    Raises:
        AbstainError: The counts are of another shape.
    """
    kinds = len(ORDER)
    tables = np.asarray(joint_counts, dtype=np.int64)
    if tables.ndim not in (2, 3) or tables.shape[-2:] != (kinds, kinds):
        raise AbstainError(
            f"joint counts need the shape ({kinds}, {kinds}), or one such table a subject; got "
            f"{tables.shape}."
        )
    return (MERGED.T @ tables @ MERGED).reshape(-1, kinds**2)


def _each_run(cells: npt.NDArray[np.int64] | Floats) -> tuple[Floats, Floats]:
    """The outcomes of run a and those of run b, shape (..., 6), from pairs of shape (..., 36)."""
    pairs = cells.reshape(*cells.shape[:-1], len(ORDER), len(ORDER))
    return pairs.sum(axis=-1), pairs.sum(axis=-2)


def _with_more(pooled: npt.NDArray[np.int64], level: float) -> Floats:
    """The pairs with z² more documents of each kind of pair."""
    return pooled + critical(level) * np.eye(pooled.size)


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
