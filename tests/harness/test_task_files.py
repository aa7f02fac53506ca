"""Task files: three keys, the names that people type, and what they make with the harness alone."""

import re
import subprocess
import sys
from pathlib import Path

import lm_eval.tasks
import pytest
import yaml
from lm_eval.api.group import Group
from lm_eval.tasks import TaskManager

from lm_eval_abstain import AbstainError, UnsupportedTaskError, Variant
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import definition, headline_metric, refusal
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.task_files import file_text
from lm_eval_abstain.rubric.names import GENERATIVE, base_name
from support.harness_runs import quiet

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


@pytest.fixture(scope="module")
def index(indexed_once):
    return TaskManager().task_index


SAYS_WHY = ("winogrande_abstain", "winogrande_abstain_sweep")


@pytest.fixture(scope="module")
def catalogue(index):
    return Catalogue(index)


# ---------------------------------------------------------------------- the shipped ones


def test_the_shipped_files_are_every_variant_of_the_shipped_bases():
    """Derived from the installed harness, so that this holds after an upgrade too.

    Generated forms are not shipped: `run` derives them, and `new` writes their files.
    """
    catalogue = Catalogue(find_entries([base for bases in SHIPPED.values() for base in bases]))
    for folder, bases in SHIPPED.items():
        files = {path.stem: path.read_text() for path in (shipped_path() / folder).glob("*.yaml")}
        derived = {name for name in catalogue.names(bases) if not name.endswith(GENERATIVE)}
        names = {*derived, *(SAYS_WHY if folder == "winogrande" else ())}
        assert files == {name: file_text(name) for name in names}


def test_of_what_cannot_be_there_is_a_file_that_says_why():
    """Without it the plain harness would say that there is no such task."""
    catalogue = Catalogue(find_entries(["winogrande"]))
    assert not set(SAYS_WHY) & set(catalogue.names())


def test_nothing_else_is_shipped():
    assert {path.name for path in shipped_path().iterdir()} == set(SHIPPED)
    assert len(list(shipped_path().rglob("*.yaml"))) <= 200


@pytest.mark.parametrize("path", sorted(shipped_path().rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_file_is_a_comment_and_three_keys(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["#", "task:", "class:", "base:"]
    assert lines[1] == f"task: {path.stem}"
    assert lines[2] == "class: !function lm_eval_abstain.Variant"


@pytest.mark.parametrize("folder", sorted(SHIPPED))
def test_the_readme_of_a_folder_names_its_task_files_and_no_others(folder):
    text = (shipped_path() / folder / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]\w+)`", text))
    for row in re.findall(r"^\| `.*$", text, re.MULTILINE):  # a base, and the ends of its names
        base, *ends = re.findall(r"`(\w+)`", row)
        named |= {base + end for end in ends}
    files = {path.stem for path in (shipped_path() / folder).glob("*.yaml")}
    assert {name for name in named if name != base_name(name)} == files


def test_every_shipped_file_is_indexed():
    names = set(TaskManager(include_path=shipped_path(), include_defaults=False).all_tasks)
    assert names == {path.stem for path in shipped_path().rglob("*.yaml")}


def test_the_57_subjects(catalogue):
    below = catalogue.below("mmlu")
    assert len([name for name in below if not catalogue.below(name)[1:]]) == 57
    assert set(find_entries(["mmlu"])) == set(below)


def test_winogrande_says_why_there_is_none(in_hub):
    plain = TaskManager(include_path=str(shipped_path()), include_defaults=False)
    with pytest.raises(UnsupportedTaskError, match="each of its options makes a prompt"), quiet():
        plain.load(["winogrande_abstain"])


# ---------------------------------------------------------------------- what a file makes


def plain_load(folder, **keys):
    """What the plain harness makes of a task file, without an index of its own tasks."""
    config = {"class": "!function lm_eval_abstain.Variant", **keys}
    text = "".join(f"{key}: {value}\n" for key, value in config.items())
    (folder / f"{keys['task']}.yaml").write_text(text)
    manager = lm_eval.tasks.TaskManager(include_path=str(folder), include_defaults=False)
    with quiet():
        return manager.load([keys["task"]])


def test_a_tag_is_its_tasks_and_has_no_row(in_hub, tmp_path):
    loaded = plain_load(tmp_path, task="ai2_arc_abstain", base="ai2_arc")
    assert set(loaded["tasks"]) == {"arc_challenge_abstain", "arc_easy_abstain"}
    assert not loaded["groups"]


def test_a_group_s_file_may_change_its_tasks_and_the_group(in_hub, tmp_path):
    loaded = plain_load(
        tmp_path,
        task="leaderboard_musr_abstain",
        base="leaderboard_musr",
        group_alias="stories",
        num_fewshot=1,
        metadata="{confidence_target: 0.5, version: 7}",
    )
    group = loaded["groups"]["leaderboard_musr_abstain"]
    assert isinstance(group, Group)
    assert (group.alias, group.version) == ("stories", "7")
    assert len(loaded["tasks"]) == 3
    for task in loaded["tasks"].values():
        assert (task.config.num_fewshot, task.settings.rubric.target) == (1, 0.5)


def test_groups_written_inside_a_group(in_hub, tmp_path):
    name = "mmlu_continuation_abstain"
    groups = plain_load(tmp_path, task=name, base="mmlu_continuation")["groups"]
    inner = ("stem", "other", "social sciences", "humanities")
    assert list(groups) == [name, *(f"{name}::{group}" for group in inner)]
    assert groups[name].alias == "mmlu (continuation, abstain, t=0.75)"
    keys = {"base": "mmlu_continuation", "metadata": "{confidence_targets: [0.9]}"}
    sweep = plain_load(tmp_path, task=f"{name}_sweep", **keys)["groups"]
    assert {f"mmlu_continuation::{group}_abstain_t90" for group in inner} <= set(sweep)
    assert {f"mmlu_continuation::{group}_closed" for group in inner} <= set(sweep)
    assert sweep["mmlu_continuation::stem_abstain_t90"].alias == "stem (abstain, t=0.9)"


def test_a_row_says_the_stakes_and_what_one_s_own_file_is_called(in_hub, tmp_path):
    at = "{confidence_target: 0.9}"

    def alias(task, base, **keys):
        loaded = plain_load(tmp_path, task=task, base=base, **keys)
        if task in loaded["groups"]:
            return loaded["groups"][task].alias
        return loaded["tasks"][task].config.task_alias

    assert alias("arc_easy_abstain", "arc_easy") == "arc_easy (abstain, t=0.75)"
    assert alias("arc_easy_closed", "arc_easy", metadata=at) == "arc_easy (closed)"
    assert alias("mmlu_anatomy_abstain", "mmlu_anatomy", metadata=at) == "anatomy (abstain, t=0.9)"
    assert alias("gsm8k_confidence", "gsm8k", metadata=at) == "gsm8k (confidence)"
    consistent = alias("gsm8k_abstain_consistent", "gsm8k", metadata=at)
    assert consistent == "gsm8k (abstain, consistent, t=0.9)"
    assert alias("short_abstain", "mmlu_anatomy", metadata=at) == "short (abstain, t=0.9)"
    assert alias("copa_abstain", "copa", task_alias="mine") == "mine"
    musr = {"base": "leaderboard_musr", "metadata": at}
    assert alias("leaderboard_musr_abstain", **musr) == "leaderboard_musr (abstain, t=0.9)"
    assert alias("stories_abstain", **musr) == "stories (abstain, t=0.9)"


def test_a_row_says_the_target_of_the_task_and_not_of_the_manager(in_hub, load):
    task = load("copa_abstain", confidence_target=0.9)
    assert task.settings.rubric.target == 0.9
    assert task.config.task_alias == "copa (abstain, t=0.9)"


def test_groups_show_the_run_s_own_targets(in_hub, tmp_path):
    metadata = "{confidence_targets: [0.2]}"
    keys = {"task": "leaderboard_musr_closed", "base": "leaderboard_musr", "metadata": metadata}
    group = plain_load(tmp_path, **keys)["groups"]["leaderboard_musr_closed"]
    assert {"score_t20", "score_t75"} <= {m.metric for m in group.aggregate_metric_list}


OWN_BASE = """\
task: own
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{q}}}}"
doc_to_choice: ["yes", "no"]
doc_to_target: gold
"""


@pytest.mark.parametrize(
    "keys",
    [
        {"base": "own", "include_path": "bases"},
        {"base": "own", "include_path": "[bases]"},
        {"base": "bases/own.yaml"},
    ],
)
def test_a_base_of_one_s_own(keys, in_hub, tmp_path):
    (tmp_path / "bases").mkdir()
    (tmp_path / "rows.jsonl").write_text('{"q": "Is 1 odd?", "gold": 0}\n' * 3)
    (tmp_path / "bases" / "own.yaml").write_text(OWN_BASE.format(data=str(tmp_path / "rows.jsonl")))
    assert set(plain_load(tmp_path, task="own_abstain", **keys)["tasks"]) == {"own_abstain"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"task": "arc_easy_abstain"}, "needs a key 'base'"),
        ({"task": "arc_easy_abstained", "base": "arc_easy"}, "not 'arc_easy_abstained'"),
        ({"task": "x_abstain", "base": "no_such_task"}, "no task, group or tag of that name"),
        ({"task": "x_abstain", "base": "x.yaml"}, "x.yaml is no task file"),
        ({"task": "x_abstain", "base": "x", "include_path": "nowhere"}, "nowhere is not a folder"),
        ({"task": "mmlu_confidence", "base": "mmlu"}, "is for generated answers"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(config, message):
    with pytest.raises(AbstainError, match=message):
        Variant(config=config)


# ---------------------------------------------------------------------- which there are


@pytest.fixture(scope="module")
def variants(catalogue):
    return set(catalogue.names())


def test_a_partly_supported_tag_has_a_variant_of_the_rest(catalogue, variants):
    assert set(catalogue.left_out("truthfulqa", "_abstain")) == {"truthfulqa_mc2"}
    assert "truthfulqa_abstain" in variants


def test_what_a_group_writes_without_a_name_the_harness_cannot_build(catalogue):
    for suffix in ("_abstain", "_closed", "_abstain_sweep"):
        assert "one of its members has no name" in str(catalogue.refusal("t0_eval", suffix))
    with pytest.raises(ValueError, match="must have 'task' or 'group' key"):
        TaskManager().load(["t0_eval"])


def test_closed_wherever_there_is_abstain(variants, index, catalogue):
    for suffix in ("_abstain", "_closed", "_abstain_sweep"):
        named = {name.removesuffix(suffix) for name in variants if name.endswith(suffix)}
        bases = {name for name in named if name in index}  # less generated forms
        assert len(bases) > 12_000
        more = bases - {base for base in index if base + "_abstain" in variants}
        assert {base for base in index if base + "_abstain" in variants} <= bases
        # Nothing has been asked, or in prompts of the options' own: an abstain text has no place.
        assert suffix == "_closed" or not more
        for base in more:
            reason = str(catalogue.refusal(base, "_abstain"))
            why = ("each of its options makes a prompt", "nothing is asked")
            assert any(one in reason for one in why), reason


def test_generated_answers_have_more_variants(catalogue):
    for suffix in ("_abstain_consistent", "_confidence", "_abstain_consistent_sweep"):
        assert catalogue.refusal("gsm8k", suffix) is None
        assert catalogue.refusal("hendrycks_math", suffix) is None
        assert "is for generated answers" in str(catalogue.refusal("mmlu", suffix))
    assert "whole texts" in str(catalogue.refusal("ifeval", "_abstain_consistent"))
    assert "whole texts" in str(catalogue.refusal("truthfulqa_gen", "_abstain_consistent_sweep"))
    assert catalogue.refusal("ifeval", "_confidence") is None


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
    ],
)
@pytest.mark.parametrize("suffix", ["_abstain", "_closed", "_abstain_sweep"])
def test_refusals_name_task_and_reason(base, reason, suffix, catalogue):
    with pytest.raises(UnsupportedTaskError, match=base) as error:
        catalogue.check(base + suffix)
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
    config = {"task": "x", "output_type": "multiple_choice", "metric_list": metric_list}
    assert headline_metric(config) == headline


def test_a_headline_metric_that_is_not_reported_is_refused():
    config = {"task": "x", "output_type": "multiple_choice", "metric_list": [{"metric": "acc"}]}
    assert headline_metric(config, "acc") == "acc"
    with pytest.raises(UnsupportedTaskError, match="reports acc, not acc_norm"):
        headline_metric(config, "acc_norm")
    reason = refusal(
        {
            "output_type": "multiple_choice",
            "doc_to_choice": "x",
            "metric_list": [{"metric": "exact_match"}],
        }
    )
    assert "reports exact_match" in str(reason)


def test_a_moved_base_file_is_an_error():
    with pytest.raises(AbstainError, match="no task file 'mmlu/moved"):
        definition("mmlu/moved.yaml")
    with pytest.raises(AbstainError, match="does not define a single task"):
        definition("mmlu/default/_mmlu.yaml")


def test_new_writes_files_and_never_overwrites(tmp_path, capsys):
    assert main(["new", "arc_easy", "-o", str(tmp_path)]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert yaml.safe_load(path.read_text().replace("!function ", ""))["base"] == "arc_easy"
    path.write_text("mine")
    assert main(["new", "arc_challenge", "arc_easy", "-o", str(tmp_path)]) == 1
    assert "exist already" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["arc_easy_abstain.yaml"]


def test_new_writes_the_members_on_request(tmp_path, capsys):
    run = ["new", "leaderboard_musr_closed", "ai2_arc", "gsm8k_abstain_sweep", "-o"]
    assert main([*run, str(tmp_path / "few")]) == 0
    assert {path.stem for path in (tmp_path / "few").iterdir()} == {
        *("leaderboard_musr_closed", "ai2_arc_abstain", "gsm8k_abstain_sweep")
    }
    assert main([*run, str(tmp_path / "all"), "--members"]) == 0
    stories = ("murder_mysteries", "object_placements", "team_allocation")
    assert {path.stem for path in (tmp_path / "all").iterdir()} == {
        *("leaderboard_musr_closed", *(f"leaderboard_musr_{name}_closed" for name in stories)),
        *("ai2_arc_abstain", "arc_easy_abstain", "arc_challenge_abstain", "gsm8k_abstain_sweep"),
    }
    assert main(["new", "mmlu_anatomie", "-o", str(tmp_path)]) == 1
    assert "no task, group or tag of that name" in capsys.readouterr().err


def test_path_needs_no_harness():
    code = (
        "import sys; from lm_eval_abstain.cli.main import main; main(['path']);"
        "heavy = {'torch', 'transformers', 'datasets', 'lm_eval'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == shipped_path()
