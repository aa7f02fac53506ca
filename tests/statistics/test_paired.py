"""Comparisons on the same documents, against scipy, resampled pairs and simulated runs."""

import math
import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from lm_eval_abstain import AbstainError, Outcome, Rubric
from lm_eval_abstain.rubric import CODE, ORDER
from lm_eval_abstain.statistics import Counts, holm, joint, mcnemar, metrics, paired_bootstrap

CORRECT, WRONG, ABSTAINED = (CODE[o] for o in (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED))
CODES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)
METRICS = list(metrics(Counts().array, 0.5))


def table(**cells):
    """A joint table from `correct_wrong=3`: correct in run a and wrong in run b."""
    counts = np.zeros((6, 6), dtype=int)
    for names, count in cells.items():
        a, b = names.split("_")
        counts[CODE[Outcome(a)], CODE[Outcome(b)]] = count
    return counts


@given(CODES)
def test_joint_counts(pairs):
    a, b = zip(*pairs)
    found = joint(a, b)
    assert found.shape == (6, 6)
    assert all(found[i, j] == pairs.count((i, j)) for i in range(6) for j in range(6))
    assert found.sum(axis=1).tolist() == Counts.of(ORDER[i] for i in a).array.tolist()
    assert found.sum(axis=0).tolist() == Counts.of(ORDER[i] for i in b).array.tolist()


def test_bad_input_is_refused():
    with pytest.raises(AbstainError, match="the same documents"):
        joint([0, 1], [0])
    with pytest.raises(AbstainError, match="columns 0 to 5"):
        joint([0, 6], [0, 0])
    with pytest.raises(AbstainError, match="columns 0 to 5"):
        joint([0, 1], [-1, 0])
    with pytest.raises(AbstainError, match="unknown metric 'aurc'"):
        paired_bootstrap(table(), "aurc", 0.5, 0.5)
    with pytest.raises(AbstainError, match="joint counts need"):
        paired_bootstrap([1] * 6, "acc", 0.5, 0.5)
    with pytest.raises(AbstainError, match="negative"):
        mcnemar(-1, 2)
    with pytest.raises(AbstainError, match="p-values"):
        holm([0.1, math.nan])
    with pytest.raises(AbstainError, match="p-values"):
        holm([0.1, 1.1])


# ---------------------------------------------------------------------- exact tests


def test_mcnemar_against_scipy():
    dice = random.Random(1)
    for _ in range(1000):
        only_a, only_b = (dice.choice([0, 1, 2, dice.randint(0, 3000)]) for _ in "ab")
        if only_a + only_b == 0:
            continue
        expected = binomtest(only_a, only_a + only_b, 0.5).pvalue
        assert mcnemar(only_a, only_b) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_by_hand():
    assert mcnemar(0, 0) == 1
    assert mcnemar(0, 5) == mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(1, 5) == pytest.approx(2 * (1 + 6) / 64)
    assert mcnemar(7, 7) == 1


@given(st.lists(st.floats(0, 1), max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values):
    # A hypothesis is rejected at α iff Bonferroni's test rejects every set that holds it.
    every = range(len(p_values))
    subsets = [set(s) for k in range(1, len(p_values) + 1) for s in combinations(every, k)]
    expected = [
        max(min(1.0, len(s) * min(p_values[j] for j in s)) for s in subsets if i in s)
        for i in every
    ]
    assert holm(p_values) == pytest.approx(expected)


def test_holm_by_hand():
    # Sorted 0.01, 0.02, 0.03, 0.04: times 4, 3, 2, 1 is 0.04, 0.06, 0.06, 0.04, and never falls.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.7, 0.9]) == [1, 1]
    assert holm([]) == []


# ---------------------------------------------------------------------- the paired bootstrap


@settings(deadline=None, max_examples=50)
@given(CODES, st.sampled_from(METRICS), st.sampled_from([0.0, 0.5, 0.9]))
def test_value_range_and_symmetry(pairs, metric, target):
    counts = joint(*zip(*pairs))
    found = paired_bootstrap(counts, metric, target, 0.5, replicates=300)
    a, b = counts.sum(axis=1), counts.sum(axis=0)
    expected = float(metrics(b, 0.5)[metric] - metrics(a, target)[metric])
    assert found.value == pytest.approx(expected, nan_ok=True)
    assert found.n == len(pairs)
    assert 0 < found.p <= 1
    least, most = -1.0, 1.0
    if metric == "score":
        least, most = -1 - Rubric(0.5).penalty, 1 + Rubric(target).penalty
    assert least - 1e-9 <= found.low < found.high <= most + 1e-9
    if math.isnan(expected):
        assert (found.low, found.high, found.p) == (least, most, 1)
    else:
        assert found.low <= expected <= found.high
    # The other way round: the same but for its sign, and for the draw.
    back = paired_bootstrap(counts.T, metric, 0.5, target, replicates=300)
    assert back.value == pytest.approx(-found.value, nan_ok=True)


@settings(deadline=None, max_examples=100)
@given(CODES, st.sampled_from(METRICS), st.sampled_from([0.8, 0.95]))
def test_p_and_interval_agree(pairs, metric, level):
    counts = joint(*zip(*pairs))
    found = paired_bootstrap(counts, metric, 0.75, 0.75, replicates=2000, level=level)
    if found.p < 0.9 * (1 - level):
        assert found.low > 0 or found.high < 0
    if found.p > 1.1 * (1 - level) + 0.001:
        assert found.low <= 1e-12
        assert found.high >= -1e-12


def test_against_resampled_pairs():
    dice = random.Random(2)
    pairs = [(dice.choice([0, 0, 1, 2]), dice.choice([0, 1, 2, 2, 4])) for _ in range(60)]
    for metric in ("score", "acc_answered", "coverage"):
        drawn = []
        for _ in range(3000):
            a, b = zip(*dice.choices(pairs, k=len(pairs)))
            one = metrics(np.bincount(a, minlength=6), 0.5)[metric]
            other = metrics(np.bincount(b, minlength=6), 0.75)[metric]
            drawn.append(float(other - one))
        low, high = np.quantile(drawn, [0.025, 0.975])
        found = paired_bootstrap(joint(*zip(*pairs)), metric, 0.5, 0.75, replicates=20_000)
        assert found.low == pytest.approx(low, abs=0.1 * (high - low))
        assert found.high == pytest.approx(high, abs=0.1 * (high - low))
        sides = min(np.mean(np.array(drawn) <= 0), np.mean(np.array(drawn) >= 0))
        assert found.p == pytest.approx(2 * sides, abs=0.02)


def test_pairing_is_used():
    # b has 30 more right, and everything else in common: one in a hundred changed.
    paired = table(correct_correct=1500, wrong_wrong=1470, wrong_correct=30)
    assert paired_bootstrap(paired, "acc", 0, 0).p < 0.001
    # The same two accuracies with nothing in common tell nothing.
    loose = table(correct_correct=765, correct_wrong=735, wrong_correct=765, wrong_wrong=735)
    assert paired_bootstrap(loose, "acc", 0, 0).p > 0.2


def test_equal_runs():
    found = paired_bootstrap(table(correct_correct=60, wrong_wrong=40), "acc", 0.5, 0.5)
    assert (found.value, found.p) == (0, 1)
    # As Wilson's limit of 0 of 100: a few documents more could have differed.
    assert found.high == pytest.approx(3.8415 / 103.8415, abs=1e-5)
    assert found.low == pytest.approx(-found.high)


def test_a_change_that_the_rubric_makes_alone():
    # The same answers at other stakes: 20 of 100 wrong, λ from 1 to 9.
    found = paired_bootstrap(table(correct_correct=80, wrong_wrong=20), "score", 0.5, 0.9)
    assert found.value == pytest.approx(-8 * 0.2)
    assert found.high < -0.9
    assert found.p < 0.001


def test_rare_and_expensive_errors_are_not_overlooked():
    # b answers 10 more, all right. At λ = 9 a single unseen error takes 9 of the 10 points.
    counts = table(abstained_abstained=990, abstained_correct=10)
    found = paired_bootstrap(counts, "score", 0.9, 0.9)
    assert found.value == pytest.approx(0.01)
    assert found.low < 0
    # One more document that b has wrong and a right costs 10: 10 points are z² = 1 of them.
    assert found.p == pytest.approx(math.erfc(math.sqrt(1 / 2)), abs=1e-6)
    assert paired_bootstrap(counts, "acc", 0.9, 0.9).p == pytest.approx(
        math.erfc(math.sqrt(10 / 2)), abs=1e-4
    )


def test_a_run_without_an_answer_is_compared_with_nothing():
    found = paired_bootstrap(table(correct_abstained=50), "acc_answered", 0.5, 0.9)
    assert math.isnan(found.value)
    assert (found.low, found.high, found.p) == (-1, 1, 1)
    # Excluded documents leave nothing of b; its score could be anything from -9 to 1.
    found = paired_bootstrap(table(correct_empty=50), "score", 0.5, 0.9, "exclude")
    assert math.isnan(found.value)
    assert (found.low, found.high, found.p) == (-9 - 1, 1 + 1, 1)
    # Two answers of b: in e^-2 = 14% of the replicates there is none.
    counts = table(correct_correct=30, wrong_abstained=68, wrong_correct=2)
    counts[CORRECT, CORRECT], counts[CORRECT, ABSTAINED] = 0, 30
    found = paired_bootstrap(counts, "acc_answered", 0.5, 0.9)
    assert found.value == pytest.approx(0.7)
    assert (found.low, found.high) == (-1, 1)
    assert found.p > 0.2


def test_no_metric_tells_the_outcomes_without_an_answer_apart():
    one = table(correct_correct=50, wrong_unparsed=9, unparsed_correct=9)
    other = table(
        correct_correct=50,
        wrong_unparsed=3,
        wrong_empty=6,
        empty_correct=5,
        truncated_correct=4,
    )
    for metric in METRICS:
        assert paired_bootstrap(one, metric, 0.5, 0.5) == paired_bootstrap(other, metric, 0.5, 0.5)


def test_subjects():
    # In every second subject b is better in all of 20 documents, else a: no difference, but
    # subjects drawn anew make one.
    better, worse = table(wrong_correct=20), table(correct_wrong=20)
    subjects = np.array([better, worse] * 10)
    kept = paired_bootstrap(subjects, "acc", 0, 0)
    assert kept.value == 0
    assert kept.high < 0.02
    assert kept.n == 400
    # One subject is the same as none.
    assert paired_bootstrap(better[None], "acc", 0, 0) == paired_bootstrap(better, "acc", 0, 0)


# ---------------------------------------------------------------------- how often they are right


def rejections(shares, metric, target, n, runs, seed):
    """How often a difference that is not there is found at the 5% level."""
    rng = np.random.default_rng(seed)
    cells = np.zeros((6, 6))
    for (a, b), share in shares.items():
        cells[a, b] = share
    assert cells.sum() == pytest.approx(1)
    one, other = (float(metrics(cells.sum(axis=k), target)[metric]) for k in (1, 0))
    assert one == pytest.approx(other)
    tables = rng.multinomial(n, cells.ravel(), size=runs).reshape(-1, 6, 6)
    found = [
        paired_bootstrap(each, metric, target, target, replicates=400, rng=rng) for each in tables
    ]
    outside = sum(not difference.low <= 0 <= difference.high for difference in found)
    return sum(difference.p <= 0.05 for difference in found) / runs, outside / runs


@pytest.mark.parametrize(
    ("shares", "metric", "target", "n", "most"),
    [
        (
            {
                (CORRECT, CORRECT): 0.4,
                (WRONG, WRONG): 0.2,
                (CORRECT, ABSTAINED): 0.2,
                (ABSTAINED, CORRECT): 0.2,
            },
            "score",
            0.75,
            200,
            0.07,
        ),
        (
            {
                (CORRECT, CORRECT): 0.5,
                (WRONG, WRONG): 0.2,
                (WRONG, CORRECT): 0.1,
                (CORRECT, WRONG): 0.1,
                (ABSTAINED, ABSTAINED): 0.1,
            },
            "acc_answered",
            0.5,
            200,
            0.07,
        ),
        (
            # b gains a point in 9 of 1,000 documents and loses nine in 1: often no loss is seen.
            {
                (ABSTAINED, CORRECT): 0.009,
                (ABSTAINED, WRONG): 0.001,
                (CORRECT, CORRECT): 0.5,
                (ABSTAINED, ABSTAINED): 0.49,
            },
            "score",
            0.9,
            1000,
            0.07,
        ),
        (
            {(CORRECT, CORRECT): 0.99, (CORRECT, WRONG): 0.005, (WRONG, CORRECT): 0.005},
            "acc",
            0.0,
            400,
            0.05,
        ),
    ],
)
def test_differences_that_are_not_there_are_seldom_found(shares, metric, target, n, most):
    by_p, by_interval = rejections(shares, metric, target, n, runs=200, seed=3)
    assert by_p <= most
    assert by_interval <= most
