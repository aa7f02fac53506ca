"""Scores from logged samples, against a reference in plain Python over one document at a time."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import re
from fractions import Fraction
from html import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.printing.tables import FORMATS, jsonable
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import ORDER
from lm_eval_abstain.scores import CONFIDENCE_METRICS, OUTCOME_METRICS, rescore
from lm_eval_abstain.scores.results_file import results_of
from support.logged_files import choice, generated, signature, variant, write_results, write_samples

NAMES = [outcome.value for outcome in ORDER]
ANSWERLESS = ("unparsed", "empty", "truncated")


def reference(documents, target, policy):
    """Every metric, from (outcome, confidence, forced) triples, as DESIGN and docs define them."""
    t = Fraction(str(target))
    penalty = t / (1 - t)

    def mean(values):
        values = list(values)
        return float(sum(map(Fraction, values)) / len(values)) if values else math.nan

    def scored(outcomes):
        kept = []
        for outcome in outcomes:
            if outcome in ANSWERLESS:
                if policy == "exclude":
                    continue
                outcome = {"wrong": "wrong", "abstain": "abstained"}[policy]
            kept.append(outcome)
        return kept

    def points(outcomes):
        return mean({"correct": 1, "wrong": -penalty, "abstained": 0}[o] for o in outcomes)

    kept = scored(outcome for outcome, _, _ in documents)
    answered = [outcome for outcome in kept if outcome != "abstained"]
    found = {
        "score": points(kept),
        "acc": mean(outcome == "correct" for outcome in kept),
        "error_rate": mean(outcome == "wrong" for outcome in kept),
        "abstain_rate": mean(outcome == "abstained" for outcome in kept),
        "unparsed_rate": mean(outcome in ANSWERLESS for outcome, _, _ in documents),
        "acc_answered": mean(outcome == "correct" for outcome in answered),
    }
    if any(confidence is not None for _, confidence, _ in documents):
        implied = []
        for outcome, confidence, forced in documents:
            if confidence is None:
                implied.append(outcome)
            elif Fraction(str(confidence)) <= t:
                implied.append("abstained")
            elif forced is None:
                implied.append(outcome)
            else:
                implied.append("correct" if forced else "wrong")
        implied = scored(implied)
        found["policy_score"] = points(implied)
        found["policy_coverage"] = mean(outcome != "abstained" for outcome in implied)
        pairs = [
            (confidence, outcome == "correct" if forced is None else bool(forced))
            for outcome, confidence, forced in documents
            if confidence is not None and (forced is not None or outcome in ("correct", "wrong"))
        ]
        found["brier"] = mean((Fraction(c) - right) ** 2 for c, right in pairs)
    if all(forced is not None for _, _, forced in documents):
        found["forced_acc"] = mean(bool(forced) for _, _, forced in documents)
    return found


CONFIDENCE = st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0])
GENERATED = st.tuples(st.sampled_from(NAMES), st.none() | CONFIDENCE, st.none())
CHOSEN = st.tuples(st.sampled_from(NAMES[:3]), CONFIDENCE, st.sampled_from([0, 1]))
RUNS = st.lists(GENERATED, min_size=1, max_size=12) | st.lists(CHOSEN, min_size=1, max_size=12)


def sample(number, document):
    outcome, confidence, forced = document
    if forced is None:
        line = "rubric:open|t:0.75|wording:paper-v1|detector:v1|metric:exact_match"
        made = variant(number, outcome, confidence=confidence, signature=line)
        del made["option_probs"], made["abstain_prob"], made["forced_acc"]
        return made
    return variant(number, outcome, confidence=confidence, forced_acc=float(forced))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(RUNS, min_size=1, max_size=3),
    st.sampled_from([0, 0.25, 0.5, 0.75, 0.9]),
    st.sampled_from(["wrong", "abstain", "exclude"]),
)
def test_every_metric_against_the_reference(tmp_path_factory, runs, target, policy):
    """Tasks of any kind, and their group against the documents of all of them together."""
    folder = tmp_path_factory.mktemp("run")
    names = [f"task{i}_abstain" for i in range(len(runs))]
    for name, documents in zip(names, runs):
        write_samples(folder, name, [sample(i, one) for i, one in enumerate(documents)])
    sizes = {name: len(documents) for name, documents in zip(names, runs)}
    write_results(folder, sizes, {"all": names})
    scores = rescore(load_samples(folder), target, unparsed=policy)
    expected = dict(zip(names, runs))
    if len(runs) > 1:
        expected["all"] = [document for documents in runs for document in documents]
    assert {score.name for score in scores.scores} == set(expected)
    for score in scores.scores:
        found = {name: interval.value for name, interval in score.metrics.items()}
        wanted = reference(expected[score.name], target, policy)
        if score.group and any(
            all(confidence is None for _, confidence, _ in documents) for documents in runs
        ):  # one of the tasks knows no confidence: there is nothing to pool
            assert not {"policy_score", "brier"} & found.keys()
            wanted = {name: wanted[name] for name in OUTCOME_METRICS}
        for name, value in wanted.items():
            assert found[name] == pytest.approx(value, abs=1e-12, nan_ok=True), name
        assert score.n == len(expected[score.name])
        for interval in score.metrics.values():
            if not math.isnan(interval.value) and not math.isnan(interval.low):
                assert interval.low <= interval.value <= interval.high


def test_golden_values(tmp_path):
    # Five documents: two right, one wrong, one abstained, one unparsed, which counts as wrong.
    line = "rubric:open|t:0.75|wording:paper-v1|detector:v1|metric:exact_match"
    outcomes = ["correct", "correct", "wrong", "abstained", "unparsed"]
    write_samples(
        tmp_path, "quiz_abstain", [variant(i, o, signature=line) for i, o in enumerate(outcomes)]
    )
    samples = load_samples(tmp_path)
    (score,) = rescore(samples).scores
    values = {name: interval.value for name, interval in score.metrics.items()}
    assert values["score"] == pytest.approx((2 - 3 - 3) / 5)
    assert values["acc"] == 0.4
    assert values["error_rate"] == 0.4
    assert values["abstain_rate"] == values["unparsed_rate"] == 0.2
    assert values["acc_answered"] == 0.5
    assert values["score_unparsed_wrong"] == pytest.approx(-4 / 5)
    assert values["score_unparsed_abstain"] == pytest.approx(-1 / 5)
    (ninety,) = rescore(samples, 0.9, unparsed="exclude").scores
    assert ninety.metrics["score"].value == pytest.approx((2 - 9) / 4)
    assert ninety.signature.line == f"{line}|scored:0.9|unparsed:exclude"
    assert score.signature.line == f"{line}|unparsed:wrong"


# ------------------------------------------------------------------ targets and notes


def test_default_targets(tmp_path):
    write_samples(tmp_path, "quiz_abstain", [variant(0, "wrong")])
    write_samples(tmp_path, "quiz", [choice(0, [-1.0, -2.0], 1.0)])
    scores = rescore(load_samples(tmp_path))
    found = [(score.name, score.target) for score in scores.scores]
    assert found == [("quiz", t) for t in (0, 0.5, 0.75, 0.9)] + [("quiz_abstain", 0.75)]
    assert not any("shown" in note for note in scores.notes)


def test_a_target_that_was_not_shown_is_noted(tmp_path):
    write_samples(tmp_path, "quiz_abstain", [variant(0, "wrong")])
    samples = load_samples(tmp_path)
    scores = rescore(samples, [0.75, 0.9, 0.9])
    assert [score.target for score in scores.scores] == [0.75, 0.9]
    (note,) = [note for note in scores.notes if "shown" in note]
    assert "t = 0.75" in note
    assert "scored at 0.9, too" in note
    assert not any("shown" in note for note in rescore(samples, 0.75).notes)


def test_targets_that_cannot_be(tmp_path):
    write_samples(tmp_path, "quiz_abstain", [variant(0, "wrong")])
    samples = load_samples(tmp_path)
    for target in (1, -0.1, 75, math.nan):
        with pytest.raises(AbstainError, match="confidence_target"):
            rescore(samples, target)
    with pytest.raises(AbstainError, match="unparsed"):
        rescore(samples, unparsed="maybe")
    with pytest.raises(AbstainError, match="level"):
        rescore(samples, level=95)


def test_another_detector_is_noted(tmp_path):
    write_samples(
        tmp_path, "quiz_abstain", [variant(0, "wrong", signature=signature(detector="v0"))]
    )
    notes = rescore(load_samples(tmp_path)).notes
    assert any("detector v0" in note for note in notes)
    assert any("outcomes that were logged by another one stay" in note for note in notes)


# ------------------------------------------------------------------ groups


def test_groups_are_pooled_over_documents(tmp_path):
    rng = random.Random(3)
    sizes = {"a": 5, "b": 40, "c": 11}
    everything = []
    for task, size in sizes.items():
        documents = [
            choice(i, [rng.uniform(-3, 0) for _ in range(4)], float(rng.random() < 0.5))
            for i in range(size)
        ]
        everything += [{**one, "doc_id": len(everything) + i} for i, one in enumerate(documents)]
        write_samples(tmp_path / "tasks", task, documents)
    write_results(tmp_path / "tasks", sizes, {"all": ["some", "c"], "some": ["a", "b"]})
    write_samples(tmp_path / "together", "all", everything)
    write_results(tmp_path / "together", {"all": len(everything)})
    split = rescore(load_samples(tmp_path / "tasks"), 0.5).scores
    (whole,) = rescore(load_samples(tmp_path / "together"), 0.5).scores
    assert [score.name for score in split] == ["a", "b", "c", "some", "all"]
    assert [score.group for score in split] == [False, False, False, True, True]
    pooled = split[-1]
    assert pooled.metrics.keys() == whole.metrics.keys()
    for name, interval in whole.metrics.items():
        assert pooled.metrics[name].value == pytest.approx(interval.value), name
    # The weighted mean of the tasks' values is another one, for curves.
    weighted = sum(score.metrics["aurc"].value * score.n for score in split[:3]) / whole.n
    assert weighted != pytest.approx(whole.metrics["aurc"].value)


def test_a_sweep_is_pooled_rubric_by_rubric(tmp_path):
    tasks = {}
    for subject in ("x", "y"):
        for t in (0.5, 0.9):
            name = f"{subject}_abstain_t{100 * t:.0f}"
            tasks[name] = write_samples(
                tmp_path, name, [variant(i, "wrong", signature=signature(t)) for i in range(3)]
            )
    inner = [name for name in tasks if name.endswith("t50")]
    groups = {"sweep": list(tasks), "xy_abstain_t50": inner}
    write_results(tmp_path, dict.fromkeys(tasks, 3), groups)
    scores = rescore(load_samples(tmp_path)).scores
    pooled = [(score.name, score.shown, score.n) for score in scores if score.group]
    # What the inner group has is not shown again under the outer one's name.
    assert pooled == [("xy_abstain_t50", 0.5, 6), ("sweep", 0.9, 6)]


def test_groups_that_are_not_whole_or_cannot_be_pooled(tmp_path):
    for task in ("a", "b"):
        write_samples(tmp_path, task, [choice(0, [-1.0, -2.0], 1.0)])
    write_samples(tmp_path, "d", [generated(0, "4", "4", 1.0, "strict")])
    write_results(tmp_path, {"a": 1, "b": 1, "d": 1}, {"abc": ["a", "b", "c"], "ad": ["a", "d"]})
    scores = rescore(load_samples(tmp_path))
    assert [score.name for score in scores.scores if score.group] == ["abc"] * 4
    assert "abc is pooled without c: no samples." in scores.notes
    assert "ad has no total: no filter scored two of its tasks." in scores.notes


def test_no_document_counts_twice_in_a_group(tmp_path):
    for index, position in enumerate(("last", "rotate")):
        time = f"2026-01-0{index + 1}T00-00-00"
        line = signature(0.75, idk=position)
        for task in ("a", "b"):
            write_samples(tmp_path, task, [variant(0, "wrong", signature=line)], time)
        write_results(tmp_path, {"a": 1, "b": 1}, {"ab": ["a", "b"]}, time)
    totals = [score for score in rescore(load_samples(tmp_path)).scores if score.group]
    assert [(score.name, score.n) for score in totals] == [("ab", 2), ("ab", 2)]
    assert ["idk:last" in score.signature.line for score in totals] == [True, False]


def test_totals(tmp_path):
    for task in ("a", "b", "c"):
        write_samples(tmp_path, task, [choice(0, [-1.0, -2.0], 1.0)])
    write_results(tmp_path, dict.fromkeys("abc", 1), {"ab": ["a", "b"]})
    scores = rescore(load_samples(tmp_path), 0.5)
    assert [score.name for score in scores.scores] == ["a", "b", "c", "ab"]
    totals = rescore(load_samples(tmp_path), 0.5, totals=True)
    assert [score.name for score in totals.scores] == ["c", "ab"]


def test_a_run_that_no_total_holds_is_not_left_out_of_the_totals(tmp_path):
    """Of `a` the total holds the samples under one filter, and not those under the other one."""
    for task in ("a", "b"):
        write_samples(tmp_path, task, [generated(0, "4", "4", 1.0, "strict")])
    lone = [generated(0, "4", "4", 1.0, name) for name in ("strict", "flexible")]
    write_samples(tmp_path, "a", lone)
    write_results(tmp_path, dict.fromkeys("ab", 1), {"ab": ["a", "b"]})
    totals = rescore(tmp_path, 0.5, totals=True)
    assert [(s.name, s.filter) for s in totals.scores] == [("a", "flexible"), ("ab", "strict")]


def test_groups_of_two_models_are_kept_apart(tmp_path):
    for model, outcome in (("one", "correct"), ("two", "wrong")):
        for task in ("a", "b"):
            write_samples(tmp_path / model, task, [variant(0, outcome)])
        write_results(tmp_path / model, {"a": 1, "b": 1}, {"ab": ["a", "b"]}, model=model)
    scores = rescore(load_samples(tmp_path)).scores
    assert [(s.model, s.name, s.metrics["acc"].value) for s in scores if s.group] == [
        ("one", "ab", 1.0),
        ("two", "ab", 0.0),
    ]


def test_curve_intervals_are_there_on_demand(tmp_path):
    documents = [choice(i, [-1.0 - i / 10, -2.0], float(i % 2)) for i in range(20)]
    write_samples(tmp_path, "quiz", documents)
    samples = load_samples(tmp_path)
    (score,) = rescore(samples, 0.5).scores
    (with_limits,) = rescore(samples, 0.5, curve_intervals=True).scores
    for name in ("aurc", "augrc", "ece", "brier"):
        assert math.isnan(score.metrics[name].low)
        interval = with_limits.metrics[name]
        assert interval.value == pytest.approx(score.metrics[name].value)
        assert interval.low <= interval.value <= interval.high


# ------------------------------------------------------------------ pandas and results files


def test_pandas(tmp_path):
    pytest.importorskip("pandas")
    write_samples(tmp_path, "quiz_abstain", [variant(0, "wrong"), variant(1, "correct")])
    frame = rescore(load_samples(tmp_path), [0.5, 0.9]).to_pandas()
    assert list(frame["target"]) == [0.5, 0.9]
    assert list(frame["score"]) == [0.0, -4.0]
    assert {"score_low", "score_high", "signature"} <= set(frame.columns)


def test_a_notebook_shows_a_table(tmp_path):
    pytest.importorskip("pandas")
    write_samples(tmp_path, "<b>quiz", [variant(0, "wrong"), variant(1, "correct")])
    scores = rescore(str(tmp_path), 0.9)
    shown = scores._repr_html_()
    assert "-4.0000" in shown
    assert "&lt;b&gt;quiz" in shown
    assert "<b>quiz" not in shown
    assert all(f"<p>{escape(note)}</p>" in shown for note in scores.notes)


def test_the_harness_prints_our_results_file(tmp_path):
    from lm_eval.utils import make_table

    for task in ("a_abstain", "b_abstain"):
        write_samples(
            tmp_path, task, [variant(i, o) for i, o in enumerate(["correct", "wrong", "abstained"])]
        )
    write_results(tmp_path, {"a_abstain": 3, "b_abstain": 3}, {"ab": ["a_abstain", "b_abstain"]})
    scores = rescore(load_samples(tmp_path), [0.75, 0.9])
    found = jsonable(results_of(scores, "org/model"))
    json.dumps(found, allow_nan=False)
    row = found["results"]["a_abstain"]
    assert row["score,none"] == pytest.approx(-2 / 3)
    assert row["score_t90,none"] == pytest.approx(-8 / 3)
    assert row["policy_score_t90,none"] == 0
    # As the harness: the standard deviation with n - 1, by the root of n.
    assert row["score_stderr,none"] == pytest.approx(np.std([1, -3, 0], ddof=1) / 3**0.5)
    assert row["acc_stderr,none"] == pytest.approx(np.std([1, 0, 0], ddof=1) / 3**0.5)
    assert row["acc_answered_stderr,none"] == "N/A"
    assert found["groups"]["ab"]["score,none"] == pytest.approx(-2 / 3)
    assert found["higher_is_better"]["ab"]["error_rate"] is False
    table = make_table(found)
    assert "score_t90" in table
    assert "| - a_abstain" in table
    assert "ab" in make_table(found, "groups")
    with pytest.raises(AbstainError, match="no scores of a model 'lol'"):
        results_of(scores, "lol")


# ------------------------------------------------------------------ the command


@pytest.fixture
def command(capsys):
    """Runs `rescore` with some arguments; what it wrote to standard output and error."""
    import argparse

    from lm_eval_abstain.cli.rescore import add_arguments

    def run(*arguments):
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        args = parser.parse_args([str(one) for one in arguments])
        args.func(args)
        return capsys.readouterr()

    return run


@pytest.fixture
def folder(tmp_path):
    for model in ("one", "two"):
        write_samples(
            tmp_path / model,
            "quiz_abstain",
            [variant(i, o) for i, o in enumerate(["correct", "wrong", "abstained"])],
        )
        write_samples(tmp_path / model, "gsm8k", [generated(0, "lol", "[invalid]", 0.0)])
        write_results(tmp_path / model, {"quiz_abstain": 3, "gsm8k": 1}, model=f"org/{model}")
    return tmp_path


def test_tables_for_people(command, folder):
    found = command(folder, "--target", "0.9", "--target", "0.75")
    for text in ("org/one", "org/two", "quiz_abstain", "open, t = 0.75", "-2.6667", "policy_score"):
        assert text in found.out
    assert f"Abstentions in text were read by detector {DETECTOR_VERSION}." in found.out
    assert "Documents without an answer are scored as wrong." in found.out
    assert "-9.0000 to 0.0000" in found.out  # both bounds
    assert not found.err
    (folder / "choices").mkdir()
    write_samples(folder / "choices", "quiz_abstain", [variant(0, "wrong")])
    assert "unparsed_rate" not in command(folder / "choices").out  # options are always an answer
    assert "unparsed_rate" in found.out
    markdown = command(folder, "--format", "markdown").out
    assert "## org/two" in markdown
    assert "| quiz_abstain |" in markdown
    left_out = command(folder, "--unparsed", "exclude").out
    assert "left out of all rates but unparsed_rate" in left_out


LONG = "a_benchmark_of_many_words_in_its_own_name"[:40]


@pytest.fixture
def many(tmp_path):
    """Logged samples of every shape, under names of 40 characters; groups and two filters."""
    folder, sizes = tmp_path / "org__model", {}
    outcomes = ["correct", "wrong", "abstained"] * 4
    for target in (None, 0.5, 0.75, 0.9):
        ending = "_closed" if target is None else f"_abstain_t{100 * target:.0f}"
        for part in ("x", "y"):
            base = f"{LONG[:26]}_{part}"
            fields = {"base": base, "signature": signature(target)}
            if target is None:
                outcomes = ["correct", "wrong"] * 6
            else:
                fields |= {"abstain_rate_t00": 1.0}
            rows = [variant(i, outcome, **fields) for i, outcome in enumerate(outcomes)]
            write_samples(folder, base + ending, rows)
            sizes[base + ending] = len(rows)
    for text, answer, right in (("4", "4", 1.0), ("lol", "[invalid]", 0.0)):
        rows = [
            generated(i, text, answer, right, name)
            for name in ("strict-match", "flexible-extract")
            for i in range(3)
        ]
        write_samples(folder, f"{LONG[:32]}_{text:_<6}g", rows)
        sizes[f"{LONG[:32]}_{text:_<6}g"] = 3
    assert max(map(len, sizes)) == 40
    write_results(folder, sizes, {f"{LONG[:39]}z": [task for task in sizes if "_t" in task]})
    return tmp_path


def test_tables_fit_a_terminal(command, many):
    for more in ([], ["--target", "0.99"], ["--totals"], ["--compare"]):
        out = command(many, *more).out
        assert max(map(len, out.splitlines())) <= 100, more
        for name in {score.name for score in rescore(many, totals="--totals" in more).scores}:
            assert "--compare" in more or f"\n{name}" in out
    assert max(map(len, command(many, "--wide").out.splitlines())) > 100


def test_the_narrow_table_has_the_numbers_of_the_wide_one(command, many):
    narrow, wide = (command(many, *more).out.splitlines() for more in ([], ["--wide"]))
    scores = rescore(many).scores
    numbers = [f"{score.metrics['score'].value:.4f}" for score in scores]
    rows = [re.findall(r"^  (\S+) +(-?\d+\.\d{4}) \[", line) for line in narrow]
    found = [row[0] for row in rows if row]
    assert found == [(f"{score.target:g}", number) for score, number in zip(scores, numbers)]
    headings = next(line for line in narrow if "score [95%]" in line).split("  ")
    assert [name.strip() for name in headings if name.strip()] == [
        *("t", "score [95%]", "acc", "error_rate", "abstain_rate", "unparsed_rate"),
        "acc_answered",
    ]
    assert "policy_score" in next(line for line in wide if "score [95%]" in line)
    assert "aurc" in " ".join(wide)
    assert "With --wide also: policy_score, policy_coverage, " in " ".join(narrow)
    assert any("abstain_rate_t00 = 1.0000" in line for line in narrow)


def test_only_the_terminal_s_table_is_narrow(command, many):
    for how in ("markdown", "csv", "json"):
        assert command(many, "--format", how).out == command(many, "--format", how, "--wide").out
        assert "policy_coverage" in command(many, "--format", how).out


def test_csv(command, folder):
    found = command(folder, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert len(rows) == 2 * 5
    (row, _) = [row for row in rows if row["task"] == "quiz_abstain"]
    assert float(row["score"]) == pytest.approx(-2 / 3)
    assert float(row["score_low"]) < float(row["score"]) < float(row["score_high"])
    assert row["shown"] == "0.75"
    assert row["score_unparsed_wrong"] == ""
    assert f"detector {DETECTOR_VERSION}" in found.err


def test_json(command, folder):
    content = json.loads(command(folder, "--format", "json").out)
    assert len(content["scores"]) == 2 * 5
    assert content["skipped"] == {}
    assert content["notes"]
    (row, *_) = [row for row in content["scores"] if row["task"] == "gsm8k"]
    assert row["score"]["value"] == 0
    assert row["shown"] is None
    assert row["rubric"] == "closed"


def test_skipping_is_counted(command, folder):
    path = next((folder / "one").glob("samples_quiz*"))
    path.write_text(path.read_text() + "lol\n")
    with pytest.raises(AbstainError, match=":4: "):
        command(folder)
    found = command(folder, "--skip-bad")
    assert "1 samples were skipped (not JSON: 1)." in found.out
    assert f"first skipped as 'not JSON': {path}:4" in found.out


def test_totals_alone(command, folder):
    for path in folder.rglob("results_*"):
        content = json.loads(path.read_text())
        content["group_subtasks"] = {"both": ["quiz_abstain", "more_abstain"]}
        path.write_text(json.dumps(content))
        write_samples(path.parent, "more_abstain", [variant(0, "wrong")])
    out = command(folder, "--totals", "--format", "csv").out
    assert {row["task"] for row in csv.DictReader(io.StringIO(out))} == {"both", "gsm8k"}


@pytest.mark.parametrize(
    ("name", "begin"),
    [("a.md", "## org/one"), ("a.csv", "model,task"), ("a.json", "{"), ("a.txt", "org/one\n")],
)
def test_output_files(command, folder, name, begin):
    path = folder / "made" / name
    found = command(folder / "one", "-o", path)
    assert found.out == ""
    assert str(path) in found.err
    assert path.read_text().startswith(begin)


def test_results_files(command, folder):
    path = folder / "made" / "results.json"
    command(folder / "one", "-o", path)
    assert json.loads(path.read_text())["model_name"] == "org/one"
    with pytest.raises(AbstainError, match="one results file a model, and there are 2"):
        command(folder, "-o", path)
    with pytest.raises(AbstainError, match="give a folder"):
        command(folder, "--format", "results")
    command(folder, "--format", "results", "-o", folder / "made" / "all")
    written_files = sorted(
        one.relative_to(folder / "made" / "all").parts[0]
        for one in (folder / "made" / "all").rglob("results_*.json")
    )
    assert written_files == ["org__one", "org__two"]
    assert json.loads(command(folder / "one", "--format", "results").out)["results"]


def test_a_file_that_cannot_be_written(command, folder):
    (folder / "file").write_text("")
    with pytest.raises(AbstainError, match="cannot be written"):
        command(folder / "one", "-o", folder / "file" / "a.csv")


def test_columns(command, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("q,r,c\n1,correct,0.9\n2,wrong,0.2\n")
    out = command(path, "--columns", "id=q,outcome=r,confidence=c", "--target", "0.5").out
    assert "policy_score" in out
    rows = list(
        csv.DictReader(
            io.StringIO(
                command(
                    *(path, "--columns", "id=q,outcome=r,confidence=c"),
                    *("--target", "0.5", "--format", "csv"),
                ).out
            )
        )
    )
    assert [(float(row["score"]), float(row["policy_score"])) for row in rows] == [(0.0, 0.5)]


def test_the_command_knows_every_format():
    from lm_eval_abstain.cli import rescore as command

    assert (*FORMATS, "results") == command._FORMATS


def test_metric_names_are_those_of_the_records(folder):
    known = {*OUTCOME_METRICS, *CONFIDENCE_METRICS, "policy_score", "policy_coverage"}
    known |= {"score_unparsed_wrong", "score_unparsed_abstain"}
    for score in rescore(load_samples(folder)).scores:
        assert set(score.metrics) <= known
        assert list(score.record())[-1] == "signature"


@pytest.mark.parametrize(("free", "told"), [(2, True), (1, False), (0, False)])
def test_abstention_that_is_there_without_stakes_is_told(tmp_path, free, told):
    outcomes = ["abstained", "abstained", "wrong", "correct"]
    records = [
        variant(i, outcome, abstain_rate_t00=float(i < free)) for i, outcome in enumerate(outcomes)
    ]
    write_samples(tmp_path, "quiz_abstain", records)
    found = rescore(tmp_path)
    assert found.scores[0].metrics["abstain_rate_t00"].value == free / 4
    notes = [note for note in found.notes if "at t = 0, too" in note]
    assert bool(notes) is told
    if told:
        assert "quiz_abstain: 100% of the 2 abstentions are there at t = 0, too" in notes[0]


def test_without_a_control_nothing_is_said_of_it(tmp_path):
    write_samples(tmp_path, "quiz_abstain", [variant(0, "abstained"), variant(1, "wrong")])
    found = rescore(tmp_path)
    assert "abstain_rate_t00" not in found.scores[0].metrics
    assert not [note for note in found.notes if "t = 0" in note]
