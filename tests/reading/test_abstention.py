"""Reading abstention from text: plain cases and properties; `test_corpus` has the labelled ones."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome


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
    judgement = judge(text, correct=correct, headline="exact_match", unanswered=unread)
    assert judgement.outcome is outcome
    assert judgement.reading == detect_abstention(text)


# ---------------------------------------------------------------------- properties

TEXTS = st.text(max_size=200) | st.lists(
    st.sampled_from(
        [
            *("I don't know", "The answer is ", "(B)", ". ", "\n", "<think>", "</think>", " but "),
            *(
                r"\boxed{",
                "}",
                '{"answer": "',
                '"}',
                "#### ",
                "我不知道",
                "Probably ",
                "’",
                "**",
                "so ",
            ),
        ]
    ),
    max_size=12,
).map("".join)


# The first text in a script compiles its phrases, which takes longer than Hypothesis allows.
settings.register_profile("compiling", deadline=None)
settings.load_profile("compiling")


@given(TEXTS)
def test_any_text_is_read(text):
    reading = detect_abstention(text, question=text)
    assert bool(reading) == (reading.kind is Kind.ABSTAINED)
    assert text[reading.start : reading.end] == reading.phrase
    assert bool(reading.phrase) == (bool(reading) and reading.stage is not Stage.CLASSIFIER)


@given(TEXTS, st.sampled_from(["", " ", "\n", " \n\n"]))
@example("####ANSWER\n<THINK>", " ")  # a heading, and no mark with the answer "ANSWER"
def test_space_around_a_text_changes_nothing(text, space):
    assume("\\" not in text)  # a backslash and a space are one sign
    assert detect_abstention(space + text + space).kind is detect_abstention(text).kind


@given(TEXTS)
def test_what_is_only_thought_is_no_answer(text):
    assume("</think>" not in text)
    assert detect_abstention(f"<think>{text}").kind is Kind.TRUNCATED
    assert detect_abstention(f"<think>{text}</think>").kind is Kind.EMPTY


@pytest.mark.slow  # each phrase is compiled into the patterns anew
@given(st.text(alphabet="abcdefgh", min_size=4, max_size=20))
def test_the_stated_phrase_is_always_read(phrase):
    assert detect_abstention(f"The answer is {phrase}.", abstain_text=phrase)
    assert detect_abstention(phrase.upper(), abstain_text=phrase)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I don't know. " * 2000, Kind.ABSTAINED),
        ("The answer is (B). " * 2000, Kind.OTHER),
        ("the answer is " * 2000, Kind.OTHER),
        ("Step 1: the disease is a cancer.\n" * 1000, Kind.OTHER),
        ("\n" * 20000, Kind.EMPTY),
        ("(" * 20000 + "B", Kind.OTHER),
        ("答えは" * 4000, Kind.OTHER),
    ],
)
def test_a_model_in_a_loop(text, kind):
    assert detect_abstention(text).kind is kind


def test_where_something_was_found():
    text = "So: it is **one of two**. The answer is **I don’t know**."
    reading = detect_abstention(text)
    assert (reading.where, reading.phrase) == ("answer", "I don’t know")
    assert detect_abstention("I don't know. It needs data. None is here now.").where == "opening"
    assert detect_abstention("Two fit, and I don't know").where == "closing"
    assert detect_abstention("<think>I don't know").where == "reasoning"
    assert detect_abstention("The answer is (C).").stated
    assert not detect_abstention("Bananas grow in bunches").stated
