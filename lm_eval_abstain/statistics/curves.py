"""Curves over all thresholds of confidence: is a model more often right where it is surer?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.statistics.levels import BINS, Levels

__all__ = [
    "ALWAYS_ABSTAIN",
    "ALWAYS_ANSWER",
    "augrc",
    "aurc",
    "best_threshold",
    "brier",
    "ece",
]

ALWAYS_ANSWER = -1.0
"""A threshold below every confidence."""
ALWAYS_ABSTAIN = 1.0
"""A threshold that no confidence is above."""


def aurc(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Area under the risk-coverage curve: (1/n) Σ_k (errors among the k surest) / k.

    Equally confident documents come in random order, and the expectation over it is taken.

    Source: Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural
    Classifiers" (ICLR 2019).

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1.

    Returns:
        In [0, 1], lower is better; the error rate if confidence says nothing; NaN for n = 0.

    Raises:
        AbstainError: See `Levels.of`.
    """
    return float(Levels.of(confidence, correct).aurc())


def augrc(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Area under the generalised risk-coverage curve.

    The generalised risk is (errors among the k surest) / n, from 0 at coverage 0 to the error
    rate at coverage 1; straight between the thresholds, as equally confident documents in random
    order make it on average. Equal to (1 - AUROC) · acc · (1 - acc) + (1 - acc)² / 2.

    Source: Traub et al., "Overcoming Common Flaws in the Evaluation of Selective Classification
    Systems" (NeurIPS 2024, arXiv 2407.01032), on a 0..1 scale.

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1.

    Returns:
        In [0, 1/2], lower is better; half the error rate if confidence says nothing; NaN for
        n = 0.

    Raises:
        AbstainError: See `Levels.of`.
    """
    return float(Levels.of(confidence, correct).augrc())


def brier(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """Mean of (confidence - correct)², in [0, 1]; NaN for n = 0.

    Source: Brier, "Verification of Forecasts Expressed in Terms of Probability" (1950), for the
    event that the answer is right.

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1.

    Raises:
        AbstainError: See `Levels.of`.
    """
    return float(Levels.of(confidence, correct).brier())


def ece(confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error: Σ_b (n_b / n) · |accuracy in bin b - mean confidence in b|.

    The bins are of equal width and hold their upper border: (k/bins, (k+1)/bins]. The first
    holds confidence 0 too, so no document is lost.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (2017).

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1.
        bins: How many bins, at least 1.

    Returns:
        In [0, 1], lower is better; NaN for n = 0. Noise makes it positive even for a calibrated
        model.

    Raises:
        AbstainError: See `Levels.of`; or there is no bin.
    """
    if bins < 1:
        raise AbstainError(f"bins must be at least 1, got {bins}.")
    return float(Levels.of(confidence, correct).ece(bins))


def best_threshold(
    confidence: npt.ArrayLike, correct: npt.ArrayLike, target: float
) -> tuple[float, float]:
    """The threshold that would have scored best, in hindsight.

    Args:
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,), 0 or 1: whether the answer is right, if it is given.
        target: The confidence target t, in [0, 1), of the score.

    Returns:
        The threshold and the mean score of answering iff the confidence is above it. The
        threshold is `ALWAYS_ANSWER`, `ALWAYS_ABSTAIN`, or one of the confidences; of several
        that score the same, the highest, which answers least. Both are NaN for n = 0.

    Raises:
        AbstainError: See `Levels.of` and `Rubric`.
    """
    rubric = Rubric(target)
    levels = Levels.of(confidence, correct)
    if not levels.confidence.size:
        return math.nan, math.nan
    hits, misses = np.cumsum(levels.right).tolist(), np.cumsum(levels.wrong).tolist()
    totals = [Fraction(0), *map(rubric.exact_total, hits, misses)]
    best = max(range(len(totals)), key=totals.__getitem__)  # the first of equal ones
    thresholds = [ALWAYS_ABSTAIN, *levels.confidence[1:].tolist(), ALWAYS_ANSWER]
    n = int((levels.right + levels.wrong).sum())
    return thresholds[best], float(totals[best] / n)
