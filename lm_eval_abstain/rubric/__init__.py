"""What a mistake costs: the stakes, their wordings, the outcomes that they price, the signature.

Points, the implied policy, the policy for documents without an answer, the signature and the
catalogue of metrics are decided here and nowhere else.
"""

from __future__ import annotations

from lm_eval_abstain.rubric.catalogue import METRICS, Metric, higher_is_better
from lm_eval_abstain.rubric.outcome import (
    CODE,
    ORDER,
    UNPARSED_POLICIES,
    Outcome,
    UnparsedPolicy,
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
    "ORDER",
    "STANDARD_TARGETS",
    "UNPARSED_POLICIES",
    "Metric",
    "Outcome",
    "Rubric",
    "Signature",
    "UnparsedPolicy",
    "check_policy",
    "higher_is_better",
    "target_key",
    "withheld",
]
