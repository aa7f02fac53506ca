"""Runs: the samples of a table split, pooled and described."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lm_eval_abstain.logs import load_samples, pair, pool, runs_of, split, totals_of
from lm_eval_abstain.printing.run_labels import rubric_words, run_labels, run_name
from support.logged_files import choice, generated, signature, variant, write_results, write_samples


@pytest.fixture
def samples(tmp_path):
    """Two tasks at two targets and under the closed rubric, in groups; and a lone task."""
    sizes = {}
    for base, size in (("a", 4), ("b", 3)):
        kinds = ["correct", "wrong", "abstained", "correct"][:size]
        for target, ending in ((None, "closed"), (0.5, "abstain_t50"), (0.9, "abstain_t90")):
            name = f"{base}_{ending}"
            line = signature(target)
            rows = [variant(i, o, base=base, signature=line) for i, o in enumerate(kinds)]
            write_samples(tmp_path, name, rows)
            sizes[name] = size
    write_samples(tmp_path, "c", [choice(0, [-1.0, -2.0], 1.0)])
    groups = {
        "ab_abstain_t50": ["a_abstain_t50", "b_abstain_t50"],
        "ab_abstain_sweep": list(sizes),
    }
    write_results(tmp_path, {**sizes, "c": 1}, groups)
    return load_samples(tmp_path)


def test_a_run_is_a_task_a_filter_and_what_was_run(samples):
    runs = split(samples)
    assert [(run.task, run.base, run.n) for run in runs] == [
        *(("a_abstain_t50", "a", 4), ("a_abstain_t90", "a", 4), ("a_closed", "a", 4)),
        *(("b_abstain_t50", "b", 3), ("b_abstain_t90", "b", 3), ("b_closed", "b", 3)),
        ("c", "c", 1),
    ]
    assert sorted(np.concatenate([run.rows for run in runs])) == list(range(len(samples)))
    first = runs[0]
    assert (first.model, first.filter, first.shown, first.open) == ("org/model", "none", 0.5, True)
    assert first.counts.tolist() == [2, 1, 1, 0, 0, 0]
    assert first.table.tolist() == [[2, 1, 1, 0, 0, 0]]
    assert first.forced_acc == 0.5
    assert first.right.tolist() == [True, False, False, True]
    assert first.confidence.tolist() == [0.625] * 4
    assert first.rest.sum() == 0
    assert not first.group
    assert not runs[2].open
    assert math.isnan(runs[2].shown)


def test_signatures_that_differ_in_the_version_alone_are_one_run(tmp_path):
    lines = [signature(0.5, v="1", lm_eval="0.4.12"), signature(0.5, v="2", lm_eval="0.4.12")]
    rows = [variant(i, "wrong", signature=line) for i, line in enumerate(lines)]
    write_samples(tmp_path, "a_abstain", rows)
    [run] = split(load_samples(tmp_path))
    assert run.signature.line == signature(0.5, v="1,2", lm_eval="0.4.12")
    assert run.n == 2


def test_other_filters_and_settings_are_other_runs(tmp_path):
    write_samples(tmp_path, "t", [generated(0, "4", "4", 1.0, f) for f in ("strict", "loose")])
    lines = [signature(0.5, idk="last"), signature(0.5, idk="rotate")]
    for place, line in enumerate(lines):
        time = f"2026-01-0{place + 1}T00-00-00"
        write_samples(tmp_path, "a_abstain", [variant(0, "wrong", signature=line)], time)
    runs = split(load_samples(tmp_path))
    assert sorted((run.task, run.filter) for run in runs) == [
        *(("a_abstain", "none"), ("a_abstain", "none"), ("t", "loose"), ("t", "strict")),
    ]


def test_groups_are_pooled_rubric_by_rubric_and_once(samples):
    groups, notes = pool(split(samples))
    assert [(run.task, run.base, run.n, rubric_words(run.signature)) for run in groups] == [
        ("ab_abstain_t50", "ab", 7, "open, t = 0.5"),
        ("ab_abstain_sweep", "ab", 7, "closed"),
        ("ab_abstain_sweep", "ab", 7, "open, t = 0.9"),
    ]
    assert notes == ()
    assert all(run.group and run.subjects == ("a", "b") for run in groups)
    assert groups[0].table.tolist() == [[2, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]]
    runs, _ = runs_of(samples)
    assert runs[-3].task == "ab_abstain_t50"
    # Of the tasks none is left but the one that is in no group.
    assert [run.task for run in totals_of(runs) if not run.group] == ["c"]


def test_a_confidence_of_one_task_is_not_a_group_s(tmp_path):
    write_samples(tmp_path, "a_abstain", [variant(0, "correct")])
    write_samples(tmp_path, "b_abstain", [variant(0, "correct", confidence=None)])
    write_results(tmp_path, {"a_abstain": 1, "b_abstain": 1}, {"ab": ["a_abstain", "b_abstain"]})
    runs, _ = runs_of(load_samples(tmp_path))
    assert [(run.task, run.has_confidence, len(run.confidence)) for run in runs] == [
        *(("a_abstain", True, 1), ("b_abstain", False, 0), ("ab", False, 0)),
    ]
    assert runs[-1].rest.sum() == 2


def test_groups_are_paired_task_by_task(samples):
    groups, _ = pool(split(samples))
    pairs = pair(groups[0], groups[1])
    assert len(pairs.one) == 7
    assert samples.base[pairs.one].tolist() == samples.base[pairs.other].tolist()
    assert samples.doc_id[pairs.one].tolist() == samples.doc_id[pairs.other].tolist()
    lone = pair(groups[0], split(samples)[0])
    assert len(lone.one) == 4
    assert len(lone.only_one) == 3


def test_words_for_runs(samples):
    own = [run for run in split(samples) if run.base == "a"]
    assert run_labels(own) == ["open, t = 0.5", "open, t = 0.9", "closed"]
    assert [rubric_words(run.signature) for run in own] == run_labels(own)
    assert run_name(own[0]) == "org/model (open, t = 0.5)"
    assert run_name(own[2]) == "org/model (closed)"
