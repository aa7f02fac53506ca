"""Behavioral calibration from outcomes: does a model act on the stakes that it is told?"""

from __future__ import annotations

from lm_eval_abstain.audit.audit import Audit, Brief, audit, brief
from lm_eval_abstain.audit.record import record
from lm_eval_abstain.audit.sweep import OpenRun, Sweep, pooled
from lm_eval_abstain.audit.verdict import Verdict

__all__ = ["Audit", "Brief", "OpenRun", "Sweep", "Verdict", "audit", "brief", "pooled", "record"]
