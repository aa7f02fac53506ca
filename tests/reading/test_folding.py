"""Folding with positions and without: one text."""

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
    text = "aİİİİİİİ. I don't know"
    reading = detect_abstention(text)
    assert (reading.phrase, text[reading.start :]) == ("I don't know", "I don't know")


def test_every_character_is_folded_alike():
    for code in range(0x3100):
        for text in (chr(code), f"a{chr(code)}B", f" {chr(code)} \n"):
            assert fold_text(text) == fold(text).text
