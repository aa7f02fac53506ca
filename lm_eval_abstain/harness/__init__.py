"""Adapters to the harness's task classes; the only code here that knows them."""

from lm_eval_abstain.harness.closed_choice import ClosedMultipleChoice
from lm_eval_abstain.harness.closed_generation import ClosedGeneration
from lm_eval_abstain.harness.confidence_generation import ConfidenceGeneration
from lm_eval_abstain.harness.consistent_generation import ConsistentGeneration
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.harness.sweep import Sweep

__all__ = [
    "ClosedGeneration",
    "ClosedMultipleChoice",
    "ConfidenceGeneration",
    "ConsistentGeneration",
    "OpenGeneration",
    "OpenMultipleChoice",
    "Sweep",
]
