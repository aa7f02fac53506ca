"""Samples of plain tasks with generated answers: the text is read as the variants read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec
import numpy as np

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_rows import RowReader, Rows, right_or_wrong
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.filters import fallbacks_of, selection_of, token_limit
from lm_eval_abstain.outcomes.judge import outcome_of_response, word_for_word
from lm_eval_abstain.reading.detect import detect_abstention
from lm_eval_abstain.reading.visible import is_cut_off
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["GeneratedReader", "question_of"]


class GeneratedReader(RowReader):
    """Samples with one response each, which the base task calls right or wrong."""

    strict = True

    def __init__(
        self, base: str, metric: str, signature: Signature, config: Mapping[str, Any]
    ) -> None:
        """Choose what is decoded.

        Args:
            base: The task's name.
            metric: Its metric that says right or wrong.
            signature: The signature of its samples.
            config: The task's definition as the results file has it; empty if there is none.
        """
        self._base, self._metric, self._signature = base, metric, signature
        self._select = selection_of(config.get("filter_list"))
        self._fallback = fallbacks_of(config.get("filter_list"))
        self._limit = token_limit(config.get("generation_kwargs") or {})
        self.kind: Any = msgspec.defstruct(
            "GeneratedSample",
            [
                ("doc_id", int),
                ("resps", list[list[str]]),
                ("filtered_resps", list[Any]),
                ("right", float | bool, msgspec.field(name=metric)),
                ("doc", Any, None),
                ("filter", str, ""),
                ("doc_hash", str, ""),
            ],
        )

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
        outcome = [
            CODE[self._outcome(value, bool(right == CODE[Outcome.CORRECT]))]
            for value, right in zip(values, judged)
        ]
        rows.columns |= {
            "outcome": np.array(outcome, dtype=np.int8),
            "signature": builder.signatures[self._signature],
            "base": builder.bases[self._base],
        }
        return rows

    def _outcome(self, sample: Any, correct: bool) -> Outcome:
        text = next((response for drawn in sample.resps for response in drawn), "")
        answer = next(iter(sample.filtered_resps), "")
        reading = detect_abstention(
            text,
            question=question_of(sample.doc),
            select=self._select.get(sample.filter, "last"),
            whole=self._metric.startswith("prompt_level"),
        )
        blank = isinstance(answer, str) and not answer.strip()
        return outcome_of_response(
            reading,
            correct=correct,
            unread=blank or answer == self._fallback.get(sample.filter, "[invalid]"),
            cut=is_cut_off(text, self._limit),
            named=self._metric == "exact_match" and word_for_word(answer, reading),
        )


def question_of(doc: Any) -> str:
    """All that a document says, a list of texts as labelled options.

    The question as the prompt put it stands in the logged arguments behind the worked examples,
    from which it cannot be told apart.
    """
    return "\n".join(_texts(doc))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, Any]", value).values():
            yield from _texts(part)
    elif isinstance(value, list):
        for index, part in enumerate(cast("list[Any]", value)):
            if isinstance(part, str):
                yield f"{chr(ord('A') + index % 26)}. {part}"
            else:
                yield from _texts(part)
