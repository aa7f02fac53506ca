"""Samples of our variants whose responses are judged anew, for the verdicts of a judge model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
import numpy as np

from lm_eval_abstain.logs.arguments import prompt_of
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_generated import GeneratedReader
from lm_eval_abstain.logs.formats.harness_rows import Rows
from lm_eval_abstain.logs.formats.harness_variants import VariantReader, VariantSample
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.answers import outcome_if_stated
from lm_eval_abstain.outcomes.judge import Judge
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.prompts.heads import question_behind
from lm_eval_abstain.reading.confidence import confidence_sentence, read_confidence
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import CODE, Outcome, Rubric, Signature

__all__ = ["JudgedReader"]


class JudgedSample(VariantSample):
    """A sample of a variant with generated answers, with the texts."""

    resps: list[list[str]] = msgspec.field(default_factory=list[list[str]])
    filtered_resps: list[Any] = msgspec.field(default_factory=list[Any])
    arguments: Any = None
    target: Any = None
    base_metric: float = 0.0


class _Found(NamedTuple):
    """What became of a sample, by its judge."""

    outcome: Outcome
    confidence: float | None
    trace: Trace


class JudgedReader(VariantReader):
    """Samples with `outcome` and `signature`; where a judge has a verdict, that counts."""

    kind = JudgedSample

    def __init__(self, base: str, config: Mapping[str, Any]) -> None:
        """Remember what the samples do not say.

        Args:
            base: The base task's name, where the samples do not give it.
            config: The task's definition as the results file has it; empty if there is none.
        """
        super().__init__(base, choice=False)
        self._config = config
        self._readers: dict[Signature, GeneratedReader] = {}

    def rows(self, records: Records, builder: Builder) -> Rows:
        """See `RowReader`."""
        rows = super().rows(records, builder)
        values: list[JudgedSample] = records.values
        signed = [self._signature(one.signature) for one in values]
        questions = [
            _question(one, signature) if isinstance(signature, Signature) else ""
            for one, signature in zip(values, signed)
        ]
        rows.refuse(
            np.array([question is None for question in questions]),
            "stakes in the prompt",
            lambda i: (
                "the prompt does not hold the sentence that states the stakes as the "
                "signature has it, and a judge must not see them in other words"
            ),
        )
        for place, (one, signature, question) in enumerate(zip(values, signed, questions)):
            if not isinstance(signature, Signature) or question is None:
                continue  # it is left out
            if [len(drawn) for drawn in one.resps] != [1]:
                builder.problems.note(
                    f"{self._base}: a judge's verdicts are about single responses; where several "
                    "were drawn for a question, outcomes stay as they were logged."
                )
                continue
            found = self._judged(one, signature, question, builder.judge)
            if found is not None:
                rows.columns["outcome"][place] = CODE[found.outcome]
                sure = found.confidence
                rows.columns["confidence"][place] = np.nan if sure is None else sure
                rows.columns["read"][place] = builder.traces[found.trace]
        return rows

    def _judged(
        self, sample: JudgedSample, signature: Signature, question: str, judge: Judge
    ) -> _Found | None:
        """What became of a sample that a judge has read; None of any other."""
        response = sample.resps[0][0]
        asked = signature.rubric == "confidence"
        confidence = read_confidence(response) if asked else None
        logged = Outcome(sample.outcome)
        refused = sample.reading is not None and sample.reading.kind == Kind.REFUSED.value
        judgement = self._reader(signature).judgement(
            sample,
            sample.base_metric == 1 or logged is Outcome.CORRECT,
            judge,
            question=question,
            part=confidence.removed_from(response) if confidence else None,
            unanswered=logged is Outcome.UNPARSED and not refused,
            abstain_text=signature.abstain_text,
            objections=signature.objections,
        )
        if judgement.reading.stage is not Stage.JUDGE:
            return None
        trace = Trace.of(judgement)
        if confidence is None:
            return _Found(judgement.outcome, None, trace)

        def stated(outcome: Outcome | None) -> Outcome | None:
            return outcome and outcome_if_stated(outcome, confidence.value)

        outcome = outcome_if_stated(judgement.outcome, confidence.value)
        answered = outcome in (Outcome.CORRECT, Outcome.WRONG) and confidence.value is not None
        return _Found(
            outcome,
            confidence.value if answered else None,
            replace(trace, otherwise=stated(trace.otherwise), if_read=stated(trace.if_read)),
        )

    def _reader(self, signature: Signature) -> GeneratedReader:
        """What judges the base task's own samples, for samples of one signature."""
        if signature not in self._readers:
            parts = signature.parts
            self._readers[signature] = GeneratedReader(
                self._base,
                parts.get("metric", ""),
                signature,
                self._config,
                stated=parts.get("answers", "").startswith("stated-"),
            )
        return self._readers[signature]


def _question(sample: JudgedSample, signature: Signature) -> str | None:
    """The base task's question; None where what we put before it cannot be found."""
    prompt = prompt_of(sample.arguments)
    if signature.rubric == "open":
        stakes = (signature.abstain_text, signature.wording, signature.language)
        rubric = Rubric(signature.target, *stakes)
        return question_behind(prompt, rubric.sentence)
    if signature.rubric == "confidence":
        return question_behind(prompt, confidence_sentence(signature.language))
    return prompt
