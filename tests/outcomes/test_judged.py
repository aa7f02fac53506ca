"""What a judge's verdict makes of a response: its reading, and its outcome."""

from __future__ import annotations

import pytest

from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.outcomes.judged import Verdict
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import DETECTOR_VERSION, Stage, with_judge, without_judge

KINDS = {
    "abstains": Kind.ABSTAINED,
    "answers": Kind.OTHER,
    "none_listed": Kind.NONE_LISTED,
    "premise": Kind.PREMISE,
    "asks_back": Kind.ASKS_BACK,
    "refuses": Kind.REFUSED,
}
VAGUE = "Something along those lines"


def outcome(text, verdict, **how):
    given = {"correct": False, "headline": "exact_match", "answer": "[invalid]"}
    return judge(text, verdict=verdict and Verdict(verdict), **{**given, **how})


@pytest.mark.parametrize("verdict", Verdict)
def test_the_kind_of_each_verdict(verdict):
    reading = outcome(f" {VAGUE}.\n", verdict.value).reading
    assert reading.kind is KINDS[verdict.value]
    assert reading.stage is Stage.JUDGE
    assert (reading.phrase, reading.start, reading.end) == (VAGUE, 1, 1 + len(VAGUE))


@pytest.mark.parametrize(
    ("verdict", "correct", "unanswered", "became"),
    [
        (None, False, True, "unparsed"),
        ("abstains", False, True, "abstained"),
        ("abstains", False, False, "abstained"),
        ("abstains", True, False, "abstained"),  # the filter's letter was only mentioned
        ("answers", True, False, "correct"),
        ("answers", False, False, "wrong"),
        ("answers", False, True, "unparsed"),  # it answers, and the filter reads it not
        ("refuses", False, False, "unparsed"),
    ],
)
def test_the_outcome_of_each_verdict(verdict, correct, unanswered, became):
    found = outcome(VAGUE, verdict, correct=correct, unanswered=unanswered)
    assert found.outcome.value == became


def test_it_overrules_the_rules():
    text = "I don't know."
    assert outcome(text, None).outcome.value == "abstained"
    assert outcome(text, "answers").outcome.value == "wrong"


def test_an_answer_was_not_cut_before_it_came():
    cut = "So it must be the one with the long tail, and " * 20
    assert outcome(cut, None, token_limit=100).outcome.value == "truncated"
    assert outcome(cut, "answers", token_limit=100).outcome.value == "wrong"
    assert outcome(cut, "refuses", token_limit=100).outcome.value == "truncated"


@pytest.mark.parametrize("text", ["", " \n", "<think>Let me see. I don't know", "<think>"])
@pytest.mark.parametrize("verdict", Verdict)
def test_where_nothing_was_answered_there_is_nothing_to_judge(text, verdict):
    assert outcome(text, verdict.value) == outcome(text, None)


def test_words_of_the_right_answer_stay_right():
    assert outcome("Unbekannt.", "abstains", correct=True, answer="Unbekannt").outcome.value == (
        "correct"
    )


def test_a_stated_option_is_looked_for_where_it_answers():
    """Where whole texts are compared: the rules read an abstention in a hedge, the judge none."""
    asked = {"question": "Which?\nA. one\nB. two", "states": lambda form: form == "B"}
    text = "I'm not sure. The answer is **B.**"
    assert outcome(text, "abstains", **asked).outcome.value == "abstained"
    judged = outcome(text, "answers", **asked)
    assert (judged.outcome.value, judged.stated) == ("correct", "B")


def test_the_version_with_a_judge():
    signed = with_judge(DETECTOR_VERSION, "judge-v1(org/model:7b)")
    assert signed == f"{DETECTOR_VERSION}+judge-v1(org/model:7b)"
    assert without_judge(signed) == without_judge(DETECTOR_VERSION) == DETECTOR_VERSION
    assert with_judge(signed, "judge-v2(b)") == f"{DETECTOR_VERSION}+judge-v2(b)"
