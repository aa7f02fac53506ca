"""The curves of the pictures as arrays: risk over coverage, score over target, reliability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric import CODE, Outcome, Rubric, UnparsedPolicy, withheld
from lm_eval_abstain.statistics import Interval, augrc, aurc, ece, metrics, proportion, scores_at
from lm_eval_abstain.statistics.counts import Floats
from lm_eval_abstain.statistics.levels import BINS, Levels

__all__ = [
    "TARGETS",
    "Reliability",
    "RiskCurve",
    "TargetCurves",
    "reliability",
    "risk_curve",
    "target_curves",
]

TARGETS: tuple[float, ...] = tuple(round(step / 100, 2) for step in range(96))
"""The targets of pictures and of the leaderboard's slider: beyond 0.95 a mistake costs so much that
nothing else could be seen."""
_POINTS = 200  # more could not be told apart on a page, and would make it large


@dataclass(frozen=True, eq=False)
class RiskCurve:
    """How often a model is wrong among the documents that it is surest of.

    Attributes:
        coverage: Shape (points,), increasing, in (0, 1]: answered / n.
        risk: Shape (points,), in [0, 1]: wrong / answered.
        aurc: The area under the curve with all its points.
        augrc: The area under the generalised curve.
        n: How many documents it is about.
    """

    coverage: Floats
    risk: Floats
    aurc: float
    augrc: float
    n: int


@dataclass(frozen=True, eq=False)
class TargetCurves:
    """The scores of several policies on the same documents, over the target.

    All have the shape (targets,); those that are not known are None.

    Attributes:
        targets: The confidence targets.
        answered: What the model answered, rescored.
        always: Always answering: the forced answers, or those of a run that never abstained.
        implied: Answering iff the confidence is above the target.
        best: Answering above the one threshold on the confidence that is best at each target, in
            hindsight. Always answering and always abstaining are such thresholds.
    """

    targets: Floats
    answered: Floats
    always: Floats | None
    implied: Floats | None
    best: Floats | None

    @property
    def policies(self) -> dict[str, Floats]:
        """The policies that are known, by the names that pictures and tables give them."""
        named = {
            "always answering": self.always,
            "best fixed policy": self.best,
            "answering above t": self.implied,
            "as answered": self.answered,
        }
        return {name: scores for name, scores in named.items() if scores is not None}


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right, by confidence, in the bins of `ece`.

    Bins without documents are left out.

    Attributes:
        confidence: Shape (bins,): the mean confidence.
        accuracy: One a bin: the share that is right, with its interval.
        n: Shape (bins,): how many documents.
        ece: The expected calibration error.
    """

    confidence: Floats
    accuracy: tuple[Interval, ...]
    n: npt.NDArray[np.int64]
    ece: float


def risk_curve(entry: Run) -> RiskCurve | None:
    """The risk-coverage curve of a run; None without confidences.

    It has a point for each distinct confidence, thinned out to at most 200.
    """
    if not entry.confidence.size:
        return None
    levels = Levels.of(entry.confidence, entry.right)
    answered = np.cumsum(levels.right + levels.wrong)
    steps = np.searchsorted(answered, np.linspace(answered[0], answered[-1], _POINTS))
    kept = np.unique(steps)
    n = int(answered[-1])
    return RiskCurve(
        coverage=answered[kept] / n,
        risk=np.cumsum(levels.wrong)[kept] / answered[kept],
        aurc=aurc(entry.confidence, entry.right),
        augrc=augrc(entry.confidence, entry.right),
        n=n,
    )


def target_curves(
    entry: Run, unparsed: UnparsedPolicy = "wrong", targets: tuple[float, ...] = TARGETS
) -> TargetCurves:
    """The score of a run and of other policies over the target.

    Args:
        entry: The run.
        unparsed: What documents without an answer are scored as.
        targets: The targets, each in [0, 1).
    """
    answered = scores_at(entry.counts, targets, unparsed)
    always = implied = best = None
    if not math.isnan(entry.forced_acc):
        always = np.array(
            [Rubric(t).total(entry.forced_acc, 1 - entry.forced_acc) for t in targets]
        )
    elif metrics(entry.counts, 0, unparsed)["abstain_rate"] == 0:
        always = answered
    if entry.confidence.size:
        levels = Levels.of(entry.confidence, entry.right)
        hits = np.concatenate([[0], np.cumsum(levels.right)])
        misses = np.concatenate([[0], np.cumsum(levels.wrong)])
        # How many of the levels, surest first, are above each target.
        above = (~withheld(levels.confidence, np.asarray(targets)[:, None])).sum(axis=1)
        scores = scores_at(_withheld(entry, hits, misses), targets, unparsed)
        implied = scores[np.arange(len(targets)), above]
        best = np.nanmax(scores, axis=1)
    return TargetCurves(
        targets=np.asarray(targets),
        answered=answered,
        always=always,
        implied=implied,
        best=best,
    )


def reliability(entry: Run, level: float = 0.95) -> Reliability | None:
    """The reliability of a run's confidences; None without any.

    Args:
        entry: The run.
        level: The level of the intervals, which are Wilson's.
    """
    if not entry.confidence.size:
        return None
    member = np.searchsorted(np.arange(1, BINS) / BINS, entry.confidence)
    n = np.bincount(member, minlength=BINS)
    kept = np.flatnonzero(n)
    hits = np.bincount(member, weights=entry.right, minlength=BINS)[kept]
    sums = np.bincount(member, weights=entry.confidence, minlength=BINS)[kept]
    return Reliability(
        confidence=sums / n[kept],
        accuracy=tuple(proportion(int(hit), int(size), level) for hit, size in zip(hits, n[kept])),
        n=n[kept],
        ece=ece(entry.confidence, entry.right),
    )


def _withheld(
    entry: Run, hits: npt.NDArray[np.int64], misses: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Counts of shape (policies, 6), where so many answers are given and the others withheld."""
    counts = np.tile(entry.rest, (len(hits), 1))
    counts[:, CODE[Outcome.CORRECT]] += hits
    counts[:, CODE[Outcome.WRONG]] += misses
    counts[:, CODE[Outcome.ABSTAINED]] += entry.confidence.size - hits - misses
    return counts
