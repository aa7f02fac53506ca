"""The audit names models whose behaviour is known, and is rarely wrong where that is hardest."""

import statistics
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes, Verdict, sweep_verdict
from lm_eval_abstain.audits.findings import ConditionState, Side, ThresholdVerdict
from lm_eval_abstain.audits.verdict import decide, documents_to_decide, evidence_of
from support.simulated_models import BORDERS, MODELS, Model, draw, odds_times

SEEDS = 30
# Of 30 draws, more than 6 false ones would come once in 3,000 times if 5% of all were false.
FALSE = 6


def verdicts(model, n, choice):
    return [sweep_verdict(draw(model, n, seed, choice=choice)).verdict for seed in range(SEEDS)]


@pytest.mark.parametrize("choice", [True, False], ids=["confidence", "outcomes"])
@pytest.mark.parametrize("name", MODELS)
def test_known_models_are_named(name, choice):
    known = MODELS[name]
    judged = Counter(known.judge(v, choice=choice) for v in verdicts(known.model, 3000, choice))
    # What half the odds leave visible without a confidence is little; see docs/audit.md.
    hard = name == "wrong target, half the odds" and not choice
    assert judged["named"] >= (SEEDS // 4 if hard else 0.95 * SEEDS), judged
    assert judged["wrong"] == 0


@pytest.mark.parametrize("choice", [True, False], ids=["confidence", "outcomes"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("n", [40, 300])
def test_few_documents_leave_a_verdict_open_rather_than_wrong(name, choice, n):
    known = MODELS[name]
    judged = Counter(known.judge(v, choice=choice) for v in verdicts(known.model, n, choice))
    assert judged["wrong"] <= FALSE, judged


@pytest.mark.parametrize("name", BORDERS)
def test_models_at_a_border_are_rarely_judged_falsely(name):
    model, choice, false = BORDERS[name]
    for n in (300, 2000):
        found = verdicts(model, n, choice)
        assert sum(verdict in false for verdict in found) <= FALSE, Counter(found)


def test_a_higher_level_is_harder_to_reach():
    for name in ("calibrated", "shy"):
        sweeps = [draw(MODELS[name].model, 1000, seed) for seed in range(10)]
        named = [
            sum(sweep_verdict(sweep, level).verdict is MODELS[name].choice for sweep in sweeps)
            for level in (0.8, 0.95, 0.999)
        ]
        assert named == sorted(named, reverse=True)
        assert named[0] > named[2]


def test_two_targets_are_enough_and_one_is_not():
    for targets in ((0.5, 0.9), (0.0, 0.9)):
        sweep = draw(MODELS["calibrated"].model, 3000, 0, targets=targets)
        assert sweep_verdict(sweep).verdict is Verdict.FOLLOWS
    sweep = draw(MODELS["calibrated"].model, 3000, 0, targets=(0.9,))
    assert sweep_verdict(sweep).verdict is Verdict.UNDECIDED
    sweep = draw(MODELS["always abstains"].model, 3000, 0, targets=(0.9,))
    assert sweep_verdict(sweep).verdict is Verdict.ALWAYS_ABSTAINS


def test_the_estimate_of_the_documents_needed_is_of_the_right_size():
    model = MODELS["calibrated"].model
    open_ones = [evidence_of(draw(model, 300, seed), 0.95, "wrong") for seed in range(SEEDS)]
    open_ones = [e for e in open_ones if decide(e) is Verdict.UNDECIDED]
    needed = [documents_to_decide(evidence) for evidence in open_ones]
    middle = int(statistics.median(n for n in needed if n))
    assert 600 < middle < 6000
    decided = [sweep_verdict(draw(model, middle, seed)).verdict for seed in range(SEEDS)]
    assert sum(verdict is not Verdict.UNDECIDED for verdict in decided) >= SEEDS // 3


def test_silence_on_few_documents_is_not_yet_always_abstaining():
    sweep = draw(MODELS["always abstains"].model, 40, 0)
    evidence = evidence_of(sweep, 0.95, "wrong")
    assert decide(evidence) is Verdict.UNDECIDED
    needed = documents_to_decide(evidence)
    assert 72 <= needed <= 150
    assert sweep_verdict(draw(MODELS["always abstains"].model, needed, 0)).verdict is (
        Verdict.ALWAYS_ABSTAINS
    )


def states(conditions, state):
    """The same conditions, the first of them in another state."""
    return (replace(conditions[0], state=state), *conditions[1:])


def test_a_threshold_that_is_off_counts_as_the_confidence_is_honest():
    evidence = evidence_of(draw(MODELS["calibrated"].model, 3000, 0), 0.95, "wrong")
    assert decide(evidence) is Verdict.FOLLOWS
    off = replace(
        evidence,
        effective_targets=tuple(
            replace(one, verdict=ThresholdVerdict.LOWER) for one in evidence.effective_targets[1:2]
        ),
    )
    assert decide(off) is Verdict.WRONG_TARGET
    implied = evidence.implied_conditions
    assert (
        decide(replace(off, implied_conditions=states(implied, ConditionState.UNDECIDED)))
        is Verdict.UNDECIDED
    )
    # It is known to be dishonest: acting on another threshold makes up for it.
    assert (
        decide(replace(off, implied_conditions=states(implied, ConditionState.BROKEN)))
        is Verdict.FOLLOWS
    )
    both = [
        replace(one, verdict=verdict)
        for one, verdict in zip(
            evidence.effective_targets[1:], (ThresholdVerdict.LOWER, ThresholdVerdict.HIGHER)
        )
    ]
    assert decide(replace(evidence, effective_targets=tuple(both))) is Verdict.FOLLOWS


def test_an_inflated_confidence_is_not_a_wrong_target():
    both = Model(belief=odds_times(4), acts_on=odds_times(1 / 2))
    for seed in range(5):
        assert sweep_verdict(draw(both, 3000, seed)).verdict is Verdict.OVERCONFIDENT


def test_too_much_here_and_too_little_there_is_inconsistent():
    evidence = evidence_of(draw(MODELS["calibrated"].model, 3000, 0, choice=False), 0.95, "wrong")
    sides = {c.side: c for c in evidence.conditions}
    broken = tuple(replace(c, state=ConditionState.BROKEN) for c in sides.values())
    assert decide(replace(evidence, conditions=broken)) is Verdict.INCONSISTENT
    for side, verdict in (
        (Side.ANSWERS, Verdict.ANSWERS_TOO_MUCH),
        (Side.ABSTAINS, Verdict.ABSTAINS_TOO_MUCH),
    ):
        alone = (replace(sides[side], state=ConditionState.BROKEN),)
        assert decide(replace(evidence, conditions=alone)) is verdict


def test_a_rise_that_is_too_small_to_matter_is_not_a_reversal():
    # 10,000 documents, all answered right; 200 of them only at 0.9.
    n = 10_000
    some = np.where(np.arange(n) < n - 200, 0, 2).astype(np.int8)
    unknown = np.full(n, np.nan)
    runs = tuple(TargetOutcomes(t, c, unknown) for t, c in ((0.5, some), (0.9, some * 0)))
    sweep = SweepOutcomes(
        "m", "t", "none", "", [("t", i) for i in range(n)], runs, some * 0, unknown
    )
    evidence = evidence_of(sweep, 0.95, "wrong")
    assert [move.verdict for move in evidence.reaction.changes] == ["rises"]
    assert decide(evidence) is Verdict.UNTESTED
