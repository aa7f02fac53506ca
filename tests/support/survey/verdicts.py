"""What the survey says of a leaf task: built right, built wrong, refused, or not testable."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import base_path, definition
from lm_eval_abstain.harness.task_language import stated_language
from lm_eval_abstain.rubric.languages import ENGLISH, translation
from lm_eval_abstain.rubric.names import OPEN
from support.survey.built import ask, build_base, build_variants
from support.survey.choice_checks import choice_faults
from support.survey.families import language_in, output_type
from support.survey.known_rows import known_rows
from support.survey.reasons import Evidence, class_of, is_true
from support.survey.rows import Lacking
from support.survey.synthesis import Made, compiled_once, synthesise
from support.survey.text_checks import right_texts, text_faults

__all__ = ["REFUSED", "RIGHT", "UNTESTABLE", "WRONG", "Verdict", "verdict_of"]

RIGHT, WRONG, REFUSED, UNTESTABLE = "right", "wrong", "refused", "not testable"
_DOCS = 2


@dataclass
class Verdict:
    """What became of a task.

    Attributes:
        kind: `RIGHT`, `WRONG`, `REFUSED` or `UNTESTABLE`.
        reason: Why it is refused or not testable.
        faults: The checks that failed, and what was seen.
        notes: What was not tried.
        prompt: The open variant's prompt of a document, as it is asked.
        listed: Whether the abstain option is listed; None for generated answers.
        true: Whether the reason is true; None where it cannot be told.
    """

    kind: str
    reason: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    prompt: str = ""
    listed: bool | None = None
    true: bool | None = None


def verdict_of(name: str, catalogue: Catalogue) -> Verdict:
    """Build the variants of a task on rows that are made up, and check them."""
    config: Mapping[str, Any] = catalogue.bases[name].cfg or {}
    refused = catalogue.refusal(name, OPEN)
    reason = class_of(refused) if refused else None
    if refused and reason is not None and not reason.rows:
        return Verdict(REFUSED, refused, true=is_true(refused, Evidence(config)))
    logging.disable(logging.CRITICAL)
    try:
        with compiled_once():
            return _verdict(name, catalogue, config, refused)
    finally:
        logging.disable(logging.NOTSET)


def _verdict(
    name: str,
    catalogue: Catalogue,
    config: Mapping[str, Any],
    refused: str | None,
    more: tuple[str, ...] = (),
) -> Verdict:
    base: Any = None
    try:
        path = catalogue.bases[name].yaml_path
        assert path is not None
        resolved = definition(base_path(path))
        known = known_rows(name, config)
        made = (
            Made(known) if known else synthesise(resolved, config, _letters(name, catalogue), more)
        )
        if made.error:
            return _untested(refused, f"no rows that it accepts: {made.error}", config)
        base = build_base(name, catalogue, made)
        if not refused:
            return _checked(base, *build_variants(name, catalogue, made, base))
    except UnsupportedTaskError as error:
        refused = error.reason
    except AbstainError as error:
        return _untested(refused, str(error), config)
    except Lacking as lacking:  # of a filter, say
        if len(lacking.path) > 1 or lacking.path[0] in more:
            return _untested(refused, f"no rows that it accepts: {lacking.path}", config)
        return _verdict(name, catalogue, config, refused, (*more, *lacking.path))
    except Exception as error:
        return _untested(
            refused, f"{type(error).__name__}: {error} ({_place(error)})"[:400], config
        )
    return _refused(refused, Evidence(config, base))


def _letters(name: str, catalogue: Catalogue) -> str:
    """A text in the letters of a task's language."""
    language = stated_language(language_in(name, catalogue.bases[name]))
    return "" if language == ENGLISH else translation(language).stakes


def _refused(sentence: str, evidence: Evidence, *notes: str) -> Verdict:
    try:
        true = is_true(sentence, evidence)
        prompt = evidence.questions[0] if evidence.base is not None else ""
    except (Exception, Lacking) as error:
        return Verdict(REFUSED, sentence, notes=[*notes, str(error)])
    return Verdict(REFUSED, sentence, notes=[*notes], true=true, prompt=prompt)


def _untested(refused: str | None, why: str, config: Mapping[str, Any]) -> Verdict:
    """What is said of a task that was not built: what its definition tells counts anyway."""
    return _refused(refused, Evidence(config), why) if refused else Verdict(UNTESTABLE, why)


def _place(error: BaseException) -> str:
    """Where an error was raised."""
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    return f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""


def _checked(base: Any, closed: Any, opened: Any, rotated: Any) -> Verdict:
    found = Verdict(RIGHT)
    docs = [opened.eval_docs[n] for n in range(min(_DOCS, len(opened.eval_docs)))]
    tasks = (base, opened, rotated or opened, closed)
    asked = [tuple(ask(task, doc) for task in tasks) for doc in docs]
    if output_type(vars(base.config)) == "multiple_choice":
        faults = choice_faults(base, opened, rotated, closed, asked)
        found.listed = opened.settings.rubric.option_text in asked[0][1].prompts[0].replace(
            opened.settings.rubric.sentence, ""
        )
    else:
        faults = text_faults(base, opened, closed, asked)
        if next(right_texts(base, docs[0], opened.headline), None) is None:
            found.notes.append("no right text found")
    found.prompt = str(asked[0][1].prompts[0])
    for check, seen in faults:
        found.faults.setdefault(check, seen)
    found.kind = WRONG if found.faults else RIGHT
    return found
