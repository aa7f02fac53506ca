"""The open rubric for multiple-choice tasks, as a task class of the harness."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from lm_eval.api.instance import Instance
from lm_eval.api.metrics import mean

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.metrics import (
    CHOICE_METRICS,
    Aggregations,
    SampleMetrics,
    choice_row,
)
from lm_eval_abstain.harness.nothing_asked import nothing_asked
from lm_eval_abstain.harness.option_prompts import OPTION_PROMPTS
from lm_eval_abstain.harness.own_abstentions import (
    constant_abstention,
    own_abstention,
    refuse_own_abstentions,
)
from lm_eval_abstain.harness.remarks import Remark, Seen, fates_of_choice, on_own_abstentions
from lm_eval_abstain.harness.variant_task import VariantTask
from lm_eval_abstain.harness.without_stakes import WITHOUT_STAKES, without_stakes
from lm_eval_abstain.outcomes.choose import Choice, choose, said_or_forced
from lm_eval_abstain.prompts.extend import Extended, Style, spaced
from lm_eval_abstain.prompts.layout import Form, Question
from lm_eval_abstain.prompts.unlisted import NOTHING_ASKED

__all__ = ["OpenMultipleChoice"]


class OpenMultipleChoice(VariantTask):
    """A multiple-choice task of the harness, with stakes and a way to say "I don't know".

    Everything is the base task's own but three things: the rubric's sentence before the final
    question, one more option, and a score that applies the stakes. The base task's
    `process_results` still says what is right, from the real options alone.
    """

    LABEL = "abstain"

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The metrics of multiple choice."""
        return CHOICE_METRICS

    @classmethod
    def refusal(cls, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base has no open variant, as far as its definition tells."""
        reason = super().refusal(config, base)
        if reason is None and nothing_asked(config):
            reason = NOTHING_ASKED
        return reason or constant_abstention(config)

    def _prepare(self) -> None:
        if self.multiple_input:
            raise UnsupportedTaskError(self.base_name, OPTION_PROMPTS)
        self._check_best_option()
        self.style: Style = self._data.look("style", lambda: self._located(self._read_style))
        if isinstance(self.config.description, str):
            description = self._located(self.style.instruct, self.config.description)
            self.config.description = description
        self._own: dict[int, str] = {}  # by a document's number, its option that abstains
        self._final: tuple[Any, Extended] | None = None  # the last document and its question
        self._example_shown = False  # whether a worked example of this prompt has abstained

    def _read_style(self) -> Style:
        sample = [
            Question(str(text), tuple(self.doc_to_choice(doc))) for doc, text in self._sample()
        ]
        style = Style.read(
            sample,
            delimiter=self.config.fewshot_delimiter,
            fixed_choices=isinstance(self.config.doc_to_choice, (list, dict)),
        )
        refuse_own_abstentions(list(map(style.options, sample)))
        return style

    def _signed(self) -> dict[str, str]:
        return {
            **self.settings.rubric.signature,
            "idk": self.settings.idk_position if self._listed else "said-v2",
            **({"example": "idk"} if self._shows_abstention else {}),
        }

    @property
    def _shows_abstention(self) -> bool:
        """Whether one worked example abstains."""
        return self.settings.abstaining_example and self._listed

    @property
    def _listed(self) -> bool:
        """Whether the prompt lists the options, the abstain option among them."""
        return self.style.form is not Form.UNLISTED

    @cached_property
    def aggregations(self) -> Aggregations:
        """Those of multiple choice, and the control where the options are not listed."""
        return super().aggregations | ({} if self._listed else {WITHOUT_STAKES: mean})

    @property
    def _layout(self) -> Style:
        return self.style

    def _question(self, doc: dict[str, Any]) -> Question:
        return Question(str(self.doc_to_text(doc)), tuple(self.doc_to_choice(doc)))

    # ------------------------------------------------------------------ prompts

    def fewshot_context(self, doc: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The harness's context; the final question is kept for `construct_requests`."""
        self._final, self._example_shown = None, False
        context = super().fewshot_context(doc, *args, **kwargs)
        if self._final is not None:
            self._final = (doc, self._final[1])
        return context

    def build_qa_turn(
        self,
        *,
        q: str | None = None,
        c: list[str] | None = None,
        a: str | int | list[str] | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        """Add the abstain option to each turn, and the rubric to the one without an answer."""
        assert isinstance(q, str)
        assert c is not None
        extended = self._extend(Question(q, tuple(c)))
        text = extended.text
        if a is None:  # the final question: few-shot examples have their answer
            self._final = (None, extended)
            text = self._located(extended.state, self.settings.rubric.sentence)
        renamed = dict(zip(c, extended.choices))
        if a is not None and self._shows_abstention and not self._example_shown:
            a, self._example_shown = extended.abstain, True
        elif isinstance(a, str):
            a = self._renamed(a, renamed)
        elif isinstance(a, list):
            a = [self._renamed(answer, renamed) for answer in a]
        return super().build_qa_turn(q=text, c=list(extended.choices), a=a, **kwargs)

    def _renamed(self, answer: str, renamed: dict[str, str]) -> str:
        """A worked answer under its option's new label, where labels have moved."""
        moved = any(old != new for old, new in renamed.items())
        if moved and answer not in renamed:
            raise UnsupportedTaskError(
                self.base_name, f"the worked answer {answer!r} is none of {list(renamed)}."
            )
        return renamed.get(answer, answer)

    def _extend(self, question: Question) -> Extended:
        place = None
        if self.settings.idk_position == "rotate":
            digest = hashlib.sha256(question.text.encode("utf-8")).digest()
            place = int.from_bytes(digest[:8], "big")
        return self._located(self.style.extend, question, self.settings.rubric.option_text, place)

    # ------------------------------------------------------------------ requests

    def construct_requests(self, doc: dict[str, Any], ctx: Any, **kwargs: Any) -> list[Instance]:
        """The base task's requests, their labels moved if need be, and the abstain option's."""
        choices = self.doc_to_choice(doc)
        requests = super().construct_requests(doc, ctx, **kwargs)
        assert isinstance(requests, list)
        assert len(requests) == len(choices)
        if self._final is not None and self._final[0] is doc:
            extended = self._final[1]  # rendering the template again would cost a third more
        else:
            extended = self._extend(self._question(doc))
        if own := own_abstention(extended.options):
            self._own[requests[0].doc_id or 0] = own
        for request, choice, renamed in zip(requests, choices, extended.choices):
            request.arguments = _retarget(request.arguments, choice, renamed)
        first = requests[0]
        abstain = replace(
            first,
            idx=len(requests),
            arguments=_retarget(first.arguments, extended.choices[0], extended.abstain),
            resps=[],
            filtered_resps={},
        )
        control = None if self._listed else without_stakes(abstain, self.settings.rubric)
        return [*requests, abstain, *([] if control is None else [control])]

    def _remarks(self, seen: Seen) -> list[Remark]:
        own, self._own = self._own, {}
        return [*super()._remarks(seen), *on_own_abstentions([*own.values()])]

    # ------------------------------------------------------------------ results

    def process_results(self, doc: dict[str, Any], results: Any) -> dict[str, Any]:
        """One document's outcome, from the log-likelihoods of the real options and the last."""
        texts = self.doc_to_choice(doc)
        real, [abstain, *control] = results[: len(texts)], results[len(texts) :]
        base = super().process_results(doc, real)
        if self._predict_only:
            return base
        try:
            choice = self._choice([loglik for loglik, _ in real], abstain, texts)
        except AbstainError as error:
            raise AbstainError(f"'{self.task_name}', document {doc}: {error}") from None
        rubric = self.settings.rubric
        metrics, facts = choice_row(rubric, choice, float(base[self.headline]))
        if not self._listed:
            _, greedy = control[0] if control else abstain
            metrics[WITHOUT_STAKES] = float(greedy and rubric.offers_abstention)
            if control and rubric.offers_abstention:
                self._seen.update(fates_of_choice(abstained=choice.abstained, at_zero=greedy))
        return SampleMetrics(metrics, self._facts(facts))

    def _choice(
        self, logliks: list[float], abstain: tuple[float, bool], texts: list[str]
    ) -> Choice:
        if not self._listed:
            return said_or_forced(logliks, abstain, texts, self.headline)
        # Where labels are scored, the abstain option's is as long as the others.
        labels = self.style.form is Form.LABELS
        own = texts[-1] if labels else spaced(texts, self.settings.rubric.option_text)
        return choose(logliks, abstain[0], texts, own, self.headline)


def _retarget(arguments: tuple[Any, ...], choice: str, renamed: str) -> tuple[Any, ...]:
    """The same request for another continuation; what stands before the choice stays."""
    context, continuation, *rest = arguments
    assert continuation.endswith(choice), f"{continuation!r} does not end with {choice!r}"
    return (context, continuation.removesuffix(choice) + renamed, *rest)
