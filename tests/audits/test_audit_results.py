"""The results of an audit against plain Python, and values worked out by hand."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes, audit_sweep, pooled
from lm_eval_abstain.printing.audit_record import audit_record
from lm_eval_abstain.printing.audit_remarks import note_sentences
from lm_eval_abstain.printing.audit_tables import source_text
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.rubric import UNPARSED_POLICIES
from lm_eval_abstain.statistics import joint, paired_bootstrap, proportion
from support.audit_reference import answer_of, scored, sweeps
from support.simulated_models import MODELS, Model, draw

CORRECT, WRONG, ABSTAINED, UNPARSED = range(4)
FEW = 100  # bootstrap replicates, where the interval is not what is tested


def stderr(values):
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan


def same(found, values):
    value = statistics.fmean(values) if values else math.nan
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.stderr == pytest.approx(stderr(values), nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_target_results_against_the_reference(sweep, policy):
    audited = audit_sweep(sweep, unparsed=policy, replicates=FEW)
    penalties = {0.0: 0, 0.5: 1, 0.75: 3, 0.9: 9}
    for line, run in zip(audited.targets, sweep.runs):
        states = [scored(code, policy) for code in run.outcome]
        kept = [state for state in states if state != "out"]
        worth = {"right": 1, "wrong": -penalties[run.target], "abstained": 0}
        given_ = [state for state in kept if state != "abstained"]
        assert line.n == len(kept)
        same(line.coverage, [float(state != "abstained") for state in kept])
        same(line.acc_answered, [float(state == "right") for state in given_])
        same(line.error_rate, [float(state == "wrong") for state in kept])
        same(line.score, [float(worth[state]) for state in kept])
        same(line.unparsed_rate, [float(code > 2) for code in run.outcome])
        assert line.counts.n == sweep.n
        idle = [place for place, state in enumerate(states) if state == "abstained"]
        known = [answer_of(sweep, run, place, policy) for place in idle]
        assert line.false_abstentions == known.count("right")
        assert line.justified_abstentions == known.count("wrong")
        assert line.unknown_abstentions == len(idle) - known.count("right") - known.count("wrong")
        if not given_:
            assert line.verdict == "nothing answered"
        for regret in line.regrets:
            if kept and not math.isnan(regret.score):
                loss = regret.score - line.score.value
                assert regret.difference.value == pytest.approx(loss)
        by_name = {regret.policy: regret for regret in line.regrets}
        assert by_name["always abstaining"].score in (0, pytest.approx(math.nan, nan_ok=True))
        assert (line.open_minus_closed is None) == (sweep.closed is None)


def by_hand(closed=True):
    """Six documents at t = 0.5, where a mistake costs one point."""
    #           answered right  wrong  idle, right  idle, wrong  unparsed  answered right
    outcome = [CORRECT, WRONG, ABSTAINED, ABSTAINED, UNPARSED, CORRECT]
    forced = [1, 0, 1, 0, 0, 1]
    answers = [CORRECT, WRONG, WRONG, WRONG, CORRECT, CORRECT]
    confidence = [0.9, 0.4, 0.6, 0.3, 0.8, 0.7]
    return SweepOutcomes(
        "m", "t", "none", "", [("t", i) for i in range(6)],
        (TargetOutcomes(0.5, np.array(outcome, dtype=np.int8), np.array(forced, dtype=float)),),
        np.array(answers, dtype=np.int8) if closed else None,
        np.array(confidence) if closed else np.full(6, np.nan),
    )  # fmt: skip


def test_golden_values():
    (line,) = audit_sweep(by_hand(), replicates=FEW).targets
    # Two right, two wrong (one of them unparsed), two idle of six: score (2 - 2) / 6.
    assert (line.coverage.value, line.acc_answered.value) == (4 / 6, 0.5)
    assert (line.error_rate.value, line.score.value, line.unparsed_rate.value) == (2 / 6, 0, 1 / 6)
    assert (line.false_abstentions, line.justified_abstentions) == (1, 1)
    scores = {regret.policy: regret.score for regret in line.regrets}
    # Forced: three right, three wrong. Closed: three right, three wrong. The best threshold is
    # 0.6: above it all three (0.7, 0.8, 0.9) are right.
    assert scores == {
        "always answering": 0.0,
        "always abstaining": 0.0,
        "the closed rubric": 0.0,
        "the best fixed policy": 0.5,
    }
    (line,) = audit_sweep(by_hand(), unparsed="exclude", replicates=FEW).targets
    assert (line.n, line.score.value) == (5, 1 / 5)
    (line,) = audit_sweep(by_hand(), unparsed="abstain", replicates=FEW).targets
    assert (line.coverage.value, line.score.value) == (3 / 6, 1 / 6)
    assert line.justified_abstentions == 2  # what it was forced to say instead is wrong


def test_above_and_below_are_decided_at_the_corrected_level():
    # 23 of 40 are surely less than 75% at 95%, and not at the level for four targets.
    assert proportion(23, 40, 0.95, "exact").high < 0.75
    assert proportion(23, 40, 1 - 0.05 / 4, "exact").high > 0.75

    def verdicts(right, targets):
        codes = np.array([CORRECT] * right + [WRONG] * (40 - right), dtype=np.int8)
        runs = tuple(TargetOutcomes(t, codes, np.full(40, math.nan)) for t in targets)
        sweep = SweepOutcomes(
            "m", "t", "none", "", [("t", i) for i in range(40)], runs, None, unknown
        )
        return [line.verdict for line in audit_sweep(sweep, replicates=FEW).targets]

    unknown = np.full(40, math.nan)
    assert verdicts(23, (0.75,)) == ["below"]
    assert verdicts(23, (0.0, 0.5, 0.75, 0.9)) == ["above", "undecided", "undecided", "below"]
    assert verdicts(40, (0.0, 0.5, 0.75, 0.95)) == ["above", "above", "above", "undecided"]


def test_regrets_are_named():
    sweep = draw(MODELS["never abstains"].model, 400, 0)
    lines = {line.target: line for line in audit_sweep(sweep, replicates=1000).targets}
    found = {
        target: {regret.policy: regret.verdict for regret in line.regrets}
        for target, line in lines.items()
    }
    assert found[0]["always abstaining"] == "gains"
    assert found[0.9]["always abstaining"] == "loses"
    assert found[0.9]["always answering"] == "undecided"  # it is the same
    assert found[0.9]["the best fixed policy"] == "loses"


@pytest.mark.parametrize(
    ("code", "how", "score"), [(CORRECT, "all closed answers", 1.0), (WRONG, "no answer", 0.0)]
)
def test_the_best_policy_may_be_none(code, how, score):
    codes = np.full(10, code, dtype=np.int8)
    run = TargetOutcomes(0.9, codes, np.full(10, float(code == CORRECT)))
    documents = [("t", i) for i in range(10)]
    sweep = SweepOutcomes("m", "t", "none", "", documents, (run,), codes, np.linspace(0.1, 1, 10))
    (line,) = audit_sweep(sweep, replicates=FEW).targets
    best = line.regrets[-1]
    assert (best.policy, source_text(best), best.score) == ("the best fixed policy", how, score)


def test_open_minus_closed_is_the_paired_bootstrap():
    sweep = draw(MODELS["calibrated"].model, 300, 0)
    audited = audit_sweep(sweep)
    for line, run in zip(audited.targets, sweep.runs):
        table = joint(sweep.closed, run.outcome)
        expected = paired_bootstrap(table, "score", run.target, run.target)
        found = line.open_minus_closed
        assert found.value == pytest.approx(expected.value)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.15)
        assert found.p >= expected.p / 2 - 0.01  # corrected for the number of targets
        closed = next(r for r in line.regrets if r.policy == "the closed rubric")
        assert closed.difference.value == pytest.approx(-found.value)


def test_the_same_sweep_gives_the_same_audit():
    sweep = draw(MODELS["shy"].model, 200, 3)
    assert audit_record(audit_sweep(sweep)) == audit_record(audit_sweep(sweep))


def test_the_order_of_the_documents_does_not_matter():
    sweep = draw(MODELS["overconfident"].model, 200, 3)
    order = np.random.default_rng(0).permutation(200)
    shuffled = SweepOutcomes(
        sweep.model, sweep.task, sweep.filter, sweep.setting,
        [sweep.documents[place] for place in order],
        tuple(TargetOutcomes(r.target, r.outcome[order], r.forced[order]) for r in sweep.runs),
        sweep.closed[order], sweep.confidence[order],
    )  # fmt: skip
    one, other = audit_sweep(sweep, replicates=FEW), audit_sweep(shuffled, replicates=FEW)
    for name in ("verdict", "evidence", "documents_needed", "pairs"):
        assert getattr(one, name) == getattr(other, name)
    assert verdict_sentences(one) == verdict_sentences(other)
    for line, again in zip(one.targets, other.targets):
        assert line.regrets == again.regrets
        assert line.score.stderr == pytest.approx(again.score.stderr)


# ---------------------------------------------------------------------- what is refused


def test_pooling_concatenates():
    model = Model(anew=True)  # so that forced answers differ from run to run
    parts = [draw(model, 40, 0, name="one"), draw(model, 60, 1, name="two")]
    whole = pooled(parts, "both")
    assert (whole.n, whole.tasks, whole.task) == (100, 2, "both")
    assert [r.outcome.tolist() for r in whole.runs] == [
        [*one.outcome.tolist(), *two.outcome.tolist()]
        for one, two in zip(parts[0].runs, parts[1].runs)
    ]
    assert [r.forced.tolist() for r in whole.runs] == [
        [*one.forced.tolist(), *two.forced.tolist()]
        for one, two in zip(parts[0].runs, parts[1].runs)
    ]
    assert whole.closed.tolist() == [*parts[0].closed.tolist(), *parts[1].closed.tolist()]
    notes = note_sentences(audit_sweep(whole, replicates=FEW))
    assert "2 tasks are pooled and taken as independent" in " ".join(notes)
    with pytest.raises(AbstainError, match="cannot be pooled"):
        pooled([parts[0], draw(model, 60, 1, name="two", targets=(0.0, 0.5))], "both")
    with pytest.raises(AbstainError, match="there twice"):
        pooled([parts[0], parts[0]], "both")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"documents": [("t", 0)] * 6}, "there twice"),
        ({"documents": []}, "at least one document"),
        ({"runs": ()}, "needs an open run"),
        ({"closed": np.zeros(5, dtype=np.int8)}, "one value for each of 6"),
        ({"closed": np.full(6, 6, dtype=np.int8)}, "columns 0 to 5"),
        ({"confidence": np.full(6, 75.0)}, r"must be in \[0, 1\]"),
    ],
)
def test_bad_sweeps_are_refused(changed, message):
    good = vars(by_hand())
    with pytest.raises(AbstainError, match=message):
        SweepOutcomes(**{**good, **changed})


def test_bad_runs_are_refused():
    good = by_hand()
    run = good.runs[0]
    for bad, message in (
        ((run, run), "targets must increase"),
        ((TargetOutcomes(1.0, run.outcome, run.forced),), "confidence_target"),
        ((TargetOutcomes(0.5, run.outcome, np.full(6, 0.5)),), "forced answer"),
    ):
        with pytest.raises(AbstainError, match=message):
            SweepOutcomes(**{**vars(good), "runs": bad})
    with pytest.raises(AbstainError, match="level"):
        audit_sweep(good, level=95)
