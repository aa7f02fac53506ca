"""The metrics that a variant reports, per document and aggregated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.choice import Choice
from lm_eval_abstain.outcome import Outcome
from lm_eval_abstain.rubric import Rubric

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys

__all__ = [
    "AGGREGATIONS",
    "GROUP_METRICS",
    "HIGHER_IS_BETTER",
    "SampleMetrics",
    "acc_answered",
    "document_metrics",
]


def acc_answered(values: Sequence[float | None]) -> float:
    """Correct / answered.

    Args:
        values: One a document: 1 if correct, 0 if not, None if not answered.

    Returns:
        In [0, 1]; NaN, never 0, where nothing was answered.
    """
    answered = [value for value in values if value is not None]
    return sum(answered) / len(answered) if answered else math.nan


AGGREGATIONS: dict[str, Callable[..., float]] = {
    "score": mean,
    "acc": mean,
    "error_rate": mean,
    "abstain_rate": mean,
    "abstain_prob": mean,
    "forced_acc": mean,
    "acc_answered": acc_answered,
}
HIGHER_IS_BETTER: dict[str, bool | None] = {
    "score": True,
    "acc": True,
    "error_rate": False,
    "abstain_rate": None,
    "abstain_prob": None,
    "forced_acc": True,
    "acc_answered": True,
}
# A group's value is a weighted mean of its tasks' values, which is wrong for a ratio.
GROUP_METRICS = tuple(name for name, function in AGGREGATIONS.items() if function is mean)


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


def document_metrics(
    rubric: Rubric, choice: Choice, forced: float, signature: str
) -> SampleMetrics:
    """The metrics of one document.

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
            "score": rubric.points(outcome),
            "acc": float(outcome is Outcome.CORRECT),
            "error_rate": float(outcome is Outcome.WRONG),
            "abstain_rate": float(outcome is Outcome.ABSTAINED),
            "abstain_prob": choice.probabilities[-1],
            "forced_acc": forced,
            "acc_answered": None if choice.abstained else forced,
        },
        facts={
            "outcome": outcome.value,
            "confidence_target": float(rubric.target),
            "penalty": rubric.penalty,
            "option_probs": list(choice.probabilities),
            "signature": signature,
        },
    )
