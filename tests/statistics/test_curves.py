"""Curve metrics against sums over every order of tied documents, and scikit-learn."""

import math
import random
from fractions import Fraction
from itertools import groupby, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from lm_eval_abstain import AbstainError, Rubric
from lm_eval_abstain.statistics import (
    ALWAYS_ABSTAIN,
    ALWAYS_ANSWER,
    augrc,
    aurc,
    best_threshold,
    brier,
    ece,
)
from lm_eval_abstain.statistics.levels import Levels
from support.implied_policy import policy_counts, policy_coverage, policy_score

CURVES = [aurc, augrc, ece, brier]
TARGETS = [0.0, 0.2, 0.5, 0.75, 0.9]
# Few values, so that ties are the rule, and borders of bins and targets among them.
CONFIDENCE = st.sampled_from([0.0, 0.2, 1 / 3, 0.5, 0.6, 0.75, 0.9, 1.0]) | st.floats(0, 1)
DOCUMENTS = st.lists(st.tuples(CONFIDENCE, st.booleans()), min_size=1, max_size=30)


def split(documents):
    return [c for c, _ in documents], [int(r) for _, r in documents]


def random_cases(count, size, seed):
    """Documents with many ties."""
    dice = random.Random(seed)
    for _ in range(count):
        pool = [dice.choice([0.0, 0.25, 0.6, 1.0, dice.random()]) for _ in range(3)]
        yield [(dice.choice(pool), dice.random() < 0.6) for _ in range(dice.randint(1, size))]


def orders(documents):
    """Every order, the surest first, that the ties allow: all equally likely."""
    ranked = sorted(documents, key=lambda document: -document[0])
    levels = [list(level) for _, level in groupby(ranked, key=lambda document: document[0])]
    for parts in product(*map(permutations, levels)):
        yield [right for part in parts for _, right in part]


def areas_of_an_order(order):
    """The two areas of untied documents, by their definitions."""
    n, errors = len(order), [0]
    for right in order:
        errors.append(errors[-1] + (not right))
    selective = sum(Fraction(errors[k], k) for k in range(1, n + 1)) / n
    # Trapezoids of width 1/n between the points (k/n, errors/n).
    generalised = sum(Fraction(errors[k - 1] + errors[k], 2 * n * n) for k in range(1, n + 1))
    return selective, generalised


def test_areas_against_every_order_of_ties():
    for documents in random_cases(1000, 6, seed=1):
        found = [areas_of_an_order(order) for order in orders(documents)]
        selective, generalised = (sum(values) / len(values) for values in zip(*found))
        assert aurc(*split(documents)) == pytest.approx(float(selective), abs=1e-12)
        assert augrc(*split(documents)) == pytest.approx(float(generalised), abs=1e-12)


def test_augrc_against_the_area_under_the_roc_curve():
    # Traub et al. 2024: AUGRC = (1 - AUROC) acc (1 - acc) + (1 - acc)² / 2.
    for documents in random_cases(1000, 60, seed=2):
        confidence, correct = split(documents)
        acc = np.mean(correct)
        auroc = roc_auc_score(correct, confidence) if 0 < acc < 1 else 0.0
        expected = (1 - auroc) * acc * (1 - acc) + (1 - acc) ** 2 / 2
        assert augrc(confidence, correct) == pytest.approx(expected)


def test_brier_against_scikit_learn():
    for documents in random_cases(1000, 60, seed=3):
        confidence, correct = split(documents)
        expected = brier_score_loss(correct, confidence, pos_label=1)
        assert brier(confidence, correct) == pytest.approx(expected)


def ece_by_loop(documents, bins):
    """Each bin by itself, with the borders as fractions of the decimals that were written."""
    total = 0.0
    for b in range(bins):
        low, high = Fraction(b, bins), Fraction(b + 1, bins)
        inside = [
            (c, right)
            for c, right in documents
            # The nearest fraction with a small denominator: 0.6 is 9/15, on the border.
            for exact in [Fraction(c).limit_denominator(10**9)]
            if low < exact <= high or (b == 0 and exact == 0)
        ]
        if inside:
            accuracy = sum(right for _, right in inside) / len(inside)
            confidence = sum(c for c, _ in inside) / len(inside)
            total += len(inside) / len(documents) * abs(accuracy - confidence)
    return total


def test_ece_against_a_loop_over_bins():
    for bins in (1, 2, 10, 15):
        for documents in random_cases(250, 30, seed=bins):
            found = ece(*split(documents), bins=bins)
            assert found == pytest.approx(ece_by_loop(documents, bins), abs=1e-12)


@pytest.mark.parametrize("bins", [1, 3, 10, 15, 20])
def test_ece_keeps_every_border_of_a_bin(bins):
    # One document a border, alone in its bin but for 0, which shares the first bin.
    borders = [k / bins for k in range(bins + 1)]
    found = ece(borders, [0] * len(borders), bins)
    assert found == pytest.approx(sum(borders) / len(borders))
    for k in range(bins):
        # From just above a border to the next one is one bin: there right and wrong cancel.
        low, high = float(np.nextafter(k / bins, 1)), (k + 1) / bins
        assert ece([low, high], [1, 0], bins) == pytest.approx(abs(1 - low - high) / 2)
        # The border itself belongs to the bin below, if there is one.
        apart = (1 - k / bins + low) / 2 if k else 0.5
        assert ece([k / bins, low], [1, 0], bins) == pytest.approx(apart)


def test_golden_values():
    # Ordered: right (0.9), wrong (0.6), right (0.6), wrong (0.2); n = 4.
    # The two at 0.6 in either order have 1/2 error after the first and 1 after both.
    # AURC: risks 0/1, (1/2)/2, 1/3, 2/4 → (0 + 1/4 + 1/3 + 1/2) / 4 = 13/48.
    # AUGRC: errors 0, 0, 1/2, 1, 2 → trapezoids (0 + 1/4 + 3/4 + 3/2) / 16 = 5/32;
    #   as a check, AUROC = (1 + 1 + 1/2 + 1) / 4 = 7/8 and 1/8 · 1/4 + 1/8 = 5/32.
    # Brier: (0.01 + 0.36 + 0.16 + 0.04) / 4 = 0.1425.
    # ECE, 15 bins: gaps 0.1 (alone), |1 - 1.2| (both at 0.6), 0.2 (alone) → 0.5 / 4.
    confidence, correct = [0.6, 0.2, 0.9, 0.6], [0, 0, 1, 1]
    assert aurc(confidence, correct) == pytest.approx(13 / 48)
    assert augrc(confidence, correct) == pytest.approx(5 / 32)
    assert brier(confidence, correct) == pytest.approx(0.1425)
    assert ece(confidence, correct) == pytest.approx(0.125)
    # In one bin: |2 - 2.3| / 4.
    assert ece(confidence, correct, bins=1) == pytest.approx(0.075)
    # In five bins: 0 - 0.2 in the first, 1 - 1.2 in the third, 0.1 in the last, over 4.
    gaps = Levels.of(confidence, correct).gaps(5)
    assert gaps == pytest.approx([-0.05, 0, -0.05, 0, 0.025])


@pytest.mark.parametrize("curve", CURVES)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_documents_does_not_matter(curve, documents, dice):
    shuffled = dice.sample(documents, len(documents))
    assert curve(*split(documents)) == pytest.approx(curve(*split(shuffled)), abs=1e-12)


@given(DOCUMENTS)
def test_ranges_and_what_they_are_bounded_by(documents):
    confidence, correct = split(documents)
    errors = 1 - np.mean(correct)
    knowing, mistaken = correct, [1 - right for right in correct]  # as confidences
    assert aurc(knowing, correct) <= aurc(confidence, correct) + 1e-12
    assert aurc(confidence, correct) <= aurc(mistaken, correct) + 1e-12
    assert errors**2 / 2 - 1e-12 <= augrc(confidence, correct) <= errors - errors**2 / 2 + 1e-12
    assert 0 <= ece(confidence, correct) <= 1
    # A mean's distance from 0 is at most the mean distance, whose square is at most the mean
    # square.
    assert ece(confidence, correct) ** 2 <= brier(confidence, correct) + 1e-12


@given(st.lists(st.booleans(), min_size=1, max_size=30), CONFIDENCE)
def test_one_confidence_for_all_says_nothing(correct, confidence):
    same = [confidence] * len(correct)
    errors = 1 - np.mean(correct)
    assert aurc(same, correct) == pytest.approx(errors)
    assert augrc(same, correct) == pytest.approx(errors / 2)
    assert ece(same, correct) == pytest.approx(abs(1 - errors - confidence), abs=1e-12)


@given(DOCUMENTS, st.sampled_from([lambda c: c / 2, lambda c: c**3 / 2 + c / 4, math.sqrt]))
def test_areas_depend_on_the_ranks_alone(documents, monotone):
    confidence, correct = split(documents)
    changed = [monotone(value) for value in confidence]
    if len(set(changed)) == len(set(confidence)):  # no new tie by rounding
        assert aurc(changed, correct) == pytest.approx(aurc(confidence, correct))
        assert augrc(changed, correct) == pytest.approx(augrc(confidence, correct))


def test_extremes():
    assert [curve([1.0, 1.0], [1, 1]) for curve in CURVES] == [0, 0, 0, 0]
    assert [curve([1.0, 1.0], [0, 0]) for curve in CURVES] == [1, 0.5, 1, 1]
    assert [curve([0.0, 0.0], [0, 0]) for curve in CURVES] == [1, 0.5, 0, 0]
    assert [curve([0.0], [1]) for curve in CURVES] == [0, 0, 1, 1]
    assert all(math.isnan(curve([], [])) for curve in CURVES)
    assert math.isnan(policy_score([], [], 0.5))
    assert all(math.isnan(value) for value in best_threshold([], [], 0.5))


@pytest.mark.parametrize("curve", CURVES)
def test_bad_input_is_refused(curve):
    with pytest.raises(AbstainError, match=r"got nan \(document 1 of 2\)"):
        curve([0.5, math.nan], [1, 0])
    with pytest.raises(AbstainError, match="not per cent"):
        curve([75, 50], [1, 0])
    with pytest.raises(AbstainError, match=r"in \[0, 1\], got -0.1"):
        curve([-0.1], [1])
    with pytest.raises(AbstainError, match=r"0 or 1, got 0\.5"):
        curve([0.1], [0.5])
    with pytest.raises(AbstainError, match="0 or 1, got nan"):
        curve([0.1], [math.nan])
    with pytest.raises(AbstainError, match="one number a document"):
        curve([0.1, 0.2], [1])
    with pytest.raises(AbstainError, match="bins"):
        ece([0.1], [1], bins=0)


# ---------------------------------------------------------------------- the implied policy


def score_of(documents, threshold, target):
    """The mean score of answering iff the confidence is above the threshold, exactly."""
    penalty = Rubric(target).exact_penalty
    points = [(1 if right else -penalty) if c > threshold else 0 for c, right in documents]
    return sum(points) / Fraction(len(points))


@given(DOCUMENTS, st.sampled_from(TARGETS))
def test_the_implied_policy_document_by_document(documents, target):
    confidence, correct = split(documents)
    assert policy_score(confidence, correct, target) == pytest.approx(
        float(score_of(documents, target, target)), abs=1e-12
    )
    answered = [right for c, right in documents if c > target]
    assert policy_coverage(confidence, target) == pytest.approx(len(answered) / len(documents))
    counts = policy_counts(confidence, correct, target)
    assert (counts.correct, counts.wrong) == (sum(answered), len(answered) - sum(answered))
    assert counts.n == len(documents)


@given(DOCUMENTS, st.sampled_from(TARGETS), st.sampled_from(TARGETS))
def test_the_implied_policy_answers_less_at_higher_targets(documents, one, other):
    confidence, _ = split(documents)
    low, high = sorted([one, other])
    assert policy_coverage(confidence, high) <= policy_coverage(confidence, low)


@pytest.mark.parametrize("target", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_confidence_of_exactly_the_target_abstains(target):
    confidence = [target, float(np.nextafter(target, 1))]
    assert policy_coverage(confidence, target) == 0.5
    # Also where the confidence was computed: 3/10, not the sum 0.1 + 0.2 > 0.3.
    assert policy_coverage([round(target * 10) / 10], target) == 0


def test_a_calibrated_model_scores_at_least_nothing_and_best_at_its_target():
    # At each confidence k/20 exactly k of 20 documents are right.
    documents = [(k / 20, i < k) for k in range(21) for i in range(20)]
    for target in (0.0, 0.25, 0.5, 0.75, 0.9):
        threshold, best = best_threshold(*split(documents), target)
        assert best == pytest.approx(policy_score(*split(documents), target))
        assert best >= 0
        # Documents at the target score 0 whether answered or not: the fewest are answered.
        assert threshold == target
        at = [document for document in documents if document[0] == target]
        assert score_of(at, -1, target) == 0


@given(DOCUMENTS, st.sampled_from([*TARGETS, 0.1, 0.3, 0.7]))
def test_the_best_threshold_against_all_candidates(documents, target):
    threshold, best = best_threshold(*split(documents), target)
    candidates = {c: score_of(documents, c, target) for c, _ in documents}
    candidates |= {t: score_of(documents, t, target) for t in (ALWAYS_ANSWER, ALWAYS_ABSTAIN)}
    assert best == pytest.approx(float(max(candidates.values())), abs=1e-12)
    assert best >= 0  # always abstaining is a candidate
    # Of equal ones it answers least: none above it is as good and answers less.
    assert candidates[threshold] == max(candidates.values())
    answered = sum(c > threshold for c, _ in documents)
    for other, score in candidates.items():
        if score == candidates[threshold]:
            assert sum(c > other for c, _ in documents) >= answered


def test_best_thresholds_by_hand():
    # λ = 1: answering all gains 1 - 1 + 1 + 1 = 2, the top three 1 - 1 + 1, the top one 1.
    confidence, correct = [0.9, 0.8, 0.7, 0.1], [1, 0, 1, 1]
    assert best_threshold(confidence, correct, 0.5) == (ALWAYS_ANSWER, 0.5)
    # λ = 3: only the top one is worth it.
    assert best_threshold(confidence, correct, 0.75) == (0.8, 0.25)
    # The top one is wrong, and nothing makes up for it.
    assert best_threshold(confidence, [0, 1, 1, 0], 0.75) == (ALWAYS_ABSTAIN, 0.0)
    # At t = 0 nothing is lost by answering, nor gained by answering the wrong 0.1.
    assert best_threshold(confidence, [1, 1, 1, 0], 0.0) == (0.1, 0.75)
    assert best_threshold([0.0], [1], 0.0) == (ALWAYS_ANSWER, 1.0)
