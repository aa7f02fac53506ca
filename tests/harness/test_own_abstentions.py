"""Options of a base task that abstain: the task's way to abstain, or an answer that is counted."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.own_abstentions import constant_abstention, refuse_own_abstentions
from support.form_rows import FORM_ROWS, BuildOnRows, build_on_rows
from support.harness_runs import evaluate
from support.scripted_lm import ScriptedLM, hashed

UNKNOWN = ("Unknown", "Not enough information", "Cannot be determined")


@pytest.fixture
def build(manager: Any) -> BuildOnRows:
    return build_on_rows(manager)


def rows_with(base: str, column: str, texts: tuple[str, ...]) -> list[dict[str, Any]]:
    """A task's rows with these texts in place of its last option's."""
    rows = [dict(row) for row in FORM_ROWS[base]]
    for row, text in zip(rows, texts):
        row[column] = [*row[column][:-1], text] if isinstance(row[column], tuple) else text
    return rows


@pytest.mark.parametrize(
    ("base", "column"),
    [
        ("belebele_afr_prompt_3", "mc_answer4"),  # labels are scored
        ("norbelebele_p3", "mc_answer2"),  # texts are scored, and listed
        ("social_iqa", "answerC"),  # nothing is listed
    ],
)
def test_an_option_of_every_question_is_the_tasks_way_to_abstain(
    build: BuildOnRows, base: str, column: str
) -> None:
    with pytest.raises(UnsupportedTaskError, match=r"abstain already \('Unknown'\)"):
        build(base, "_abstain", rows_with(base, column, UNKNOWN))
    build(base, "_closed", rows_with(base, column, UNKNOWN))


@pytest.mark.parametrize(
    ("base", "column"), [("social_iqa", "answerC"), ("greekmmlu_accounting", "choices")]
)
def test_an_option_of_a_single_question_is_an_answer_and_counted(
    build: BuildOnRows, base: str, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    task = build(base, "_abstain", rows_with(base, column, UNKNOWN[:1]))
    last = task.doc_to_choice(task.eval_docs[0])[-1]

    def chooses_the_last(context: str, continuation: str) -> float:
        return -0.1 if continuation.endswith(last) else hashed(context, continuation) - 20

    with caplog.at_level(logging.WARNING):
        results = evaluate([task], ScriptedLM(chooses_the_last))
    said = [r.getMessage() for r in caplog.records if "that abstains" in r.getMessage()]
    assert said == [
        f"{base}_abstain: 1 document has an option of the base task's own that abstains "
        "('Unknown'); to choose it is an answer, right or wrong as in the base task, and no "
        "abstention."
    ]
    (first,) = (s for s in results["samples"][f"{base}_abstain"] if s["doc_id"] == 0)
    assert first["outcome"] in ("correct", "wrong")


def test_more_than_half_of_the_questions() -> None:
    one, other = ["x", "Unknown"], ["x", "y"]
    refuse_own_abstentions([one, other])
    refuse_own_abstentions([one])
    refuse_own_abstentions([one, one, other, other])
    with pytest.raises(AbstainError, match="its own options abstain already"):
        refuse_own_abstentions([one, one, other])


def test_a_constant_option_is_known_before_the_data() -> None:
    reason = constant_abstention({"doc_to_choice": ["yes", "no", "unknown"]})
    assert reason is not None
    assert "'unknown'" in reason
    assert constant_abstention({"doc_to_choice": ["true", "inconclusive", "false"]}) is None
    assert constant_abstention({"doc_to_choice": "{{choices}}"}) is None
    assert constant_abstention({"doc_to_choice": [1, 2]}) is None
