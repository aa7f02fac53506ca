"""`lm-eval-abstain run`: what it adds to the harness's own run, and what it costs."""

import argparse
import fnmatch
import re
from pathlib import Path

import pytest
from lm_eval.tasks import TaskManager as HarnessTaskManager
from lm_eval.tasks._index import TaskIndex

from lm_eval_abstain import AbstainError, TaskManager, UnsupportedTaskError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.definition import TASKS_DIR, definition
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.wrapper import prepare
from support.harness_runs import evaluate
from support.scripted_lm import ScriptedLM


def prepared(tasks, folder, include_path=None):
    args = argparse.Namespace(tasks=[tasks], config=None, include_path=include_path)
    return prepare(args, folder)


def written(folder):
    return {path.stem for path in folder.rglob("*.yaml")}


@pytest.fixture
def indexed(monkeypatch):
    """How often the harness's own folder has been indexed."""
    calls = []
    build = TaskIndex.build

    def counting(paths, **kwargs):
        paths = list(paths)
        calls.extend(path for path in paths if Path(path) == TASKS_DIR)
        return build(paths, **kwargs)

    monkeypatch.setattr(TaskIndex, "build", staticmethod(counting))
    return calls


@pytest.mark.parametrize(
    ("tasks", "files"),
    [
        ("mmlu_abstain,gsm8k_abstain_sweep", set()),  # both are shipped
        ("mmlu_anatomy_abstain,mmlu_abstain", {"mmlu_anatomy_abstain"}),
        ("ai2_arc_abstain,lambada_openai", {"ai2_arc_abstain"}),
        ("ai2_arc_abstain_sweep,arc_easy_closed,mmlu", {"ai2_arc_abstain_sweep"}),
        ("mmlu_anato*_closed,cop[a]_abstain", {"copa_abstain", "mmlu_anatomy_closed"}),
    ],
)
def test_a_file_for_each_variant_that_is_not_shipped(tasks, files, tmp_path, indexed):
    args = prepared(tasks, tmp_path)
    found = {name for name in written(tmp_path) if not name.startswith("mmlu_anatomy_")}
    assert found == {name for name in files if not name.startswith("mmlu_anatomy_")}
    assert files <= written(tmp_path)
    assert args.include_path == [str(shipped_path()), str(tmp_path)]
    assert not indexed


def test_a_pattern_stands_for_all_that_match(tmp_path, indexed):
    tasks = prepared("mmlu_anato*_closed,piqa,nothing_*", tmp_path).tasks
    assert tasks[-2:] == ["piqa", "nothing_*"]  # the harness's own matter
    assert {"mmlu_anatomy_closed", "mmlu_anatomy_continuation_closed"} <= set(tasks)
    assert all(name.startswith("mmlu_anatomy") and name.endswith("_closed") for name in tasks[:-2])
    with pytest.raises(AbstainError, match="no variant matches 'nothing_\\*_abstain'"):
        prepared("nothing_*_abstain", tmp_path)
    assert not indexed


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("mmlu_anatomie_abstain", "no task, group or tag of that name"),
        ("lambada_abstain", "output type is 'loglikelihood'"),
        ("ai2_arc_confidence", "is for generated answers"),
        ("mmlu_abstain_t75", "a variant's name ends in"),
    ],
)
def test_what_is_no_variant_is_refused_before_the_index(task, reason, tmp_path, indexed):
    with pytest.raises(UnsupportedTaskError, match=reason):
        prepared(task, tmp_path)
    assert not indexed


def test_one_s_own_base_wins(tmp_path, indexed):
    own = tmp_path / "own"
    own.mkdir()
    (own / "piqa.yaml").write_text(
        "task: piqa\noutput_type: multiple_choice\ndoc_to_choice: '{{x}}'\ntag: mine\n"
    )
    (own / "mine_closed.yaml").write_text("task: mine_closed\n")
    args = prepared("piqa_abstain,mine_abstain,mine_closed", tmp_path / "new", own)
    assert args.include_path[-1] == str(own)
    assert written(tmp_path / "new") == {"piqa_abstain", "mine_abstain"}
    assert f"- {own}" in (tmp_path / "new" / "piqa_abstain.yaml").read_text()
    assert not indexed


def test_a_run_indexes_once(in_hub, indexed, capsys):
    run = ["run", "--model", "dummy", "--limit", "1", "--tasks"]
    assert main([*run, "ai2_arc_abstain,arc_easy_abstain,mmlu_anatomy_abstain_sweep"]) == 0
    assert len(indexed) == 1
    table = capsys.readouterr().out
    assert "arc_challenge (abstain, t=0.75)" in table
    assert "ai2_arc" not in table.replace("ai2_arc_abstain,arc_easy", "")


# ---------------------------------------------------------------------- the task manager


def test_the_task_manager_derives_nothing_before_it_is_asked(indexed_once):
    ours, theirs = TaskManager(), HarnessTaskManager()
    assert list(ours.task_index) == list(theirs.task_index)
    assert "mmlu_abstain" in ours.task_index
    assert ours.task_index["mmlu_abstain"].kind.name == "GROUP"
    assert ours.task_index.get("mmlu_of_mine") is None
    with pytest.raises(KeyError):
        ours.task_index["mmlu_of_mine"]
    assert set(ours.task_index) - set(theirs.task_index) == {"mmlu_abstain"}


def test_a_variant_that_does_not_exist_says_so_wherever_it_is_named(indexed_once, tmp_path):
    text = "group: mine\ntask: [arc_easy_abstain, wikitext_abstain]\n"
    (tmp_path / "mine.yaml").write_text(text)
    manager = TaskManager(include_path=str(tmp_path))
    assert not {"mmlu_confidence", "wikitext_abstain"} & set(manager.all_tasks)
    assert manager.match_tasks(["wikitext_abstain", "wikitext_*"]) == []
    for name, reason in (
        ("mmlu_confidence", "generated answers"),
        ("no_abstain", "no task, group"),
    ):
        with pytest.raises(UnsupportedTaskError, match=reason):
            manager.load([name])


def test_patterns_of_the_task_manager(manager):
    patterns = ["mmlu_abstain", "gsm8k_*fidence", "pi?a", "no_such_*", "*_continuation_abstain"]
    wanted = {name for one in patterns for name in fnmatch.filter(manager.all_tasks, one)}
    assert {"mmlu_abstain", "piqa", "gsm8k_platinum_confidence"} < wanted
    assert manager.match_tasks(patterns) == sorted(wanted)


def test_a_tag_and_its_task_in_one_run(in_hub, manager):
    run = evaluate(["ai2_arc_abstain", "arc_easy_abstain"], ScriptedLM(), manager, limit=1)
    assert set(run["results"]) == {"arc_easy_abstain", "arc_challenge_abstain"}
    assert "groups" not in run


# ---------------------------------------------------------------------- where people go wrong


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("mmlu_abstian", "mmlu_abstain"),
        ("mmlu,gsm8k_confidance", "gsm8k_confidence"),
        ("arc_easy_close", "arc_easy_closed"),
        ("mmlu_abstain_sweeep", "mmlu_abstain_sweep"),
    ],
)
def test_a_misspelt_ending_is_named(asked, meant, tmp_path, indexed):
    with pytest.raises(AbstainError, match=f"did you mean '{meant}'"):
        prepared(asked, tmp_path)
    assert not indexed


def test_a_misspelt_base_is_named(tmp_path, indexed):
    with pytest.raises(UnsupportedTaskError, match="Did you mean 'hellaswag_abstain'"):
        prepared("helaswag_abstain", tmp_path)
    with pytest.raises(UnsupportedTaskError, match=r"of that name\.$"):
        prepared("nothing_like_any_task_abstain", tmp_path)
    assert not indexed


def test_names_of_the_harness_are_left_to_the_harness(tmp_path):
    for name in ("mmlu", "no_such_task", "winogrande", "a_closed_book"):
        assert prepared(name, tmp_path).tasks == [name]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ModuleNotFoundError("No module named 'langdetect'", name="langdetect"), "lm-eval[ifeval]"),
        (ModuleNotFoundError("`sympy`, `math_verify` are required"), "lm-eval[math]"),
        (ModuleNotFoundError("No module named 'sacrebleu'", name="sacrebleu"), "install sacrebleu"),
        (ModuleNotFoundError("No module 'a.b'", name="a.b"), "pip install a (No module 'a.b')."),
    ],
)
def test_a_missing_library_is_one_sentence(error, advice, monkeypatch):
    def missing(*_, **__):
        raise error

    monkeypatch.setattr("lm_eval_abstain.harness.definition.load_yaml", missing)
    with pytest.raises(AbstainError, match=re.escape(advice)) as caught:
        definition("gsm8k/gsm8k.yaml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("tasks", "meant"),
    [
        ("mmlu_abstian", "there is no task 'mmlu_abstian'; did you mean 'mmlu_abstain'?"),
        ("mmlu_anatmy_abstain", "Did you mean 'mmlu_anatomy_abstain'?"),
        ("piqa,gsm8k_confidance", "did you mean 'gsm8k_confidence'?"),
    ],
)
def test_the_command_says_what_is_meant_in_one_line(tasks, meant, indexed, capfd):
    assert main(["run", "--model", "no-such-model", "--tasks", tasks]) == 1
    [line] = capfd.readouterr().err.splitlines()
    assert line.startswith("lm-eval-abstain: ")
    assert line.endswith(meant)
    assert not indexed


@pytest.mark.usefixtures("in_hub")
def test_a_misspelt_task_of_the_harness_gets_the_harness_s_own_message():
    with pytest.raises(ValueError, match="Tasks not found: mmul"):
        main(["run", "--model", "dummy", "--tasks", "mmul"])
