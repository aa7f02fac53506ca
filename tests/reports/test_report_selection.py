"""Which samples a page holds."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.reports.sample_selection import MOST, select_samples
from lm_eval_abstain.rubric import ORDER
from support.report_logs import MODELS, write_choices, write_texts

OUTCOMES = ["correct", "wrong", "abstained", "unparsed", "empty", "truncated"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("runs")
    for model in MODELS[:2]:
        write_choices(made, model)
    # One of each outcome, but 30 of the first.
    write_texts(made / "more", MODELS[2], [("4", name) for name in ["correct"] * 30 + OUTCOMES[1:]])
    return made


def keys(samples, rows):
    """What the selected samples are, without the codes that depend on the order of reading."""
    return sorted(
        (
            samples.models[samples.model[row]],
            samples.tasks[samples.task[row]],
            samples.filters[samples.filter[row]],
            samples.name_of(row),
        )
        for row in rows.tolist()
    )


@pytest.mark.parametrize("limit", [0, 1, 7, 25, 10_000])
def test_so_many_of_each_model_and_outcome(folder, limit):
    samples = load_samples(folder)
    chosen = select_samples(samples, limit)
    every = Counter(zip(samples.model.tolist(), samples.outcome.tolist()))
    shown = Counter((samples.model[row], samples.outcome[row]) for row in chosen.rows.tolist())
    assert len(set(chosen.rows.tolist())) == len(chosen.rows)
    for (model, outcome), count in every.items():
        assert chosen.all[model, outcome] == count
        assert chosen.shown[model, outcome] == shown[model, outcome] == min(chosen.limit, count)
    assert chosen.limit <= limit
    assert chosen.all.sum() == len(samples)


def test_the_tasks_share_evenly(folder):
    samples = load_samples(folder)
    chosen = select_samples(samples, 20)
    every = Counter(zip(samples.model.tolist(), samples.outcome.tolist(), samples.task.tolist()))
    shown = Counter(
        (samples.model[row], samples.outcome[row], samples.task[row])
        for row in chosen.rows.tolist()
    )
    groups = defaultdict(list)
    for key in every:
        groups[key[:2]].append(key)
    for tasks in groups.values():
        most = max(shown[key] for key in tasks)
        # A task has less than another by more than one only if it has no more to give.
        assert all(shown[key] >= most - 1 or shown[key] == every[key] for key in tasks)


def test_no_task_is_first_by_its_name(folder):
    samples = load_samples(folder)
    chosen = select_samples(samples, 4)
    correct = chosen.rows[(samples.outcome[chosen.rows] == 0) & (samples.model[chosen.rows] == 0)]
    names = sorted(samples.tasks[task] for task in set(samples.task[correct].tolist()))
    assert len(names) == 4
    of_model = set(samples.task[samples.model == 0].tolist())
    assert names != sorted(samples.tasks[task] for task in of_model)[:4]


def test_the_same_samples_in_whatever_order_they_are_read(folder):
    files = sorted(folder.rglob("samples_*"))
    there, back = load_samples(files), load_samples(files[::-1])
    assert there.models != back.models
    assert there.tasks != back.tasks
    one, other = select_samples(there, 5), select_samples(back, 5)
    assert keys(there, one.rows) == keys(back, other.rows)


def test_the_documents_of_one_model_are_those_of_another(tmp_path):
    for model in ("a", "b"):
        write_texts(tmp_path, MODELS[0].__class__(model), [("4", "correct")] * 200)
    samples = load_samples(tmp_path)
    chosen = select_samples(samples, 10)
    documents = [set(samples.doc_id[chosen.rows[samples.model[chosen.rows] == m]]) for m in (0, 1)]
    assert documents[0] == documents[1]
    # They are not simply the first ones.
    assert documents[0] != set(range(10))


def test_many_models_share_the_page(folder):
    samples = load_samples(folder)
    many = samples.select(np.tile(np.arange(len(samples)), 20))
    models = tuple(f"{name} {copy}" for copy in range(20) for name in samples.models)
    shift = np.repeat(np.arange(20), len(samples)) * len(samples.models)
    object.__setattr__(many, "models", models)
    object.__setattr__(many, "model", (many.model + shift).astype(np.int32))
    chosen = select_samples(many, 1_000)
    assert len(chosen.rows) <= MOST
    assert 0 < chosen.limit < 1_000
    # No outcome is lost.
    assert ((chosen.shown > 0) == (chosen.all > 0)).all()
    assert chosen.all.shape == (len(models), len(ORDER))
