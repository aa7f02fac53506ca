"""Rows under lines of their own."""

import pytest

from lm_eval_abstain.printing.blocks import Block, blocks_text, shortened, wrapped


def test_blocks_share_their_columns():
    blocks = [
        Block("quiz", "n = 3", [{"t": "0.5", "x": 1.0, "note": "low"}, {"t": "0.75", "x": -1.0}]),
        Block("sums", "n = 4", [{"t": "0", "x": 0.5}], ["one: a", "other: b"]),
    ]
    assert blocks_text(blocks, {"t": "t", "x": "score", "none": "none"}) == (
        "  t       score\n"
        "  ----  -------\n"
        "quiz: n = 3\n"
        "  0.5    1.0000\n"
        "    low\n"
        "  0.75  -1.0000\n"
        "sums: n = 4\n"
        "  one: a\n"
        "  other: b\n"
        "  0      0.5000\n"
    )
    assert blocks_text([], {"t": "t"}) == ""


def test_names_are_shortened_and_printable():
    name = "\x1b[31m" + "a" * 60 + "b" * 60
    text = blocks_text([Block(name, "n = 3", [{"t": "0"}], [name])], {"t": "t"})
    assert "\x1b" not in text
    assert [len(line) for line in text.splitlines()[2:4]] == [100, 100]


@pytest.mark.parametrize(
    ("size", "short"),
    [(9, "abcdefghi"), (8, "abcd…ghi"), (5, "ab…hi"), (3, "a…i"), (0, "a…i")],
)
def test_the_middle_is_left_out(size, short):
    assert shortened("abcdefghi", size) == short


def test_a_sentence_is_wrapped_between_words():
    text = wrapped("well-known " * 30)
    assert max(map(len, text.splitlines())) <= 100
    assert text.split() == ["well-known"] * 30
    path = "word " * 30 + "/x" * 60
    assert wrapped(path) == path + "\n"
