"""Base and variants in one run, and every flag of the harness that could mix them up."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lm_eval.tasks
import pytest

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from support.environment import ENVIRONMENT
from support.harness_runs import Load, evaluate, quiet, requests_of
from support.reference_scorer import rescored
from support.scripted_lm import ScriptedLM, hashed

BASE, VARIANT = "mmlu_anatomy", "mmlu_anatomy_abstain"
SETTINGS: list[dict[str, Any]] = [
    {},
    {"confidence_target": 0.5},
    {"idk_position": "rotate"},
    {"abstain_text": "No answer"},
]

pytestmark = pytest.mark.usefixtures("in_hub")


def logliks(samples: list[dict[str, Any]]) -> list[list[float]]:
    return [[float(response[0]) for response in s["filtered_resps"]] for s in samples]


def contexts(samples: list[dict[str, Any]]) -> list[str]:
    return [sample["arguments"][0][0] for sample in samples]


@pytest.fixture
def request_cache() -> Iterator[Path]:
    """The harness's real request cache, empty before and after."""
    folder = Path(ENVIRONMENT["LM_HARNESS_CACHE_PATH"])
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


# ---------------------------------------------------------------------- base and variant


@pytest.mark.parametrize("shots", [None, 5])
def test_base_and_variant_in_one_run(manager: Any, shots: int | None) -> None:
    alone = evaluate([BASE], ScriptedLM(), manager, num_fewshot=shots)
    both = evaluate([BASE, VARIANT], ScriptedLM(), manager, num_fewshot=shots)
    turned = evaluate([VARIANT, BASE], ScriptedLM(), manager, num_fewshot=shots)
    for run in (both, turned):
        assert set(run["results"]) == {BASE, VARIANT}
        assert run["results"][BASE] == alone["results"][BASE]
        assert logliks(run["samples"][BASE]) == logliks(alone["samples"][BASE])
    assert both["results"][VARIANT] == turned["results"][VARIANT]
    expected = rescored(both["samples"][VARIANT], metric="acc", target=0.75, gold_is="index")
    assert both["results"][VARIANT]["score,none"] == pytest.approx(expected["score"])
    assert both["n-shot"] == {BASE: shots or 0, VARIANT: shots or 0}
    if shots:
        assert all("Answer: " in context for context in contexts(both["samples"][VARIANT]))


def test_groups_of_both_in_one_run(manager: Any) -> None:
    run = evaluate(["mmlu_stem", "mmlu_stem_abstain"], ScriptedLM(), manager, limit=1)
    assert set(run["groups"]) == {"mmlu_stem", "mmlu_stem_abstain"}
    base, variant = run["group_subtasks"]["mmlu_stem"], run["group_subtasks"]["mmlu_stem_abstain"]
    assert len(base) == len(variant) == 19
    assert [f"{task}_abstain" for task in base] == variant


def test_the_harness_s_task_manager_is_enough_for_python(manager: Any) -> None:
    """`isinstance`, so that `simple_evaluate(task_manager=...)` and type checkers take it."""
    assert isinstance(manager, lm_eval.tasks.TaskManager)
    assert {VARIANT, "mmlu_abstain", "mmlu_stem_tasks_abstain"} <= set(manager.all_tasks)
    assert VARIANT in manager.all_subtasks
    assert "mmlu_abstain" in manager.all_groups
    assert "mmlu_stem_tasks_abstain" in manager.all_tags
    assert manager.match_tasks(["mmlu_anatom?_abstain"]) == [VARIANT]


# ---------------------------------------------------------------------- the request cache


def cached_run(load: Load, metadata: dict[str, Any], **kwargs: Any) -> list[dict[str, Any]]:
    """One run as in a new process: a new task object, the cache on disk."""
    task = load(VARIANT, 2, **metadata)
    run = evaluate([task], ScriptedLM(), cache_requests=True, **kwargs)
    samples: list[dict[str, Any]] = run["samples"][VARIANT]
    return samples


def test_no_setting_is_served_the_prompts_of_another(
    load: Load, manager: Any, request_cache: Path
) -> None:
    base = evaluate([BASE], ScriptedLM(), manager, num_fewshot=2)["samples"][BASE]
    fresh = [requests_of(load(VARIANT, 2, **metadata)) for metadata in SETTINGS]
    for _ in range(2):  # the second time everything comes from the cache
        found = evaluate([BASE], ScriptedLM(), manager, num_fewshot=2, cache_requests=True)
        assert contexts(found["samples"][BASE]) == contexts(base)
        for metadata, expected in zip(SETTINGS, fresh):
            samples = cached_run(load, metadata)
            assert [s["arguments"] for s in samples] == expected
    assert len(list(request_cache.iterdir())) == 1 + len(SETTINGS)


def test_the_cache_is_used_at_all(
    load: Load, request_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cached_run(load, {})
    task = load(VARIANT, 2)

    def fail(*_: Any, **__: Any) -> None:
        pytest.fail("a prompt was built although the cache has it")

    monkeypatch.setattr(type(task), "fewshot_context", fail)
    after = cached_run(load, {})
    assert [s["score"] for s in after] == [s["score"] for s in before]


def test_a_limited_run_and_the_cache(load: Load, request_cache: Path) -> None:
    limited = cached_run(load, {}, limit=2)
    assert [s["doc_id"] for s in limited] == [0, 1]
    whole = cached_run(load, {})
    assert len(whole) == 6  # the harness stores every document, whatever the limit
    assert contexts(whole)[:2] == contexts(limited)
    assert contexts(cached_run(load, {}, limit=3)) == contexts(whole)[:3]


@pytest.mark.parametrize(
    ("first", "second"),
    [([1, 3], None), (None, [1, 3]), ([1, 3], [0, 2]), ([1, 3], [1, 3, 4])],
)
def test_other_samples_than_cached_are_refused_not_scored_wrongly(
    load: Load, request_cache: Path, first: list[int] | None, second: list[int] | None
) -> None:
    def samples(indices: list[int] | None) -> dict[str, Any]:
        return {"samples": {VARIANT: indices}} if indices else {}

    cached_run(load, {}, **samples(first))
    with pytest.raises(AbstainError, match=rf"'{VARIANT}' holds other documents.*refresh"):
        cached_run(load, {}, **samples(second))
    mended = cached_run(load, {}, rewrite_requests_cache=True, **samples(second))
    assert [s["doc_id"] for s in mended] == (second or list(range(6)))
    for sample in mended:
        assert sample["doc"]["question"].strip() in sample["arguments"][0][0]


def test_the_same_samples_are_served_from_the_cache(load: Load, request_cache: Path) -> None:
    chosen = {"samples": {VARIANT: [1, 3]}}
    first, second = cached_run(load, {}, **chosen), cached_run(load, {}, **chosen)
    assert [s["doc_id"] for s in second] == [1, 3]
    assert contexts(first) == contexts(second)


# ---------------------------------------------------------------------- other flags


def test_samples_names_tasks_apart(manager: Any) -> None:
    run = evaluate([BASE, VARIANT], ScriptedLM(), manager, samples={BASE: [0], VARIANT: [2, 4, 5]})
    assert [s["doc_id"] for s in run["samples"][BASE]] == [0]
    assert [s["doc_id"] for s in run["samples"][VARIANT]] == [2, 4, 5]
    for sample in run["samples"][VARIANT]:
        assert sample["doc"]["question"].strip() in sample["arguments"][0][0]


def test_system_instruction(manager: Any) -> None:
    run = evaluate([VARIANT], ScriptedLM(), manager, system_instruction="Be brief.")
    description = "The following are multiple choice questions (with answers) about anatomy.\n\n"
    plain = evaluate([VARIANT], ScriptedLM(), manager)
    assert all(c.startswith(description) for c in contexts(plain["samples"][VARIANT]))
    assert contexts(run["samples"][VARIANT]) == [
        f"Be brief.\n\n{context}" for context in contexts(plain["samples"][VARIANT])
    ]


@pytest.mark.parametrize("multiturn", [True, False])
def test_chat_template(manager: Any, multiturn: bool) -> None:
    run = evaluate(
        [VARIANT],
        ScriptedLM(),
        manager,
        apply_chat_template=True,
        fewshot_as_multiturn=multiturn,
        num_fewshot=2,
    )
    for sample in run["samples"][VARIANT]:
        assert sample["arguments"][0][0].count("<user>") == (3 if multiturn else 1)
        assert [continuation for _, continuation in sample["arguments"]] == list("ABCDE")


def test_use_cache_keeps_base_and_variant_apart(manager: Any, tmp_path: Path) -> None:
    plain = evaluate([BASE, VARIANT], ScriptedLM(), manager)
    first_lm, second_lm = ScriptedLM(), ScriptedLM(lambda *_: pytest.fail("not from the cache"))
    cache = {"use_cache": str(tmp_path / "answers")}
    first = evaluate([BASE, VARIANT], first_lm, manager, **cache)
    second = evaluate([VARIANT, BASE], second_lm, manager, **cache)
    assert len(first_lm.asked) == 6 * 4 + 6 * 5
    assert not second_lm.asked
    for run in (first, second):
        for task in (BASE, VARIANT):
            assert run["results"][task] == plain["results"][task]


def test_predict_only(manager: Any) -> None:
    run = evaluate([BASE, VARIANT], ScriptedLM(), manager, predict_only=True)
    assert "score,none" not in run["results"][VARIANT]
    assert run["results"][VARIANT].keys() == run["results"][BASE].keys()
    # The logged log-likelihoods are those of a scored run, so it can be scored later.
    scored = evaluate([VARIANT], ScriptedLM(), manager)
    assert logliks(run["samples"][VARIANT]) == logliks(scored["samples"][VARIANT])


def test_limit_below_one(manager: Any) -> None:
    run = evaluate([BASE, VARIANT], ScriptedLM(), manager, limit=0.5)
    assert [s["doc_id"] for s in run["samples"][VARIANT]] == [0, 1, 2]
    assert run["n-samples"][VARIANT] == {"original": 6, "effective": 3}


def test_without_logged_samples(manager: Any) -> None:
    logged = evaluate([VARIANT], ScriptedLM(), manager)
    bare = evaluate([VARIANT], ScriptedLM(), manager, log_samples=False)
    assert bare["results"] == logged["results"]


def test_metadata_of_a_run(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness's own way: metadata given to the task manager, for all tasks of the run."""
    monkeypatch.setattr(manager._factory, "_meta", {"confidence_target": 0.9})
    run = evaluate([BASE, VARIANT], ScriptedLM(), manager)
    assert all("> 90% confident" in context for context in contexts(run["samples"][VARIANT]))
    assert {s["score"] for s in run["samples"][VARIANT]} <= {1.0, 0.0, -9.0}


# ---------------------------------------------------------------------- each outcome on purpose


@pytest.mark.parametrize(
    ("answers", "numbers"),
    [
        # One letter a document of anatomy, whose right ones are A B C A D A.
        ("ABCADA", {"score": 1, "acc": 1, "error_rate": 0, "abstain_rate": 0, "acc_answered": 1}),
        ("EEEEEE", {"score": 0, "acc": 0, "error_rate": 0, "abstain_rate": 1}),
        ("BCDBAB", {"score": -3, "acc": 0, "error_rate": 1, "abstain_rate": 0, "acc_answered": 0}),
        (
            "ABEEAE",  # two right, one wrong, three unsaid
            {
                "score": (2 - 3) / 6,
                "acc": 2 / 6,
                "error_rate": 1 / 6,
                "abstain_rate": 3 / 6,
                "acc_answered": 2 / 3,
            },
        ),
    ],
)
def test_each_outcome_on_purpose(manager: Any, answers: str, numbers: dict[str, float]) -> None:
    bones = ["thumb", "makes bile", "chambers", "Order", "hinge", "ventricle"]

    def loglik(context: str, continuation: str) -> float:
        [number] = [i for i, word in enumerate(bones) if word in context]
        return -0.5 if continuation == f" {answers[number]}" else -4.0

    results = evaluate([VARIANT], ScriptedLM(loglik), manager)["results"][VARIANT]
    for name, value in numbers.items():
        assert results[f"{name},none"] == pytest.approx(value), name
    if answers == "EEEEEE":
        assert math.isnan(results["acc_answered,none"])


def one_document(load: Load, name: str, logliks: list[float], **metadata: Any) -> Any:
    task = load(name, **metadata)
    return task.process_results(task.eval_docs[0], [(value, False) for value in logliks])


def test_a_tie_is_an_answer_and_the_first_one(load: Load) -> None:
    assert one_document(load, VARIANT, [-1, -2, -2, -2, -1])["outcome"] == "correct"
    assert one_document(load, VARIANT, [-1, -1, -2, -2, -2])["outcome"] == "correct"
    assert one_document(load, VARIANT, [-2, -1, -1, -2, -1])["outcome"] == "wrong"
    assert one_document(load, VARIANT, [-1, -1, -1, -1, -0.99])["outcome"] == "abstained"


def test_minus_infinity_is_a_log_likelihood(load: Load) -> None:
    result = one_document(load, VARIANT, [-1, -math.inf, -math.inf, -math.inf, -math.inf])
    assert result["outcome"] == "correct"
    assert result["option_probs"] == [1, 0, 0, 0, 0]
    result = one_document(load, VARIANT, [-math.inf] * 4 + [-1])
    assert result["outcome"] == "abstained"
    assert result["abstain_prob"] == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([math.nan, -1, -1, -1, -1], "NaN"),
        ([-1, -1, -1, -1, math.nan], "NaN"),
        ([-math.inf] * 5, "no option a finite"),
    ],
)
def test_what_holds_no_answer_is_refused(load: Load, values: list[float], message: str) -> None:
    with pytest.raises(AbstainError, match=rf"'{VARIANT}', document .*{message}"):
        one_document(load, VARIANT, values)


# ---------------------------------------------------------------------- tasks of one's own

OWN: dict[str, Any] = {
    "dataset_path": "json",
    "test_split": "test",
    "output_type": "multiple_choice",
    "doc_to_text": "Q: {{q}}\nA:",
    "doc_to_choice": "{{o}}",
    "doc_to_target": "gold",
}
ROWS = [
    {"q": f"Name number {i}", "o": ["one", "eleven", "a hundred"], "gold": i % 3, "all": [0, 2]}
    for i in range(5)
]


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Any]:
    """Builds the variant of a task of one's own from its YAML; JSON is YAML."""

    def build(rows: list[dict[str, Any]] = ROWS, **changes: Any) -> Any:
        data = tmp_path / "rows.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        config = {"task": "own", **OWN, "dataset_kwargs": {"data_files": {"test": str(data)}}}
        (tmp_path / "own.yaml").write_text(json.dumps(config | changes))
        import lm_eval_abstain

        tasks = lm_eval_abstain.TaskManager(include_path=str(tmp_path), include_defaults=False)
        with quiet():
            task = tasks.load(["own_abstain"])["tasks"]["own_abstain"]
        task.set_config("num_fewshot", 0)
        return task

    return build


def test_several_right_options(own: Callable[..., Any]) -> None:
    task = own(doc_to_target="all")
    doc = task.eval_docs[0]
    for chosen, outcome in enumerate(["correct", "wrong", "correct", "abstained"]):
        values = [(-100.0, False)] * 4
        values[chosen] = (-0.1, True)
        assert task.process_results(doc, values)["outcome"] == outcome


@pytest.mark.parametrize("metrics", [["acc"], ["acc", "acc_norm"], ["acc", "acc_bytes"]])
def test_the_headline_metric_decides(own: Callable[..., Any], metrics: list[str]) -> None:
    task = own(metric_list=[{"metric": metric} for metric in metrics])
    # "a hundred" is the likeliest for its length, "one" is the likeliest.
    values = [(-3.0, False), (-20.0, False), (-4.0, False), (-100.0, False)]
    result = task.process_results(task.eval_docs[0], values)
    assert result["outcome"] == ("wrong" if "acc_norm" in metrics else "correct")
    assert f"|metric:{'acc_norm' if 'acc_norm' in metrics else 'acc'}|" in task.signature


def test_acc_mutual_info_is_left_out(own: Callable[..., Any]) -> None:
    """Its unconditional requests would shift every option's place."""
    task = own(metric_list=[{"metric": "acc"}, {"metric": "acc_mutual_info"}])
    run = evaluate([task], ScriptedLM())
    # Three options, the abstain text, and the abstain text at t = 0.
    assert all(len(sample["arguments"]) == 5 for sample in run["samples"]["own_abstain"])
    expected = rescored(run["samples"]["own_abstain"], metric="acc", target=0.75, gold_is="index")
    assert run["results"]["own_abstain"]["score,none"] == pytest.approx(expected["score"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"metric_list": [{"metric": "acc_mutual_info"}]},
            "it reports acc_mutual_info, not one that says right or wrong",
        ),
        (
            {"metric_list": [{"metric": "exact_match"}]},
            "it reports exact_match, not one that says right or wrong",
        ),
        ({"output_type": "loglikelihood", "doc_to_choice": None}, "output type is 'loglikelihood'"),
        ({"doc_to_choice": None}, "no doc_to_choice"),
        ({"doc_to_choice": ["A", "B"], "doc_to_target": "gold"}, "lists no options under them"),
    ],
)
def test_what_cannot_be_derived_is_refused_by_name(
    own: Callable[..., Any], changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnsupportedTaskError, match=rf"'own' has no abstain variant: .*{reason}"):
        own(**changes)


def test_one_odd_document_is_refused_by_name(own: Callable[..., Any]) -> None:
    rows = [*ROWS, {"q": "Odd", "o": ["I don’t know.", "x", "y"], "gold": 0, "all": [0]}]
    task = own(rows=rows)
    with pytest.raises(AbstainError, match=r"'own'.*is already there; choose another abstain_text"):
        evaluate([task], ScriptedLM())


def test_the_scripted_model_reaches_every_outcome(load: Load) -> None:
    """Else the comparisons above would compare little."""
    names = [BASE, "mmlu_sociology", "mmlu_marketing", "mmlu_philosophy", "arc_easy"]
    run = evaluate([load(f"{name}_abstain") for name in names], ScriptedLM())
    outcomes = {s["outcome"] for samples in run["samples"].values() for s in samples}
    assert outcomes == {"correct", "wrong", "abstained"}
    assert hashed("a", "b") == hashed("a", "b") != hashed("a", "c")
    assert os.environ["HF_HUB_OFFLINE"] == "1"
