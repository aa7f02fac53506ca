"""Behavioral calibration from outcomes: does a model act on the stakes that it is told?

`audit` takes logged samples and audits every sweep in them. What it returns are numbers and
enums; the sentences and tables are made in `printing`.
"""

from __future__ import annotations

from lm_eval_abstain.audits.findings import Verdict
from lm_eval_abstain.audits.sample_audits import Audits, audit
from lm_eval_abstain.audits.sweep_audit import (
    SweepAudit,
    SweepVerdict,
    audit_sweep,
    sweep_verdict,
)
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes, pooled

__all__ = [
    "Audits",
    "SweepAudit",
    "SweepOutcomes",
    "SweepVerdict",
    "TargetOutcomes",
    "Verdict",
    "audit",
    "audit_sweep",
    "pooled",
    "sweep_verdict",
]
