"""What variants of generative tasks share: reading responses, and the ledger of outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.extraction import Filtered, filter_each, read_nothing, reader_of
from lm_eval_abstain.harness.metrics import SampleMetrics
from lm_eval_abstain.harness.remarks import Remark, Seen, fate_of_response, on_responses
from lm_eval_abstain.harness.variant_task import VariantTask
from lm_eval_abstain.outcomes.filters import compared_whole, selection_of, token_limit
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.detect import Reading
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.reading.stated_answer import STATED_VERSION
from lm_eval_abstain.rubric import Outcome

__all__ = ["GenerationTask", "Judged"]


@dataclass(frozen=True)
class Judged:
    """What became of one response under one filter.

    Attributes:
        outcome: Its outcome.
        correct: Whether the base task calls it right, abstention or not.
        reading: What was read in it.
        response: The response, raw and filtered.
        stated: The answer that was read in it where the base task's comparison reads none.
    """

    outcome: Outcome
    correct: bool
    reading: Reading
    response: Filtered
    stated: str = ""

    @property
    def answer(self) -> Filtered:
        """The response with its stated answer, if there is one, as what the filter made of it."""
        return self.response._replace(value=self.stated) if self.stated else self.response

    @property
    def facts(self) -> dict[str, Any]:
        """What is logged of a response."""
        reading = self.reading
        return {
            "base_metric": float(self.correct),
            "reading": {
                "kind": reading.kind.value,
                "where": reading.where,
                "phrase": reading.phrase,
                "start": reading.start,
                "end": reading.end,
                **({"stage": reading.stage.value} if reading.stage else {}),
                **({"stated": self.stated} if self.stated else {}),
            },
        }


class GenerationTask(VariantTask):
    """A generative task of the harness whose responses are read before they are filtered.

    Whether the model abstained is read from its raw response. Everything else is the base task's
    own: its filters, and its metric, which says what is right.
    """

    def _prepare(self) -> None:
        self._select = selection_of(self.config.filter_list)
        self._whole = compared_whole(vars(self.config), self.headline)
        self._finds_nothing = reader_of(
            self.base_file, self.config.process_results, self.headline, self.base_name
        )
        # Now, and not after hours of generation: is the headline metric there, and 0 or 1?
        doc = self.eval_docs[0]
        for value in read_nothing(doc, self._filters):
            self._correct(doc, value)

    def _signed(self) -> dict[str, str]:
        signed = {"unparsed": self.settings.unparsed, "detector": DETECTOR_VERSION}
        if self._whole:
            stated = self.settings.answers == "stated"
            signed["answers"] = STATED_VERSION if stated else self.settings.answers
        return signed

    @property
    def _layout(self) -> Any:
        return self.config.generation_kwargs

    def _text(self, doc: dict[str, Any]) -> str:
        return self._checked(self.doc_to_text(doc))

    def _checked(self, text: Any) -> str:
        if not isinstance(text, str):
            raise UnsupportedTaskError(self.base_name, f"its questions are no texts: {text!r}")
        return text

    def apply_filters(self) -> Any:
        """Filter the responses as the base task does, and keep the raw ones beside the results."""
        if self._predict_only:
            return super().apply_filters()
        return filter_each(self.instances, self._filters, self._answer_part)

    def _answer_part(self, response: str) -> str:
        """The part of a response that is its answer, for the base task's filters to read."""
        return response

    def process_results(self, doc: dict[str, Any], results: Any) -> dict[str, Any]:
        """One document's outcome for one filter, from its raw and its filtered responses."""
        if self._predict_only:
            return super().process_results(doc, results)
        (responses,) = results
        judged = [self._judge(doc, response) for response in responses]
        self._seen.update(
            (one.response.name, fate_of_response(one.outcome, one.reading)) for one in judged
        )
        metrics, facts = self._row(judged)
        # The harness logs what it was handed; a reader wants what the filter made.
        values = [one.response.value for one in judged]
        return SampleMetrics(metrics, self._facts({"filtered_resps": values, **facts}))

    def _remarks(self, seen: Seen) -> list[Remark]:
        stops = (self.config.generation_kwargs or {}).get("until") or []
        return on_responses(
            seen,
            limit=self._token_limit,
            stops=[stops] if isinstance(stops, str) else stops,
            unparsed=self.settings.unparsed,
        )

    def _row(self, judged: list[Judged]) -> tuple[dict[str, Any], dict[str, Any]]:
        """One document's metrics, and what is logged beside them."""
        raise NotImplementedError

    def _judge(self, doc: dict[str, Any], response: Filtered) -> Judged:
        if not isinstance(cast("object", response.raw), str):
            raise AbstainError(
                f"'{self.task_name}': the model returned {response.raw!r} and no text for {doc}."
            )
        correct = self._correct(doc, response.value)
        unanswered = response.unread
        if self._finds_nothing is not None and not correct:
            unanswered = self._finds_nothing(response.text)
        by_statement = self.settings.answers == "stated" and response.name in self._whole
        judgement = judge(
            response.raw,
            part=response.text,
            correct=correct,
            headline=self.headline,
            answer=response.value,
            unanswered=unanswered,
            question=self._text(doc),
            abstain_text=self.settings.rubric.abstain_text,
            select=self._select.get(response.name, "last"),
            token_limit=self._token_limit,
            states=(lambda text: self._correct(doc, text)) if by_statement else None,
        )
        return Judged(judgement.outcome, correct, judgement.reading, response, judgement.stated)

    @property
    def _token_limit(self) -> int:
        return token_limit(
            {**(self.config.metadata or {}), **(self.config.generation_kwargs or {})}
        )

    def _correct(self, doc: dict[str, Any], value: Any) -> bool:
        """What the base task's headline metric says of a filtered response."""
        score = super().process_results(doc, [value]).get(self.headline)
        if score not in (0, 1):
            raise AbstainError(
                f"'{self.task_name}': the base task's {self.headline} is {score!r} for one "
                f"document, which is neither right nor wrong: {doc}"
            )
        return bool(score)
