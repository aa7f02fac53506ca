"""The metrics that a variant reports, per document and aggregated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.choice import Choice
from lm_eval_abstain.outcome import Outcome, UnparsedPolicy
from lm_eval_abstain.rubric import Rubric

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys

__all__ = [
    "CHOICE_METRICS",
    "GENERATION_METRICS",
    "HIGHER_IS_BETTER",
    "Aggregations",
    "SampleMetrics",
    "acc_answered",
    "choice_metrics",
    "generation_metrics",
    "group_metrics",
]

Aggregations = dict[str, Callable[..., float]]


def acc_answered(values: Sequence[float | None]) -> float:
    """Correct / answered.

    Args:
        values: One a document: 1 if correct, 0 if not, None if not answered.

    Returns:
        In [0, 1]; NaN, never 0, where nothing was answered.
    """
    answered = [value for value in values if value is not None]
    return sum(answered) / len(answered) if answered else math.nan


_OUTCOMES: Aggregations = {"score": mean, "acc": mean, "error_rate": mean, "abstain_rate": mean}
CHOICE_METRICS: Aggregations = {
    **_OUTCOMES,
    "abstain_prob": mean,
    "forced_acc": mean,
    "acc_answered": acc_answered,
}
GENERATION_METRICS: Aggregations = {
    **_OUTCOMES,
    "unparsed_rate": mean,
    "acc_answered": acc_answered,
}
HIGHER_IS_BETTER: dict[str, bool | None] = {
    "score": True,
    "acc": True,
    "error_rate": False,
    "abstain_rate": None,
    "unparsed_rate": False,
    "abstain_prob": None,
    "forced_acc": True,
    "acc_answered": True,
}


def group_metrics(reported: Sequence[Aggregations]) -> list[str]:
    """The metrics of a group, from what its tasks report: those that all of them have.

    A group's value is a weighted mean of its tasks' values, which is wrong for a ratio.
    """
    first, *others = reported
    return [
        name
        for name, function in first.items()
        if function is mean and all(name in other for other in others)
    ]


class SampleMetrics(dict[str, Any]):
    """One document's metrics for the harness to aggregate, and facts for it only to log.

    The harness aggregates what `items()` yields and copies the whole mapping into the logged
    sample with `dict.update`, which reads a dict's contents and not its `items()`. So the facts
    are stored but not listed: `outcome` stands in each sample and makes no row in the table.
    """

    def __init__(self, metrics: dict[str, Any], facts: dict[str, Any]) -> None:
        super().__init__(metrics | facts)
        self._metrics = metrics

    def items(self) -> dict_items[str, Any]:
        """The metrics alone."""
        return self._metrics.items()

    def keys(self) -> dict_keys[str, Any]:
        """The names of the metrics alone."""
        return self._metrics.keys()


def choice_metrics(rubric: Rubric, choice: Choice, forced: float, signature: str) -> SampleMetrics:
    """The metrics of one document of a multiple-choice task.

    Args:
        rubric: The stakes.
        choice: What the model chose.
        forced: 1 if the base task's metric says that the forced answer is right, else 0.
        signature: The run's signature, to be logged.
    """
    if choice.abstained:
        outcome = Outcome.ABSTAINED
    else:
        outcome = Outcome.CORRECT if forced == 1.0 else Outcome.WRONG
    return SampleMetrics(
        metrics={
            **_scored(rubric, outcome),
            "abstain_prob": choice.probabilities[-1],
            "forced_acc": forced,
        },
        facts={
            **_facts(rubric, outcome, signature),
            "option_probs": list(choice.probabilities),
        },
    )


def generation_metrics(
    rubric: Rubric,
    outcome: Outcome,
    policy: UnparsedPolicy,
    signature: str,
    facts: dict[str, Any],
) -> SampleMetrics:
    """The metrics of one document of a generative task, for one of its filters.

    Args:
        rubric: The stakes.
        outcome: What became of the document.
        policy: How it is scored where it holds no answer. Excluded, it only counts in
            `unparsed_rate`: the harness aggregates each metric over the documents that have it.
        signature: The run's signature, to be logged.
        facts: What else is logged.
    """
    scored = outcome.scored_as(policy)
    return SampleMetrics(
        metrics={
            **(_scored(rubric, scored) if scored else {}),
            "unparsed_rate": float(outcome.answerless),
        },
        facts={**_facts(rubric, outcome, signature), **facts},
    )


def _scored(rubric: Rubric, outcome: Outcome) -> dict[str, Any]:
    correct = float(outcome is Outcome.CORRECT)
    return {
        "score": rubric.points(outcome),
        "acc": correct,
        "error_rate": float(outcome is Outcome.WRONG),
        "abstain_rate": float(outcome is Outcome.ABSTAINED),
        "acc_answered": None if outcome is Outcome.ABSTAINED else correct,
    }


def _facts(rubric: Rubric, outcome: Outcome, signature: str) -> dict[str, Any]:
    return {
        "outcome": outcome.value,
        "confidence_target": float(rubric.target),
        "penalty": rubric.penalty,
        "signature": signature,
    }
