"""Which metric of a base task says right or wrong of a document."""

from __future__ import annotations

from collections.abc import Sequence

from lm_eval_abstain.outcomes.choose import LENGTHS

__all__ = ["RIGHT_OR_WRONG", "headline_metrics"]

RIGHT_OR_WRONG = (
    "exact_match",
    "math_verify",
    "exact_match_original",
    "prompt_level_strict_acc",
    "prompt_level_loose_acc",
    "bleu_acc",
    "rouge1_acc",
    "rouge2_acc",
    "rougeL_acc",
)
"""The harness's metrics of generated text whose value for one document is 0 or 1."""


def headline_metrics(reported: Sequence[str], *, choice: bool, listed: bool) -> list[str]:
    """The metrics that can be the headline metric; the first one is it.

    Multiple choice: `acc_norm` where the task's own metric list names it, which it does where the
    options are texts of different length; else `acc`, which is the one that is quoted where the
    harness reports both by default. Generated text: the first of its list whose values are 0 and 1.

    Args:
        reported: The metrics that the task reports, in order.
        choice: Whether options are compared.
        listed: Whether the task has a metric list of its own.
    """
    if not choice:
        return [name for name in reported if name in RIGHT_OR_WRONG]
    usable = [name for name in LENGTHS if name in reported]
    return ["acc_norm", *usable] if listed and "acc_norm" in usable else usable
