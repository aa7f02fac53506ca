"""Logged samples, whoever logged them, as a table of small columns; and the runs in it."""

from __future__ import annotations

from lm_eval_abstain.logs.formats.columns import parse_columns
from lm_eval_abstain.logs.load import load_samples, samples_of
from lm_eval_abstain.logs.objections import with_objections
from lm_eval_abstain.logs.pair import Pairs, joint_outcomes, pair
from lm_eval_abstain.logs.pool import pool, runs_of, totals_of
from lm_eval_abstain.logs.run import Run, split
from lm_eval_abstain.logs.samples import Group, Samples
from lm_eval_abstain.logs.text import SampleText

__all__ = [
    "Group",
    "Pairs",
    "Run",
    "SampleText",
    "Samples",
    "joint_outcomes",
    "load_samples",
    "pair",
    "parse_columns",
    "pool",
    "runs_of",
    "samples_of",
    "split",
    "totals_of",
    "with_objections",
]
