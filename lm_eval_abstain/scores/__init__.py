"""Logged samples scored anew at any target, and runs compared on the same documents."""

from __future__ import annotations

from lm_eval_abstain.scores.compare import Comparison, Comparisons, compare
from lm_eval_abstain.scores.rescore import Scores, rescore
from lm_eval_abstain.scores.score import CONFIDENCE_METRICS, OUTCOME_METRICS, Score

__all__ = [
    "CONFIDENCE_METRICS",
    "OUTCOME_METRICS",
    "Comparison",
    "Comparisons",
    "Score",
    "Scores",
    "compare",
    "rescore",
]
