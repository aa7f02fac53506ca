"""Groups and tags with members that have no variant: said once, named in the results, and exact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lm_eval.tasks
import pytest

from lm_eval_abstain import TaskManager, UnsupportedTaskError, audit
from lm_eval_abstain.harness import leaving_out
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.scores import rescore
from support.harness_runs import evaluate, logged_run, quiet
from support.scripted_lm import ScriptedLM

pytestmark = pytest.mark.usefixtures("indexed_once")

TASK = """\
task: {name}
tag: stones_tag
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{q}}}}"
doc_to_target: "{{{{a}}}}"
generation_kwargs: {{until: [{stop}]}}
metric_list: [{{metric: {metric}, aggregation: mean, higher_is_better: true}}]
"""
# By the task's name: the text it stops at, its metric, and how many questions it has. The one that
# stops inside what is asked for is refused as it is built; the one with f1 by its definition.
TASKS = {
    "stone": ('"\\n"', "exact_match", 1),
    "marble": ('"\\n"', "exact_match", 3),
    "slate": (
        "know",
        "exact_match",
        5,
    ),  # what is asked for cannot be written: found as it is built
    "chalk": ('"\\n"', "f1", 2),
}
STOPS, REPORTS = "its generation stops at 'know'", "it reports f1, not one"
GROUP = """\
group: stones
group_alias: all stones
task:
  - stone
  - slate
  - group: soft
    task: [marble, chalk]
    aggregate_metric_list: [{metric: exact_match}]
  - group: hopeless
    task: [chalk]
    aggregate_metric_list: [{metric: exact_match}]
aggregate_metric_list: [{metric: exact_match}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four tasks, two of which have no `_abstain`; a group, and a tag."""
    own = tmp_path / "own"
    own.mkdir()
    for name, (stop, metric, n) in TASKS.items():
        data = tmp_path / f"{name}.jsonl"
        rows = [{"q": f"Which {name} is number {i}?", "a": f"{name} {i}"} for i in range(n)]
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        text = TASK.format(name=name, stop=stop, metric=metric, data=data)
        (own / f"{name}.yaml").write_text(text)
    (own / "stones.yaml").write_text(GROUP)
    return own


@pytest.fixture
def own(folder: Path) -> TaskManager:
    return TaskManager(include_path=str(folder), include_defaults=False)


def loaded(manager: Any, name: str) -> Any:
    with quiet():
        return manager.load([name])


def knows(*numbers: str) -> ScriptedLM:
    """A model that knows the answers with these numbers, and no others."""

    def answer(request: Any) -> str:
        return request.doc["a"] if request.doc["a"][-1] in numbers else "sand"

    return ScriptedLM(generate=answer)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == leaving_out.__name__]


def test_a_group_is_made_of_the_rest(own: TaskManager) -> None:
    groups = loaded(own, "stones_abstain")["groups"]
    assert {name: group.child_names for name, group in groups.items()} == {
        "stones_abstain": ["stone_abstain", "stones_abstain::soft"],
        "stones_abstain::soft": ["marble_abstain"],
    }


def test_the_results_name_what_is_left_out(own: TaskManager) -> None:
    run = evaluate(["stones_abstain"], knows("0"), own)
    assert {name: run["results"][name]["alias"] for name in run["groups"]} == {
        "stones_abstain": "all stones (abstain, t=0.75, without chalk and slate)",
        "stones_abstain::soft": "soft (abstain, t=0.75, without chalk)",
    }
    stone, marble = (
        run["configs"][f"{name}_abstain"]["metadata"]["left_out"] for name in ("stone", "marble")
    )
    assert list(stone) == ["stones_abstain"]
    assert set(stone["stones_abstain"]) == {"slate", "chalk"}
    assert STOPS in stone["stones_abstain"]["slate"]
    assert REPORTS in stone["stones_abstain"]["chalk"]
    assert set(marble) == {"stones_abstain", "stones_abstain::soft"}
    assert set(marble["stones_abstain::soft"]) == {"chalk"}
    json.dumps(run["configs"])


def test_the_figures_are_those_of_the_rest(own: TaskManager) -> None:
    results = evaluate(["stones_abstain"], knows("0"), own)["results"]
    # One of one stone, one of three marbles: half of all four.
    assert results["stones_abstain"]["acc,none"] == 0.5
    assert results["stones_abstain"]["score,none"] == 0.5 - 3 * 0.5
    assert results["stones_abstain::soft"]["acc,none"] == pytest.approx(1 / 3)


def test_it_is_said_once(own: TaskManager, caplog: pytest.LogCaptureFixture) -> None:
    evaluate(["stones_abstain"], knows(), own)
    [said] = told(caplog)
    assert said.startswith("stones_abstain is made of 2 of the 4 tasks of stones. Left out: ")
    assert f"slate: {STOPS}" in said
    assert f"chalk: {REPORTS}" in said


def test_nothing_is_said_where_all_are_there(
    own: TaskManager, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "whole.yaml").write_text("group: whole\ntask: [stone, marble]\n")
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    found = loaded(manager, "whole_abstain")
    assert not told(caplog)
    assert found["groups"]["whole_abstain"].alias == "whole (abstain, t=0.75)"
    assert not any("left_out" in task.config.metadata for task in found["tasks"].values())


def test_the_plain_harness_does_the_same(folder: Path, own: TaskManager, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    keys = f"class: !function lm_eval_abstain.Variant\nbase: stones\ninclude_path: {folder}\n"
    (files / "stones_abstain.yaml").write_text(f"task: stones_abstain\n{keys}")
    plain = lm_eval.tasks.TaskManager(include_path=str(files), include_defaults=False)
    one, other = (evaluate(["stones_abstain"], knows("0"), m) for m in (own, plain))
    assert one["results"] == other["results"]
    assert one["group_subtasks"] == other["group_subtasks"]


def test_a_tag(own: TaskManager, caplog: pytest.LogCaptureFixture) -> None:
    found = loaded(own, "stones_tag_abstain")
    assert set(found["tasks"]) == {"stone_abstain", "marble_abstain"}
    [said] = told(caplog)
    assert "2 of the 4 tasks of stones_tag" in said
    for task in found["tasks"].values():
        assert set(task.config.metadata["left_out"]["stones_tag_abstain"]) == {"slate", "chalk"}


def test_a_tag_inside_a_group(folder: Path) -> None:
    (folder / "tagged.yaml").write_text("group: tagged\ntask: [stones_tag]\n")
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    group = loaded(manager, "tagged_abstain")["groups"]["tagged_abstain"]
    assert set(group.child_names) == {"stone_abstain", "marble_abstain"}


def test_the_closed_control_of_a_sweep_has_the_same_members(
    own: TaskManager, caplog: pytest.LogCaptureFixture
) -> None:
    # Closed, slate is asked as it is: alone it would be there.
    closed = loaded(own, "stones_closed")["groups"]["stones_closed"]
    assert "slate_closed" in closed.child_names
    caplog.clear()
    run = evaluate(["stones_abstain_sweep"], knows("0"), own)
    below = {
        part: [task.rsplit("_", 2)[0].split("_")[0] for task in leaves(run, part)]
        for part in run["group_subtasks"]["stones_abstain_sweep"]
    }
    assert list(below) == ["stones_closed", *(f"stones_abstain_t{t}" for t in ("00", 50, 75, 90))]
    assert all(members == ["stone", "marble"] for members in below.values())
    assert len(told(caplog)) == 1
    assert run["results"]["stones_closed"]["alias"].endswith("(closed, without chalk and slate)")
    assert run["results"]["stones_closed"]["acc,none"] == 0.5


def leaves(run: Any, name: str) -> list[str]:
    members = run["group_subtasks"].get(name)
    return [name] if members is None else [one for m in members for one in leaves(run, m)]


def test_a_sweep_of_a_tag(own: TaskManager) -> None:
    found = loaded(own, "stones_tag_abstain_sweep")
    assert {name.split("_")[0] for name in found["tasks"]} == {"stone", "marble"}
    assert len(found["tasks"]) == 2 * 5


def test_what_only_the_closed_variant_has_is_in_no_sweep() -> None:
    """By its definition winogrande has `_closed` and no `_abstain`."""
    from lm_eval_abstain.harness.catalogue import Catalogue
    from lm_eval_abstain.harness.lookup import find_entries

    catalogue = Catalogue(find_entries(["openllm"]))
    assert "winogrande" in catalogue.left_out("openllm", "_abstain_sweep")
    assert "winogrande" not in catalogue.left_out("openllm", "_closed")


def test_a_group_with_no_member_left_is_refused_with_their_reasons(folder: Path) -> None:
    (folder / "none.yaml").write_text("group: none_left\ntask: [slate, chalk]\n")
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    for name in ("none_left_abstain", "none_left_abstain_sweep"):
        with pytest.raises(UnsupportedTaskError) as error:  # slate's reason its questions tell
            loaded(manager, name)
        assert STOPS in str(error.value)
        assert REPORTS in str(error.value)
    (folder / "fewer.yaml").write_text("group: fewer\ntask: [chalk]\n")
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    assert REPORTS in str(manager.catalogue.refusal("fewer", "_abstain"))


def test_what_a_group_of_ones_own_names_is_not_left_out(folder: Path) -> None:
    for name, member, reason in (("x", "slate", STOPS), ("y", "chalk", REPORTS)):
        text = f"group: mine_{name}\ntask: [stone_abstain, {member}_abstain]\n"
        (folder / f"mine_{name}.yaml").write_text(text)
        manager = TaskManager(include_path=str(folder), include_defaults=False)
        with pytest.raises(UnsupportedTaskError, match=reason):
            loaded(manager, f"mine_{name}")


def test_a_headline_metric_that_a_member_lacks_is_a_wrong_setting(folder: Path) -> None:
    """The user has named it: to leave members out would answer another question."""
    settings = {"headline_metric": "acc"}
    manager = TaskManager(include_path=str(folder), include_defaults=False, metadata=settings)
    for name in ("stones_abstain", "stones_tag_abstain"):
        with pytest.raises(UnsupportedTaskError, match="reports exact_match, not acc"):
            loaded(manager, name)


def test_data_that_cannot_be_loaded_are_no_reason(folder: Path, own: TaskManager) -> None:
    (folder.parent / "marble.jsonl").unlink()
    with pytest.raises(FileNotFoundError):
        loaded(own, "stones_abstain")


def test_rescored_they_add_up_and_say_what_is_missing(own: TaskManager, tmp_path: Path) -> None:
    run = logged_run(["stones_abstain"], knows("0"), own, tmp_path / "out")
    scores = rescore(load_samples([tmp_path / "out"]), targets=[0.75])
    [group] = [score for score in scores.scores if score.name == "stones_abstain"]
    results = run["results"]["stones_abstain"]
    assert (group.n, group.metrics["acc"].value) == (4, results["acc,none"])
    assert group.metrics["score"].value == results["score,none"]
    assert [note for note in scores.notes if "run without" in note] == [
        "stones_abstain was run without chalk, slate, of which there is no such variant: its "
        "figures are of the other tasks."
    ]


def test_audited_a_sweep_compares_the_same_questions(own: TaskManager, tmp_path: Path) -> None:
    logged_run(["stones_abstain_sweep"], knows("0", "1"), own, tmp_path / "out")
    samples = load_samples([tmp_path / "out"])
    for name in ("stones_closed", "stones_abstain_t00", "stones_abstain_t90"):
        [group] = [one for one in samples.groups if one.name == name]
        assert {task.split("_")[0] for task in group.tasks} == {"stone", "marble"}
    found = audit(samples)
    assert [one.task for one in found.audits if one.task == "stones"] == ["stones"]
    assert any(note.startswith("stones_abstain_sweep was run without") for note in found.notes)
