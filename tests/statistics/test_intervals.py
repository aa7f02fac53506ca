"""Intervals against scipy, against resampled documents, and against the truth they should hold."""

import math
import random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from lm_eval_abstain import AbstainError, Rubric
from lm_eval_abstain.rubric import ORDER, UNPARSED_POLICIES
from lm_eval_abstain.statistics import (
    Counts,
    aurc,
    bootstrap,
    brier,
    curve_interval,
    curve_intervals,
    ece,
    metrics,
    proportion,
)
from lm_eval_abstain.statistics.intervals import critical, percentiles, widened

COUNTS = st.lists(st.sampled_from([0, 0, 1, 2, 7, 40, 300]), min_size=6, max_size=6)
TARGET = st.sampled_from([0.0, 0.5, 0.75, 0.9])
DOCUMENTS = st.lists(st.tuples(st.sampled_from([0.0, 0.3, 0.6, 1.0]), st.booleans()), max_size=20)


def held(interval, truth):
    return interval.low <= truth <= interval.high


# ---------------------------------------------------------------------- proportions


@pytest.mark.parametrize("method", ["wilson", "exact"])
def test_proportions_against_scipy(method):
    dice = random.Random(1)
    for _ in range(1000):
        n = dice.choice([1, 2, 5, 30, 1000, 14042])
        successes = dice.choice([0, 1, n - 1, n, dice.randint(0, n)])
        level = dice.choice([0.5, 0.9, 0.95, 0.99])
        found = proportion(successes, n, level, method)
        expected = binomtest(successes, n).proportion_ci(level, method)
        assert (found.value, found.n, found.level) == (successes / n, n, level)
        # scipy's Wilson interval misses 0 and 1 by its rounding.
        assert found.low == pytest.approx(expected.low, abs=1e-12)
        assert found.high == pytest.approx(expected.high, abs=1e-12)


def test_golden_proportions():
    # Wilson, 8 of 10, z = 1.96: center (8 + 1.92) / 13.84, half sqrt(3.84 (1.6 + 0.96)) / 13.84.
    found = proportion(8, 10)
    assert (found.low, found.high) == (
        pytest.approx(0.4902, abs=5e-5),
        pytest.approx(0.9433, abs=5e-5),
    )
    # Clopper and Pearson, 0 of 10: 1 - 0.025^(1/10).
    found = proportion(0, 10, method="exact")
    assert (found.low, found.high) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert proportion(0, 3).low == 0.0
    assert proportion(3, 3).high == 1.0
    nothing = proportion(0, 0)
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high, nothing.n) == (0, 1, 0)


def test_bad_input_is_refused():
    with pytest.raises(AbstainError, match="between 0 and n"):
        proportion(4, 3)
    with pytest.raises(
        AbstainError, match=r"level must be in \(0, 1\), got 95. Did you mean 0\.95"
    ):
        proportion(1, 3, level=95)
    with pytest.raises(AbstainError, match="level must be"):
        bootstrap([1] * 6, 0.5, level=1.0)
    with pytest.raises(AbstainError, match="6 columns"):
        bootstrap([1, 2], 0.5)
    with pytest.raises(AbstainError, match="replicates must be at least 1"):
        bootstrap([1] * 6, 0.5, replicates=0)
    with pytest.raises(AbstainError, match="replicates must be at least 1"):
        curve_interval([0.5], [1], replicates=0)
    with pytest.raises(AbstainError, match="not per cent"):
        curve_interval([75], [1])
    with pytest.raises(AbstainError, match="one name a document"):
        curve_interval([0.5, 0.6], [1, 1], subjects=["law"])


# ---------------------------------------------------------------------- outcomes


def resampled_documents(counts, target, policy, replicates, seed):
    """The same percentile intervals by drawing documents, one by one."""
    documents = [o for o, count in zip(ORDER, counts) for _ in range(count)]
    dice = random.Random(seed)
    drawn = [
        metrics(Counts.of(dice.choices(documents, k=len(documents))).array, target, policy)
        for _ in range(replicates)
    ]
    return {
        name: np.quantile([replicate[name] for replicate in drawn], [0.025, 0.975])
        for name in drawn[0]
    }


@pytest.mark.parametrize("policy", UNPARSED_POLICIES)
def test_bootstrap_against_resampled_documents(policy):
    counts = [30, 20, 25, 10, 8, 7]
    found = bootstrap(counts, 0.75, policy, replicates=40_000)
    expected = resampled_documents(counts, 0.75, policy, 4_000, seed=2)
    for name, (low, high) in expected.items():
        allowed = 0.15 * (high - low)  # the noise of 4,000 replicates, and a step of 1/n
        assert found[name].low == pytest.approx(low, abs=allowed), name
        assert found[name].high == pytest.approx(high, abs=allowed), name


@settings(deadline=None)
@given(COUNTS, TARGET, st.sampled_from(UNPARSED_POLICIES))
def test_intervals_hold_the_value_and_stay_in_range(counts, target, policy):
    found = bootstrap(counts, target, policy, replicates=200)
    values = metrics(counts, target, policy)
    for name, interval in found.items():
        least = -Rubric(target).penalty if name == "score" else 0
        assert least - 1e-12 <= interval.low < interval.high <= 1 + 1e-12  # never without width
        assert interval.value == pytest.approx(float(values[name]), nan_ok=True)
        if math.isnan(interval.value):
            assert interval.n == 0
            assert (interval.low, interval.high) == (least, 1)
        else:
            assert interval.n > 0
            assert held(interval, interval.value)


@settings(deadline=None)
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_at_the_edges_proportions_are_never_narrower_than_wilson(counts, level):
    found = bootstrap(counts, 0.5, replicates=200, level=level)
    for interval in found.values():
        if interval.value in (0, 1) and interval is not found["score"]:
            wilson = proportion(round(interval.value * interval.n), interval.n, level)
            assert interval.low <= wilson.low + 1e-12
            assert interval.high >= wilson.high - 1e-12


def test_all_documents_alike():
    z2 = NormalDist().inv_cdf(0.975) ** 2  # 3.8415
    right = bootstrap(Counts(correct=100).array, 0.9)
    # 3.84 more documents, all wrong: (100 - 9 · 3.84) / 103.84 = 0.630.
    assert right["score"].low == pytest.approx((100 - 9 * z2) / (100 + z2))
    assert right["score"].high == 1
    assert right["acc_answered"].low == pytest.approx(proportion(100, 100).low)
    wrong = bootstrap(Counts(wrong=100).array, 0.9)["score"]
    assert (wrong.low, wrong.high) == (-9, pytest.approx((z2 - 900) / (100 + z2)))
    silent = bootstrap(Counts(abstained=100).array, 0.9)
    assert silent["score"].low == pytest.approx(-9 * z2 / (100 + z2))
    assert silent["score"].high == pytest.approx(z2 / (100 + z2))
    assert (silent["acc_answered"].low, silent["acc_answered"].high) == (0, 1)
    assert silent["acc_answered"].n == 0
    assert silent["coverage"].high == pytest.approx(proportion(0, 100).high)


def test_errors_that_were_not_seen_but_cost_nine_points():
    # Without a wrong answer the bootstrap alone would put the score's lower limit near 0.16.
    found = bootstrap(Counts(correct=200, abstained=800).array, 0.9)["score"]
    assert found.value == 0.2
    z2 = NormalDist().inv_cdf(0.975) ** 2
    assert found.low == pytest.approx((200 - 9 * z2) / (1000 + z2))
    assert found.high == pytest.approx(0.225, abs=0.002)


def test_replicates_without_an_answer_say_nothing():
    # Of 100 documents 2 are answered: in e^-2 = 14% of the replicates none is.
    found = bootstrap(Counts(correct=1, wrong=1, abstained=98).array, 0.5)["acc_answered"]
    assert (found.value, found.low, found.high, found.n) == (0.5, 0.0, 1.0, 2)
    drawn = np.array([0.4] * 96 + [math.nan] * 4)
    assert percentiles(drawn, 0.95, -1, 2) == (-1, 2)
    assert percentiles(drawn, 0.90, -1, 2) == (0.4, 0.4)
    assert widened((0.4, 0.6), np.array([math.nan, 0.5])) == (0.4, 0.6)
    assert widened((0.4, 0.6), np.array([0.3, math.nan])) == (0.3, 0.6)


def test_excluded_documents_are_in_no_denominator_but_one():
    found = bootstrap(Counts(correct=6, wrong=3, abstained=1, empty=10).array, 0.5, "exclude")
    sizes = {name: interval.n for name, interval in found.items()}
    assert sizes.pop("unparsed_rate") == 20
    assert sizes.pop("acc_answered") == 9
    assert set(sizes.values()) == {10}


def test_the_same_counts_give_the_same_interval():
    counts = [30, 20, 10, 0, 0, 0]
    assert bootstrap(counts, 0.5) == bootstrap(counts, 0.5)


def test_no_metric_tells_the_outcomes_without_an_answer_apart():
    for policy in UNPARSED_POLICIES:
        one = bootstrap([30, 20, 10, 9, 0, 0], 0.5, policy)
        assert one == bootstrap([30, 20, 10, 2, 3, 4], 0.5, policy)
        assert one == bootstrap([30, 20, 10, 0, 0, 9], 0.5, policy)


def test_strata():
    # Ten subjects that differ as much as they can. Documents within a subject are all alike, so
    # with the subjects kept nothing varies.
    subjects = np.array([[100, 0, 0, 0, 0, 0], [0, 100, 0, 0, 0, 0]] * 5)
    stratified = bootstrap(subjects, 0.5)["acc"]
    pooled = bootstrap(subjects.sum(axis=0), 0.5)["acc"]
    z2 = NormalDist().inv_cdf(0.975) ** 2
    assert stratified.high == pytest.approx((500 + z2) / (1000 + z2))  # what the edges allow
    assert pooled.high - pooled.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 1000), rel=0.05)
    assert stratified.value == pooled.value == 0.5
    assert stratified.n == 1000


def test_strata_against_their_variances():
    subjects = np.array([[80, 20, 0, 0, 0, 0], [10, 50, 40, 0, 0, 0], [5, 5, 190, 0, 0, 0]])
    found = bootstrap(subjects, 0.75, replicates=40_000)["score"]
    points, n = np.array([1, -3, 0]), subjects.sum()
    share = subjects[:, :3] / subjects.sum(axis=1, keepdims=True)
    variances = (share @ points**2 - (share @ points) ** 2) * subjects.sum(axis=1)
    half = 1.96 * math.sqrt(variances.sum()) / n
    assert found.high - found.low == pytest.approx(2 * half, rel=0.03)


# ---------------------------------------------------------------------- curves


def reference_curve_interval(metric, confidence, correct, replicates, seed):
    """Percentiles by drawing documents one by one."""
    dice = random.Random(seed)
    n = len(confidence)
    drawn = []
    for _ in range(replicates):
        rows = [dice.randrange(n) for _ in range(n)]
        drawn.append(metric([confidence[i] for i in rows], [correct[i] for i in rows]))
    return np.quantile(drawn, [0.025, 0.975])


@pytest.mark.parametrize("levels", [5, 1000])
def test_curve_intervals_against_resampled_documents(levels):
    rng = np.random.default_rng(3)
    confidence = np.ceil(rng.random(120) * levels) / levels
    correct = (rng.random(120) < confidence).astype(int)
    found = curve_interval(confidence, correct, replicates=10_000)
    for metric in (aurc, brier):
        interval = found[metric.__name__]
        low, high = reference_curve_interval(metric, confidence, correct, 1500, seed=4)
        assert interval.value == metric(confidence, correct)
        assert interval.low == pytest.approx(low, abs=0.15 * (high - low))
        assert interval.high == pytest.approx(high, abs=0.15 * (high - low))


@settings(deadline=None)
@given(DOCUMENTS)
def test_curve_intervals_hold_the_value_and_stay_in_range(documents):
    confidence, correct = [c for c, _ in documents], [right for _, right in documents]
    found = curve_interval(confidence, correct, replicates=50)
    assert list(found) == ["aurc", "augrc", "ece", "brier"]
    for name, interval in found.items():
        assert 0 <= interval.low <= interval.high <= (0.5 if name == "augrc" else 1)
        assert interval.n == len(documents)
        assert held(interval, interval.value) or not documents


def test_curves_of_documents_all_right():
    found = curve_interval([1.0] * 100, [1] * 100)
    # As if 4 more had come, all wrong, at the same confidence: 4 of 104.
    for name, high in {"aurc": 4 / 104, "augrc": 2 / 104, "ece": 4 / 104, "brier": 4 / 104}.items():
        assert (found[name].low, found[name].high) == (0, pytest.approx(high))
    nothing = curve_interval([], [])
    assert math.isnan(nothing["aurc"].value)
    assert (nothing["augrc"].low, nothing["augrc"].high) == (0, 0.5)


def test_curve_intervals_of_subjects():
    rng = np.random.default_rng(5)
    # In each of 20 subjects the model is either always right or never, at the same confidence.
    subjects = np.repeat([f"subject {i}" for i in range(20)], 50)
    correct = np.repeat(rng.permutation([1, 0] * 10), 50)
    same = np.full(1000, 0.5)
    kept = curve_interval(same, correct, subjects=subjects)["aurc"]
    pooled = curve_interval(same, correct)["aurc"]
    assert kept.high - kept.low < 0.005 < pooled.high - pooled.low < 0.07
    # The same replicates, whether drawn at once or in many parts.
    confidence = rng.random(3000)
    correct = rng.random(3000) < confidence
    many = curve_interval(confidence, correct, replicates=1500)["aurc"]
    assert many == curve_interval(confidence, correct, replicates=1500)["aurc"]
    half = 1.96 * aurc_deviation(confidence, correct)
    assert many.high - many.low == pytest.approx(2 * half, rel=0.1)


def test_the_calibration_error_of_an_overconfident_model():
    # 70% sure and right half the time, 400 documents: the error is 0.2, its deviation 0.025.
    found = curve_interval([0.7] * 400, [1, 0] * 200)["ece"]
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - 1.96 * 0.025, abs=0.005)
    assert found.high == pytest.approx(0.2 + 1.96 * 0.025, abs=0.005)
    # As sure as it is right, to the last document. That is luck: noise alone makes the error
    # 0.67 · 0.025 half the time, and with that measured the true one may be 1.96 · 0.025 more.
    found = curve_interval([0.5] * 400, [1, 0] * 200)["ece"]
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx((0.67 + 1.96) * 0.025, abs=0.005)


def aurc_deviation(confidence, correct):
    """The standard error of AURC by the jackknife over 60 parts of the documents."""
    part = np.arange(len(confidence)) % 60
    values = np.array([aurc(confidence[part != i], correct[part != i]) for i in range(60)])
    return math.sqrt(59 / 60 * ((values - values.mean()) ** 2).sum())


# ---------------------------------------------------------------------- how often they are right


def test_intervals_of_score_and_accuracy_hold_the_truth():
    rng = np.random.default_rng(6)
    truth = np.array([0.5, 0.2, 0.25, 0.03, 0.01, 0.01])
    expected = metrics(truth, 0.75)
    hits = dict.fromkeys(expected, 0)
    for counts in rng.multinomial(400, truth, size=2000):
        for name, interval in bootstrap(counts, 0.75, replicates=500).items():
            hits[name] += held(interval, expected[name])
    assert all(0.93 <= hits[name] / 2000 <= 0.97 for name in hits), hits


def test_intervals_of_rare_and_expensive_errors_hold_the_truth():
    # One error in 250 answers, at 9 points each: a run of 500 documents often shows none.
    rng = np.random.default_rng(7)
    truth = np.array([0.5, 0.002, 0.498, 0, 0, 0])
    expected = metrics(truth, 0.9)["score"]
    hits = sum(
        held(bootstrap(counts, 0.9, replicates=500)["score"], expected)
        for counts in rng.multinomial(500, truth, size=1000)
    )
    assert 0.93 <= hits / 1000 <= 1


@pytest.mark.slow
def test_intervals_of_curves_hold_the_truth(monkeypatch):
    rng = np.random.default_rng(8)
    # Confidence k/20, and right that often. The true AURC is that of very many documents.
    confidence = np.repeat(np.arange(1, 21) / 20, 20_000)
    correct = np.tile(np.arange(20_000), 20) < 20_000 * confidence
    truth = {"aurc": aurc(confidence, correct), "brier": brier(confidence, correct), "ece": 0.0}
    assert ece(confidence, correct) == pytest.approx(0, abs=1e-9)
    hits = dict.fromkeys(truth, 0)
    for run in range(1000):
        monkeypatch.setattr(curve_intervals, "SEED", run)  # with one seed all err alike
        confidence = rng.integers(1, 21, size=150) / 20
        correct = rng.random(150) < confidence
        found = curve_interval(confidence, correct)
        for name, value in truth.items():
            hits[name] += held(found[name], value)
    assert 0.93 <= hits["aurc"] / 1000 <= 0.97
    assert 0.93 <= hits["brier"] / 1000 <= 0.97
    # The percentiles of the calibration error would never hold it.
    assert 0.93 <= hits["ece"] / 1000 <= 0.99


def test_critical_value():
    assert critical(0.95) == pytest.approx(3.841459)
    assert critical(0.6827) == pytest.approx(1, abs=1e-3)
