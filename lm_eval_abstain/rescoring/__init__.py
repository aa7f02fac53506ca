"""Logged samples scored anew at any target."""

from __future__ import annotations

from lm_eval_abstain.rescoring.compare import Comparison, compare
from lm_eval_abstain.rescoring.rescore import Scores, rescore
from lm_eval_abstain.rescoring.score import CONFIDENCE_METRICS, OUTCOME_METRICS, Score

__all__ = [
    "CONFIDENCE_METRICS",
    "OUTCOME_METRICS",
    "Comparison",
    "Score",
    "Scores",
    "compare",
    "rescore",
]
