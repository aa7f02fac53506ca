"""The commands as a user types them, and every number they print against the reference."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.cli.main import main
from support.harness_results import Finished, finished_once
from support.harness_runs import RunCommand
from support.reference_scorer import METRICS, arguments, pooled, rescored

MMLU_GROUPS = {
    "mmlu_stem_abstain": "stem (abstain, t=0.75)",
    "mmlu_other_abstain": "other (abstain, t=0.75)",
    "mmlu_social_sciences_abstain": "social sciences (abstain, t=0.75)",
    "mmlu_humanities_abstain": "humanities (abstain, t=0.75)",
}
FACTS = {"outcome", "confidence_target", "penalty", "option_probs", "signature"}


@pytest.fixture(scope="module")
def shipped_path(run_command: RunCommand) -> str:
    process = run_command("lm-eval-abstain", "path")
    assert process.returncode == 0
    assert process.stdout.count("\n") == 1
    return process.stdout.strip()


@pytest.fixture(scope="module")
def shipped(run_command: RunCommand, shipped_path: str) -> Finished:
    """The plain harness with the shipped task files."""
    tasks = (
        *("--tasks", "mmlu,mmlu_abstain,arc_easy,arc_easy_abstain,leaderboard_bbh_abstain"),
        *("truthfulqa_mc1_abstain", "gsm8k_abstain"),
    )
    line = ("lm-eval", "run", "--include_path", shipped_path, "--model", "dummy", *tasks)
    return finished_once(
        "shipped",
        lambda folder: run_command(*line, "--log_samples", "--output_path", folder),
    )


def assert_task(run: Finished, task: str, metric: str, target: float, gold_is: str) -> Any:
    """A task's numbers and its samples against the reference."""
    samples, found = run.samples[task], run.results[task]
    expected = rescored(samples, metric=metric, target=target, gold_is=gold_is)
    for name in METRICS:
        assert found[f"{name},none"] == pytest.approx(expected[name], abs=1e-12), name
        assert isinstance(found[f"{name}_stderr,none"], float), name
    answered = found["acc_answered,none"]
    assert answered == pytest.approx(expected["acc_answered"], nan_ok=True)
    assert found["acc_answered_stderr,none"] == "N/A"
    rates = [found[f"{name},none"] for name in ("acc", "error_rate", "abstain_rate")]
    assert math.isclose(sum(rates), 1)
    assert found["score,none"] == pytest.approx(rates[0] - target / (1 - target) * rates[1])
    assert found["sample_len"] == expected["n"] == len(samples)
    for sample, outcome in zip(samples, expected["outcomes"]):
        assert sample["outcome"] == outcome
        assert sample.keys() >= FACTS
        assert not FACTS & set(sample["metrics"])
        assert sample["confidence_target"] == target
        assert sample["penalty"] == pytest.approx(target / (1 - target))
        context = arguments(sample)[0][0]
        asked = [argument for argument in arguments(sample) if argument[0] == context]
        assert len(sample["option_probs"]) == len(asked)
        assert math.isclose(sum(sample["option_probs"]), 1)
        assert sample["option_probs"][-1] == sample["abstain_prob"]
        assert sample["signature"].startswith(f"rubric:open|t:{target:g}|")
    return expected


def assert_group(run: Finished, group: str, tasks: list[dict[str, Any]]) -> None:
    found, expected = run.groups[group], pooled(tasks)
    for name in METRICS:
        assert found[f"{name},none"] == pytest.approx(expected[name], abs=1e-12), name
        assert isinstance(found[f"{name}_stderr,none"], float), name
    # A mean of ratios would be wrong for a group.
    assert not [key for key in found if key.startswith("acc_answered")]


def members(run: Finished, group: str) -> list[str]:
    below = run.file["group_subtasks"].get(group)
    return [group] if not below else [task for child in below for task in members(run, child)]


def assert_mmlu(run: Finished) -> None:
    subjects = members(run, "mmlu_abstain")
    assert len(subjects) == 57
    by_task = {s: assert_task(run, s, "acc", 0.75, "index") for s in subjects}
    assert {group: run.groups[group]["alias"].strip(" -") for group in MMLU_GROUPS} == MMLU_GROUPS
    for group in ["mmlu_abstain", *MMLU_GROUPS]:
        assert_group(run, group, [by_task[task] for task in members(run, group)])
    outcomes = {outcome for numbers in by_task.values() for outcome in numbers["outcomes"]}
    assert outcomes == {"correct", "wrong", "abstained"}  # else the numbers prove little


@pytest.mark.wheel
def test_mmlu_of_our_own_rows(shipped: Finished) -> None:
    assert_mmlu(shipped)
    # Subjects differ in size here, so an unweighted mean would show.
    assert len({len(shipped.samples[task]) for task in members(shipped, "mmlu_abstain")}) > 1
    assert shipped.results["mmlu_anatomy"].keys() >= {"acc,none"}  # the base, in the same run
    assert "score,none" not in shipped.results["mmlu_anatomy"]


@pytest.mark.slow
def test_mmlu(run_command: RunCommand, shipped_path: str, shared_hub: Path, tmp_path: Path) -> None:
    process = run_command(
        *("lm-eval", "run", "--include_path", shipped_path, "--model", "dummy"),
        *("--tasks", "mmlu_abstain", "--limit", "3", "--log_samples", "--output_path", tmp_path),
        cwd=shared_hub,
    )
    assert_mmlu(Finished(process, tmp_path))


def test_bbh(shipped: Finished) -> None:
    tasks = members(shipped, "leaderboard_bbh_abstain")
    assert len(tasks) == 24
    numbers = [assert_task(shipped, task, "acc_norm", 0.75, "text") for task in tasks]
    assert_group(shipped, "leaderboard_bbh_abstain", numbers)


@pytest.mark.parametrize(
    ("task", "metric"), [("arc_easy_abstain", "acc_norm"), ("truthfulqa_mc1_abstain", "acc")]
)
def test_tasks_scored_on_texts(shipped: Finished, task: str, metric: str) -> None:
    for sample in shipped.samples[task]:
        sample["target"] = int(sample["target"])
    assert_task(shipped, task, metric, 0.75, "index")


def test_the_table_shows_metrics_and_no_facts(shipped: Finished) -> None:
    rows = {line.split("|")[5].strip() for line in shipped.table.splitlines() if "|none" in line}
    assert rows == {*METRICS, "acc_answered", "acc_norm", "abstain_rate_t00"}
    for alias in ["anatomy (abstain, t=0.75)", *MMLU_GROUPS.values(), "arc_easy (abstain, t=0.75)"]:
        assert re.search(rf"\| *(- )?{re.escape(alias)} *\|", shipped.table), alias


def test_the_table_shows_the_target(wrapped: Finished) -> None:
    shown = {line.split("|")[1].strip(" -") for line in wrapped.table.splitlines() if "|" in line}
    assert shown >= {
        *("copa (abstain, t=0.9)", "own_quiz", "own_quiz (abstain, t=0.9)"),
        *("sociology (abstain, t=0.9)", "gsm8k (abstain, t=0.9)"),
        *("virology (closed)", "virology (abstain, t=0.5)", "virology (abstain, t=0.9)"),
    }
    assert wrapped.results["copa_abstain"]["alias"] == "copa (abstain, t=0.9)"


def test_results_name_the_variant_and_say_which_way_is_better(shipped: Finished) -> None:
    config = shipped.file["configs"]["mmlu_anatomy_abstain"]
    assert config["task"] == "mmlu_anatomy_abstain"
    assert (
        config["metadata"]["signature"] == shipped.samples["mmlu_anatomy_abstain"][0]["signature"]
    )
    assert config["dataset_name"] == "anatomy"
    better = shipped.file["higher_is_better"]["mmlu_anatomy_abstain"]
    assert better["score"] is True
    assert better["error_rate"] is False
    assert better["abstain_rate"] is None
    assert shipped.file["versions"]["mmlu_anatomy_abstain"] == 1.0
    assert shipped.file["n-samples"]["mmlu_anatomy_abstain"]["original"] == 6


# ---------------------------------------------------------------------- the wrapper

OWN_TASK = """\
task: own_quiz
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{q}}}}\\n(1) {{{{o[0]}}}}\\n(2) {{{{o[1]}}}}\\nReply:"
doc_to_choice: ["(1)", "(2)"]
doc_to_target: gold
metadata: {{version: 7}}
"""


@pytest.fixture(scope="module")
def own_tasks(tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp("own")
    rows = [{"q": f"Is {i} even?", "o": ["yes", "no"], "gold": i % 2} for i in range(8)]
    data = folder / "quiz.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "own_quiz.yaml").write_text(OWN_TASK.format(data=data))
    return folder


@pytest.fixture(scope="module")
def wrapped(run_command: RunCommand, own_tasks: Path) -> Finished:
    line = (
        *("lm-eval-abstain", "run", "--model", "dummy", "--include_path", own_tasks),
        *("--tasks", "cop[a]_abstain,own_quiz,own_quiz_abstain", "mmlu_sociolog?_abstain"),
        *("gsm8k_abstain", "gsm8k_cot_zeroshot_abstain", "mmlu_virology_abstain_sweep"),
        *("--metadata", '{"confidence_target": 0.9, "confidence_targets": [0.5, 0.9]}'),
    )
    return finished_once(
        "wrapped",
        lambda folder: run_command(*line, "--log_samples", "--output_path", folder),
    )


def test_the_wrapper_runs_what_is_not_shipped(wrapped: Finished) -> None:
    for sample in wrapped.samples["copa_abstain"]:
        sample["target"] = sample["target"].strip()
    assert_task(wrapped, "copa_abstain", "acc", 0.9, "text")
    assert wrapped.samples["copa_abstain"][0]["penalty"] == 9.0


@pytest.mark.wheel
def test_the_wrapper_finds_the_users_own_task(wrapped: Finished) -> None:
    assert_task(wrapped, "own_quiz_abstain", "acc", 0.9, "index")
    assert wrapped.results["own_quiz"].keys() >= {"acc,none"}
    context, abstain = arguments(wrapped.samples["own_quiz_abstain"][0])[-1]
    assert abstain == " (3)"
    assert context.endswith("Is 0 even?\n(1) yes\n(2) no\n(3) I don't know\nReply:")
    assert "> 90% confident" in context
    assert wrapped.file["versions"]["own_quiz_abstain"] == 7


def test_patterns_over_variants(wrapped: Finished) -> None:
    assert_task(wrapped, "mmlu_sociology_abstain", "acc", 0.9, "index")
    assert set(wrapped.samples) == {
        *("copa_abstain", "own_quiz", "own_quiz_abstain", "mmlu_sociology_abstain"),
        *("gsm8k_abstain", "gsm8k_cot_zeroshot_abstain"),
        *(f"mmlu_virology_{variant}" for variant in ("closed", "abstain_t50", "abstain_t90")),
    }


def test_the_abstain_option_is_spaced_as_the_others_are(wrapped: Finished) -> None:
    texts = [text for _, text in arguments(wrapped.samples["copa_abstain"][0])]
    spaces = [len(text) - len(text.lstrip()) for text in texts]
    assert len(set(spaces)) == 1, texts


# ---------------------------------------------------------------------- refusals


def test_a_bad_target_is_refused_before_any_model_is_made(run_command: RunCommand) -> None:
    process = run_command(
        *("lm-eval-abstain", "run", "--model", "no-such-model", "--tasks", "arc_easy_abstain"),
        *("--metadata", '{"confidence_target": 1}'),
    )
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1] == (
        "lm-eval-abstain: confidence_target must be in [0, 1), got 1. "
        "At 1 the penalty would be infinite."
    )
    assert "Traceback" not in process.stderr
    assert "no-such-model" not in process.stderr


@pytest.mark.parametrize(
    ("tasks", "metadata", "message"),
    [
        ("arc_easy_abstain", '{"confidence_target": 75}', "Did you mean 0.75?"),
        ("arc_easy_abstain", '{"confidence_target": "high"}', "must be a number in [0, 1)"),
        ("arc_easy_abstain", '{"confidence_targt": 0.9}', "did you mean 'confidence_target'?"),
        ("arc_easy_abstain", '{"idk_position": "first"}', "must be one of last, rotate"),
        ("arc_easy_abstain", '{"abstain_text": ""}', "abstain_text must be a non-empty text"),
        ("no_such_task_abstain", "{}", "'no_such_task' has no abstain variant: the harness has no"),
        ("wikitext_abstain", "{}", "'wikitext' has no abstain variant: its output type"),
        ("gsm8k_abstain", '{"unparsed": "skip"}', "must be one of wrong, abstain, exclude"),
        ("truthfulqa_mc2_abstain", "{}", "it scores answers with a process_results of its own"),
        ("no_such_*_abstain", "{}", "no variant matches 'no_such_*_abstain'"),
    ],
)
@pytest.mark.usefixtures("in_hub")
def test_refusals_are_one_line_and_name_the_cause(
    tasks: str, metadata: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "--model", "no-such-model", "--tasks", tasks, "--metadata", metadata]
    assert main(arguments) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("lm-eval-abstain: ")
    assert message in last


def test_written_answers(shipped: Finished, wrapped: Finished) -> None:
    """The dummy model writes "lol": no answer, which is told apart and scored as wrong."""
    for run, task, target, penalty in (
        (shipped, "gsm8k_abstain", "0.75", 3),
        (wrapped, "gsm8k_abstain", "0.9", 9),
        (wrapped, "gsm8k_cot_zeroshot_abstain", "0.9", 9),
    ):
        found = run.results[task]
        for name in ("strict-match", "flexible-extract"):
            assert found[f"unparsed_rate,{name}"] == found[f"error_rate,{name}"] == 1
            assert found[f"score,{name}"] == -penalty
            assert found[f"abstain_rate,{name}"] == 0
        for sample in run.samples[task]:
            assert sample["outcome"] == "unparsed"
            assert sample["signature"].startswith(f"rubric:open|t:{target}|wording:paper-v1|unpa")
            assert not {"outcome", "reading", "base_metric", "penalty"} & set(sample["metrics"])


# ---------------------------------------------------------------------- without the model


@pytest.mark.wheel
def test_a_run_is_rescored_to_its_own_numbers(wrapped: Finished, run_command: RunCommand) -> None:
    process = run_command("lm-eval-abstain", "rescore", wrapped.folder, "--format", "json")
    assert process.returncode == 0, process.stderr
    rows = json.loads(process.stdout)["scores"]
    for task in ("copa_abstain", "own_quiz_abstain", "mmlu_virology_abstain_t50"):
        [row] = [row for row in rows if row["task"] == task]
        for metric in ("score", "acc", "error_rate", "abstain_rate"):
            value = row[metric]["value"]
            assert value == pytest.approx(wrapped.results[task][f"{metric},none"]), (task, metric)
    closed = {row["target"]: row for row in rows if row["task"] == "mmlu_virology_closed"}
    found = wrapped.results["mmlu_virology_closed"]
    for target, key in ((0, "t00"), (0.5, "t50"), (0.75, "t75"), (0.9, "t90")):
        for metric in ("score", "policy_score", "policy_coverage"):
            value = closed[target][metric]["value"]
            assert value == pytest.approx(found[f"{metric}_{key},none"]), (target, metric)
        for metric in ("aurc", "augrc", "ece", "brier"):
            value = closed[target][metric]["value"]
            assert value == pytest.approx(found[f"{metric},none"]), metric


def test_what_rescore_prints_fits_a_terminal(wrapped: Finished, run_command: RunCommand) -> None:
    for more in ([], ["--target", "0.9"], ["--compare"]):
        process = run_command("lm-eval-abstain", "rescore", wrapped.folder, *more)
        assert process.returncode == 0, process.stderr
        assert max(map(len, process.stdout.splitlines())) <= 100, more


def test_a_sweep_is_audited(wrapped: Finished, run_command: RunCommand) -> None:
    process = run_command("lm-eval-abstain", "audit", wrapped.folder, "--format", "json")
    assert process.returncode == 0, process.stderr
    audits = json.loads(process.stdout)["audits"]
    [audit] = [one for one in audits if "mmlu_virology" in json.dumps(one)]
    assert "undecided" in json.dumps(audit)  # a handful of documents decides nothing
    process = run_command("lm-eval-abstain", "audit", wrapped.folder)
    assert "Verdict: undecided" in process.stdout


# ---------------------------------------------------------------------- ls, validate


@pytest.mark.slow
def test_the_harness_lists_the_shipped_variants(run_command: RunCommand, shipped_path: str) -> None:
    process = run_command("lm-eval", "ls", "tasks", "--include_path", shipped_path)
    assert process.returncode == 0, process.stderr
    for name in [
        "mmlu_abstain",
        "mmlu_closed",
        "gsm8k_confidence",
        "mmlu_abstain_sweep",
    ]:
        assert re.search(rf"\| *{name} *\|", process.stdout), name


def test_the_harness_validates_the_shipped_variants(
    run_command: RunCommand, shipped_path: str
) -> None:
    names = "mmlu_abstain,arc_easy_closed,leaderboard_bbh_abstain,mmlu_abstain_sweep"
    process = run_command("lm-eval", "validate", "--include_path", shipped_path, "--tasks", names)
    assert process.returncode == 0, process.stdout + process.stderr
    assert "All tasks found and valid" in process.stdout
