"""The closed rubric for multiple-choice tasks, as a task class of the harness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.metrics import Aggregations, SampleMetrics, points_by_target
from lm_eval_abstain.harness.policy_metrics import policy_aggregations, policy_row
from lm_eval_abstain.harness.variant_task import VariantTask
from lm_eval_abstain.outcomes.answers import outcome_of_answer
from lm_eval_abstain.outcomes.choose import Forced, forced_answer
from lm_eval_abstain.rubric import Outcome, target_key

__all__ = ["ClosedMultipleChoice"]


class ClosedMultipleChoice(VariantTask):
    """A multiple-choice task of the harness as it is, rescored at every target.

    Prompts, requests and the headline metric are the base task's. The probability that the
    model gives its answer among the options shows, from the one run, what it would score if it
    answered only above a target.
    """

    LABEL = "closed"
    STATES_TARGET = False
    SPEAKS = False

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The headline metric, the rates, and the scores at every target."""
        return {
            headline: mean,
            "acc": mean,
            "error_rate": mean,
            **{f"score_{target_key(target)}": mean for target in targets},
            **policy_aggregations(targets),
            "brier": mean,  # each document has a confidence, so it is a plain mean
        }

    def _prepare(self) -> None:
        self._check_best_option()

    def _signed(self) -> dict[str, str]:
        return {"rubric": "closed"}

    def process_results(self, doc: dict[str, Any], results: Any) -> dict[str, Any]:
        """One document's outcome, which is the base task's, and the confidence in it."""
        base = super().process_results(doc, results)
        if self._predict_only:
            return base
        try:
            forced = forced_answer(
                [loglik for loglik, _ in results], self.doc_to_choice(doc), self.headline
            )
        except AbstainError as error:
            raise AbstainError(f"'{self.task_name}', document {doc}: {error}") from None
        metrics, facts = closed_row(
            self.settings.rescored_targets, forced, float(base[self.headline])
        )
        return SampleMetrics({self.headline: base[self.headline], **metrics}, self._facts(facts))


def closed_row(
    targets: Sequence[float], forced: Forced, correct: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One document's metrics, and what is logged beside them.

    Args:
        targets: The targets that the answer is rescored at.
        forced: The answer.
        correct: 1 if the base task's metric says that it is right, else 0.
    """
    outcome = outcome_of_answer(correct == 1.0)
    metrics = {
        "acc": float(outcome is Outcome.CORRECT),
        "error_rate": float(outcome is Outcome.WRONG),
        **points_by_target(targets, outcome),
        **policy_row(targets, outcome, forced.confidence),
        "brier": (forced.confidence - correct) ** 2,
    }
    facts = {
        "outcome": outcome.value,
        "option_probs": list(forced.probabilities),
        "confidence": forced.confidence,
    }
    return metrics, facts
