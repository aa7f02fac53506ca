"""What following the targets asks, counted document by document in plain Python."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.audits.behaviour import behaviour_of, implied_behaviour
from lm_eval_abstain.audits.conditions import TOLERANCE, conditions
from lm_eval_abstain.audits.effective_target import effective_targets
from lm_eval_abstain.audits.findings import ConditionState
from lm_eval_abstain.audits.reaction import compared_pairs, reaction_of
from lm_eval_abstain.audits.verdict import evidence_of
from lm_eval_abstain.rubric import UNPARSED_POLICIES
from lm_eval_abstain.statistics import mcnemar, proportion
from support.audit_reference import answer_of, scored, sweeps


def counted(sweep, policy):
    """For each condition (documents, right), by what it is about."""
    found = {}
    for run in sweep.runs:
        states = [scored(code, policy) for code in run.outcome]
        if run.target:
            given = [state for state in states if state in ("right", "wrong")]
            found["answered", run.target, None] = len(given), given.count("right")
        idle = [p for p, state in enumerate(states) if state == "abstained"]
        known = [answer_of(sweep, run, p, policy) for p in idle]
        known = [state for state in known if state in ("right", "wrong")]
        found["abstained", run.target, None] = len(known), known.count("right")
    for one, other in pairwise(sweep.runs):
        net = [0, 0]
        for first, second in zip(one.outcome, other.outcome):
            first, second = scored(first, policy), scored(second, policy)
            if "out" in (first, second):
                continue
            if first != "abstained" and second == "abstained":
                net = [net[0] + 1, net[1] + (first == "right")]
            if first == "abstained" and second != "abstained":
                net = [net[0] - 1, net[1] - (second == "right")]
        found["band", one.target, other.target] = tuple(net)
    return found


@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_against_the_reference(sweep, policy):
    reference = counted(sweep, policy)
    tested = conditions(behaviour_of(sweep, policy), 0.95)
    # Bonferroni: one share of the 5% for each.
    assert {c.corrected.level for c in tested} <= {1.0 - (1 - 0.95) / len(tested), 0.95}
    assert all(c.corrected.level > 0.95 for c in tested if len(tested) > 1 and c.rate.n)
    assert {(c.about, c.target, c.upper) for c in tested} == set(reference)
    for condition in tested:
        n, right = reference[condition.about, condition.target, condition.upper]
        assert condition.rate.n == max(n, 0)
        if n > 0:
            value = min(1, max(0, right / n))
            assert condition.rate.value == pytest.approx(value)
        ahead = condition.limit == condition.target
        assert condition.side == (
            "abstains" if condition.about == "abstained" else "answers" if ahead else "abstains"
        )
        assert condition.corrected.low <= condition.rate.low
        assert condition.rate.high <= condition.corrected.high


@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_states_follow_from_the_intervals(sweep, policy):
    for c in conditions(behaviour_of(sweep, policy), 0.9):
        if c.side == "answers":
            holds, off = c.rate.low >= c.limit - TOLERANCE, c.corrected.high < c.limit
        else:
            holds, off = c.rate.high <= c.limit + TOLERANCE, c.corrected.low > max(c.limit, 0.05)
        if holds or c.share.high < TOLERANCE:
            assert c.state == "holds"
        else:
            assert c.state == ("broken" if off else "undecided")


def test_by_hand():
    # 40 documents. At 0.5 all are answered, half of them right; at 0.9 only those, and all right.
    right = np.arange(40) < 20
    half = np.where(right, 0, 1).astype(np.int8)
    kept = np.where(right, 0, 2).astype(np.int8)
    unknown = np.full(40, np.nan)
    sweep = SweepOutcomes(
        "m", "task", "none", "", [("task", i) for i in range(40)],
        (TargetOutcomes(0.5, half, unknown), TargetOutcomes(0.9, kept, unknown)), half, unknown,
    )  # fmt: skip
    found = {(c.about, c.side, c.target): c for c in conditions(behaviour_of(sweep, "wrong"), 0.95)}
    assert found["answered", "answers", 0.5].rate == proportion(20, 40, 0.95, "exact")
    assert found["answered", "answers", 0.9].rate.value == 1
    band = found["band", "answers", 0.5]
    assert (band.rate.n, band.rate.value, band.state) == (20, 0, "broken")
    assert found["band", "abstains", 0.5].state == "holds"
    # The closed answers stand in for what was not said: all 20 would have been wrong.
    withheld = found["abstained", "abstains", 0.9]
    assert (withheld.rate.n, withheld.rate.value, withheld.state) == (20, 0, "holds")


def test_a_confidence_that_equals_the_target_abstains():
    sure = np.array([0.5, 0.75, 0.9, 0.95])
    behaviour = implied_behaviour((0.5, 0.75, 0.9), sure, np.array([True, False, True, False]))
    assert behaviour.answered.sum(axis=1).tolist() == [3, 2, 1]
    assert behaviour.right.sum(axis=1).tolist() == [1, 1, 0]
    assert behaviour.missed.sum(axis=1).tolist() == [1, 1, 2]


def test_needed_follows_the_square_root():
    # 60 of 100 right, limit 0.5: it holds as soon as the lower limit is above 0.45.
    behaviour = implied_behaviour((0.5,), np.full(100, 0.9), np.arange(100) < 52)
    (tested,) = [c for c in conditions(behaviour, 0.95) if c.about == "answered"]
    assert tested.state == "undecided"
    half = 0.52 - proportion(52, 100, 0.95, "exact").low
    assert tested.needed(ConditionState.HOLDS) == pytest.approx(100 * (half / 0.07) ** 2)


# ---------------------------------------------------------------------- reaction


@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_moves_against_the_reference(sweep, policy):
    reaction = evidence_of(sweep, 0.95, policy).reaction
    pairs = compared_pairs(sweep.targets)
    assert len(reaction.changes) == len(pairs) == len(set(pairs))
    raw = []
    for move, (low, high) in zip(reaction.changes, pairs):
        gave_up = took_up = n = 0
        for codes in zip(sweep.runs[low].outcome, sweep.runs[high].outcome):
            first, second = (scored(code, policy) for code in codes)
            if "out" not in (first, second):
                n += 1
                gave_up += first != "abstained" and second == "abstained"
                took_up += first == "abstained" and second != "abstained"
        assert (move.gave_up, move.took_up, move.fall.n) == (gave_up, took_up, n)
        raw.append(mcnemar(gave_up, took_up))
    # Holm: no adjusted p-value is below the raw one, and the smallest is multiplied by all.
    for move, p in zip(reaction.changes, raw):
        assert move.p >= p
    if raw:
        assert min(m.p for m in reaction.changes) == pytest.approx(min(1, len(raw) * min(raw)))


def test_the_range_begins_above_zero():
    assert compared_pairs((0.0, 0.5, 0.75, 0.9)) == [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)]
    assert compared_pairs((0.5, 0.75, 0.9)) == [(0, 1), (1, 2), (0, 2)]
    assert compared_pairs((0.0, 0.5, 0.9)) == [(0, 1), (0, 2), (1, 2)]
    assert compared_pairs((0.0, 0.9)) == [(0, 1)]
    assert compared_pairs((0.9,)) == []


def test_a_small_rise_does_not_make_a_fall_inconsistent():
    # 5,000 documents: from 0.5 to 0.75 coverage falls by half; then 20 (0.4 points) come back.
    n = 5000
    place = np.arange(n)
    answered = [place < n, place < n // 2, place < n // 2 + 20]
    codes = [np.where(mask, 0, 2).astype(np.int8) for mask in answered]
    unknown = np.full(n, np.nan)
    runs = tuple(TargetOutcomes(t, code, unknown) for t, code in zip((0.5, 0.75, 0.9), codes))
    sweep = SweepOutcomes(
        "m", "t", "none", "", [("t", i) for i in range(n)], runs, codes[0], unknown
    )
    reaction = evidence_of(sweep, 0.95, "wrong").reaction
    assert [move.verdict for move in reaction.changes] == ["falls", "rises", "falls"]
    assert reaction.falls
    assert not reaction.both_ways


# ---------------------------------------------------------------------- effective targets


@given(sweeps())
def test_effective_targets_against_all_thresholds(sweep):
    if np.isnan(sweep.confidence).any():
        return
    behaviour = behaviour_of(sweep, "wrong")
    values = sorted(set(sweep.confidence.tolist()))
    # Any number between two neighbouring confidences is the same threshold.
    edges = [(0.0, values[0]), *pairwise(values), (values[-1], 1.0)]
    for found, answered in zip(
        effective_targets(behaviour, sweep.confidence, 0.9), behaviour.answered
    ):
        tests = []
        for place in range(len(edges)):
            over = sweep.confidence >= values[place] if place < len(values) else answered & False
            above = int((over & ~answered).sum())
            below = int((~over & answered).sum())
            tests.append((abs(above - below), mcnemar(above, below) >= 0.1, above + below))
        best = min(range(len(edges)), key=lambda place: tests[place][0])
        assert found.threshold.value == pytest.approx(sum(edges[best]) / 2)
        accepted = [place for place, test in enumerate(tests) if test[1]] or [best]
        if best in accepted:
            assert found.threshold.low == edges[accepted[0]][0]
            assert found.threshold.high == edges[accepted[-1]][1]
        share = answered.mean()
        if 0 < share < 1:
            kappa = 1 - tests[best][2] / sweep.n / (2 * share * (1 - share))
            assert found.kappa.value == pytest.approx(kappa)
        else:
            assert found.verdict == "no threshold"


def test_a_threshold_is_found():
    confidence = np.linspace(0, 1, 1001)
    behaviour = implied_behaviour((0.5, 0.75), confidence, np.ones(1001, dtype=bool))
    found = effective_targets(behaviour, confidence, 0.95)
    assert [part.threshold.value for part in found] == pytest.approx([0.5, 0.75], abs=1e-3)
    assert {part.verdict for part in found} == {"as stated"}
    assert found[0].kappa.value == 1
    rng = np.random.default_rng(0)
    unrelated = effective_targets(behaviour, rng.random(1001), 0.95)
    assert {part.verdict for part in unrelated} == {"unrelated"}


def test_reaction_of_a_single_target():
    behaviour = implied_behaviour((0.9,), np.array([0.95]), np.array([True]))
    reaction = reaction_of(behaviour, (proportion(1, 1, 0.95, "exact"),), 0.95)
    assert (reaction.changes, reaction.flat, reaction.falls) == ((), False, False)
