"""Verbalised confidence: one run of a generative task gives the score at every target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lm_eval_abstain.harness.judged import Judged
from lm_eval_abstain.harness.metrics import GENERATION_METRICS, Aggregations, generated_row
from lm_eval_abstain.harness.open_generation import StatedGeneration
from lm_eval_abstain.harness.policy_metrics import policy_aggregations, policy_row
from lm_eval_abstain.outcomes.answers import outcome_if_stated
from lm_eval_abstain.reading.confidence import (
    CONFIDENCE_WORDING,
    confidence_sentence,
    read_confidence,
)
from lm_eval_abstain.rubric import Outcome
from lm_eval_abstain.rubric.languages import language_part

__all__ = ["ConfidenceGeneration"]


class ConfidenceGeneration(StatedGeneration):
    """A generative task of the harness that also asks how likely the answer is to be correct.

    At a target the model is taken to answer only where it states a confidence above it. An
    answer without a confidence that can be read is `unparsed`.
    """

    LABEL = "confidence"
    STATES_TARGET = False

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The rates, and the scores of answering only above each target."""
        rates = {name: how for name, how in GENERATION_METRICS.items() if name != "score"}
        return {**rates, **policy_aggregations(targets)}

    def _signed(self) -> dict[str, str]:
        return {
            "rubric": "confidence",
            "wording": CONFIDENCE_WORDING,
            **language_part(self.settings.rubric.language),
            **super()._signed(),
        }

    @property
    def _sentence(self) -> str:
        return confidence_sentence(self.settings.rubric.language)

    @property
    def _asked(self) -> str:
        return "Confidence: 50%"

    def _answer_part(self, response: str) -> str:
        # A filter that takes the last number of the text would take the confidence.
        return read_confidence(response).removed_from(response)

    def _decide(self, judged: list[Judged], outcome: Callable[[Judged], Outcome]) -> Outcome:
        (one,) = judged
        return outcome_if_stated(outcome(one), read_confidence(one.response.raw).value)

    def _row(self, judged: list[Judged], outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
        (one,) = judged
        stated = read_confidence(one.response.raw)
        # Of an abstention, or of a text without an answer, a confidence says nothing.
        confidence = stated.value if outcome in (Outcome.CORRECT, Outcome.WRONG) else None
        scored, rates = generated_row(outcome, self.settings.unparsed)
        policy = (
            {} if scored is None else policy_row(self.settings.rescored_targets, scored, confidence)
        )
        facts = {
            "confidence": confidence,
            "stated_confidence": {
                "value": stated.value,
                "phrase": stated.phrase,
                "start": stated.start,
                "end": stated.end,
            },
            **one.facts,
        }
        return {**rates, **policy}, facts
