"""Which metric of a base task says right or wrong of a document."""

from __future__ import annotations

from collections.abc import Sequence

from lm_eval_abstain.outcomes.choose import LENGTHS

__all__ = [
    "BY_ITS_NAME",
    "CHECKED",
    "CODE",
    "COMPARES_WORDS",
    "OF_ONE_OPTION",
    "OF_OPTIONS",
    "RIGHT_OR_WRONG",
    "WHOLE_TEXT",
    "headline_metrics",
]

CODE = ("pass@1", "pass_at_1")
"""Metrics that run the answer as a program: 1 where one sample passes its tests, else 0."""

CHECKED = (*CODE, "schema_compliance")
"""Metrics that check the answer by machine: what passes the check is no abstention."""

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
    *CHECKED,
)
"""The harness's metrics of generated text whose value for one document is 0 or 1."""

BY_ITS_NAME = ("acc", "accuracy", "em", "exact", "score")
"""Names under which functions of a task's own say right or wrong of generated text, if what they
give is 0 or 1: the same names stand for shares and likenesses elsewhere."""

OF_OPTIONS = ("f1", "mcc", "brier_score", "likelihood")
"""The harness's metrics of options that it computes from the right option's number: what it calls
the best option is then right or wrong, whether `acc` is listed or not. `exact_match` is none of
them: its options may all be right answers, of which it asks whether the model says one."""

OF_ONE_OPTION = (*LENGTHS, "em", "r@1")
"""Names under which a function of a task's own says whether the best option is right."""

COMPARES_WORDS = ("exact_match", "em", "exact")
"""Metrics that compare words, so that an abstention that is right is right word for word."""

WHOLE_TEXT = (*(name for name in RIGHT_OR_WRONG if name.startswith("prompt_level")), *CHECKED)
"""Metrics of the whole text, where a closing sentence is no answer of its own."""


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
