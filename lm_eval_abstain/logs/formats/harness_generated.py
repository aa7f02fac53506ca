"""Samples of plain tasks with generated answers, judged as those of the variants are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from lm_eval_abstain.logs.arguments import prompt_of
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.cut_limits import Ends
from lm_eval_abstain.logs.formats.harness_rows import RowReader, Rows, right_or_wrong
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.logs.token_limits import RunLimit, TokenLimit, limit_of
from lm_eval_abstain.outcomes.exact_match import matcher_of
from lm_eval_abstain.outcomes.filters import (
    DEFAULT_LIMIT,
    compared_whole,
    compares_words,
    fallbacks_of,
    named_limit,
    selection_of,
)
from lm_eval_abstain.outcomes.judge import Judge, Judgement
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import CODE, DEFAULT_ABSTAIN_TEXT, ObjectionPolicy, Outcome, Signature

__all__ = ["GeneratedReader"]


class GeneratedReader(RowReader):
    """Samples with one response each, which the base task calls right or wrong."""

    strict = True

    def __init__(
        self,
        base: str,
        metric: str,
        signature: Signature,
        config: Mapping[str, Any],
        *,
        stated: bool = True,
    ) -> None:
        """Choose what is decoded.

        Args:
            base: The task's name.
            metric: Its metric that says right or wrong.
            signature: The signature of its samples.
            config: The task's definition as the results file has it; empty if there is none.
            stated: Whether an answer that is stated in a sentence counts where whole texts are
                compared.
        """
        self._base, self._metric, self._signature = base, metric, signature
        self._select = selection_of(config.get("filter_list"))
        self._fallback = fallbacks_of(config.get("filter_list"))
        named = named_limit(config.get("generation_kwargs") or {})
        self._limit = TokenLimit(named or DEFAULT_LIMIT, "logged" if named else "assumed")
        self._truncated: set[int] = set()
        self._whole = compared_whole(config, metric)
        self._words = compares_words(config, metric)
        self._stated = stated
        self._matches = matcher_of(config)
        self.kind: Any = msgspec.defstruct(
            "GeneratedSample",
            [
                ("doc_id", int),
                ("resps", list[list[str]]),
                ("filtered_resps", list[Any]),
                ("right", float | bool, msgspec.field(name=metric)),
                ("arguments", Any, None),
                ("target", Any, None),
                ("filter", str, ""),
                ("doc_hash", str, ""),
            ],
        )

    def find_limit(self, blocks: Iterable[Records]) -> None:
        """Infer how long the responses could be, if that is not logged.

        Args:
            blocks: All records; read only if they are needed.
        """
        if self._limit.source != "logged":
            ends = Ends()
            once: set[int] = set()  # each document is logged under each filter
            for sample in (value for records in blocks for value in records.values):
                if sample.doc_id not in once:
                    once.add(sample.doc_id)
                    ends.add(_response(sample))
            self._limit = limit_of(ends, DEFAULT_LIMIT)

    def run_limit(self, model: str) -> RunLimit:
        """The limit after all rows were made, and how many responses it cut."""
        return RunLimit(model, self._base, self._limit, len(self._truncated))

    def rows(self, records: Records, builder: Builder) -> Rows:
        """See `RowReader`."""
        values = records.values
        rows = Rows(records, builder)
        judged = right_or_wrong(rows, [r.right for r in values], self._metric)
        rows.refuse(
            np.array([len(r.resps) != 1 or len(r.resps[0]) != 1 for r in values]),
            "not one response",
            lambda i: f"there is not one response but {values[i].resps!r:.80}",
        )
        found = [
            self.judgement(value, bool(right == CODE[Outcome.CORRECT]), builder.judge)
            for value, right in zip(values, judged)
        ]
        self._truncated |= {
            value.doc_id
            for value, one in zip(values, found)
            if one.outcome is Outcome.TRUNCATED and self._limit.cuts(_response(value))
        }
        rows.columns |= {
            "outcome": np.array([CODE[one.outcome] for one in found], dtype=np.int8),
            "read": builder.traces.codes(map(Trace.of, found)),
            "signature": builder.signatures[self._signature],
            "base": builder.bases[self._base],
        }
        return rows

    def judgement(
        self,
        sample: Any,
        correct: bool,
        judge: Judge,
        *,
        question: str | None = None,
        part: str | None = None,
        unanswered: bool = False,
        abstain_text: str = DEFAULT_ABSTAIN_TEXT,
        objections: ObjectionPolicy = "answer",
    ) -> Judgement:
        """What becomes of one sample.

        Args:
            sample: The sample, with at least the fields of `kind`.
            correct: Whether its metric is 1.
            judge: What decides.
            question: The question; None for the logged prompt.
            part: See `outcomes.judge.judge`.
            unanswered: Whether it is known that the base task found no answer; else that is told
                from what its filter made of the response.
            abstain_text: See there.
            objections: See there.
        """
        text = _response(sample)
        answer = next(iter(sample.filtered_resps), "")
        blank = isinstance(answer, str) and not answer.strip()
        return judge(
            text,
            correct=correct,
            headline=self._metric,
            answer=answer,
            unanswered=unanswered
            or blank
            or answer == self._fallback.get(sample.filter, "[invalid]"),
            # The prompt, not the document: that may hold the right answer and its reasons.
            question=prompt_of(sample.arguments) if question is None else question,
            part=part,
            abstain_text=abstain_text,
            select=self._select.get(sample.filter, "last"),
            token_limit=self._limit.of(text),
            states=self._states(sample),
            searched=sample.filter not in self._whole,
            objections=objections,
        )

    def _states(self, sample: Any) -> Callable[[str], bool] | None:
        """What the logged target says of a bare answer, where words were compared."""
        as_compared = sample.filter in self._whole and not self._stated
        if not self._words or sample.target is None or as_compared:
            return None
        return lambda answer: self._matches(answer, sample.target)


def _response(sample: Any) -> str:
    return next((response for drawn in sample.resps for response in drawn), "")
