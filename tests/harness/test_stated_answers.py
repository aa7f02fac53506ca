"""Answers in sentences, through the harness: the open and closed rubric, and the plain log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.rubric import ORDER
from support.harness_runs import Load, evaluate, logged_run
from support.scripted_lm import ScriptedLM

pytestmark = pytest.mark.usefixtures("in_hub")

# By base task: the responses to its documents in turn, with the answer that each states, the
# outcome, and the outcome under the base task's own comparison.
SAID = {
    # Right are A, B, C, A, D, A.
    "mmlu_anatomy_generative": [
        ("The answer is **A.**", "A", "correct", "wrong"),
        ("B. liver", "B", "correct", "wrong"),
        ("The answer is two (A).", "A", "wrong", "wrong"),
        ("A", "", "correct", "correct"),
        ("It is one of them and has to be A or D.", "", "unparsed", "wrong"),
        ("The answer is I don't know", "", "abstained", "abstained"),
    ],
    # The Danube, mercury, eight, Shakespeare.
    "triviaqa": [
        ("The answer is Danube", "Danube", "correct", "wrong"),
        ("The answer is gold", "gold", "wrong", "wrong"),
        ("Spiders are known to have a leg at each of their corners", "", "unparsed", "wrong"),
        ("the bard", "", "correct", "correct"),
    ],
    # Michelangelo, the equinox, bamboo, four.
    "nq_open": [
        ("Answer: michelangelo", "michelangelo", "correct", "wrong"),
        ("The answer is the equinox", "the equinox", "correct", "wrong"),
        ("I would say that it is bamboo", "", "unparsed", "wrong"),
        ("five", "", "wrong", "wrong"),
    ],
}
every_base = pytest.mark.parametrize("base", SAID)


def said(base: str) -> Any:
    rows = SAID[base]
    return ScriptedLM(generate=lambda request: rows[request.doc_id][0])


def samples_of(run: Any) -> list[dict[str, Any]]:
    [name] = run["samples"]
    return sorted(run["samples"][name], key=lambda sample: sample["doc_id"])[:6]


@every_base
@pytest.mark.parametrize("suffix", ["_abstain", "_closed"])
def test_a_stated_answer_is_an_answer(load: Load, base: str, suffix: str) -> None:
    run = evaluate([load(f"{base}{suffix}", 0)], said(base), limit=len(SAID[base]))
    samples = samples_of(run)
    found = [(s["resps"][0][0], s["reading"].get("stated", ""), s["outcome"]) for s in samples]
    assert found == [row[:3] for row in SAID[base]]
    strict = [float(row[3] == "correct") for row in SAID[base]]
    assert [s["base_metric"] for s in samples] == strict
    assert "|answers:stated-v2|" in samples[0]["signature"]
    # Beside it the base's own number stays what it is.
    [results] = run["results"].values()
    rates = {key.split(",")[0]: value for key, value in results.items()}
    n = len(samples)
    assert rates["acc"] == sum(row[2] == "correct" for row in SAID[base]) / n
    assert rates["unparsed_rate"] == sum(row[2] == "unparsed" for row in SAID[base]) / n
    if suffix == "_closed":
        assert rates["exact_match"] == sum(strict) / n


@every_base
def test_strict_is_the_base_tasks_comparison(load: Load, base: str) -> None:
    task = load(f"{base}_abstain", 0, answers="strict")
    samples = samples_of(evaluate([task], said(base), limit=len(SAID[base])))
    assert [s["outcome"] for s in samples] == [row[3] for row in SAID[base]]
    assert not any("stated" in s["reading"] for s in samples)
    assert "|answers:strict|" in samples[0]["signature"]


def test_a_task_that_extracts_is_not_concerned(load: Load) -> None:
    for base in ("mmlu_pro_law", "gsm8k", "hendrycks_math_algebra"):
        assert "answers:" not in load(f"{base}_abstain", 0).signature


def test_samples_that_state_one_answer_agree(load: Load) -> None:
    texts = iter(["The answer is **A.**", "A", "B. ulna", "Option C is correct."])
    task = load("mmlu_anatomy_generative_abstain_consistent", 0)
    run = evaluate([task], ScriptedLM(generate=lambda _: next(texts)), limit=2)
    first, second = samples_of(run)
    assert (first["outcome"], second["outcome"]) == ("correct", "abstained")
    assert [one["answer"] for one in first["samples"]] == ["The answer is **A.**", "A"]


@every_base
def test_the_plain_log_is_read_alike(load: Load, manager: Any, tmp_path: Path, base: str) -> None:
    logged_run(
        [base, load(f"{base}_closed", 0)],
        said(base),
        manager,
        tmp_path,
        limit=len(SAID[base]),
    )
    samples = load_samples(tmp_path)
    for task in (base, f"{base}_closed"):
        rows = (samples.task == samples.tasks.index(task)).nonzero()[0]
        ordered = sorted(rows, key=lambda row: samples.doc_id[row])
        outcomes = [ORDER[samples.outcome[row]].value for row in ordered]
        assert outcomes == [row[2] for row in SAID[base]], task
        assert samples.signatures[samples.signature[rows[0]]].parts["answers"] == "stated-v2"
    settings = {signature.setting for signature in samples.signatures}
    assert len(settings) == 1  # so that a sweep takes either as its control
