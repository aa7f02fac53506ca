"""What variants of generative tasks share: reading responses, and the ledger of outcomes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.extraction import (
    Filtered,
    filter_each,
    read_text,
    readable,
    reader_of,
)
from lm_eval_abstain.harness.judged import Judged, trace_of
from lm_eval_abstain.harness.metrics import SampleMetrics
from lm_eval_abstain.harness.reading_remarks import Read, logged_counts, on_reading
from lm_eval_abstain.harness.remarks import Remark, Seen, fate_of_response, on_responses
from lm_eval_abstain.harness.right_or_wrong import check_right_or_wrong
from lm_eval_abstain.harness.variant_task import VariantTask
from lm_eval_abstain.outcomes.filters import (
    compared_whole,
    compares_words,
    selection_of,
    token_limit,
)
from lm_eval_abstain.outcomes.headline import RIGHT_OR_WRONG
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.reading.stated_answer import STATED_VERSION
from lm_eval_abstain.rubric import Outcome
from lm_eval_abstain.rubric.signature import objections_part

__all__ = ["GenerationTask"]


class GenerationTask(VariantTask):
    """A generative task of the harness whose responses are read before they are filtered.

    Whether the model abstained is read from its raw response. Everything else is the base task's
    own: its filters, and its metric, which says what is right.
    """

    def _prepare(self) -> None:
        self._select = selection_of(self.config.filter_list)
        self._read: Read = defaultdict(Counter)
        self._words = compares_words(vars(self.config), self.headline)
        self._whole = compared_whole(vars(self.config), self.headline)
        self._finds_nothing = reader_of(
            self.base_file, self.config.process_results, self.headline, self.base_name
        )
        if not self.config.unsafe_code:  # the user has yet to allow that a program is run
            self._data.look(f"right by {self.headline}", self._check_headline)

    def _check_headline(self) -> None:
        """Is the headline metric there, and 0 or 1? Now, and not after hours of generation."""
        own = self.config.process_results is not None or self.headline not in RIGHT_OR_WRONG
        check_right_or_wrong(
            self.base_name,
            self.headline,
            self.eval_docs,
            own=own,
            says=self._says,
            gold=self.doc_to_target,
            abstain_text=self.settings.rubric.abstain_text,
        )

    def _says(self, doc: dict[str, Any], text: str) -> list[bool]:
        """What the base task says of a response, for each filter."""
        return [self._correct(doc, value) for value in read_text(text, doc, self._filters)]

    def _signed(self) -> dict[str, str]:
        signed = {
            "unparsed": self.settings.unparsed,
            "detector": DETECTOR_VERSION,
            **objections_part(self.settings.objections),
        }
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
            (one.response.name, fate_of_response(one.outcome, one.judgement.reading))
            for one in judged
        )
        outcome = self._decide(judged, lambda one: one.outcome)
        trace = trace_of(judged, lambda taken: self._decide(judged, taken))
        self._read[judged[0].response.name][trace, outcome] += 1
        metrics, facts = self._row(judged, outcome)
        logged = {
            # The harness logs what it was handed; a reader wants what the filter made.
            "filtered_resps": [one.response.value for one in judged],
            "outcome": outcome.value,
            **trace.logged,
            **facts,
        }
        return SampleMetrics(metrics, self._facts(logged))

    def _decide(self, judged: list[Judged], outcome: Callable[[Judged], Outcome]) -> Outcome:
        """The outcome of a document.

        Args:
            judged: Its responses.
            outcome: What the outcome of each is taken to be.
        """
        (one,) = judged
        return outcome(one)

    def _remarks(self, seen: Seen) -> list[Remark]:
        read, self._read = self._read, defaultdict(Counter)
        # In the results file, which one of several processes writes: it knows only its own.
        if read and self.config.metadata is not None and self._processes == 1:
            self.config.metadata["reading"] = logged_counts(read)
        stops = (self.config.generation_kwargs or {}).get("until") or []
        remarks = on_responses(
            seen,
            limit=self._token_limit,
            stops=[stops] if isinstance(stops, str) else stops,
            unparsed=self.settings.unparsed,
        )
        return remarks + on_reading(read, self._targets, self.settings)

    @property
    def _targets(self) -> tuple[float, ...]:
        """The targets that the run is scored at."""
        return self.settings.rescored_targets

    def _row(self, judged: list[Judged], outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
        """One document's metrics, and what is logged beside them and its outcome."""
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
        searched = response.name not in self._whole
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
            states=self._states(doc, searched=searched),
            searched=searched,
            objections=self.settings.objections,
        )
        return Judged(judgement, correct, response)

    def _states(self, doc: dict[str, Any], *, searched: bool) -> Callable[[str], bool] | None:
        """What the base task says of a bare answer; None where it cannot be asked, or shall not."""
        if self._finds_nothing is not None:
            base, metric = self.base_file, self.headline
            return lambda answer: self._correct(doc, readable(base, metric, answer))
        if self._words and (searched or self.settings.answers == "stated"):
            return lambda answer: self._correct(doc, answer)
        return None

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
