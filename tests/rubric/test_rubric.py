"""The rubric: penalties, points and sentences against values worked out by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError, Outcome, Rubric
from lm_eval_abstain.rubric import target_key

TARGETS = st.decimals(min_value=0, max_value="0.999", places=3).map(float)


@pytest.mark.parametrize(
    ("target", "penalty"),
    # t/(1 - t) by hand; the arXiv text prints 2 for 0.75, the formula and Nature give 3.
    [(0, 0.0), (0.5, 1.0), (0.75, 3.0), (0.9, 9.0), (0.2, 0.25), (0.8, 4.0), (0.99, 99.0)],
)
def test_the_penalty_is_exact(target, penalty):
    assert Rubric(target).penalty == penalty
    assert Rubric(target).points(Outcome.WRONG) == -penalty


def test_points():
    rubric = Rubric(0.75)
    points = {outcome: rubric.points(outcome) for outcome in Outcome}
    assert points == {
        Outcome.CORRECT: 1.0,
        Outcome.ABSTAINED: 0.0,
        Outcome.WRONG: -3.0,
        Outcome.UNPARSED: -3.0,
        Outcome.EMPTY: -3.0,
        Outcome.TRUNCATED: -3.0,
    }
    assert str(Rubric(0).points(Outcome.WRONG)) == "0.0"


@given(TARGETS)
def test_answering_at_confidence_t_gains_nothing(target):
    rubric = Rubric(target)
    t = rubric.exact_target
    assert t * 1 + (1 - t) * -rubric.exact_penalty == 0


@given(TARGETS, TARGETS)
def test_a_higher_target_never_costs_less(one, other):
    low, high = sorted((one, other))
    assert Rubric(low).exact_penalty <= Rubric(high).exact_penalty


@given(TARGETS)
def test_the_penalty_is_the_nearest_float(target):
    t = Fraction(str(target))
    assert Rubric(target).penalty == float(t / (1 - t))


def test_the_sentence_is_the_papers():
    assert Rubric(0.75).sentence == (
        "Answer only if you are > 75% confident, since mistakes are penalized 3 points, while "
        'correct answers receive 1 point, and an answer of "I don\'t know" receives 0 points.'
    )
    assert Rubric(0).sentence == (
        "Make your best guess even if you are unsure, as if you were taking an exam."
    )
    assert "penalized 1 point, while" in Rubric(0.5).sentence
    assert 'an answer of "No idea" receives' in Rubric(0.5, "No idea").sentence


@pytest.mark.parametrize(
    ("target", "stated"),
    [
        (0.9, "> 90% confident, since mistakes are penalized 9 points"),
        (0.2, "> 20% confident, since mistakes are penalized 0.25 points"),
        (0.7, "> 70% confident, since mistakes are penalized 2.333 points"),
        (0.125, "> 12.5% confident, since mistakes are penalized 0.1429 points"),
        (0.99999, "> 99.999% confident, since mistakes are penalized 99999 points"),
    ],
)
def test_the_sentence_states_target_and_penalty(target, stated):
    assert stated in Rubric(target).sentence


@pytest.mark.parametrize(
    "target", [1, 1.0, -0.1, 1.5, 75, float("nan"), float("inf"), "0.75", None, True, [0.5]]
)
def test_a_target_that_cannot_be_scored_is_refused(target):
    with pytest.raises(AbstainError, match="confidence_target"):
        Rubric(target)


def test_a_percentage_is_recognised():
    with pytest.raises(AbstainError, match=r"Did you mean 0\.75\?"):
        Rubric(75)


@pytest.mark.parametrize("text", ["", "  ", " no", "a\nb", "a|b", None, 3])
def test_an_abstain_text_that_is_not_one_line_is_refused(text):
    with pytest.raises(AbstainError, match="abstain_text"):
        Rubric(0.5, text)


# ---------------------------------------------------------------------- wordings


@given(TARGETS)
def test_the_control_is_as_long_as_the_papers_wording(target):
    paper, control = Rubric(target), Rubric(target, wording="placebo")
    assert len(control.sentence) == len(paper.sentence)
    assert len(control.option_text) == len(paper.option_text)
    for word in ("know", "confiden", "sure", "penal", "point", "mistake", "answer", "abstain"):
        assert word not in control.sentence.lower()
    assert not control.offers_abstention
    assert control.signature["wording"] == "placebo"


def test_the_short_wording():
    assert Rubric(0.5, wording="short-v1").sentence == (
        'Reply exactly "I don\'t know" unless you are > 50% confident: a mistake costs 1 point.'
    )
    assert Rubric(0, wording="short-v1").sentence == (
        "Give your best guess in any case: a mistake costs nothing."
    )
    assert Rubric(0.9, "No {idea}", "short-v1").sentence.startswith('Reply exactly "No {idea}" ')


def test_an_unknown_wording_is_refused():
    with pytest.raises(AbstainError, match="wording must be one of paper-v1, short-v1, placebo"):
        Rubric(0.5, wording="paper-v2")


@pytest.mark.parametrize(
    ("target", "key"),
    [(0, "t00"), (0.05, "t05"), (0.5, "t50"), (0.75, "t75"), (0.9, "t90"), (0.995, "t995")],
)
def test_targets_in_names(target, key):
    assert target_key(target) == key


@given(TARGETS, TARGETS)
def test_no_two_targets_have_one_name(one, other):
    assert (target_key(one) == target_key(other)) == (one == other)
