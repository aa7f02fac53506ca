"""Intervals of rates, changes and net rates against hand-computed values and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.audits.bounds import change, documents_needed, net_rate, rate

COUNT = st.integers(0, 60)
LEVEL = st.floats(0.5, 0.99)


def test_golden_values():
    # By hand: with 0 of 10 the upper limit u solves (1 - u)^10 = 0.025.
    assert rate(0, 10, 0.95).high == pytest.approx(1 - 0.025**0.1)
    # No document differs: both parts are 0 of 10, and the limits lie that far on either side.
    still = change(0, 0, 10, 0.95)
    assert (still.value, still.n) == (0.0, 10)
    assert (still.low, still.high) == pytest.approx((-(1 - 0.025**0.1), 1 - 0.025**0.1))
    # 8 documents given up, 6 of them right; 3 taken up, 2 of them right: 4 of a net 5.
    net = net_rate((8, 6), (3, 2), 0.95)
    assert (net.value, net.n) == (0.8, 5)
    # With nothing taken up it is the plain rate.
    assert net_rate((8, 6), (0, 0), 0.95) == rate(6, 8, 0.95)


def test_change_by_hand():
    # 9 and 4 of 100. Exact limits (F quantiles): 9 of 100 in [0.0420, 0.1640], 4 of 100 in
    # [0.0110, 0.0993]. The correlation is -sqrt(0.09/0.91 * 0.04/0.96) = -0.0642. So the lower
    # limit is 0.05 - sqrt(0.0480^2 + 0.0593^2 + 2 * 0.0642 * 0.0480 * 0.0593).
    found = change(9, 4, 100, 0.95)
    below = math.sqrt(0.0480**2 + 0.0593**2 + 2 * 0.0642 * 0.0480 * 0.0593)
    above = math.sqrt(0.0740**2 + 0.0290**2 + 2 * 0.0642 * 0.0740 * 0.0290)
    assert (found.low, found.high) == pytest.approx((0.05 - below, 0.05 + above), abs=2e-4)


@given(COUNT, COUNT, COUNT, LEVEL)
def test_change_is_antisymmetric_and_holds_its_value(one, other, rest, level):
    n = one + other + rest
    there, back = change(one, other, n, level), change(other, one, n, level)
    if n == 0:
        assert math.isnan(there.value)
        return
    assert there.value == pytest.approx((one - other) / n)
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


@given(COUNT, COUNT, COUNT, COUNT, LEVEL)
def test_net_rates_stay_in_range_and_hold_their_value(given_up, hits, taken, taken_hits, level):
    hits, taken_hits = min(hits, given_up), min(taken_hits, taken)
    found = net_rate((given_up, hits), (taken, taken_hits), level)
    if given_up <= taken:
        assert math.isnan(found.value)
        assert (found.low, found.high) == (0, 1)
    else:
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.n == given_up - taken


@pytest.mark.parametrize("shares", [(0.3, 0.3), (0.1, 0.02), (0.01, 0.0)])
@pytest.mark.parametrize("n", [60, 400])
def test_the_interval_of_a_change_covers_the_truth(shares, n):
    rng = np.random.default_rng(n)
    drawn = rng.multinomial(n, [*shares, 1 - sum(shares)], size=600)
    found = [change(one, other, n, 0.95) for one, other, _ in drawn.tolist()]
    truth = shares[0] - shares[1]
    assert np.mean([part.low <= truth <= part.high for part in found]) >= 0.93


@pytest.mark.parametrize("noise", [0, 40])
def test_the_interval_of_a_net_rate_covers_the_truth_under_noise(noise):
    # A net 100 documents are right 70% of the time; `noise` more cross in either direction, and
    # these are right half the time.
    rng = np.random.default_rng(noise)
    covered = []
    for _ in range(600):
        hits = rng.binomial(100, 0.7) + rng.binomial(noise, 0.5)
        found = net_rate((100 + noise, hits), (noise, rng.binomial(noise, 0.5)), 0.95)
        covered.append(found.low <= 0.7 <= found.high)
    assert np.mean(covered) >= 0.93


def test_documents_needed():
    # Half the width takes four times the documents.
    assert documents_needed(100, 0.1, 0.05) == pytest.approx(400)
    assert documents_needed(100, 0.1, 0.0) == math.inf
    assert documents_needed(100, 0.1, -0.2) == math.inf
