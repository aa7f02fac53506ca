"""The part of a response that is read: reasoning hidden, and only the ends of what is very long."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.reading import blocks, visible
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.reading.visible import is_cut_off, visible_part

TAGS = ("<think>", "</think>", "<THINK>", "◁/think▷", "[THINK]", "<|channel|>final<|message|>")
PIECES = (*TAGS, "<s>", "[INST]", "<|im_end|>", "<", "a ", "b", "\n", "İ", "é", "\ud800")
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("response", "shown", "unfinished"),
    [
        ("The answer", "The answer", False),
        ("<think>a</think>b", "b", False),
        ("a<think>b</think>c", "a c", False),
        ("a</think>b", "b", False),
        ("a<think>b", "a", True),
        ("<think>a</think>b<think>c", "b", True),
        ("<think>a<think>b</think>c", "c", False),
        ("a<think>b</think>c</think>d", "a d", False),
        ("a<|im_end|>", "a", False),
        ("<|channel|>analysis<|message|>a<|channel|>final<|message|>b", "b", False),
        ("<Reasoning>a</REASONING>b", "b", False),
        ("a < b <thin> [it]", "a < b <thin> [it]", False),
        ("</think>" * 50 + "b", "b", False),
    ],
)
def test_what_is_shown(response, shown, unfinished):
    found = visible_part(response)
    assert (found.text.split(), found.unfinished) == (shown.split(), unfinished)


def check_places(response):
    found = visible_part(response)
    for place, character in enumerate(found.text):
        start, end = found.original(place, place + 1)
        assert 0 <= start <= end <= len(response)
        assert response[start:end] == character or character in " \n"


@given(TEXTS)
def test_each_character_stands_in_the_response(response):
    check_places(response)


def test_so_does_each_of_a_long_response(monkeypatch):
    for name, most in (("MOST_AT_START", 4), ("MOST_AT_END", 8)):
        monkeypatch.setattr(visible, name, most)
    monkeypatch.setattr(visible, "_SEARCHED_AT_START", 60)
    monkeypatch.setattr(visible, "_SEARCHED_AT_END", 80)
    monkeypatch.setattr(blocks, "_SEARCHED", 50)
    rng = random.Random(7)
    for _ in range(2000):
        response = "".join(rng.choices(PIECES, k=rng.randint(0, 120)))
        check_places(response)
        assert len(visible_part(response).text) <= 4 + 8 + 2 + 120


def test_of_a_long_response_the_ends_are_read():
    middle = "The lemma of the field holds here. " * 30_000
    for text, where in (
        (f"I don't know. {middle}", "opening"),
        (f"{middle}So I don't know.", "closing"),
        (f"{middle}The answer is I don't know.", "answer"),
    ):
        reading = detect_abstention(text)
        assert (reading.kind, reading.where) == (Kind.ABSTAINED, where)
        assert text[reading.start : reading.end] == reading.phrase
        assert reading.start == text.index("I don't know")
    assert detect_abstention(f"{middle}I don't know. {middle}").kind is Kind.OTHER


@pytest.mark.parametrize("length", [100, 20_000, 60_000, 140_000, 500_000])
def test_long_reasoning_is_hidden(length):
    thought = "Maybe I don't know. "[: length // 2] * (length // 20)
    answer = "The answer is (B)."
    assert visible_part(f"<think>{thought}</think>{answer}").text.strip() == answer
    assert visible_part(f"{thought}</think>{answer}").text.strip() == answer
    assert visible_part(f"<think>{thought}").unfinished
    assert detect_abstention(f"<think>{thought}").kind is Kind.TRUNCATED
    assert detect_abstention(f"<think>{thought}</think>").kind is Kind.EMPTY


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        (r"so \boxed{\frac{1}{2}", None, True),
        (r"so \boxed{\frac{1}{2}}", None, False),
        ('{"answer": "B"', None, True),
        ("<answer>B", None, True),
        ("<answer></answer> <answer>B</answer>", None, False),
        ("I mean the <answer> tag: <answer>B</answer>", None, False),
        ("words and more " * 10, 90, True),
        ("words and more " * 10, 900, False),
        ("words and more. " * 10, 90, False),
    ],
)
def test_ends_that_show_a_cut(text, limit, cut):
    assert is_cut_off(text, limit) is cut
