"""Folding with positions and without: one text."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.reading.detect import detect_abstention
from lm_eval_abstain.reading.folding import fold, fold_text

MARKUP = (
    "**",
    "_",
    "`",
    "\\text{",
    "\\quad ",
    "\\n",
    "\\u2019",
    "&#39;",
    "&quot;",
    "~",
    "> ",
    "\\",
)
SPACES = (" ", "  ", "\n", " \n", "\t", "\r\n", "\u00a0", "\u2028")
LETTERS = (
    "a",
    "Abc",
    "É",
    "E\u0301",
    "İ",
    "ſ",
    "K",
    "ß",
    "’",
    "“",
    "\u200b",
    "🙂",
    "我",
    "가",
    "ｉ",
)
TEXTS = st.lists(st.sampled_from(MARKUP + SPACES + LETTERS) | st.text(max_size=3), max_size=12).map(
    "".join
)


@given(TEXTS)
def test_the_fast_way_gives_the_same(text):
    assert fold_text(text) == fold(text).text


@given(TEXTS)
def test_each_character_comes_from_somewhere(text):
    folded = fold(text)
    assert len(folded.starts) == len(folded.text) + 1
    assert list(folded.starts) == sorted(folded.starts)


def test_a_letter_that_becomes_two_moves_nothing():
    text = "aİİİİİİİ is one of İİİ. I don't know"
    reading = detect_abstention(text)
    assert (reading.phrase, text[reading.start :]) == ("I don't know", "I don't know")


def test_every_character_of_unicode_is_folded_alike():
    """All that are assigned, and lone surrogates, whatever the length of their folding."""
    assigned = [c for c in map(chr, range(0x110000)) if category(c) not in ("Cn", "Co")]
    assert len(assigned) > 100_000
    for first in range(0, len(assigned), 4096):
        text = "x".join(assigned[first : first + 4096])
        folded = fold(text)
        assert fold_text(text) == folded.text
        assert len(folded.starts) == len(folded.text) + 1
        assert list(folded.starts) == sorted(folded.starts)
        assert folded.starts[-1] == len(text)


def test_every_character_alone_is_folded_alike():
    changed = [chr(code) for code in range(0x110000) if len(chr(code).casefold()) > 1]
    assert len(changed) > 100
    for character in [*map(chr, range(0x3100)), *changed, "\ud800", "\udfff"]:
        for text in (character, f"a{character}B", f" {character} \n"):
            folded = fold(text)
            assert fold_text(text) == folded.text
            assert len(folded.starts) == len(folded.text) + 1


@pytest.mark.parametrize(
    "character", ["İ", "ß", "ﬁ", "ŉ", "ǰ", "㎯", "ﷺ", "½", "\ud800", "e\u0301"]
)
def test_what_is_read_behind_any_character_stands_where_it_stood(character):
    text = f"{character}zmir, {character}stanbul. I don't know the answer to it"
    reading = detect_abstention(text)
    assert reading
    assert reading.phrase == text[text.index("I don't") :]
    assert (reading.start, reading.end) == (text.index("I don't"), len(text))


def test_capital_letters_of_turkish_are_those_of_other_languages():
    assert fold_text("BİLMİYORUM") == fold_text("bilmiyorum") == fold("BİLMİYORUM").text
