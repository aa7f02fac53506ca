"""Logged samples, whoever logged them, as a table of small columns."""

from __future__ import annotations

from lm_eval_abstain.samples.load import load_samples
from lm_eval_abstain.samples.plain import parse_columns
from lm_eval_abstain.samples.signature import Signature
from lm_eval_abstain.samples.table import Group, Samples
from lm_eval_abstain.samples.text import SampleText

__all__ = ["Group", "SampleText", "Samples", "Signature", "load_samples", "parse_columns"]
