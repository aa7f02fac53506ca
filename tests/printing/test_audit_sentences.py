"""What an audit says: its verdict, each result, and its remarks as sentences."""

import json
import math
import re
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes, Verdict, audit_sweep
from lm_eval_abstain.printing.audit_record import audit_record
from lm_eval_abstain.printing.audit_remarks import missing_sentences, note_sentences
from lm_eval_abstain.printing.audit_text import audit_text
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.printing.short_texts import percentage_points
from lm_eval_abstain.rubric import UNPARSED_POLICIES
from support.audit_reference import sweeps
from support.simulated_models import MODELS, draw

CORRECT, WRONG, ABSTAINED, UNPARSED = range(4)
FEW = 100  # bootstrap replicates, where the interval is not what is tested


@settings(max_examples=25, deadline=None)
@given(sweeps(), st.sampled_from(UNPARSED_POLICIES))
def test_every_audit_can_be_written_down(sweep, policy):
    audited = audit_sweep(sweep, unparsed=policy, replicates=FEW)
    plain = audit_record(audited)
    assert {type(plain["verdict"]), *map(type, plain["otherwise"].values())} == {str}
    content = json.dumps(plain, allow_nan=False)
    assert json.loads(content)["verdict"] in {verdict.value for verdict in Verdict}
    assert verdict_sentences(audited)
    for markdown in (False, True):
        text = audit_text(audited, markdown=markdown)
        assert audited.verdict.value in text
        flat = " ".join(text.split())
        assert all(sentence in flat for sentence in verdict_sentences(audited))
        assert "nan" not in text.lower().split()


def test_what_cannot_be_compared_is_not_written_as_a_number():
    runs = tuple(
        TargetOutcomes(target, np.array([code], dtype=np.int8), np.array([math.nan]))
        for target, code in ((0.0, CORRECT), (0.5, UNPARSED))
    )
    sweep = SweepOutcomes("m", "t", "none", "", [("t", 0)], runs, None, np.array([math.nan]))
    audited = audit_sweep(sweep, unparsed="exclude", replicates=FEW)
    assert "coverage changes by an unknown amount" in verdict_sentences(audited)[0]
    assert audited.targets[1].n == 0


def text_of(name, n=3000, choice=True, **kwargs):
    sweep = draw(MODELS[name].model, n, 0, choice=choice)
    return " ".join(verdict_sentences(audit_sweep(sweep, **kwargs)))


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
    found = audit_record(audit_sweep(golden()))
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
    text = audit_text(audit_sweep(golden()), markdown=False)
    # 40 of 100: exact limits 0.3033 and 0.5028; 0 of 100: 0.0362; 0.4 - 0.1033 is 0.297.
    assert "-0.4000 [-0.503, -0.297]  < 0.001  falls" in text
    assert re.search(r"answered at 0.5, no more at 0.9 +40 .* above 0.5 +undecided\n", text)


def test_a_fall_is_told_as_a_fall():
    assert (percentage_points(-0.0001), percentage_points(0.0), percentage_points(-0.4)) == (
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
    audited = audit_sweep(draw(MODELS["calibrated"].model, 200, 0), replicates=FEW)
    assert audited.verdict is Verdict.UNDECIDED
    assert 200 < audited.documents_needed < 20_000
    needed = f"Roughly {audited.documents_needed:,} documents would decide it"
    assert needed in verdict_sentences(audited)[-1]


def test_what_is_missing_is_said():
    whole = draw(MODELS["calibrated"].model, 50, 0)
    alone = SweepOutcomes(
        whole.model, whole.task, whole.filter, whole.setting, whole.documents, whole.runs[:1],
        None, np.full(50, np.nan), notes=("a note",),
    )  # fmt: skip
    audited = audit_sweep(alone, replicates=FEW)
    missing = " ".join(missing_sentences(audited))
    assert "one target only" in missing
    assert "no closed run" in missing
    assert "a note" in note_sentences(audited)
    assert not audit_sweep(whole, replicates=FEW).missing
    written = audit_sweep(draw(MODELS["calibrated"].model, 50, 0, choice=False), replicates=FEW)
    assert "closed run's answers stand in" in " ".join(missing_sentences(written))


def test_answers_that_could_not_be_read_are_named():
    sweep = draw(MODELS["never abstains"].model, 400, 0, choice=False)
    cut = [run.outcome.copy() for run in sweep.runs]
    cut[3][:320] = UNPARSED
    runs = tuple(TargetOutcomes(r.target, codes, r.forced) for r, codes in zip(sweep.runs, cut))
    sweep = SweepOutcomes(
        sweep.model, sweep.task, sweep.filter, sweep.setting, sweep.documents, runs,
        sweep.closed, sweep.confidence,
    )  # fmt: skip
    audited = audit_sweep(sweep, replicates=FEW)
    assert audited.verdict is Verdict.NEVER_ABSTAINS
    assert any(
        "at t = 0.9, 80.0% of the responses hold no answer" in n for n in note_sentences(audited)
    )
    assert set(audited.otherwise) == {"abstain", "exclude"}
    assert audited.otherwise["abstain"] is not Verdict.NEVER_ABSTAINS
    assert not audit_sweep(draw(MODELS["shy"].model, 40, 0), replicates=FEW).otherwise


def test_targets_have_all_their_digits_and_names_no_control_characters():
    sweep = draw(MODELS["never abstains"].model, 200, 0, targets=(0.5, 0.9995))
    sweep = replace(sweep, model="red\x1b[31m")
    text = audit_text(audit_sweep(sweep, replicates=FEW), markdown=False)
    assert "from 0.5 to 0.9995" in text.lower()
    assert "answered at 0.9995" in text
    assert "\x1b" not in text


def free(targets, counts, without=None):
    """A sweep of 100 documents in which the first `counts` documents are abstained."""
    codes = [np.where(np.arange(100) < n, ABSTAINED, WRONG).astype(np.int8) for n in counts]
    unknown = np.full(100, math.nan)
    runs = tuple(TargetOutcomes(t, c, unknown, without) for t, c in zip(targets, codes))
    documents = [("t", i) for i in range(100)]
    return SweepOutcomes("m", "t", "none", "", documents, runs, None, unknown)


def test_abstention_that_is_there_without_stakes_is_told():
    audited = audit_sweep(free((0.0, 0.75, 0.9), (30, 40, 90)), replicates=FEW)
    assert [line.free_share for line in audited.targets] == [1, 30 / 40, 30 / 90]
    (note,) = [note for note in note_sentences(audited) if "at t = 0, too" in note]
    assert note.startswith("at t = 0.75, 75% of the abstentions")
    assert "75%" in audit_text(audited, markdown=False).split("at t = 0, too")[1]


def test_what_was_asked_beside_the_stakes_stands_for_a_run_at_t_0():
    beside = np.where(np.arange(100) < 60, 1.0, 0.0)
    audited = audit_sweep(free((0.75, 0.9), (80, 90), beside), replicates=FEW)
    assert [line.free_share for line in audited.targets] == [60 / 80, 60 / 90]
    assert len([note for note in note_sentences(audited) if "at t = 0, too" in note]) == 2
    unknown = audit_sweep(free((0.75, 0.9), (80, 90)), replicates=FEW)
    assert all(math.isnan(line.free_share) for line in unknown.targets)
    assert "at t = 0, too" not in audit_text(unknown, markdown=False)
