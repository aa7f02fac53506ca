"""A sweep: one group, distinct names, one data set, the prompts of its parts."""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any

import datasets
import lm_eval.tasks
import pytest

from lm_eval_abstain import AbstainError, Rubric, TaskManager, UnsupportedTaskError, Variant
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.harness.shipped import shipped_path
from support.gpqa_answers import always_right
from support.harness_runs import Load, evaluate, requests_of
from support.scripted_lm import ScriptedLM

pytestmark = pytest.mark.usefixtures("in_hub")

KEYS = {"t00": 0.0, "t50": 0.5, "t75": 0.75, "t90": 0.9}


@pytest.fixture(autouse=True)
def alone() -> None:
    """No data of an earlier test."""
    gc.collect()
    forget()


def tasks_below(group: Any) -> dict[str, Any]:
    return {task.task_name: task for task in group.get_all_tasks()}


# ---------------------------------------------------------------------- its parts


def test_a_task(load: Load) -> None:
    sweep = load("mmlu_anatomy_abstain_sweep")
    tasks = tasks_below(sweep)
    assert list(tasks) == ["mmlu_anatomy_closed", *(f"mmlu_anatomy_abstain_{key}" for key in KEYS)]
    assert sweep.child_names == list(tasks)
    assert not sweep.has_aggregation
    for key, target in KEYS.items():
        task = tasks[f"mmlu_anatomy_abstain_{key}"]
        assert task.config.task_alias == f"anatomy (abstain, t={target:g})"
        alone = load("mmlu_anatomy_abstain", confidence_target=target)
        ours, theirs = (one for one in (tasks[f"mmlu_anatomy_abstain_{key}"], alone))
        for one in (ours, theirs):
            one.set_config("num_fewshot", 0)
            one.set_fewshot_seed(1234)
        assert requests_of(ours) == requests_of(theirs)
        assert Rubric(target).sentence in requests_of(ours)[0][0][0]
        assert ours.signature == theirs.signature


@pytest.mark.slow
def test_a_group_mirrors_its_base(load: Load) -> None:
    sweep = load("mmlu_abstain_sweep")
    assert sweep.child_names == ["mmlu_closed", *(f"mmlu_abstain_{key}" for key in KEYS)]
    assert len(tasks_below(sweep)) == 5 * 57
    high = sweep.get("mmlu_abstain_t90")
    assert high.child_names == [
        f"mmlu_{name}_abstain_t90" for name in ("stem", "other", "social_sciences", "humanities")
    ]
    social = high.get("mmlu_social_sciences_abstain_t90")
    assert (social.alias, social.version) == ("social sciences (abstain, t=0.9)", "2")
    # The same rows as the groups that are written in files.
    for name, other in (("mmlu_closed", "mmlu_closed"), ("mmlu_abstain_t90", "mmlu_abstain")):
        [listed, written] = (
            [m.metric for m in group.aggregate_metric_list]
            for group in (sweep.get(name), load(other))
        )
        assert listed == written


@pytest.mark.slow
def test_a_tag_and_a_group_with_filters(load: Load) -> None:
    sweep = load("gpqa_abstain_sweep")
    assert not sweep.get("gpqa_closed").has_aggregation  # a tag has no row of its own
    assert len(tasks_below(sweep)) == 5 * 15
    sweep = load("mmlu_pro_abstain_sweep")
    listed = sweep.get("mmlu_pro_closed").aggregate_metric_list
    assert {tuple(metric.filter_list) for metric in listed} == {("custom-extract",)}


def test_a_group_s_own_settings_reach_its_tasks(load: Load) -> None:
    base = load("leaderboard_mmlu_pro")
    for task in tasks_below(load("leaderboard_mmlu_pro_abstain_sweep")).values():
        assert task.config.num_fewshot == base.config.num_fewshot == 5


def test_a_sweep_by_another_name_is_refused() -> None:
    with pytest.raises(AbstainError, match=r"ends in .*_abstain_sweep, .*, not 'mine'"):
        Variant(config={"task": "mine", "base": "arc_easy"})


def test_with_samples_drawn(load: Load) -> None:
    tasks = tasks_below(load("gsm8k_abstain_consistent_sweep", confidence_targets=[0.5], k=3))
    assert list(tasks) == ["gsm8k_closed", "gsm8k_abstain_consistent_t50"]
    assert [task.config.repeats for task in tasks.values()] == [1, 3]


def test_other_targets(load: Load) -> None:
    tasks = tasks_below(load("arc_easy_abstain_sweep", confidence_targets=[0.8, 0.2]))
    assert list(tasks) == [
        *("arc_easy_closed", "arc_easy_abstain_t20", "arc_easy_abstain_t80"),
    ]
    run = evaluate([*tasks.values()], ScriptedLM())
    assert {"score_t20,none", "score_t80,none"} <= set(run["results"]["arc_easy_closed"])


def test_one_target_for_several_and_the_reverse(load: Load) -> None:
    with pytest.raises(AbstainError, match=r"asks at several targets.*give confidence_targets"):
        load("arc_easy_abstain_sweep", confidence_target=0.5)
    with pytest.raises(AbstainError, match=r"states one target.*give confidence_target "):
        load("arc_easy_abstain", confidence_targets=[0.5])
    both = {"confidence_target": 0.6, "confidence_targets": [0.5]}
    assert "arc_easy_abstain_t50" in tasks_below(load("arc_easy_abstain_sweep", **both))
    assert load("arc_easy_abstain", **both).settings.rubric.target == 0.6


@pytest.mark.parametrize(
    ("task", "metadata", "message"),
    [
        ("arc_easy_abstain_sweep", '{"confidence_target": 0.5}', "asks at several targets"),
        ("arc_easy_abstain", '{"confidence_targets": [0.5]}', "states one target"),
        ("arc_easy_abstain_sweep", '{"confidence_targets": [0.5, 1.5]}', "must be in [0, 1)"),
        ("mmlu_confidence", "{}", "'mmlu' has no abstain variant"),
    ],
)
def test_mistakes_are_refused_before_a_model_is_made(
    task: str, metadata: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    run = ["run", "--model", "no-such-model", "--tasks", task, "--metadata", metadata]
    assert main(run) == 1
    assert message in capfd.readouterr().err.splitlines()[-1]


def test_a_base_without_a_variant_says_so(manager: Any) -> None:
    with pytest.raises(UnsupportedTaskError, match="each of its options makes a prompt"):
        manager.load(["winogrande_abstain_sweep"])


# ---------------------------------------------------------------------- runs


def test_one_run_of_everything(manager: Any) -> None:
    run = evaluate(["mmlu_anatomy", "mmlu_anatomy_abstain_sweep"], ScriptedLM(), manager)
    assert set(run["samples"]) == {
        *("mmlu_anatomy", "mmlu_anatomy_closed"),
        *(f"mmlu_anatomy_abstain_{key}" for key in KEYS),
    }
    assert (
        run["results"]["mmlu_anatomy_closed"]["acc,none"]
        == (run["results"]["mmlu_anatomy"]["acc,none"])
    )
    for key, target in KEYS.items():
        samples = run["samples"][f"mmlu_anatomy_abstain_{key}"]
        assert {s["confidence_target"] for s in samples} == {target}
        assert {s["base"] for s in samples} == {"mmlu_anatomy"}
        hashes = [s["doc_hash"] for s in run["samples"]["mmlu_anatomy_closed"]]
        assert [s["doc_hash"] for s in samples] == hashes


def test_the_shipped_file_with_the_harness_alone() -> None:
    plain = lm_eval.tasks.TaskManager(
        include_path=str(shipped_path()),
        include_defaults=False,
        metadata={"confidence_targets": [0.2, 0.9]},
    )
    run = evaluate(["mmlu_abstain_sweep"], ScriptedLM(), plain, limit=1)
    assert set(run["groups"]) >= {"mmlu_closed", "mmlu_abstain_t20", "mmlu_stem_abstain_t90"}
    assert len(run["samples"]) == 3 * 57
    assert run["groups"]["mmlu_abstain_t20"]["sample_len"] == 57
    points = [s["score"] for t, rows in run["samples"].items() if "t90" in t for s in rows]
    assert run["groups"]["mmlu_abstain_t90"]["score,none"] == pytest.approx(sum(points) / 57)


# ---------------------------------------------------------------------- one data set


def test_each_data_set_is_loaded_once(
    manager: TaskManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: Counter[Any] = Counter()
    load_dataset = datasets.load_dataset

    def counting(*args: Any, **kwargs: Any) -> Any:
        loaded[kwargs.get("path"), kwargs.get("name")] += 1
        return load_dataset(*args, **kwargs)

    monkeypatch.setattr(datasets, "load_dataset", counting)
    group = manager.load(["mmlu_stem_abstain_sweep"])
    assert len(group["tasks"]) == 5 * 19
    assert len(loaded) == 19
    assert set(loaded.values()) == {1}
    # The next run loads anew: it must not depend on what this one has left alive.
    manager.load(["mmlu_anatomy_abstain"])
    assert loaded["cais/mmlu", "anatomy"] == 2


@pytest.mark.parametrize("base", ["gpqa_main_zeroshot", "gpqa_diamond_n_shot"])
def test_all_parts_are_asked_in_one_order_of_shuffled_options(load: Load, base: str) -> None:
    sweep = load(f"{base}_abstain_sweep")
    tasks = list(tasks_below(sweep).values())
    first = [dict(doc) for doc in tasks[0].eval_docs]
    for task in tasks[1:]:
        assert [dict(doc) for doc in task.eval_docs] == first
        assert task.fewshot_docs() == tasks[0].fewshot_docs()
    for task in tasks:
        task.set_config("num_fewshot", 0)
        task.set_fewshot_seed(1234)
    results = evaluate(tasks, ScriptedLM(always_right))["results"]
    assert {row["acc,none"] for row in results.values()} == {1.0}


def test_other_data_are_data_of_their_own(manager: TaskManager) -> None:
    names = ["mmlu_anatomy_abstain", "mmlu_anatomy_closed", "mmlu_virology_abstain"]
    one, same, other = (task._data for task in manager.load(names)["tasks"].values())
    assert one is same
    assert one is not other


# ---------------------------------------------------------------------- wordings


@pytest.mark.parametrize("base", ["mmlu_anatomy", "arc_easy", "gsm8k"])
def test_wordings_change_the_sentence_and_are_signed(load: Load, base: str) -> None:
    prompts = {}
    for wording in ("paper-v1", "short-v1", "placebo"):
        task = load(f"{base}_abstain", 0, wording=wording)
        first = requests_of(task, limit=1)[0]
        prompts[wording] = first[0][0]
        assert Rubric(0.75, wording=wording).sentence in first[0][0]
        assert f"|wording:{wording}|" in task.signature
        if base == "arc_easy":
            extra = "(not in use)" if wording == "placebo" else "I don't know"
            assert first[-1][1].strip() == extra
    assert len(prompts["placebo"]) == len(prompts["paper-v1"])
    assert "know" not in prompts["placebo"].lower()
    if base == "mmlu_anatomy":
        assert "\nE. (not in use)\n" in prompts["placebo"]


def test_the_control_s_option_is_a_wrong_answer(load: Load) -> None:
    task = load("mmlu_anatomy_abstain", wording="placebo")
    model = ScriptedLM(lambda _, continuation: 0.0 if continuation == " E" else -5.0)
    found = evaluate([task], model)["results"]["mmlu_anatomy_abstain"]
    assert (found["error_rate,none"], found["abstain_rate,none"]) == (1, 0)
    assert found["score,none"] == -3
