"""Behavioral calibration from outcomes: does a model act on the stakes that it is told?"""

from __future__ import annotations

from lm_eval_abstain.audits.one import Audit, Brief, audit, brief
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes, pooled
from lm_eval_abstain.audits.verdict import Verdict
from lm_eval_abstain.printing.audit_record import record

__all__ = [
    "Audit",
    "Brief",
    "SweepOutcomes",
    "TargetOutcomes",
    "Verdict",
    "audit",
    "brief",
    "pooled",
    "record",
]
