"""Intervals of the metrics that confidences decide."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.statistics.counts import Floats
from lm_eval_abstain.statistics.intervals import SEED, Interval, critical, percentiles, widened
from lm_eval_abstain.statistics.levels import Levels, checked
from lm_eval_abstain.statistics.resampling import resample

__all__ = ["curve_interval"]

_METRICS: dict[str, tuple[Callable[[Levels], Floats], float]] = {
    "aurc": (Levels.aurc, 1.0),
    "augrc": (Levels.augrc, 0.5),
    "ece": (Levels.ece, 1.0),
    "brier": (Levels.brier, 1.0),
}
"""Each metric and the largest value that it can have; the smallest is 0."""
_CHUNK = 4_000_000  # numbers drawn at a time, to bound the memory


def curve_interval(
    confidence: npt.ArrayLike,
    correct: npt.ArrayLike,
    level: float = 0.95,
    replicates: int = 2_000,
    subjects: npt.ArrayLike | None = None,
) -> dict[str, Interval]:
    """Intervals of `aurc`, `augrc`, `ece` and `brier`, from documents drawn anew.

    They are percentile intervals, but for `ece` (see `_ece_limits`). As in `bootstrap` each also
    covers what z² more documents, rounded up, would make of the value: spread over the
    confidences as the others are, and all right or all wrong.

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1.
        level: In (0, 1).
        replicates: How many are drawn.
        subjects: Shape (n,): the subject of each document, if they are to be told apart.

    Raises:
        AbstainError: See `Levels.of` and `resample`; or the level is not in (0, 1).
    """
    sure, right = checked(confidence, correct)
    few = math.ceil(critical(level))
    documents = Levels.of(sure, right)
    drawn = _replicates(Levels.of(sure, right, subjects), replicates, np.random.default_rng(SEED))
    ranks = ((np.arange(few) + 0.5) / few * sure.size).astype(int)
    spread = np.sort(sure)[ranks] if sure.size else np.full(few, 0.5)
    more = [
        Levels.of(np.append(sure, spread), np.append(right, np.full(few, kind)))
        for kind in (True, False)
    ]
    intervals: dict[str, Interval] = {}
    for name, (metric, largest) in _METRICS.items():
        if name == "ece" and sure.size:
            limits = _ece_limits(documents.gaps(), drawn["gaps"], level)
        else:
            limits = percentiles(drawn[name], level, 0.0, largest)
        low, high = map(float, widened(limits, np.array([metric(each) for each in more])))
        intervals[name] = Interval(float(metric(documents)), low, high, sure.size, level)
    return intervals


def _replicates(levels: Levels, replicates: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Each metric of each replicate, shape (replicates,), and the gaps, (replicates, bins)."""
    cells = np.concatenate([levels.right, levels.wrong], axis=-1)
    chunk = max(1, _CHUNK // (1 + cells.shape[-1] + int(cells.sum())))
    parts: list[dict[str, Floats]] = []
    for start in range(0, max(1, replicates), chunk):  # `resample` refuses 0
        drawn = resample(cells, min(chunk, replicates - start), rng)
        each = Levels(levels.confidence, *np.split(drawn, 2, axis=-1))
        values = {name: metric(each) for name, (metric, _) in _METRICS.items()}
        parts.append({**values, "gaps": each.gaps()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _ece_limits(gaps: Floats, drawn: Floats, level: float) -> tuple[float, float]:
    """The limits of the true calibration error.

    Noise makes every bin's gap larger, and drawing documents anew adds the noise once more: the
    replicates of a calibrated model's error are all above its true error, 0. So the limits are
    found by asking which true error could have been measured as this one. Were it e, with the
    bins' shares of it as measured (no share is below what noise alone would make it), then the
    sum of |e · share + noise| would be measured, with the noise taken from the replicates. The
    limits are the smallest and the largest e for which the measured error lies within the tails;
    or the measured error, if that is larger. A measured error that is smaller than what noise
    alone makes half the time is luck, and does not lower the upper limit further.

    Args:
        gaps: Shape (bins,), as measured.
        drawn: Shape (replicates, bins).
        level: In (0, 1).
    """
    measured = float(np.abs(gaps).sum())
    tail = (1 - level) / 2
    noise = drawn - gaps
    shares = np.hypot(gaps, noise.std(axis=0))
    if not shares.any():
        return 0.0, 0.0
    shares = np.copysign(shares / shares.sum(), gaps)

    def largest(condition: Callable[[Floats], bool]) -> float:
        """The largest e for whose errors the condition holds, as it does for smaller ones."""
        low, high = 0.0, measured + 2 * float(np.abs(noise).sum(axis=-1).max())
        for _ in range(25):
            middle = (low + high) / 2
            held = condition(np.abs(middle * shares + noise).sum(axis=-1))
            low, high = (middle, high) if held else (low, middle)
        return min(low, 1.0)

    low = largest(lambda errors: bool(np.mean(errors >= measured) < tail))
    at_least = max(measured, float(np.median(np.abs(noise).sum(axis=-1))))
    high = largest(lambda errors: bool(np.mean(errors <= at_least) >= tail))
    return low, max(high, measured)
