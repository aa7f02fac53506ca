"""Sweeps found in logged samples, and the command that audits them."""

import argparse
import hashlib
import json

import numpy as np
import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.audits import Verdict, audit, audit_sweep
from lm_eval_abstain.audits.find import find_sweeps
from lm_eval_abstain.cli.audit import add_arguments, run
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.printing.audit_record import audit_record
from lm_eval_abstain.rubric import ORDER
from support.simulated_models import MODELS, Model, draw

OPEN = "rubric:open|t:{t:g}|wording:{wording}|idk:last|metric:acc|lm_eval:0.4.13|v:0.1.0"
CLOSED = "rubric:closed|metric:acc|lm_eval:0.4.13|v:0.1.0"


class Log:
    """Writes a run's samples as the harness does."""

    def __init__(self, folder, model="synthetic"):
        self.folder, self.model = folder, model
        self.tasks, self.groups = {}, {}
        folder.mkdir(parents=True, exist_ok=True)

    def task(self, name, base, signature, outcome, forced, confidence, ids=None, seed=""):
        ids = range(len(outcome)) if ids is None else ids
        rows = []
        for place, code in zip(ids, outcome):
            rows.append(
                {
                    "doc_id": int(place),
                    "doc_hash": hashlib.sha256(f"{seed}{base}{place}".encode()).hexdigest(),
                    "filtered_resps": [],
                    "filter": "none",
                    "metrics": ["acc"],
                    "outcome": ORDER[code].value,
                    "signature": signature,
                    "base": base,
                    "option_probs": [0.5, 0.3, 0.2],
                    "confidence": None if confidence is None else float(confidence[place]),
                    "forced_acc": None if forced is None else float(forced[place]),
                }
            )
        text = "".join(json.dumps(row) + "\n" for row in rows)
        path = self.folder / f"samples_{name}_2026-01-01T00-00-00.000000.jsonl"
        path.write_text(text, encoding="utf-8")
        self.tasks[name] = len(rows)

    def sweep(self, sweep, wording="paper-v1", closed="_closed"):
        base = sweep.task
        if closed is not None:
            right = (sweep.closed == 0).astype(float)
            self.task(base + closed, base, CLOSED, sweep.closed, right, sweep.confidence)
        for run_ in sweep.runs:
            name = f"{base}_abstain_t{round(100 * run_.target):02}"
            name += "" if wording == "paper-v1" else f"_{wording}"
            signature = OPEN.format(t=run_.target, wording=wording)
            self.task(name, base, signature, run_.outcome, run_.forced, sweep.confidence)

    def done(self):
        content = {
            "results": {name: {"acc,none": 0.5} for name in self.tasks},
            "configs": {name: {} for name in self.tasks},
            "n-samples": {n: {"original": c, "effective": c} for n, c in self.tasks.items()},
            "group_subtasks": self.groups,
            "model_name": self.model,
        }
        path = self.folder / "results_2026-01-01T00-00-00.000000.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return self.folder


@pytest.fixture
def calibrated():
    return draw(MODELS["calibrated"].model, 60, 0, name="toy")


def found_in(log):
    return find_sweeps(load_samples(log.done()))


def command(capsys, *arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    run(parser.parse_args([str(argument) for argument in arguments]))
    return capsys.readouterr().out


def test_a_logged_sweep_is_the_sweep(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    found = found_in(log)
    (sweep,) = found.sweeps
    assert (sweep.model, sweep.task, sweep.n) == ("synthetic", "toy", 60)
    assert sweep.setting == "wording:paper-v1|idk:last|metric:acc"
    assert sweep.targets == (0, 0.5, 0.75, 0.9)
    for one, other in zip(sweep.runs, calibrated.runs):
        assert one.outcome.tolist() == other.outcome.tolist()
        assert one.forced.tolist() == other.forced.tolist()
    assert sweep.closed.tolist() == calibrated.closed.tolist()
    assert sweep.confidence.tolist() == calibrated.confidence.tolist()
    assert found.refused == ()


def test_documents_are_paired_by_number_and_not_by_place(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    last = calibrated.runs[-1]
    order = np.random.default_rng(0).permutation(60)
    log.task(
        "toy_abstain_t90", "toy", OPEN.format(t=0.9, wording="paper-v1"), last.outcome[order],
        last.forced, calibrated.confidence, ids=order,
    )  # fmt: skip
    (sweep,) = found_in(log).sweeps
    assert sweep.runs[-1].outcome.tolist() == last.outcome.tolist()


def test_other_documents_are_refused_by_name(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    signature = OPEN.format(t=0.9, wording="paper-v1")
    codes, rest = calibrated.runs[-1].outcome, (calibrated.runs[-1].forced, calibrated.confidence)
    log.task("toy_abstain_t90", "toy", signature, codes[:50], *rest)
    with pytest.raises(AbstainError, match=r"synthetic, toy, 0 against 0.9: 10 documents .* is 50"):
        found_in(log)
    log.task("toy_abstain_t90", "toy", signature, codes, *rest, seed="other")
    with pytest.raises(AbstainError, match="60 documents have the same number and another content"):
        found_in(log)


def test_a_closed_run_on_other_documents_is_left_out_and_one_on_more_is_cut(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    codes, sure = calibrated.closed, calibrated.confidence
    log.task("toy_closed", "toy", CLOSED, codes[:50], codes == 0, sure)
    (sweep,) = found_in(log).sweeps
    assert sweep.closed is None
    assert "toy_closed is left out: 10 documents" in sweep.notes[0]
    more = [*codes, *codes]
    log.task("toy_closed", "toy", CLOSED, more, np.array(more) == 0, [*sure, *sure])
    (sweep,) = found_in(log).sweeps
    assert sweep.closed.tolist() == codes.tolist()
    assert "60 documents more" in sweep.notes[0]


def test_the_base_task_stands_in_for_the_closed_variant(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated, closed="")
    (sweep,) = found_in(log).sweeps
    assert sweep.closed.tolist() == calibrated.closed.tolist()
    # Both are there: the variant is preferred.
    flipped = 1 - calibrated.closed
    log.task("toy_closed", "toy", CLOSED, flipped, flipped == 0, calibrated.confidence)
    (sweep,) = found_in(log).sweeps
    assert sweep.closed.tolist() == flipped.tolist()


def test_a_closed_run_with_another_metric_is_not_taken(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated, closed=None)
    signature = CLOSED.replace("metric:acc", "metric:acc_norm")
    log.task("toy_closed", "toy", signature, calibrated.closed, None, calibrated.confidence)
    (sweep,) = found_in(log).sweeps
    assert sweep.closed is None


def test_wordings_are_never_pooled(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    never = draw(MODELS["never abstains"].model, 60, 0, name="toy")
    log.sweep(never, wording="placebo")
    found = found_in(log)
    assert [sweep.setting.split("|")[0] for sweep in found.sweeps] == [
        "wording:paper-v1",
        "wording:placebo",
    ]
    assert "this is the control" in " ".join(found.sweeps[1].notes)
    assert all(sweep.closed is not None for sweep in found.sweeps)


def test_one_target_asked_twice_is_refused(tmp_path, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    again = calibrated.runs[2]
    signature = OPEN.format(t=0.75, wording="paper-v1")
    log.task("toy_abstain", "toy", signature, again.outcome, again.forced, calibrated.confidence)
    with pytest.raises(AbstainError, match="there twice, from toy_abstain and toy_"):
        found_in(log)


def test_nothing_to_audit_is_an_error(tmp_path, calibrated):
    log = Log(tmp_path)
    log.task("toy", "toy", CLOSED, calibrated.closed, None, calibrated.confidence)
    with pytest.raises(AbstainError, match="nothing to audit: run <base>_abstain_sweep"):
        found_in(log)


def group_of_two(folder):
    log = Log(folder)
    model = MODELS["never abstains"].model
    for seed, base in enumerate(("toy_one", "toy_two", "toy_three")):
        log.sweep(draw(model, 50, seed, name=base))
    named = list(log.tasks)
    keys = ("closed", "abstain_t00", "abstain_t50", "abstain_t75", "abstain_t90")
    for key in keys:
        log.groups[f"toy_{key}"] = [name for name in named if name.endswith(key)]
        log.groups[f"toy_few_{key}"] = [f"toy_one_{key}", f"toy_two_{key}"]
    log.groups["toy_abstain_sweep"] = named
    return log


def test_groups_are_pooled_once(tmp_path):
    found = found_in(group_of_two(tmp_path))
    assert [(p.sweep.task, p.sweep.n, p.outermost) for p in found.pools] == [
        ("toy", 150, True),
        ("toy_few", 100, False),
    ]
    assert len(set(found.pools[0].sweep.documents)) == 150
    # A group of which a task has no sweep is not pooled.
    log = Log(tmp_path / "other")
    log.sweep(draw(Model(), 50, 0, name="toy_one"))
    log.sweep(draw(Model(), 50, 0, name="toy_two"))
    log.groups["toy"] = ["toy_one_closed", "toy_two_closed", "toy_three"]
    assert found_in(log).pools == ()


def test_the_command_audits_groups_and_judges_their_parts(tmp_path, capsys):
    folder = group_of_two(tmp_path).done()
    text = command(capsys, folder)
    assert "synthetic, toy: 150 documents" in text
    assert f"Verdict: {Verdict.NEVER_ABSTAINS.value} (at 95% confidence)" in text
    assert "The parts, each judged alone" in text
    assert text.count(Verdict.NEVER_ABSTAINS.value) == 5  # the group, its part and three tasks
    content = json.loads(command(capsys, folder, "--format", "json"))
    assert [one["task"] for one in content["audits"]] == ["toy"]
    assert {one["task"] for one in content["members"]} == {
        *("toy_few", "toy_one", "toy_two", "toy_three")
    }


def test_the_json_is_the_record(tmp_path, capsys, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    text = command(capsys, log.done(), "--format", "json", "--level", "0.9")
    (sweep,) = find_sweeps(load_samples(tmp_path)).sweeps
    assert json.loads(text)["audits"] == [
        json.loads(json.dumps(audit_record(audit_sweep(sweep, 0.9))))
    ]


def test_markdown(tmp_path, capsys, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    text = command(capsys, log.done(), "--format", "markdown")
    assert text.startswith("## synthetic, toy: 60 documents")
    assert "| t | n | coverage |" in text


def test_what_was_left_out_is_said(tmp_path, capsys, calibrated):
    log = Log(tmp_path)
    log.sweep(calibrated)
    other = draw(MODELS["shy"].model, 60, 1, name="other")
    log.sweep(other)
    run_ = other.runs[-1]
    signature = OPEN.format(t=0.9, wording="paper-v1")
    log.task("other_abstain_t90", "other", signature, run_.outcome[:9], run_.forced, [0.5] * 60)
    text = command(capsys, log.done())
    assert "note: not audited: synthetic, other, 0 against 0.9: 51 documents" in text
    with pytest.raises(AbstainError, match="--level must be between 0 and 1, got 95"):
        command(capsys, log.done(), "--level", "95")


def test_the_verb_takes_a_path_or_samples_and_makes_one_table(tmp_path):
    folder = group_of_two(tmp_path).done()
    audits = audit(str(folder), level=0.9)
    assert audits == audit(load_samples(folder), level=0.9)
    assert [one.task for one in audits.audits] == ["toy"]
    assert audits.audits[0].level == 0.9
    table = audits.to_pandas()
    assert len(table) == 5 * 4  # the group, its part and three tasks, each at four targets
    assert table.member.tolist() == [False] * 4 + [True] * 16
    first, last = table.iloc[0], table.iloc[-1]
    line = audits.audits[0].targets[0]
    assert (first.task, first.t, first.score) == ("toy", 0.0, line.score.value)
    assert (first.acc_answered_low, first.acc_answered_high) == (
        line.reached.low,
        line.reached.high,
    )
    assert (last.verdict, last.coverage) == (Verdict.NEVER_ABSTAINS.value, 1.0)
    assert np.isnan(last.score)  # members are judged, and not scored
    assert "<td>toy_few</td>" in audits._repr_html_()
    with pytest.raises(AbstainError, match="unparsed must be one of"):
        audit(folder, unparsed="drop")


def test_a_notebook_shows_what_was_not_audited(tmp_path, calibrated):
    log = Log(tmp_path, model="<b>")
    log.sweep(calibrated)
    other = draw(MODELS["shy"].model, 60, 1, name="other")
    log.sweep(other)
    again = other.runs[-1]
    signature = OPEN.format(t=0.9, wording="paper-v1")
    log.task("other_abstain_t90", "other", signature, again.outcome[:9], again.forced, [0.5] * 60)
    audits = audit(log.done())
    assert len(audits.refused) == 1
    text = audits._repr_html_()
    assert "other, 0 against 0.9: 51 documents" in text
    assert "<b>" not in text
