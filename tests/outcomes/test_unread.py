"""Stated answers that the base task's filter does not read: never a wrong one."""

from __future__ import annotations

import pytest

from lm_eval_abstain.outcomes.judge import judge

QUESTION = "What is it made of?\nA. granite\nB. marble\nC. slate\nD. chalk"
FREE = "Q: How many are there?\nA:"
LONG = "It is a stone that splits into thin plates, which granite and marble do not do. " * 3


def unread(text: str, question: str = QUESTION, gold: str = "C", **more):
    found = judge(
        text,
        correct=False,
        headline="exact_match",
        unanswered=True,
        question=question,
        states=lambda answer: answer == gold,
        searched=True,
        **more,
    )
    return found.outcome.value, found.unread and (found.unread.answer, found.unread.outcome.value)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (LONG + "So it is\n\\[\n\\boxed{C}\n\\]", "C"),
        (LONG + "\nFinal answer: (C).", "C"),
        (LONG + "\nAnswer: C. slate", "C"),
        (LONG + "\nTherefore, the correct answer is:\n\nC. slate", "C"),
        (LONG + "\nThe answer is:\n\nC", "C"),
        (LONG + "\nThe answer is **C**", "C"),
        ("C", "C"),
        ("slate.", "C"),
        # Cut: what was stated on the way is not where it ends.
        ("The stone is marble, so (B) is correct. The plates of slate are thin, so", None),
        (LONG + "\nA. granite\nB. marble\nC", None),
        (LONG + "\nThe answer is (", None),
        ("slate. slate. sla", None),
        # Two, or none.
        (LONG + "\nBoth (C) and (D) are right.", None),
        (LONG + "\nThe answer to (a) is simple. The answer is (c).", None),
        (LONG, None),
    ],
)
def test_what_is_read(text, answer):
    assert unread(text) == ("unparsed", answer and (answer, "correct"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They are many. The answer is 42.", ("42", "correct")),
        ("They are many. The answer is 42", ("42", "correct")),
        (r"So we have \boxed{41}.", ("41", "wrong")),
        ("They are many.", None),
    ],
)
def test_questions_without_options(text, found):
    assert unread(text, FREE, "42") == ("unparsed", found)


@pytest.mark.parametrize(("gold", "right"), [("[1,4]", True), ("(1,4)", False), ("4", False)])
def test_an_interval_keeps_its_brackets(gold, right):
    outcome, (answer, if_read) = unread(r"So x is in \boxed{[1,4]}.", FREE, gold)
    assert (outcome, answer, if_read == "correct") == ("unparsed", "[1,4]", right)


def test_a_wrong_answer_is_one():
    assert unread("Final answer: (B).") == ("unparsed", ("B", "wrong"))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("I don't know.", "abstained"),
        ("I'm sorry, but I can't help with that.", "unparsed"),
        ("", "empty"),
        (r"It is C, so \boxed{", "truncated"),
    ],
)
def test_what_states_no_answer(text, outcome):
    assert unread(text) == (outcome, None)


def test_where_the_filter_finds_an_answer_or_nobody_can_say_what_is_right():
    known = {"correct": False, "headline": "exact_match", "question": QUESTION}
    read = judge("(C)", **known, answer="B", states=lambda answer: True, searched=True)
    assert (read.outcome.value, read.unread) == ("wrong", None)
    unknown = judge("(C)", **known, unanswered=True, searched=True)
    assert (unknown.outcome.value, unknown.unread) == ("unparsed", None)
