"""Logged samples, whoever logged them, as a table of small columns."""

from __future__ import annotations

from lm_eval_abstain.logs.formats.columns import parse_columns
from lm_eval_abstain.logs.load import load_samples
from lm_eval_abstain.logs.samples import Group, Samples
from lm_eval_abstain.logs.text import SampleText
from lm_eval_abstain.rubric import Signature

__all__ = ["Group", "SampleText", "Samples", "Signature", "load_samples", "parse_columns"]
