"""Why tasks are refused, in classes, and whether each reason is true: checked on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lm_eval_abstain.harness.sources import function_of
from support.survey.families import output_type
from support.survey.scripts import abstains, core_of
from support.survey.text_checks import partial_scores

__all__ = ["Evidence", "Reason", "class_of", "is_true"]


@dataclass(frozen=True)
class Evidence:
    """What is known of a refused task without the package.

    Attributes:
        config: Its definition, as the index holds it.
        base: The base task on rows that are made up; None where it was not built.
    """

    config: Mapping[str, Any]
    base: Any = None

    @property
    def docs(self) -> list[Any]:
        """Some documents of the base."""
        return [self.base.eval_docs[n] for n in range(min(4, len(self.base.eval_docs)))]

    @property
    def questions(self) -> list[str]:
        """The question of each of `docs`."""
        return [str(self.base.doc_to_text(doc)) for doc in self.docs]

    @property
    def choices(self) -> list[list[str]]:
        """The options of each of `docs`."""
        return [list(self.base.doc_to_choice(doc)) for doc in self.docs]

    @property
    def metrics(self) -> list[str]:
        """The names of the listed metrics."""
        listed = self.config.get("metric_list") or []
        return [str(one["metric"]).rsplit("/", 1)[-1].rsplit(".", 1)[-1] for one in listed]


class Reason(NamedTuple):
    """A class of refusals.

    Attributes:
        name: What it is called in tables.
        pattern: What its sentences hold.
        holds: Whether it is true.
        rows: Whether that needs rows.
        told: Whether it is true as the definition tells, without rows; None where it does not.
    """

    name: str
    pattern: str
    holds: Callable[[Evidence], bool]
    rows: bool = False
    told: Callable[[Mapping[str, Any]], bool | None] = lambda config: None


def _source(value: Any) -> str:
    place = function_of(value)
    return Path(place[0]).read_text("utf-8") if place else ""


def _no_verdict(e: Evidence) -> bool:
    """No listed metric is 0 or 1 for each answer that is tried, and both for some."""
    if output_type(e.config) == "multiple_choice":
        return not {"acc", "acc_norm", "acc_bytes", "f1", "mcc", "exact_match"} & set(e.metrics)
    if "exact_match" in e.metrics and e.config.get("process_results") is None:
        return False
    if e.base is None:
        return True
    values = partial_scores(e.base, e.docs[:2])
    return not any({0.0, 1.0} == set(found) for found in values.values())


def _stands(option: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(option.strip())}(?!\w)", question) is not None


def _not_listed(e: Evidence) -> bool:
    """The options are labels, and not all of them begin a piece of the prompt."""
    return all(
        all(len(core_of(choice)) < 3 for choice in options)
        and not all(
            re.search(rf"(?:^|\s)[(\[]?{re.escape(core_of(choice))}[)\].:،、]\s*\w", question)
            for choice in options
        )
        for question, options in zip(e.questions, e.choices)
    )


REASONS = (
    Reason("a Python class of its own", "written as a Python class", lambda e: "class" in e.config),
    Reason(
        "another output type",
        "its output type is '",
        lambda e: output_type(e.config) in ("loglikelihood", "loglikelihood_rolling"),
    ),
    Reason("promptsource", "promptsource", lambda e: e.config.get("use_prompt") is not None),
    Reason(
        "several samples that vote",
        "samples a question and lets",
        lambda e: e.config["repeats"] > 1,
    ),
    Reason(
        "images or sound",
        "images or sound",
        lambda e: any(e.config.get(f"doc_to_{kind}") for kind in ("image", "audio")),
    ),
    Reason(
        "a function of its own scores the options",
        "process_results of its own, not by comparing",
        lambda e: (
            not re.search(r"\b(argmax|max|sorted|argsort)\b", _source(e.config["process_results"]))
        ),
    ),
    Reason(
        "a function of its own, not about the best option",
        "of its own process_results",
        lambda e: e.config.get("process_results") is not None,
    ),
    Reason("no options", "no doc_to_choice", lambda e: not e.config.get("doc_to_choice")),
    Reason("no metric that says right or wrong", r"it reports .* not ", _no_verdict, rows=True),
    Reason(
        "a prompt for each option",
        "makes a prompt of its own",
        lambda e: bool(e.base.multiple_input),
        rows=True,
    ),
    Reason(
        "nothing is asked",
        "nothing is asked",
        lambda e: not any(q.strip() for q in e.questions) or len(set(e.questions)) == 1,
        rows=True,
        told=lambda config: True if not str(config.get("doc_to_text")).strip() else None,
    ),
    Reason(
        "whole sentences are the options",
        "options repeat the question",
        lambda e: all(
            len({option[:8] for option in options}) == 1
            or len({option[-8:] for option in options}) == 1
            for options in e.choices
        ),
        rows=True,
    ),
    Reason(
        "an option abstains already",
        "own options abstain",
        lambda e: (
            any(abstains(o) for options in e.choices for o in options)
            or any(abstains(q) for q in e.questions)
        ),
        rows=True,
    ),
    Reason("labels without a list", "choices are labels", _not_listed, rows=True),
    Reason(
        "a list of a form that is not understood",
        "in a form that is not understood|of a form that is understood|stands behind the options|"
        "options stand in one line",
        lambda e: (
            all(
                all(_stands(core_of(o) if len(core_of(o)) < 3 else o, q) for o in options)
                for q, options in zip(e.questions, e.choices)
            )
            or all(_stands("A", q) or _stands("1", q) for q in e.questions)
        ),
        rows=True,
    ),
    Reason("questions laid out differently", "this one does not|as the others do", lambda e: False),
    Reason("its generation stops inside the abstain text", "generation stops at", lambda e: True),
)


def class_of(sentence: str) -> Reason | None:
    """The class of a refusal."""
    return next((one for one in REASONS if re.search(one.pattern, sentence, re.DOTALL)), None)


def is_true(sentence: str, evidence: Evidence) -> bool | None:
    """Whether a refusal's reason is true; None where it is not known or cannot be told."""
    reason = class_of(sentence)
    if reason is None:
        return None
    if reason.rows and evidence.base is None:
        return reason.told(evidence.config)
    return bool(reason.holds(evidence))
