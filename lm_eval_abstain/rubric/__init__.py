"""What a mistake costs: the stakes, their wordings, the outcomes that they price, the signature.

Points, the implied policy, the policies for documents without an answer and for objections, the
signature and the catalogue of metrics are decided here and nowhere else.
"""

from __future__ import annotations

from lm_eval_abstain.rubric.catalogue import METRICS, Metric, higher_is_better
from lm_eval_abstain.rubric.outcome import (
    CODE,
    OBJECTION_POLICIES,
    ORDER,
    UNPARSED_POLICIES,
    ObjectionPolicy,
    Outcome,
    UnparsedPolicy,
    check_objections,
    check_policy,
)
from lm_eval_abstain.rubric.policy import withheld
from lm_eval_abstain.rubric.rubric import (
    DEFAULT_ABSTAIN_TEXT,
    DEFAULT_TARGET,
    STANDARD_TARGETS,
    Rubric,
    target_key,
)
from lm_eval_abstain.rubric.signature import Signature

__all__ = [
    "CODE",
    "DEFAULT_ABSTAIN_TEXT",
    "DEFAULT_TARGET",
    "METRICS",
    "OBJECTION_POLICIES",
    "ORDER",
    "STANDARD_TARGETS",
    "UNPARSED_POLICIES",
    "Metric",
    "ObjectionPolicy",
    "Outcome",
    "Rubric",
    "Signature",
    "UnparsedPolicy",
    "check_objections",
    "check_policy",
    "higher_is_better",
    "target_key",
    "withheld",
]
