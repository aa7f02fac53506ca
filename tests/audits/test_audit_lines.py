"""The lines of an audit against plain Python, values worked out by hand, and what they say."""

import json
import math
import re
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_audit_conditions import answer_of, scored, sweeps

from lm_eval_abstain import AbstainError
from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes, Verdict, audit, pooled, record
from lm_eval_abstain.printing.audit_tables import audit_text
from lm_eval_abstain.printing.audit_words import points
from lm_eval_abstain.rubric import UNPARSED_POLICIES
from lm_eval_abstain.statistics import joint, paired_bootstrap, proportion
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
def test_target_lines_against_the_reference(sweep, policy):
    audited = audit(sweep, unparsed=policy, replicates=FEW)
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
        by_name = {regret.against: regret for regret in line.regrets}
        assert by_name["always abstaining"].score in (0, pytest.approx(math.nan, nan_ok=True))
        assert (line.open_minus_closed is None) == (sweep.closed is None)


@settings(max_examples=25, deadline=None)
@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_every_audit_can_be_written_down(sweep, policy):
    audited = audit(sweep, unparsed=policy, replicates=FEW)
    plain = record(audited)
    assert {type(plain["verdict"]), *map(type, plain["otherwise"].values())} == {str}
    content = json.dumps(plain, allow_nan=False)
    assert json.loads(content)["verdict"] in {verdict.value for verdict in Verdict}
    assert audited.statement
    for markdown in (False, True):
        text = audit_text(audited, markdown=markdown)
        assert audited.verdict.value in text
        flat = " ".join(text.split())
        assert all(sentence in flat for sentence in audited.statement)
        assert "nan" not in text.lower().split()


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
    (line,) = audit(by_hand(), replicates=FEW).targets
    # Two right, two wrong (one of them unparsed), two idle of six: score (2 - 2) / 6.
    assert (line.coverage.value, line.acc_answered.value) == (4 / 6, 0.5)
    assert (line.error_rate.value, line.score.value, line.unparsed_rate.value) == (2 / 6, 0, 1 / 6)
    assert (line.false_abstentions, line.justified_abstentions) == (1, 1)
    scores = {regret.against: regret.score for regret in line.regrets}
    # Forced: three right, three wrong. Closed: three right, three wrong. The best threshold is
    # 0.6: above it all three (0.7, 0.8, 0.9) are right.
    assert scores == {
        "always answering": 0.0,
        "always abstaining": 0.0,
        "the closed rubric": 0.0,
        "the best fixed policy": 0.5,
    }
    (line,) = audit(by_hand(), unparsed="exclude", replicates=FEW).targets
    assert (line.n, line.score.value) == (5, 1 / 5)
    (line,) = audit(by_hand(), unparsed="abstain", replicates=FEW).targets
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
        return [line.verdict for line in audit(sweep, replicates=FEW).targets]

    unknown = np.full(40, math.nan)
    assert verdicts(23, (0.75,)) == ["below"]
    assert verdicts(23, (0.0, 0.5, 0.75, 0.9)) == ["above", "undecided", "undecided", "below"]
    assert verdicts(40, (0.0, 0.5, 0.75, 0.95)) == ["above", "above", "above", "undecided"]


def test_regrets_are_named():
    sweep = draw(MODELS["never abstains"].model, 400, 0)
    lines = {line.target: line for line in audit(sweep, replicates=1000).targets}
    found = {
        target: {regret.against: regret.verdict for regret in line.regrets}
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
    (line,) = audit(sweep, replicates=FEW).targets
    best = line.regrets[-1]
    assert (best.against, best.how, best.score) == ("the best fixed policy", how, score)


def test_open_minus_closed_is_the_paired_bootstrap():
    sweep = draw(MODELS["calibrated"].model, 300, 0)
    audited = audit(sweep, rng=np.random.default_rng(1))
    for line, run in zip(audited.targets, sweep.runs):
        table = joint(sweep.closed, run.outcome)
        expected = paired_bootstrap(table, "score", run.target, run.target)
        found = line.open_minus_closed
        assert found.value == pytest.approx(expected.value)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.15)
        assert found.p >= expected.p / 2 - 0.01  # corrected for the number of targets
        closed = next(r for r in line.regrets if r.against == "the closed rubric")
        assert closed.difference.value == pytest.approx(-found.value)


def test_what_cannot_be_compared_is_not_written_as_a_number():
    runs = tuple(
        TargetOutcomes(target, np.array([code], dtype=np.int8), np.array([math.nan]))
        for target, code in ((0.0, CORRECT), (0.5, UNPARSED))
    )
    sweep = SweepOutcomes("m", "t", "none", "", [("t", 0)], runs, None, np.array([math.nan]))
    audited = audit(sweep, unparsed="exclude", replicates=FEW)
    assert "coverage changes by an unknown amount" in audited.statement[0]
    assert audited.targets[1].n == 0


def test_the_same_sweep_gives_the_same_audit():
    sweep = draw(MODELS["shy"].model, 200, 3)
    assert record(audit(sweep)) == record(audit(sweep))


def test_the_order_of_the_documents_does_not_matter():
    sweep = draw(MODELS["overconfident"].model, 200, 3)
    order = np.random.default_rng(0).permutation(200)
    shuffled = SweepOutcomes(
        sweep.model, sweep.task, sweep.filter, sweep.setting,
        [sweep.documents[place] for place in order],
        tuple(TargetOutcomes(r.target, r.outcome[order], r.forced[order]) for r in sweep.runs),
        sweep.closed[order], sweep.confidence[order],
    )  # fmt: skip
    one, other = audit(sweep, replicates=FEW), audit(shuffled, replicates=FEW)
    for name in ("verdict", "statement", "pairs", "conditions", "own", "acted"):
        assert getattr(one, name) == getattr(other, name)
    for line, again in zip(one.targets, other.targets):
        assert line.regrets == again.regrets
        assert line.score.stderr == pytest.approx(again.score.stderr)


# ---------------------------------------------------------------------- what it says


def text_of(name, n=3000, choice=True, **kwargs):
    return " ".join(audit(draw(MODELS[name].model, n, 0, choice=choice), **kwargs).statement)


def test_a_model_that_ignores_the_rubric_is_told_so():
    text = text_of("never abstains")
    assert "do not reach it: it never abstains, whatever a mistake costs" in text
    assert "answers 100.0% at t = 0, 100.0% at 0.5, 100.0% at 0.75, 100.0% at 0.9" in text
    assert "where always abstaining scores 0" in text
    assert "closed confidence is above 0.9 on 9.8%" in text
    text = text_of("stakes or none")
    assert "abstains at a constant rate" in text
    assert "does tell stakes from none, but not how high they are" in text
    assert "does tell stakes from none" not in text_of("constant threshold")


def golden():
    """100 documents: at 0.5 the first 80 are answered, 60 right; at 0.9 the first 40, all right."""
    place = np.arange(100)
    answer = np.where((place < 60) | (place >= 95), CORRECT, WRONG)
    codes = [np.where(place < kept, answer, ABSTAINED).astype(np.int8) for kept in (80, 40)]
    runs = tuple(
        TargetOutcomes(target, code, (answer == CORRECT).astype(float))
        for target, code in zip((0.5, 0.9), codes)
    )
    documents = [("t", i) for i in range(100)]
    confidence = 1 - place / 100
    return SweepOutcomes("m", "t", "none", "s", documents, runs, answer.astype(np.int8), confidence)


def test_the_lines_in_words():
    found = record(audit(golden(), rng=np.random.default_rng(0)))
    low, high = (line["words"] for line in found["targets"])
    assert low.startswith(
        "Told t = 0.5, it answers 80.0% of 100 documents; 75.0% of these 80 answers are right "
        "(95% interval 64.1% to 84.0%): clearly more than 50.0%, from which on answering pays."
    )
    assert "100.0% of these 40 answers are right (95% interval 91.2% to 100.0%): " in high
    assert "clearly more than 90.0%" not in high.replace("not clearly more or less", "")
    (pair,) = found["pairs"]
    assert pair["words"].startswith(
        "From t = 0.5 to 0.9 coverage falls by 40.0 points (40 documents given up, 0 taken up, "
        "p < 0.001); the accuracy of what is answered changes by 25.0 points (95% interval "
    )
    assert pair["words"].endswith(": rises.")
    words = [condition["words"] for condition in found["conditions"]]
    assert words[2] == (
        "Of what it abstains on at t = 0.5, 25.0% would be right (20 documents, 95% interval 8.7% "
        "to 49.1%); it should be less than 50.0%: holds to within 5.0 points."
    )
    assert words[4] == (
        "Of what it answers at t = 0.5 and no more at 0.9, 50.0% is right (net 40 documents, 95% "
        "interval 33.8% to 66.2%); it should be more than 50.0%: undecided."
    )
    assert found["acted"][0]["words"].startswith("Told t = 0.5, it acts on 0.205 (95% interval ")
    text = audit_text(audit(golden()), markdown=False)
    # 40 of 100: exact limits 0.3033 and 0.5028; 0 of 100: 0.0362; 0.4 - 0.1033 is 0.297.
    assert "-0.4000 [-0.503, -0.297]  < 0.001  falls" in text
    assert re.search(r"answered at 0.5, no more at 0.9 +40 .* above 0.5 +undecided\n", text)


def test_a_fall_is_told_as_a_fall():
    assert (points(-0.0001), points(0.0), points(-0.4)) == (
        "0.0 points",
        "0.0 points",
        "-40.0 points",
    )
    text = text_of("calibrated")
    assert "from 0.5 to 0.9 coverage changes by -" in text
    assert "changes by -" not in text_of("reversed")


def test_a_wrong_target_is_estimated():
    text = text_of("wrong target, half the odds")
    # Half the odds of 0.5, 0.75 and 0.9 are those of 1/3, 0.6 and 9/11.
    for acted in ("0.33", "0.6", "0.81"):
        assert f"it acts on {acted}" in text
    assert "honest" in text
    assert "lower than the stated one" in text


def test_causes_are_told_apart_only_with_a_confidence():
    assert "closed confidence is inflated" in text_of("overconfident")
    text = text_of("overconfident", choice=False)
    assert "its confidence is inflated, or it obeys a lower target" in text
    assert "without a confidence, behaviour cannot tell the two apart" in text
    assert "closed confidence is too low" in text_of("shy")
    text = text_of("shy", choice=False)
    assert "its confidence is too low, or it obeys a higher target" in text


def test_an_open_verdict_says_how_many_documents_are_needed():
    audited = audit(draw(MODELS["calibrated"].model, 200, 0), replicates=FEW)
    assert audited.verdict is Verdict.UNDECIDED
    assert 200 < audited.documents_needed < 20_000
    needed = f"Roughly {audited.documents_needed:,} documents would decide it"
    assert needed in audited.statement[-1]


def test_what_is_missing_is_said():
    whole = draw(MODELS["calibrated"].model, 50, 0)
    alone = SweepOutcomes(
        whole.model, whole.task, whole.filter, whole.setting, whole.documents, whole.runs[:1],
        None, np.full(50, np.nan), notes=("a note",),
    )  # fmt: skip
    audited = audit(alone, replicates=FEW)
    missing = " ".join(audited.missing)
    assert "one target only" in missing
    assert "no closed run" in missing
    assert "a note" in audited.notes
    assert not audit(whole, replicates=FEW).missing
    written = audit(draw(MODELS["calibrated"].model, 50, 0, choice=False), replicates=FEW)
    assert "closed run's answers stand in" in " ".join(written.missing)


def test_answers_that_could_not_be_read_are_named():
    sweep = draw(MODELS["never abstains"].model, 400, 0, choice=False)
    cut = [run.outcome.copy() for run in sweep.runs]
    cut[3][:320] = UNPARSED
    runs = tuple(TargetOutcomes(r.target, codes, r.forced) for r, codes in zip(sweep.runs, cut))
    sweep = SweepOutcomes(
        sweep.model, sweep.task, sweep.filter, sweep.setting, sweep.documents, runs,
        sweep.closed, sweep.confidence,
    )  # fmt: skip
    audited = audit(sweep, replicates=FEW)
    assert audited.verdict is Verdict.NEVER_ABSTAINS
    assert any("at t = 0.9, 80.0% of the responses hold no answer" in n for n in audited.notes)
    assert set(audited.otherwise) == {"abstain", "exclude"}
    assert audited.otherwise["abstain"] is not Verdict.NEVER_ABSTAINS
    assert not audit(draw(MODELS["shy"].model, 40, 0), replicates=FEW).otherwise


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
    notes = audit(whole, replicates=FEW).notes
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
        audit(good, level=95)
