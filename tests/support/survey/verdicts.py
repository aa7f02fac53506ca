"""What the survey says of a leaf task: built right, built wrong, refused, or not testable."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.definition import base_path, definition
from lm_eval_abstain.harness.catalogue import Catalogue
from support.survey.built import ask, build
from support.survey.choice_checks import choice_faults
from support.survey.families import output_type
from support.survey.rows import Lacking
from support.survey.synthesis import compiled_once, synthesise
from support.survey.text_checks import right_texts, text_faults

__all__ = ["RIGHT", "REFUSED", "UNTESTABLE", "WRONG", "Verdict", "verdict_of"]

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
    """

    kind: str
    reason: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    prompt: str = ""
    listed: bool | None = None


def verdict_of(name: str, catalogue: Catalogue) -> Verdict:
    """Build the variants of a task on rows that are made up, and check them."""
    entry = catalogue.bases[name]
    reason = catalogue.refusal(name, "_abstain")
    if reason:
        return Verdict(REFUSED, reason)
    logging.disable(logging.CRITICAL)
    try:
        with compiled_once():
            return _verdict(name, catalogue, entry)
    finally:
        logging.disable(logging.NOTSET)


def _verdict(name: str, catalogue: Catalogue, entry: Any) -> Verdict:
    listed: Mapping[str, Any] = entry.cfg
    try:
        config = definition(base_path(entry.yaml_path))
    except AbstainError as error:
        return Verdict(UNTESTABLE, str(error))
    except Exception as error:
        return Verdict(UNTESTABLE, f"its definition cannot be loaded: {error}")
    made = synthesise(config, listed)
    if made.error:
        return Verdict(UNTESTABLE, f"no rows that it accepts: {made.error}")
    try:
        base, closed, opened, rotated = build(
            name, catalogue, made.splits, processed=made.processed
        )
    except UnsupportedTaskError as error:
        return Verdict(REFUSED, error.reason, prompt=f"{made.kinds}")
    except AbstainError as error:
        return Verdict(REFUSED, str(error))
    except (Exception, Lacking) as error:
        return Verdict(UNTESTABLE, f"not built: {type(error).__name__}: {error}"[:300])
    found = Verdict(RIGHT)
    try:
        _check(base, closed, opened, rotated, found)
    except UnsupportedTaskError as error:
        return Verdict(REFUSED, f"at the first document: {error.reason}")
    except (Exception, Lacking) as error:
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        line = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else ""
        return Verdict(UNTESTABLE, f"not asked: {type(error).__name__}: {error} ({line})"[:400])
    if found.faults:
        found.kind = WRONG
    return found


def _check(base: Any, closed: Any, opened: Any, rotated: Any, found: Verdict) -> None:
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
