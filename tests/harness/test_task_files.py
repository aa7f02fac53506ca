"""The shipped task files are what the installed harness's own definitions give."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lm_eval.tasks import TaskManager
from lm_eval.tasks._index import TaskIndex

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.definition import definition, headline_metric, refusal
from lm_eval_abstain.harness.files import to_yaml
from lm_eval_abstain.harness.kinds import SWEEPS, VARIANTS
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.variants import Catalogue
from lm_eval_abstain.harness.wrapper import prepare

# Folder of task_configs: the bases whose variants it holds ('lm-eval-abstain new BASE -o FOLDER').
SHIPPED = {
    "arc": ["arc_easy", "arc_challenge"],
    "bbh": [f"bbh_{form}" for form in ("cot_fewshot", "cot_zeroshot", "fewshot", "zeroshot")],
    "commonsense_qa": ["commonsense_qa"],
    "gpqa": [
        f"gpqa_{subset}_{form}"
        for subset in ("main", "diamond", "extended")
        for form in ("zeroshot", "n_shot", "cot_zeroshot", "cot_n_shot", "generative_n_shot")
    ],
    "gsm8k": ["gsm8k"],
    "hellaswag": ["hellaswag"],
    "hendrycks_math": ["hendrycks_math"],
    "ifeval": ["ifeval"],
    "leaderboard": [
        "leaderboard_bbh",
        "leaderboard_gpqa",
        "leaderboard_ifeval",
        "leaderboard_math_hard",
        "leaderboard_mmlu_pro",
        "leaderboard_musr",
    ],
    "minerva_math": ["minerva_math"],
    "mmlu": ["mmlu"],
    "mmlu_continuation": ["mmlu_continuation"],
    "mmlu_generative": ["mmlu_generative"],
    "mmlu_pro": ["mmlu_pro"],
    "nq_open": ["nq_open"],
    "openbookqa": ["openbookqa"],
    "triviaqa": ["triviaqa"],
    "truthfulqa": ["truthfulqa_mc1", "truthfulqa_gen"],
    "winogrande": ["winogrande"],
}


def shipped_names(folder, catalogue):
    """Every variant that the bases of a folder have."""
    suffixes = [*(variant.suffix for variant in VARIANTS), *SWEEPS]
    names = [base + suffix for base in SHIPPED[folder] for suffix in suffixes]
    return [name for name in names if not catalogue.refusal(name)]


@pytest.fixture(scope="module")
def index(indexed_once):
    return TaskManager().task_index


@pytest.fixture(scope="module")
def catalogue(index):
    return Catalogue(index)


@pytest.mark.parametrize("folder", SHIPPED)
def test_shipped_files_are_derived(folder, catalogue):
    files = catalogue.files(shipped_names(folder, catalogue))
    derived = {name: to_yaml(config) for name, config in files.items()}
    shipped = {
        path.stem: path.read_text(encoding="utf-8") for path in (shipped_path() / folder).iterdir()
    }
    assert shipped == derived, f"write them anew: lm-eval-abstain new ... -o task_configs/{folder}"


def test_nothing_else_is_shipped():
    assert {path.name for path in shipped_path().iterdir()} == set(SHIPPED)


def test_every_shipped_file_is_indexed():
    files = list(shipped_path().rglob("*.yaml"))
    names = set(TaskManager(include_path=shipped_path(), include_defaults=False).all_tasks)
    assert {path.stem for path in files} <= names
    assert len(files) > 1000


def test_the_57_subjects(catalogue):
    files = catalogue.files(["mmlu_abstain"])
    tasks = {name for name, config in files.items() if "task" in config and "class" in config}
    assert len(tasks) == 57
    assert len(files) == 57 + 5


@pytest.fixture(scope="module")
def entries(catalogue):
    return catalogue.entries()


def test_a_partly_supported_tag_is_no_variant(catalogue, entries):
    # Half a benchmark under its name would mislead.
    assert "truthfulqa_mc2" in str(catalogue.refusal("truthfulqa_abstain"))
    assert "truthfulqa_abstain" not in entries


def test_closed_wherever_there_is_abstain(entries, index):
    for suffix in ("_abstain", "_closed", "_abstain_sweep"):
        bases = {name.removesuffix(suffix) for name in entries if name.endswith(suffix)}
        assert len(bases) > 12_000
        assert bases == {base for base in index if base + "_abstain" in entries}


def test_written_answers_have_more_variants(catalogue):
    for suffix in ("_abstain_consistent", "_confidence", "_abstain_consistent_sweep"):
        assert catalogue.refusal("gsm8k" + suffix) is None
        assert catalogue.refusal("hendrycks_math" + suffix) is None
        assert "is for written answers" in str(catalogue.refusal("mmlu" + suffix))
    assert "whole texts" in str(catalogue.refusal("ifeval_abstain_consistent"))
    assert "whole texts" in str(catalogue.refusal("truthfulqa_gen_abstain_consistent_sweep"))
    assert catalogue.refusal("ifeval_confidence") is None


def test_a_sweep_is_one_file_that_names_every_task(catalogue):
    [(name, config)] = catalogue.files(["mmlu_abstain_sweep"]).items()
    assert name == config["task"] == "mmlu_abstain_sweep"
    assert [group["alias"] for group in config["base"]["task"]] == [
        *("stem", "other", "social sciences", "humanities"),
    ]
    paths = [path for group in config["base"]["task"] for path in group["task"]]
    assert len(set(paths)) == 57
    assert catalogue.files(["gsm8k_abstain_sweep"])["gsm8k_abstain_sweep"]["base"] == (
        "gsm8k/gsm8k.yaml"
    )


def test_a_tag_is_only_carried_over_whole(catalogue):
    alone = catalogue.files(["gpqa_main_zeroshot_abstain"])
    assert "tag" not in alone["gpqa_main_zeroshot_abstain"]
    whole = catalogue.files(["gpqa_abstain"])
    assert len(whole) == 15
    assert all(config["tag"] == ["gpqa_abstain"] for config in whole.values())


def test_a_tag_that_is_partly_shipped_is_run_whole(index, tmp_path):
    """Of the tag's tasks only some are shipped; the wrapper writes all of them, with the tag."""
    args = argparse.Namespace(tasks=["math_word_problems_abstain"], config=None, include_path=None)
    folder = tmp_path / "derived"
    paths = [Path(path) for path in prepare(args, folder).include_path]
    assert paths == [shipped_path(), folder]
    written = TaskIndex.build(paths)["math_word_problems_abstain"].tags
    assert written == {f"{task}_abstain" for task in index["math_word_problems"].tags}
    assert "gsm8k_abstain" in written
    assert len(written) > 15


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ("wikitext", "output type is 'loglikelihood_rolling'"),
        ("gsm8k_cot_self_consistency", "draws 64 samples a question and lets them vote"),
        ("super_glue-multirc-t5-prompt", "it reports t5_utils.f1, t5_utils.em, not one"),
        ("wmt16-en-ro", "reports bleu, ter, chrf, not one that says right or wrong"),
        ("truthfulqa_mc2", "process_results of its own"),
        ("squadv2", "Python class"),
        ("no_such_task", "has no task, group or tag of that name"),
        ("truthfulqa", "truthfulqa_mc2"),
    ],
)
@pytest.mark.parametrize("suffix", ["_abstain", "_closed", "_abstain_sweep"])
def test_refusals_name_task_and_reason(base, reason, suffix, catalogue):
    with pytest.raises(UnsupportedTaskError, match=base) as error:
        catalogue.files([base + suffix])
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("reported", "headline"),
    [
        (None, "acc"),
        (["acc"], "acc"),
        (["acc", "acc_norm"], "acc_norm"),
        (["acc_norm"], "acc_norm"),
        (["f1", "acc"], "acc"),
        (["acc_bytes"], "acc_bytes"),
    ],
)
def test_the_headline_metric(reported, headline):
    metric_list = None if reported is None else [{"metric": name} for name in reported]
    assert headline_metric({"task": "x", "metric_list": metric_list}) == headline


def test_a_headline_metric_that_is_not_reported_is_refused():
    config = {"task": "x", "metric_list": [{"metric": "acc"}]}
    assert headline_metric(config, "acc") == "acc"
    with pytest.raises(UnsupportedTaskError, match="reports acc, not acc_norm"):
        headline_metric(config, "acc_norm")
    reason = refusal(
        {"output_type": "multiple_choice", "doc_to_choice": "x", "metric_list": [{"metric": "f1"}]}
    )
    assert "reports f1" in str(reason)


def test_a_moved_base_file_is_an_error():
    with pytest.raises(AbstainError, match="no task file 'mmlu/moved"):
        definition("mmlu/moved.yaml")
    with pytest.raises(AbstainError, match="does not define a single task"):
        definition("mmlu/default/_mmlu.yaml")


@pytest.mark.parametrize("names", [["piqa"], ["leaderboard_bbh"], ["mmlu", "gpqa"]])
def test_the_quick_lookup_finds_what_the_index_has(names, index):
    found = find_entries(names)
    for name in names:
        assert found[name].kind == index[name].kind
        assert found[name].yaml_path == index[name].yaml_path
        assert found[name].tags == index[name].tags
    if "gpqa" not in names:
        for suffix in ("_abstain", "_abstain_sweep"):
            variants = [name + suffix for name in names]
            assert Catalogue(found).files(variants) == Catalogue(index).files(variants)


def test_new_writes_files_and_never_overwrites(tmp_path, capsys):
    assert main(["new", "arc_easy", "-o", str(tmp_path)]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert yaml.safe_load(path.read_text().replace("!function ", ""))["base"] == "arc/arc_easy.yaml"
    path.write_text("mine")
    assert main(["new", "arc_challenge", "arc_easy", "-o", str(tmp_path)]) == 1
    assert "exist already" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["arc_easy_abstain.yaml"]


def test_ls(capsys):
    assert main(["ls", "arc_easy", "wikitext", "ai2_arc"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["ai2_arc", "tag", "_abstain", "_closed", "_abstain_sweep"],
        ["arc_easy", "task", "_abstain", "_closed", "_abstain_sweep"],
    ]
    assert "loglikelihood_rolling" in lines[2]
    assert main(["ls", "no_such_*"]) == 1
    assert "no task, group or tag" in capsys.readouterr().err


def test_path_needs_no_harness():
    code = (
        "import sys; from lm_eval_abstain.cli.main import main; main(['path']);"
        "heavy = {'torch', 'transformers', 'datasets', 'lm_eval'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == shipped_path()
