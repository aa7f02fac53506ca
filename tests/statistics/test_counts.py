"""Counts of outcomes and what they decide, against loops over documents."""

import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError, Outcome, Rubric
from lm_eval_abstain.rubric import CODE, ORDER, UNPARSED_POLICIES
from lm_eval_abstain.statistics import Counts, denominators, metrics, resample

OUTCOMES = st.lists(st.sampled_from(list(Outcome)), max_size=40)
POLICY = st.sampled_from(UNPARSED_POLICIES)
TARGET = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])


def mean(values):
    return sum(values) / len(values) if values else math.nan


def reference(outcomes, target, policy):
    """Each metric and how many documents it is measured on, document by document."""
    rubric = Rubric(target)
    scored = [s for s in (outcome.scored_as(policy) for outcome in outcomes) if s is not None]
    answered = [outcome for outcome in scored if outcome is not Outcome.ABSTAINED]
    documents = {
        "score": [rubric.points(outcome) for outcome in scored],
        "acc": [outcome is Outcome.CORRECT for outcome in scored],
        "error_rate": [outcome is Outcome.WRONG for outcome in scored],
        "abstain_rate": [outcome is Outcome.ABSTAINED for outcome in scored],
        "unparsed_rate": [outcome.answerless for outcome in outcomes],
        "acc_answered": [outcome is Outcome.CORRECT for outcome in answered],
        "coverage": [outcome is not Outcome.ABSTAINED for outcome in scored],
    }
    return {name: (mean(values), len(values)) for name, values in documents.items()}


@given(OUTCOMES, TARGET, POLICY)
def test_metrics_against_the_reference(outcomes, target, policy):
    counts = Counts.of(outcomes)
    found, sizes = metrics(counts.array, target, policy), denominators(counts.array, policy)
    expected = reference(outcomes, target, policy)
    assert {n: (float(found[n]), int(sizes[n])) for n in found} == pytest.approx(
        {n: pytest.approx(value, nan_ok=True) for n, value in expected.items()}
    )


@given(st.lists(OUTCOMES, min_size=1, max_size=4), TARGET, POLICY)
def test_many_runs_at_once(runs, target, policy):
    arrays = [Counts.of(run).array for run in runs]
    together = metrics(np.array(arrays), target, policy)
    for name, values in together.items():
        assert values.shape == (len(runs),)
        alone = [float(metrics(array, Rubric(target), policy)[name]) for array in arrays]
        assert values.tolist() == pytest.approx(alone, nan_ok=True)


@given(OUTCOMES.filter(len), TARGET, TARGET)
def test_identities(outcomes, target, other):
    found = metrics(Counts.of(outcomes).array, target)
    assert found["acc"] + found["error_rate"] + found["abstain_rate"] == pytest.approx(1)
    assert found["coverage"] + found["abstain_rate"] == pytest.approx(1)
    penalty = Rubric(target).penalty
    assert found["score"] == pytest.approx(found["acc"] - penalty * found["error_rate"])
    # Higher stakes never raise a score, and change nothing else.
    low, high = (metrics(Counts.of(outcomes).array, t) for t in sorted([target, other]))
    assert high["score"] <= low["score"]
    for name in high.keys() - {"score"}:
        assert high[name] == pytest.approx(low[name], nan_ok=True)


@given(OUTCOMES, TARGET)
def test_unparsed_is_never_worth_more_as_wrong(outcomes, target):
    array = Counts.of(outcomes).array
    wrong, abstain = (metrics(array, target, policy) for policy in ("wrong", "abstain"))
    assert not wrong["score"] > abstain["score"]
    assert not wrong["acc_answered"] > abstain["acc_answered"]


@given(st.integers(0, 99), st.integers(1, 20))
def test_answering_at_a_confidence_of_exactly_t_gains_nothing(hundredths, times):
    # Of q answers with confidence p/q, p are right: p points, and q - p times p/(q - p) lost.
    share = Fraction(hundredths, 100)
    right, wrong = (times * k for k in (share.numerator, share.denominator - share.numerator))
    score = metrics(Counts(correct=right, wrong=wrong).array, hundredths / 100)["score"]
    assert score == pytest.approx(0, abs=1e-12)


def test_golden_values():
    # Ten documents at t = 0.75, so λ = 3: 4 right, 2 wrong, 1 abstained, 3 without an answer.
    counts = Counts(correct=4, wrong=2, abstained=1, unparsed=1, empty=1, truncated=1)
    assert counts.n == 10
    as_wrong = metrics(counts.array, 0.75)
    assert as_wrong["score"] == pytest.approx((4 - 3 * 5) / 10)  # -1.1
    assert as_wrong["acc_answered"] == pytest.approx(4 / 9)
    assert as_wrong["coverage"] == pytest.approx(0.9)
    assert as_wrong["unparsed_rate"] == pytest.approx(0.3)
    abstaining = metrics(counts.array, 0.75, "abstain")
    assert abstaining["score"] == pytest.approx((4 - 3 * 2) / 10)  # -0.2
    assert abstaining["abstain_rate"] == pytest.approx(0.4)
    assert abstaining["acc_answered"] == pytest.approx(4 / 6)
    excluded = metrics(counts.array, 0.75, "exclude")
    assert excluded["score"] == pytest.approx((4 - 3 * 2) / 7)
    assert excluded["abstain_rate"] == pytest.approx(1 / 7)
    assert excluded["unparsed_rate"] == pytest.approx(0.3)
    assert denominators(counts.array, "exclude")["unparsed_rate"] == 10


def test_nothing_answered_and_no_document():
    abstained = metrics(Counts(abstained=5).array, 0.9)
    assert math.isnan(abstained["acc_answered"])
    assert (abstained["score"], abstained["coverage"]) == (0, 0)
    assert all(math.isnan(value) for value in metrics(Counts().array, 0.9).values())
    excluded = metrics(Counts(empty=5).array, 0.9, "exclude")
    assert excluded.pop("unparsed_rate") == 1
    assert all(math.isnan(value) for value in excluded.values())


@given(OUTCOMES, OUTCOMES)
def test_counts(some, others):
    a, b = Counts.of(some), Counts.of(outcome.value for outcome in others)
    assert a + b == Counts.of([*some, *others])
    assert Counts.from_array((a + b).array) == a + b
    assert (a + b).n == len(some) + len(others)
    assert [getattr(a, outcome.value) for outcome in ORDER] == a.array.tolist()
    assert a.array.tolist() == np.bincount([CODE[o] for o in some], minlength=6).tolist()


def test_bad_input_is_refused():
    with pytest.raises(AbstainError, match="unknown outcome 'right'"):
        Counts.of(["right"])
    with pytest.raises(AbstainError, match="6 columns"):
        metrics([1, 2, 3], 0.5)
    with pytest.raises(AbstainError, match="confidence_target"):
        metrics(Counts().array, 75)
    with pytest.raises(AbstainError, match="unparsed must be one of"):
        metrics(Counts().array, 0.5, "drop")
    with pytest.raises(AbstainError, match="negative"):
        resample([3, -1], 10, np.random.default_rng())


# ---------------------------------------------------------------------- resampling


def distribution(samples):
    """How often each tuple of counts came."""
    return {key: n / len(samples) for key, n in Counter(map(tuple, samples)).items()}


def distance(one, other):
    """Total variation: the largest difference of any event's probability."""
    return sum(abs(one.get(k, 0) - other.get(k, 0)) for k in {*one, *other}) / 2


def all_draws(documents, kinds):
    """The counts of every equally likely way to draw n of n documents with replacement."""
    draws = product(documents, repeat=len(documents))
    return [tuple(draw.count(kind) for kind in range(kinds)) for draw in draws]


def added(*parts):
    return tuple(map(sum, zip(*parts)))


@pytest.mark.parametrize("counts", [(2, 1, 0, 2), (3, 0, 2, 0), (5,), (0, 1), (3, 3)])
def test_a_draw_of_counts_is_a_draw_of_documents(counts):
    documents = [kind for kind, count in enumerate(counts) for _ in range(count)]
    drawn = resample(counts, 100_000, np.random.default_rng(1))
    exact = distribution(all_draws(documents, len(counts)))
    assert distance(distribution(drawn.tolist()), exact) < 0.01


def test_strata_against_all_draws():
    subjects = [[0, 0, 1], [1, 2]]  # the documents' kinds
    table = [[2, 1, 0], [0, 1, 1]]
    each = [all_draws(documents, 3) for documents in subjects]
    exact = distribution([added(a, b) for a in each[0] for b in each[1]])
    drawn = resample(table, 100_000, np.random.default_rng(2))
    assert distance(distribution(drawn.tolist()), exact) < 0.01


@pytest.mark.parametrize(
    "counts",
    [
        (600, 300, 80, 15, 4, 1),  # many documents of each kind
        (4, 3, 2, 1, 1, 0),  # about as many kinds as documents
    ],
)
def test_mean_and_covariance_of_the_multinomial(counts):
    n, share = sum(counts), np.array(counts) / sum(counts)
    drawn = resample(counts, 200_000, np.random.default_rng(4))
    assert (drawn.sum(axis=1) == n).all()
    assert drawn.mean(axis=0) == pytest.approx(n * share, abs=5 * np.sqrt(n / 4 / 200_000))
    covariance = n * (np.diag(share) - np.outer(share, share))
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.01 * covariance.max())


def test_nothing_to_draw():
    assert resample([0, 0], 3, np.random.default_rng()).tolist() == [[0, 0]] * 3
    assert resample([[0, 0], [0, 2]], 2, np.random.default_rng()).tolist() == [[0, 2]] * 2


def test_importing_the_statistics_imports_nothing_heavy():
    heavy = {"torch", "transformers", "datasets", "lm_eval", "scipy", "sklearn", "pandas"}
    code = (
        "import sys, lm_eval_abstain.statistics as s\n"
        "s.bootstrap([3, 2, 1, 0, 0, 0], 0.5)\n"
        f"print(*({heavy!r} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
