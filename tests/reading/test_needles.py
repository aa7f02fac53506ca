"""Texts that are not searched for claims have none: what a phrase needs is derived from it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lm_eval_abstain.reading import phrases
from lm_eval_abstain.reading.demands import without_edges
from lm_eval_abstain.reading.folding import fold_text
from lm_eval_abstain.reading.needles import Needles, Squeezed, is_met
from lm_eval_abstain.reading.pattern_needs import demands_of, starts_of
from lm_eval_abstain.reading.stages import STAGE_VERSIONS, Stage
from lm_eval_abstain.reading.text_phrases import TextPhrases
from support.labelled_responses import WRITTEN
from support.ruled_responses import responses

SEARCHED = (*phrases.CLAIMS, "cue", "refusal")
LINES = [
    pytest.param(phrases._pattern(line), id=f"{name}-{kind}-{number}")
    for name, language in phrases._languages().items()
    if name not in phrases.SCRIPTS
    for kind in SEARCHED
    for number, line in enumerate(language[kind])
]
PIECES = sorted(
    {
        piece
        for row in [*WRITTEN, *responses()]
        for piece in re.findall(r".+?(?:[.!?。\n]|$)", fold_text(row["text"]), re.DOTALL)
    }
)
WORDS = sorted({word for piece in PIECES for word in piece.split()})
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.sampled_from(WORDS) | st.sampled_from([" ", "\n", "'", "the "]),
    max_size=8,
).map("".join) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@pytest.mark.parametrize("pattern", LINES)
def test_every_phrase_needs_something(pattern):
    """Else a language would be searched for in every text."""
    assert all(demands_of(pattern, whole=True))


@pytest.mark.parametrize("pattern", LINES)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_phrase_matches_has_what_it_needs(pattern, data):
    text = fold_text(data.draw(st.from_regex(re.compile(pattern), fullmatch=True)))
    assume(re.fullmatch(pattern, text))
    demands = [without_edges(demand) for demand in demands_of(pattern, whole=True)]
    squeezed = Squeezed.of(f"x {text} y")
    assert any(is_met(demand, squeezed) for demand in demands)
    assert Needles({"here": demands_of(pattern, whole=True)}).names_in(squeezed) == {"here"}
    starts = starts_of(pattern)
    assert starts is None or Squeezed.of(text).text.lstrip().startswith(tuple(starts))


def spans(pattern, text):
    """All matches, also those inside others."""
    found, position = [], 0
    while pattern and (match := pattern.search(text, position)):
        found.append((match.span(), match.lastgroup))
        position = match.start() + 1
    return found


def check(text):
    here = TextPhrases(text, "I don't know")
    assert spans(here.claim_here, text) == spans(here.claim, text)
    assert spans(here.claim_for(text), text) == spans(here.claim, text)
    assert [m.span() for m in here.cues()] == [m.span() for m in here.cue.finditer(text)]
    assert here.refusals or not here.refusal.search(text)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_what_is_not_searched_for_is_not_there(text):
    check(fold_text(text))


def test_what_is_not_searched_for_is_not_there_in_the_corpus():
    for row in WRITTEN:
        check(fold_text(row["text"]))


def test_most_texts_are_not_searched():
    text = "Step 1: it is not acid. We know the data. The answer is (C)."
    assert TextPhrases(text.lower(), "I don't know").claim_here is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a{2,}b?", "aa"),
        ("(x|y)? ?z", "z"),
        (r"a(?!b)[cd]\.", "ac."),
        ("(ab|c)+d", "ababd"),
        (r"(?:a\s*){1,3}\n", "a a \n"),
        ("[^a]b[x-z]c", "qbyc"),
    ],
)
def test_syntax_that_phrases_may_have(pattern, text):
    assert re.fullmatch(pattern, text)
    demands = demands_of(pattern, whole=False)
    assert any(is_met(demand, Squeezed.of(text)) for demand in demands)


@pytest.mark.parametrize("pattern", ["(a", "a)", "[a", "*a", r"\ka", "(?P<a>b)", "a\\"])
def test_syntax_that_is_not_understood_is_refused(pattern):
    with pytest.raises(ValueError, match=r"\w"):
        demands_of(pattern, whole=True)


def test_the_version_that_is_imported_is_that_of_the_file(monkeypatch):
    monkeypatch.setitem(STAGE_VERSIONS, Stage.RULES, "rules-v0")
    with pytest.raises(phrases.AbstainError, match="give both the same"):
        phrases._languages.__wrapped__()
