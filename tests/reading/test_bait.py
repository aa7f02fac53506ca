"""No text takes long to read, and none raises: what is looked at is bounded."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lm_eval_abstain.reading.confidence import read_confidence
from lm_eval_abstain.reading.detect import detect_abstention
from support.baits import PIECES


def calls(text: str) -> int:
    """How many functions are called to read a text, those written in C among them."""
    count: Counter[str] = Counter()

    def profile(_frame: FrameType, event: str, _value: Any) -> None:
        count[event] += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        detect_abstention(text)
        read_confidence(text)
    finally:
        sys.setprofile(None)
    return count.total()


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_the_work_does_not_grow_with_the_text(piece: str) -> None:
    """No flaky clock: the calls for ten times the text are hardly more, and few in all."""
    some, more = (piece * (length // len(piece)) for length in (60_000, 600_000))
    detect_abstention(some)  # compiles
    before = calls(some)
    assert calls(more) <= 1.5 * before + 500


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_a_long_text_is_soon_read(piece: str) -> None:
    """Ten times what it takes on a busy machine; it took seconds where time was quadratic."""
    text = piece * (200_000 // len(piece))
    detect_abstention(piece)
    detect_abstention(text)  # compiles
    start = time.process_time()
    detect_abstention(text)
    read_confidence(text)
    assert time.process_time() - start < 1


MARKUP = st.sampled_from(PIECES) | st.sampled_from(
    ["I don't know", "B", "The answer is (B).", "\n\n"]
)
LONE = st.characters(codec=None, categories=["Cs"])
TEXTS = st.lists(MARKUP | st.text(max_size=20) | st.text(LONE, max_size=3), max_size=15).map(
    "".join
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 60), st.sampled_from(["first", "last"]), st.booleans())
def test_nothing_raises(text: str, question: str, cut: int, select: Any, whole: bool) -> None:
    text = text[: len(text) - cut] if cut < len(text) else text
    reading = detect_abstention(text, question=question, select=select, whole=whole)
    assert text[reading.start : reading.end] == reading.phrase
    stated = read_confidence(text)
    assert stated.value is None or 0 <= stated.value <= 1
    assert text[stated.start : stated.end].strip() == stated.phrase
