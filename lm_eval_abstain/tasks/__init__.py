"""Adapters to the harness's task classes; the only code here that knows them."""

from lm_eval_abstain.tasks.open_choice import OpenMultipleChoice
from lm_eval_abstain.tasks.open_generation import OpenGeneration

__all__ = ["OpenGeneration", "OpenMultipleChoice"]
