"""Metrics, intervals and tests from outcomes and confidences; nothing here knows the harness."""

from __future__ import annotations

from lm_eval_abstain.statistics.counts import (
    Counts,
    denominators,
    metrics,
    score,
    scores_at,
    tally,
)
from lm_eval_abstain.statistics.curve_intervals import curve_interval
from lm_eval_abstain.statistics.curves import (
    ALWAYS_ABSTAIN,
    ALWAYS_ANSWER,
    augrc,
    aurc,
    best_threshold,
    brier,
    ece,
)
from lm_eval_abstain.statistics.intervals import (
    Interval,
    bootstrap,
    mean_interval,
    proportion,
    score_intervals,
    standard_error,
)
from lm_eval_abstain.statistics.paired import (
    Difference,
    joint,
    paired_bootstrap,
    score_differences,
)
from lm_eval_abstain.statistics.resampling import resample
from lm_eval_abstain.statistics.significance import holm, mcnemar

__all__ = [
    "ALWAYS_ABSTAIN",
    "ALWAYS_ANSWER",
    "Counts",
    "Difference",
    "Interval",
    "augrc",
    "aurc",
    "best_threshold",
    "bootstrap",
    "brier",
    "curve_interval",
    "denominators",
    "ece",
    "holm",
    "joint",
    "mcnemar",
    "mean_interval",
    "metrics",
    "paired_bootstrap",
    "proportion",
    "resample",
    "score",
    "score_differences",
    "score_intervals",
    "scores_at",
    "standard_error",
    "tally",
]
