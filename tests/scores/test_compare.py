"""Comparisons of runs on the same documents, against counts made one document at a time."""

from __future__ import annotations

import json
import random

import pytest
from scipy.stats import binomtest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.printing.run_labels import run_name
from lm_eval_abstain.scores import compare
from support.logged_files import signature, variant, write_results, write_samples

POINTS = {"correct": 1.0, "abstained": 0.0}


def run_folder(root, model, runs):
    """A model's folder: samples files by task name, each (signature, outcomes)."""
    folder = root / model
    for task, (line, outcomes) in runs.items():
        rows = [
            variant(number, outcome, signature=line, base=task.split("_")[0])
            for number, outcome in enumerate(outcomes)
        ]
        write_samples(folder, task, rows)
    sizes = {task: len(outcomes) for task, (_, outcomes) in runs.items()}
    write_results(folder, sizes, model=model)
    return folder


def outcomes(seed, n, weights):
    kinds = ["correct", "wrong", "abstained", "unparsed"]
    return random.Random(seed).choices(kinds, weights, k=n)


def holm_by_hand(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = highest
    return adjusted


@pytest.fixture
def two_models(tmp_path):
    closed, opened = signature(None), signature(0.75)
    one = {
        "quiz_closed": (closed, outcomes(1, 200, [6, 4, 0, 0])),
        "quiz_abstain": (opened, outcomes(2, 200, [5, 1, 4, 1])),
    }
    other = {"quiz_closed": (closed, outcomes(3, 180, [3, 7, 0, 0]))}
    folders = [run_folder(tmp_path, "one", one), run_folder(tmp_path, "other", other)]
    return folders, one, other


def test_against_counts(two_models):
    folders, one, other = two_models
    found = compare(load_samples(folders)).comparisons
    labels = {(run_name(c.one), run_name(c.other), c.target): c for c in found}
    assert len(labels) == len(found) == 4 + 1
    exact = []
    for comparison in found:
        first, second = one["quiz_closed"][1], other["quiz_closed"][1]
        if comparison.other.model == "one":
            second = one["quiz_abstain"][1]
            assert comparison.target == 0.75
        pairs = list(zip(first, second))
        assert comparison.n == len(pairs)
        penalty = comparison.target / (1 - comparison.target)
        points = [POINTS.get(b, -penalty) - POINTS.get(a, -penalty) for a, b in pairs]
        assert comparison.score.value == pytest.approx(sum(points) / len(points))
        assert comparison.score.low <= comparison.score.value <= comparison.score.high
        right = [(b == "correct") - (a == "correct") for a, b in pairs]
        assert comparison.acc.value == pytest.approx(sum(right) / len(right))
        gained, lost = right.count(1), right.count(-1)
        exact.append(binomtest(gained, gained + lost).pvalue if gained + lost else 1.0)
    assert [c.acc.p for c in found] == pytest.approx(holm_by_hand(exact))
    assert "one (open, t = 0.75)" in {run_name(c.other) for c in found}
    assert {run_name(c.one) for c in found} == {"one (closed)"}


def test_the_same_run_does_not_differ(tmp_path):
    same = {"quiz_closed": (signature(None), outcomes(1, 50, [1, 1, 0, 0]))}
    folders = [run_folder(tmp_path, model, same) for model in ("a", "b")]
    for comparison in compare(folders, 0.5).comparisons:
        assert (comparison.score.value, comparison.score.p, comparison.acc.p) == (0, 1, 1)


def test_other_targets_and_policies(two_models):
    samples = load_samples(two_models[0])
    assert {c.target for c in compare(samples, [0.2, 0.9, 0.9]).comparisons} == {0.2, 0.9}
    wrong, kind = compare(samples, [0.9]), compare(samples, [0.9], unparsed="abstain")
    assert any(a.score.value < b.score.value for a, b in zip(wrong.comparisons, kind.comparisons))
    with pytest.raises(AbstainError, match="must be in"):
        compare(samples, [1.0])


def test_a_notebook_shows_a_table(two_models):
    pytest.importorskip("pandas")
    found = compare(two_models[0], 0.9)
    frame = found.to_pandas()
    assert len(frame) == len(found.comparisons)
    assert list(frame["score"]) == [c.score.value for c in found.comparisons]
    assert {"one_signature", "score_low", "score_high", "score_p", "acc_p"} <= set(frame.columns)
    assert "rubric:closed" in found._repr_html_()
    assert "corrected after Holm for 2 comparisons" in found._repr_html_()


def test_nothing_to_compare(tmp_path):
    folder = run_folder(tmp_path, "a", {"quiz_closed": (signature(None), ["correct"])})
    with pytest.raises(AbstainError, match="nothing to compare"):
        compare(load_samples(folder))


def test_the_command(two_models, capsys):
    folders = [str(folder) for folder in two_models[0]]
    assert main(["rescore", *folders, "--compare", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"task", "one", "other", "t", "n", "score", "score_p", "acc_p"} <= set(rows[0])
    assert main(["rescore", *folders, "--compare"]) == 0
    assert "corrected after Holm for 5 comparisons" in capsys.readouterr().out
    assert main(["rescore", *folders, "--compare", "--format", "results"]) == 1
    assert "--compare goes with" in capsys.readouterr().err


def test_totals_alone_are_corrected_for_fewer(tmp_path):
    runs = [
        {
            f"{task}_closed": (signature(None), outcomes(seed + place, 60, weights))
            for place, task in enumerate(("quiz", "trivia"))
        }
        for seed, weights in ((1, [6, 4, 0, 0]), (5, [4, 6, 0, 0]))
    ]
    folders = [run_folder(tmp_path, model, run) for model, run in zip(("a", "b"), runs)]
    for folder, model, run in zip(folders, ("a", "b"), runs):
        sizes = {task: len(rows) for task, (_, rows) in run.items()}
        write_results(folder, sizes, groups={"both_closed": list(sizes)}, model=model)
    samples = load_samples(folders)
    every = compare(samples, [0.5]).comparisons
    totals = compare(samples, [0.5], totals=True).comparisons
    assert [c.task for c in every] == ["quiz", "trivia", "both"]
    [total] = totals
    assert (total.task, total.n) == ("both", 120)
    assert total.score.value == every[-1].score.value
    assert total.acc.p <= every[-1].acc.p
    # Pooled over both tasks, one document at a time.
    pairs = [(a, b) for task in runs[0] for a, b in zip(runs[0][task][1], runs[1][task][1])]
    points = [POINTS.get(b, -1) - POINTS.get(a, -1) for a, b in pairs]
    assert total.score.value == pytest.approx(sum(points) / 120)
