"""The confidence that a model states: every form, and never a number that it did not state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.reading.confidence import CONFIDENCE_SENTENCE, read_confidence


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ("The answer is (B). Confidence: 85%", 0.85, "The answer is (B)."),
        ("B (confidence: 85 %).", 0.85, "B"),
        ("#### 42\nConfidence: 0.85", 0.85, "#### 42"),
        ("Paris. **Confidence:** 90 per cent", 0.9, "Paris."),
        ("Paris.\n\n**Confidence: 90%**", 0.9, "Paris."),
        ("Paris. My confidence is about 90%", 0.9, "Paris."),
        ("B Confidence level: .5", 0.5, "B"),
        ("B Confidence: 0,85", 0.85, "B"),
        ("B Confidence: 99.5%", 0.995, "B"),
        ("B Confidence: 85", 0.85, "B"),
        ("B Confidence: 85/100", 0.85, "B"),
        ("B Confidence: 8/10", 0.8, "B"),
        ("B Confidence: 85 out of 100", 0.85, "B"),
        ("B Confidence: 0", 0.0, "B"),
        ("B Confidence: 100", 1.0, "B"),
        ("B Confidence: 1.0", 1.0, "B"),
        ("B Confidence: 1%", 0.01, "B"),
        ("B Confidence: 0.5%", 0.005, "B"),
        ("B confidence：８５％", 0.85, "B"),
        ("B Confidence: eighty-five percent", 0.85, "B"),
        ("B Confidence: one hundred per cent", 1.0, "B"),
        ("B Confidence: seven percent", 0.07, "B"),
        ("B Confidence: almost certain.", 0.93, "B"),
        ("B Confidence: Probably not", 0.3, "B"),
        ("B. I'm 90% sure.", 0.9, "B."),
        ("B. I am about ninety percent confident", 0.9, "B."),
        # The last one counts, and reasoning is not looked at.
        ("Confidence: 20%. No. B, confidence: 70%", 0.7, "Confidence: 20%. No. B"),
        ("<think>Confidence: 20%</think>B Confidence: 70%", 0.7, "<think>Confidence: 20%</think>B"),
    ],
)
def test_every_form(text, value, answer):
    stated = read_confidence(text)
    assert stated.value == value
    assert stated.removed_from(text) == answer
    assert text[stated.start : stated.end].strip() == stated.phrase


@pytest.mark.parametrize(
    "text",
    [
        "The answer is (B).",
        "",
        "B Confidence:",
        "B Confidence: N%",
        "B Confidence: high",
        "B Confidence: 150%",
        "B Confidence: 101",
        "B Confidence: -5%",
        "B Confidence: 1.5",  # 1.5% or 150%: neither is stated
        "B Confidence: 1",  # 1% or 100%
        "B Confidence: 80-90%",
        "B Confidence: 80 to 90 percent",
        "B Confidence: ninety",
        "<think>Confidence: 80%</think> B",
        "B with great confidence",
        "I am sure that 90% of birds can fly.",
    ],
)
def test_what_is_not_stated_is_none_and_never_all(text):
    assert read_confidence(text).value is None


def test_what_stands_behind_the_statement_stays_where_it_is():
    text = "Confidence: 95%. The answer is (B)."
    stated = read_confidence(text)
    rest = stated.removed_from(text)
    assert (stated.value, rest.strip()) == (0.95, "The answer is (B).")
    assert rest.index("The") == text.index("The")


def test_json_stays_json():
    text = '{"answer": "B", "confidence": 85}'
    stated = read_confidence(text)
    assert stated.value == 0.85
    assert stated.removed_from(text).replace(" ", "") == '{"answer":"B"}'


def test_the_prompts_own_sentence_states_nothing():
    assert read_confidence(CONFIDENCE_SENTENCE).value is None


@given(
    st.integers(0, 100), st.sampled_from(["{}%", "{} %", "{} percent", "{}/100", "{} out of 100"])
)
def test_every_whole_per_cent(number, form):
    assert read_confidence("B Confidence: " + form.format(number)).value == number / 100


@given(st.decimals(0, 1, places=3))
def test_every_fraction(number):
    assert read_confidence(f"B Confidence: {number}").value == float(number)


@given(st.floats(1.001, 1e6))
def test_more_than_all_is_none(number):
    assert read_confidence(f"B Confidence: {number * 100:.2f}%").value is None


@given(st.text(max_size=60))
def test_any_text(text):
    stated = read_confidence(text)
    assert stated.value is None or 0 <= stated.value <= 1
    rest = stated.removed_from(text)
    assert len(rest) <= len(text)
    if not stated.phrase:
        assert rest == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"Confidence": 0.8, "Reasoning": "my confidence is relatively low"}', 0.8),
        ("Confidence: 80%. I base my confidence on the text. My confidence is high.", 0.8),
        ("Confidence: 80%. The confidence level: see above", 0.8),
        ("My confidence in this answer is 0.9.", 0.9),
        ("My confidence in this is about 70%", 0.7),
        ("The confidence of this answer: 85%", 0.85),
        ("My confidence level in my final answer is 60 per cent", 0.6),
        ("My confidence in it is almost certain", 0.93),
        ("My confidence is high. I am 85% sure.", 0.85),
        # A number that is none takes back what was stated before; others' confidence is not read.
        ("Confidence: 20%. No, confidence: 150%", None),
        ("The 95% confidence interval is 0.9 to 1.2", None),
        ("The confidence of the interval is 95%", None),
        ("Their confidence in the government is 30%", None),
    ],
)
def test_a_mention_without_a_number_hides_none(text, value):
    assert read_confidence(text).value == value


def test_a_long_response_is_read_at_its_ends():
    text = "B. Confidence: 70%." + " word" * 300_000
    stated = read_confidence(text)
    assert (stated.value, stated.removed_from(text)[:3]) == (0.7, "B. ")
    text = "word " * 300_000 + "B. Confidence: 70%."
    stated = read_confidence(text)
    assert stated.value == 0.7
    assert stated.removed_from(text) == "word " * 300_000 + "B."
    text = f"<think>{'Confidence: 20%. ' * 10_000}</think>B. Confidence: 70%."
    stated = read_confidence(text)
    assert text[stated.start : stated.end].strip() == "Confidence: 70%."


def test_reasoning_is_no_part_of_the_statement():
    text = "<think>Hard.</think>\n\nConfidence: 70%. The answer is (B)."
    assert read_confidence(text).phrase == "Confidence: 70%."
