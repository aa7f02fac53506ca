"""Scores at several targets at once are those at each target, to the last digit."""

from dataclasses import astuple

import numpy as np
import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.rubric import UNPARSED_POLICIES
from lm_eval_abstain.statistics import (
    bootstrap,
    metrics,
    paired_bootstrap,
    score_differences,
    score_intervals,
    scores_at,
)

TARGETS = (0.0, 0.123, 0.5, 0.75, 0.9, 0.999)
COUNTS = {
    "one task": [40, 25, 20, 6, 1, 3],
    "a group": [[40, 25, 20, 6, 1, 3], [3, 0, 0, 0, 0, 0], [0, 9, 1, 0, 4, 0]],
    "one outcome": [12, 0, 0, 0, 0, 0],
    "no answer": [0, 0, 0, 3, 0, 1],
}


def same(interval, other):
    return np.array_equal(astuple(interval), astuple(other), equal_nan=True)


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_intervals_of_the_score(counts, unparsed):
    found = score_intervals(counts, TARGETS, unparsed, 0.9, 300)
    for target, interval in zip(TARGETS, found):
        expected = bootstrap(counts, target, unparsed, 0.9, 300)["score"]
        assert same(interval, expected)


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
@pytest.mark.parametrize("shape", [(6, 6), (1, 6, 6), (4, 6, 6)])
def test_differences_of_scores(shape, unparsed):
    counts = np.random.default_rng(5).integers(0, 9, shape)
    found = score_differences(counts, TARGETS, unparsed, 0.9, 300)
    for target, interval in zip(TARGETS, found):
        expected = paired_bootstrap(counts, "score", target, target, unparsed, 0.9, 300)
        assert same(interval, expected.interval)


def test_differences_where_nothing_is_scored():
    counts = np.zeros((6, 6), dtype=int)
    counts[3, 3] = 5
    (found,) = score_differences(counts, [0.5], "exclude")
    assert same(found, paired_bootstrap(counts, "score", 0.5, 0.5, "exclude").interval)


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
def test_scores(unparsed):
    counts = np.random.default_rng(7).integers(0, 9, (3, 2, 6))
    found = scores_at(counts, TARGETS, unparsed)
    assert found.shape == (len(TARGETS), 3, 2)
    for target, scores in zip(TARGETS, found):
        assert (scores == metrics(counts, target, unparsed)["score"]).all()


def test_bad_input_is_refused():
    with pytest.raises(AbstainError, match="confidence_target"):
        scores_at([1] * 6, [0.5, 1.0])
    with pytest.raises(AbstainError, match="6 columns"):
        score_intervals([1, 2], [0.5])
    with pytest.raises(AbstainError, match="joint counts need the shape"):
        score_differences([1] * 6, [0.5])
    with pytest.raises(AbstainError, match="level must be"):
        score_intervals([1] * 6, [0.5], level=95)
