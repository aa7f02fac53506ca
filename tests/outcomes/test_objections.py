"""One meaning, one outcome: none of the options, a rejected premise, a question back."""

from __future__ import annotations

import pytest

from lm_eval_abstain import AbstainError, Signature
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.rubric import check_objections
from support.readings import classify

NONE, PREMISE, BACK = (
    "None of these fits.",
    "There never was such a war.",
    "Which year do you mean?",
)


@pytest.fixture(autouse=True)
def classified(monkeypatch):
    classify(monkeypatch)


@pytest.mark.parametrize(
    ("text", "policy", "correct", "outcome", "otherwise"),
    [
        (NONE, "answer", False, "wrong", None),
        (NONE, "abstain", False, "wrong", None),
        # What the base task calls right is right.
        (NONE, "answer", True, "correct", None),
        (PREMISE, "answer", False, "wrong", "abstained"),
        (PREMISE, "answer", True, "correct", "abstained"),
        (PREMISE, "abstain", False, "abstained", "wrong"),
        (PREMISE, "abstain", True, "abstained", "correct"),
        (BACK, "answer", False, "wrong", "abstained"),
        (BACK, "abstain", True, "abstained", "correct"),
    ],
)
@pytest.mark.parametrize("unanswered", [False, True])
def test_the_kind_decides(text, policy, correct, outcome, otherwise, unanswered):
    found = judge(
        text,
        correct=correct,
        headline="exact_match",
        answer="N",
        unanswered=unanswered and not correct,
        objections=policy,
        token_limit=1,
    )
    assert found.outcome.value == outcome
    assert (found.otherwise and found.otherwise.value) == otherwise
    assert found.unread is None


def test_the_very_words_are_right_where_words_are_compared():
    found = judge(NONE, correct=True, headline="exact_match", answer="None of these")
    assert found.outcome.value == "correct"


def test_signatures_name_what_is_not_the_default():
    plain = Signature("rubric:closed|detector:v1")
    assert plain.objections == "answer"
    assert plain.with_objections("answer") == plain
    abstaining = plain.with_objections("abstain")
    assert abstaining.line == "rubric:closed|detector:v1|objections:abstain"
    assert abstaining.with_objections("answer") == plain
    assert abstaining.run == plain.run


def test_another_policy_is_refused():
    with pytest.raises(AbstainError, match="objections must be one of answer, abstain, got 'no'"):
        check_objections("no")
