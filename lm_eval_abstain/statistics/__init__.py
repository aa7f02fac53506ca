"""Metrics, intervals and tests from outcomes and confidences; nothing here knows the harness."""

from __future__ import annotations

from lm_eval_abstain.statistics.counts import Counts, denominators, metrics, score, tally
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
    standard_error,
)
from lm_eval_abstain.statistics.paired import Difference, holm, joint, mcnemar, paired_bootstrap
from lm_eval_abstain.statistics.resampling import resample

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
    "standard_error",
    "tally",
]
