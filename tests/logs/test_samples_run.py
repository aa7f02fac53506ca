"""What the harness itself logs: base tasks and their variants answered alike, read and compared."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.rubric import ORDER
from lm_eval_abstain.scores import rescore
from support.harness_runs import logged_run
from support.scripted_answers import response
from support.scripted_lm import ScriptedLM

CHOICES = ("mmlu_anatomy", "arc_easy")  # acc, acc_norm
GENERATED = ("gsm8k", "mmlu_pro_law", "bbh_cot_fewshot_snarks")
TASKS = (
    *(f"{base}{suffix}" for base in CHOICES for suffix in ("", "_closed", "_abstain")),
    *(f"{base}{suffix}" for base in GENERATED for suffix in ("", "_closed", "_confidence")),
    *("gsm8k_abstain", "gsm8k_abstain_consistent"),
)


@pytest.fixture(scope="module")
def run(manager: Any, hub: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder as the command line writes it, and the results."""
    folder = tmp_path_factory.mktemp("run")
    lm = ScriptedLM(generate=lambda r: response(r.task_name, r.doc_id, r.doc))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(hub)
        results = logged_run(TASKS, lm, manager, folder)
    return folder, results


@pytest.fixture(scope="module")
def samples(run: tuple[Path, Any]) -> Any:
    return load_samples(run[0])


def rows(samples: Any, task: str) -> dict[tuple[str, int], Any]:
    """Of one task: (filter, document) to (outcome, confidence, forced, hash)."""
    found = (samples.task == samples.tasks.index(task)).nonzero()[0]
    return {
        (samples.filters[samples.filter[row]], int(samples.doc_id[row])): (
            ORDER[samples.outcome[row]].value,
            float(samples.confidence[row]),
            float(samples.forced[row]),
            int(samples.doc_hash[row]),
        )
        for row in found
    }


def test_everything_is_read(run, samples):
    assert samples.skipped == {}
    assert samples.notes == ()
    assert set(samples.tasks) == set(TASKS)
    assert set(samples.bases) == {*CHOICES, *GENERATED}
    sizes = {task: size["effective"] for task, size in run[1]["n-samples"].items()}
    for task, size in sizes.items():
        found = rows(samples, task)
        assert len(found) == size * len({name for name, _ in found}), task
        assert all(hash for *_, hash in found.values())


@pytest.mark.parametrize("base", CHOICES)
def test_a_plain_choice_has_the_confidence_that_the_closed_variant_logs(samples, base):
    plain, closed = rows(samples, base), rows(samples, f"{base}_closed")
    assert plain.keys() == closed.keys()
    for key, (outcome, confidence, forced, hash) in plain.items():
        assert closed[key] == (outcome, pytest.approx(confidence), forced, hash)


@pytest.mark.parametrize("base", GENERATED)
def test_plain_text_is_read_as_the_closed_variant_reads_it(samples, base):
    plain, closed = rows(samples, base), rows(samples, f"{base}_closed")
    assert {key: row[0] for key, row in plain.items()} == {
        key: row[0] for key, row in closed.items()
    }
    assert len({row[0] for row in plain.values()}) > 1


@pytest.mark.parametrize("task", TASKS)
def test_the_harness_s_own_numbers_come_out(run, samples, task):
    """At the targets that the run itself was scored at, every metric is the harness's."""
    reported = run[1]["results"][task]
    names = {"score", "acc", "error_rate", "abstain_rate", "unparsed_rate", "acc_answered"}
    names |= {"abstain_prob", "abstain_rate_t00", "forced_acc", "aurc", "augrc", "ece", "brier"}
    compared = set()
    for score in rescore(samples).scores:
        if score.name != task:
            continue
        key = f"t{100 * score.target:02.0f}"
        for metric, interval in score.metrics.items():
            wanted = {
                f"{metric},{score.filter}" if metric in names else None,
                f"{metric}_{key},{score.filter}",
            }
            for name in wanted & reported.keys():
                if task == "arc_easy" and name == "acc,none":
                    continue  # of the two that it reports, acc_norm says right or wrong
                assert interval.value == pytest.approx(reported[name], nan_ok=True), name
                compared.add(name)
    # Nothing that we know of was left uncompared.
    names |= {"policy_score", "policy_coverage"}
    known = {name for name in reported if re.split(",|_t[0-9]", name)[0] in names}
    known = {name for name in known if "_stderr" not in name}
    assert known - compared <= ({"acc,none"} if task == "arc_easy" else set())


def test_text_is_found_again(run, samples):
    for row in range(0, len(samples), 7):
        record = samples.text(row).record
        assert record["doc_id"] == samples.doc_id[row]
        assert record["filter"] == samples.filters[samples.filter[row]]
        assert samples.tasks[samples.task[row]] in samples.files[samples.file[row]]
    row = (samples.task == samples.tasks.index("gsm8k")).nonzero()[0][0]
    text = samples.text(row)
    assert text.prompt.startswith("Question:")
    first = Path(samples.files[samples.file[row]]).read_text().splitlines()[0]
    assert text.response == json.loads(first)["resps"][0][0]


def test_one_target_for_all(samples):
    for score in rescore(samples, 0.5).scores:
        values = {name: interval.value for name, interval in score.metrics.items()}
        assert values["score"] == pytest.approx(values["acc"] - values["error_rate"])
        assert math.isclose(values["acc"] + values["error_rate"] + values["abstain_rate"], 1)
