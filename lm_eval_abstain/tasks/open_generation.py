"""The open rubric for tasks whose answer is generated text, as a task class of the harness."""

from __future__ import annotations

from typing import Any, cast

from lm_eval_abstain.abstention import Reading, detect_abstention
from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.layout import head_of, insert_sentence
from lm_eval_abstain.ledger import outcome_of_response
from lm_eval_abstain.phrases import DETECTOR_VERSION
from lm_eval_abstain.reasoning import is_cut_off
from lm_eval_abstain.tasks.extraction import (
    Filtered,
    apply_with_probe,
    read_nothing,
    reader_of,
    selection_of,
)
from lm_eval_abstain.tasks.metrics import GENERATION_METRICS, generation_metrics
from lm_eval_abstain.tasks.open_task import OpenTask

__all__ = ["OpenGeneration"]

# What the harness's model classes generate at most where neither task nor user says.
DEFAULT_TOKEN_LIMIT = 256


class OpenGeneration(OpenTask):
    """A generative task of the harness, with stakes and a way to say "I don't know".

    The rubric's sentence stands before the final question; nothing else of the prompt changes.
    Whether the model abstained is read from its raw response. Everything else is the base task's
    own: its filters, and its metric, which says what is right.
    """

    AGGREGATIONS = GENERATION_METRICS

    def _prepare(self) -> None:
        self.head = head_of(
            [self._text(doc) for doc in self._sample()], self.config.fewshot_delimiter
        )
        self._select = selection_of(self.config.filter_list)
        self._finds_nothing = reader_of(
            self.base_file, self.config.process_results, self.headline, self.base_name
        )
        # Where instructions are followed or not, the whole text is the answer.
        self._whole = self.headline.startswith("prompt_level")
        # Now, and not after hours of generation: is the headline metric there, and 0 or 1?
        doc = self.eval_docs[0]
        for value in read_nothing(doc, self._filters):
            self._correct(doc, value)
        asked = self.settings.rubric.abstain_text
        for stop in (self.config.generation_kwargs or {}).get("until") or []:
            if stop and stop in asked.rstrip(".!? "):
                raise UnsupportedTaskError(
                    self.base_name,
                    f"its generation stops at {stop!r}, inside the abstain text {asked!r}; choose "
                    "another abstain_text.",
                )

    def _signed(self) -> dict[str, str]:
        return {"unparsed": self.settings.unparsed, "detector": DETECTOR_VERSION}

    @property
    def _layout(self) -> tuple[str, Any]:
        return (self.head, self.config.generation_kwargs)

    def _text(self, doc: dict[str, Any]) -> str:
        text = self.doc_to_text(doc)
        if not isinstance(text, str):
            raise UnsupportedTaskError(self.base_name, f"its questions are no texts: {text!r}")
        return text

    def build_qa_turn(
        self, *, q: str | None = None, a: str | int | list[str] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Add the rubric to the turn without an answer, which is the final question."""
        if a is None:
            q = self._located(insert_sentence, q, self.head, self.settings.rubric.sentence)
        return super().build_qa_turn(q=q, a=a, **kwargs)

    def apply_filters(self) -> Any:
        """Filter the responses as the base task does, and keep the raw ones beside the results."""
        instances = super().apply_filters()
        if not self._predict_only:
            apply_with_probe(self.instances, self._filters)
        return instances

    def process_results(self, doc: dict[str, Any], results: Any) -> dict[str, Any]:
        """One document's outcome for one filter, from its raw and its filtered response."""
        if self._predict_only:
            return super().process_results(doc, results)
        (response,) = results
        assert isinstance(response, Filtered)
        if not isinstance(cast("object", response.raw), str):
            raise AbstainError(
                f"'{self.task_name}': the model returned {response.raw!r} and no text for {doc}."
            )
        reading = detect_abstention(
            response.raw,
            abstain_text=self.settings.rubric.abstain_text,
            question=self._text(doc),
            select=self._select.get(response.name, "last"),
            whole=self._whole,
        )
        correct = self._correct(doc, response.value)
        unread = response.unread
        if self._finds_nothing is not None and not correct:
            unread = self._finds_nothing(response.raw)
        outcome = outcome_of_response(
            reading,
            correct=correct,
            unread=unread,
            cut=is_cut_off(response.raw, self._token_limit),
            # Word for word: a likeness such as BLEU's would call an abstention right.
            named=self.headline == "exact_match" and _same(response.value, reading.phrase),
        )
        return generation_metrics(
            self.settings.rubric,
            outcome,
            self.settings.unparsed,
            self.signature,
            facts={
                # The harness logs what it handed over; a reader wants what the filter made.
                "filtered_resps": [response.value],
                "base_metric": float(correct),
                "reading": _described(reading),
            },
        )

    @property
    def _token_limit(self) -> int:
        """The most tokens that a response could have; a backend's own default may be another."""
        given = {**(self.config.metadata or {}), **(self.config.generation_kwargs or {})}
        names = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")
        return int(next((given[n] for n in names if given.get(n)), DEFAULT_TOKEN_LIMIT))

    def _correct(self, doc: dict[str, Any], value: Any) -> bool:
        """What the base task's headline metric says of a filtered response."""
        score = super().process_results(doc, [value]).get(self.headline)
        if score not in (0, 1):
            raise AbstainError(
                f"'{self.task_name}': the base task's {self.headline} is {score!r} for one "
                f"document, which is neither right nor wrong: {doc}"
            )
        return bool(score)


def _same(value: Any, phrase: str) -> bool:
    """Whether a filtered response is a phrase and nothing else."""
    return bool(phrase) and str(value).strip(" \n.\"'").casefold() == phrase.casefold()


def _described(reading: Reading) -> dict[str, Any]:
    return {
        "kind": reading.kind.value,
        "where": reading.where,
        "phrase": reading.phrase,
        "start": reading.start,
        "end": reading.end,
    }
