"""The metrics that variants report, per document and aggregated."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.outcomes.answers import outcome_of_choice
from lm_eval_abstain.outcomes.choose import Choice
from lm_eval_abstain.rubric import Outcome, Rubric, UnparsedPolicy, target_key

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys

__all__ = [
    "CHOICE_METRICS",
    "GENERATION_METRICS",
    "LEDGER",
    "Aggregations",
    "SampleMetrics",
    "acc_answered",
    "choice_row",
    "generated_row",
    "group_metrics",
    "ledger_row",
    "points_by_target",
    "shown_stakes",
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


LEDGER: Aggregations = {
    "acc": mean,
    "error_rate": mean,
    "abstain_rate": mean,
    "acc_answered": acc_answered,
}
"""The metrics of `ledger_row`."""
CHOICE_METRICS: Aggregations = {
    "score": mean,
    **LEDGER,
    "abstain_prob": mean,
    "forced_acc": mean,
}
"""What multiple choice under the open rubric reports."""
GENERATION_METRICS: Aggregations = {"score": mean, **LEDGER, "unparsed_rate": mean}
"""What generated answers under the open rubric report."""


def group_metrics(reported: Sequence[Aggregations]) -> list[str]:
    """The metrics of a group, from what its tasks report: those that all of them have.

    A group's value is a weighted mean of its tasks' values, which is wrong for ratios and curves.
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


def ledger_row(outcome: Outcome) -> dict[str, Any]:
    """One document's part in the rates: one-hot, and nothing in `acc_answered` if abstained.

    Args:
        outcome: Correct, wrong or abstained; see `Outcome.scored_as`.
    """
    correct = float(outcome is Outcome.CORRECT)
    return {
        "acc": correct,
        "error_rate": float(outcome is Outcome.WRONG),
        "abstain_rate": float(outcome is Outcome.ABSTAINED),
        "acc_answered": None if outcome is Outcome.ABSTAINED else correct,
    }


def choice_row(
    rubric: Rubric, choice: Choice, forced: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One document's metrics, and what is logged beside them.

    Args:
        rubric: The stakes. Under a wording that is not about abstaining, its extra option is
            one more wrong answer.
        choice: What the model chose.
        forced: 1 if the base task's metric says that the forced answer is right, else 0.
    """
    outcome = outcome_of_choice(
        abstained=choice.abstained, right=forced == 1.0, offered=rubric.offers_abstention
    )
    metrics = {
        "score": rubric.points(outcome),
        **ledger_row(outcome),
        "abstain_prob": choice.probabilities[-1],
        "forced_acc": forced,
    }
    facts = {
        "outcome": outcome.value,
        **shown_stakes(rubric),
        "option_probs": list(choice.probabilities),
        "confidence": None if math.isnan(choice.confidence) else choice.confidence,
    }
    return metrics, facts


def generated_row(
    outcome: Outcome, policy: UnparsedPolicy
) -> tuple[Outcome | None, dict[str, Any]]:
    """What an outcome of a generated answer is scored as, and the document's part in the rates.

    Excluded, it only counts in `unparsed_rate`: the harness aggregates each metric over the
    documents that have it.

    Args:
        outcome: What became of the document.
        policy: How it is scored where it holds no answer.
    """
    scored = outcome.scored_as(policy)
    row = {} if scored is None else ledger_row(scored)
    return scored, {**row, "unparsed_rate": float(outcome.answerless)}


def points_by_target(
    targets: Iterable[float], outcome: Outcome | Callable[[float], Outcome], name: str = "score"
) -> dict[str, float | None]:
    """One document's points at several targets, by metric name: `score_t00`, `score_t50`, ...

    Args:
        targets: The confidence targets.
        outcome: The outcome; or what it is at a target.
        name: The metric's name before the target.
    """
    return {
        f"{name}_{target_key(target)}": Rubric(target).points(
            outcome if isinstance(outcome, Outcome) else outcome(target)
        )
        for target in targets
    }


def shown_stakes(rubric: Rubric) -> dict[str, Any]:
    """What is logged of the stakes that a prompt stated."""
    return {"confidence_target": float(rubric.target), "penalty": rubric.penalty}
