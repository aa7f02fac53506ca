"""Reading abstention from text: plain cases. The labelled corpus is still to come."""

import pytest

from lm_eval_abstain.abstention import Kind, detect_abstention
from lm_eval_abstain.ledger import outcome_of_response
from lm_eval_abstain.outcome import Outcome


@pytest.mark.parametrize(
    "text",
    [
        "I don't know",
        "The answer is I don\u2019t know.",
        "Answer: (E) I don't know",
        r"\boxed{\text{I don't know}}",
        "#### I don't know",
        '{"answer": "I don\'t know"}',
        "IDK",
        "<think>The answer is B</think>I don't know",
        "我不知道",
        "答えはわかりません。",
    ],
)
def test_abstentions(text):
    reading = detect_abstention(text)
    assert reading
    assert text[reading.start : reading.end] == reading.phrase


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I don't know the formula by heart, but V = 3. The answer is (C).", Kind.OTHER),
        ("Probably B, but I don't know.", Kind.OTHER),
        ("I don't know. But if I had to guess: B", Kind.OTHER),
        ("The answer is I.", Kind.OTHER),
        ("", Kind.EMPTY),
        ("<think>The answer is B", Kind.TRUNCATED),
        ("I'm sorry, but I can't help with that.", Kind.REFUSED),
    ],
)
def test_everything_else(text, kind):
    assert detect_abstention(text).kind is kind
    assert not detect_abstention(text)


@pytest.mark.parametrize(
    ("text", "correct", "unread", "outcome"),
    [
        ("I don't know", True, False, Outcome.ABSTAINED),
        ("The answer is (C).", True, False, Outcome.CORRECT),
        ("The answer is (C).", False, False, Outcome.WRONG),
        ("Bananas are yellow.", False, True, Outcome.UNPARSED),
        (" ", False, True, Outcome.EMPTY),
        ("<think>The answer is (C).", True, False, Outcome.TRUNCATED),
    ],
)
def test_the_outcome_of_a_response(text, correct, unread, outcome):
    reading = detect_abstention(text)
    assert outcome_of_response(reading, correct=correct, unread=unread, cut=False) is outcome
