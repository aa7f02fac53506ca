"""The open rubric for tasks whose answer is generated text, as a task class of the harness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.generation_task import GenerationTask
from lm_eval_abstain.harness.judged import Judged
from lm_eval_abstain.harness.lettering import LetteringField
from lm_eval_abstain.harness.metrics import (
    GENERATION_METRICS,
    Aggregations,
    generated_row,
    shown_stakes,
)
from lm_eval_abstain.harness.own_abstentions import refuse_own_abstentions
from lm_eval_abstain.prompts.heads import Head
from lm_eval_abstain.rubric import Outcome

__all__ = ["OpenGeneration", "StatedGeneration"]


class StatedGeneration(GenerationTask):
    """A generative task with one sentence more, before its final question."""

    def _prepare(self) -> None:
        super()._prepare()
        self.head: Head = self._data.look("head", self._read_head)
        self._refuse_stops()

    def _read_head(self) -> Head:
        texts = [self._checked(text) for _, text in self._sample()]
        return Head.read(texts, self.config.fewshot_delimiter)

    @property
    def _sentence(self) -> str:
        """What the prompt says."""
        raise NotImplementedError

    @property
    def _asked(self) -> str:
        """The words that the sentence asks for."""
        raise NotImplementedError

    def _refuse_stops(self) -> None:
        asked = self._asked.rstrip(".!? ")
        for stop in (self.config.generation_kwargs or {}).get("until") or []:
            if stop and stop in asked:
                raise UnsupportedTaskError(
                    self.base_name,
                    f"its generation stops at {stop!r}, inside {asked!r}, which the model is "
                    "asked to write; choose another abstain_text.",
                )

    @property
    def _layout(self) -> Any:
        return (self.head, super()._layout)

    def build_qa_turn(
        self, *, q: str | None = None, a: str | int | list[str] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Add the sentence to the turn without an answer, which is the final question."""
        if a is None:
            q = self._located(self.head.state, q, self._sentence)
        return super().build_qa_turn(q=q, a=a, **kwargs)


class OpenGeneration(StatedGeneration):
    """A generative task of the harness, with stakes and a way to say "I don't know".

    The rubric's sentence stands before the final question; nothing else of the prompt changes.
    """

    LABEL = "abstain"

    def _prepare(self) -> None:
        super()._prepare()
        text = self.config.doc_to_text
        if isinstance(text, LetteringField):  # else no options of a question are known
            self._located(refuse_own_abstentions, text.lettering.sampled_options)

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The metrics of generated answers."""
        return GENERATION_METRICS

    def _signed(self) -> dict[str, str]:
        return {**self.settings.rubric.signature, **super()._signed()}

    @property
    def _sentence(self) -> str:
        return self.settings.rubric.sentence

    @property
    def _asked(self) -> str:
        return self.settings.rubric.abstain_text

    @property
    def _targets(self) -> tuple[float, ...]:
        return (float(self.settings.rubric.target),)

    def _row(self, judged: list[Judged], outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
        (one,) = judged
        return self._scored(outcome, one.facts)

    def _scored(
        self, outcome: Outcome, facts: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The metrics of an outcome under the stakes, and what is logged beside them."""
        rubric = self.settings.rubric
        scored, rates = generated_row(outcome, self.settings.unparsed)
        points = {} if scored is None else {"score": rubric.points(scored)}
        return {**points, **rates}, {**shown_stakes(rubric), **facts}
