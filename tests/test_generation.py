"""Every shipped generative task through the harness's command line, document by document.

One run asks each base task and its variant, and a scripted model (in `scripted`) comes to each
outcome on purpose.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import ENVIRONMENT, evaluate, scripted_lm
from scripted import KINDS, family_of, kind_of, response

from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.shipped import shipped_path

BASES = sorted(
    path.stem.removesuffix("_abstain")
    for path in shipped_path().rglob("*.yaml")
    if "OpenGeneration" in path.read_text(encoding="utf-8")
)
RATES = ("acc", "error_rate", "abstain_rate")
# What the base task's headline metric is called in its own results.
HEADLINES = {"ifeval": "prompt_level_strict_acc", "truthfulqa_gen": "bleu_acc"}


class Run(NamedTuple):
    """What the one run left: results, groups and samples by task."""

    results: dict[str, dict[str, Any]]
    samples: dict[str, list[dict[str, Any]]]


def command(folder: Path, hub: Path, *arguments: str, closed: str = "") -> Run:
    """Run `lm-eval run` with the scripted model and read what it wrote."""
    script = Path(__file__).with_name("scripted.py")
    done = subprocess.run(
        [
            *(sys.executable, str(script), "run", "--model", "scripted", "--log_samples"),
            *("--include_path", str(shipped_path()), "--output_path", str(folder), *arguments),
        ],
        cwd=hub,
        env={**os.environ, **ENVIRONMENT, "SCRIPTED_CLOSED": closed},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    [path] = folder.rglob("results_*.json")
    return Run(
        json.loads(path.read_text())["results"],
        {
            re.sub(r"^samples_|_\d{4}-.*$", "", path.name): [
                json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()
            ]
            for path in folder.rglob("samples_*.jsonl")
        },
    )


@pytest.fixture(scope="module")
def run(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    names = [name for base in BASES for name in (base, f"{base}_abstain")]
    return command(tmp_path_factory.mktemp("all"), hub, "--tasks", ",".join(names))


def by_filter(samples: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name in dict.fromkeys(sample["filter"] for sample in samples):
        yield name, [sample for sample in samples if sample["filter"] == name]


def headline(base: str) -> str:
    return next((m for part, m in HEADLINES.items() if part in base), "exact_match")


def expected(base: str, sample: dict[str, Any], right: bool) -> set[str]:
    """The outcomes that one response may have, by what the model set out to write.

    Args:
        base: The base task.
        sample: A logged sample of the variant.
        right: What the base task's own run says of the same response.
    """
    kind, family = kind_of(base, sample["doc_id"]), family_of(base)
    if kind in ("abstained", "empty", "truncated"):
        return {kind}
    if right:
        return {"correct"}
    assert kind != "correct" or sample["filter"] != family.strict, "the right answer is not right"
    if kind == "refused":
        return {"unparsed"}
    if sample["filter"] != family.strict:  # a filter for another form may read it or not
        return {"wrong", "unparsed"}
    return {"unparsed"} if kind == "babble" and family.reads else {"wrong"}


def check_outcomes(run: Run, base: str) -> None:
    """Every document has the outcome that the model set out to write."""
    theirs = {(s["filter"], s["doc_id"]): s for s in run.samples[base]}
    ours = run.samples[f"{base}_abstain"]
    assert [(s["filter"], s["doc_id"]) for s in ours] == list(theirs)
    for sample in ours:
        written = response(base, sample["doc_id"], sample["doc"])
        assert sample["resps"] == [[written]]
        base_sample = theirs[sample["filter"], sample["doc_id"]]
        right = base_sample[headline(base)] == 1
        assert sample["outcome"] in expected(base, sample, right), sample
        # Closed parity, document by document: with the reading left out, the base task decides.
        assert sample["base_metric"] == base_sample[headline(base)]
        assert sample["filtered_resps"] == base_sample["filtered_resps"]
        found = sample["reading"]
        assert written[found["start"] : found["end"]] == found["phrase"]
        assert bool(found["phrase"]) == (sample["outcome"] == "abstained")


def check_prompts(run: Run, base: str) -> None:
    """A prompt is the base task's with the sentence in it."""
    sentence = Rubric(0.75).sentence
    theirs = {s["doc_id"]: s["arguments"]["gen_args_0"] for s in run.samples[base]}
    for sample in run.samples[f"{base}_abstain"]:
        ours = sample["arguments"]["gen_args_0"]
        prompt, plain = ours["arg_0"], theirs[sample["doc_id"]]["arg_0"]
        assert ours["arg_1"] == theirs[sample["doc_id"]]["arg_1"]
        assert prompt.count(sentence) == 1
        before, after = prompt.split(sentence)
        assert before + after.removeprefix("\n\n") == plain
        # The ending that the base task was written for stays last.
        assert plain.endswith(after[-24:])


@pytest.mark.parametrize("base", BASES)
def test_every_document_has_the_outcome_that_was_written(run: Run, base: str) -> None:
    check_outcomes(run, base)


@pytest.mark.parametrize("base", BASES)
def test_the_ledger_adds_up_to_n(run: Run, base: str) -> None:
    found, rubric = run.results[f"{base}_abstain"], Rubric(0.75)
    for name, samples in by_filter(run.samples[f"{base}_abstain"]):
        counts = Counter(sample["outcome"] for sample in samples)
        n = sum(counts.values())
        assert n == len(samples) == found["sample_len"]
        answerless = counts["unparsed"] + counts["empty"] + counts["truncated"]
        wrong = counts["wrong"] + answerless
        assert found[f"acc,{name}"] == pytest.approx(counts["correct"] / n)
        assert found[f"abstain_rate,{name}"] == pytest.approx(counts["abstained"] / n)
        assert found[f"error_rate,{name}"] == pytest.approx(wrong / n)
        assert found[f"unparsed_rate,{name}"] == pytest.approx(answerless / n)
        assert sum(found[f"{rate},{name}"] for rate in RATES) == pytest.approx(1)
        points = counts["correct"] - float(rubric.penalty) * wrong
        assert found[f"score,{name}"] == pytest.approx(points / n)


@pytest.mark.parametrize("base", BASES)
def test_the_headline_metric_is_the_base_tasks(run: Run, base: str) -> None:
    for name, samples in by_filter(run.samples[f"{base}_abstain"]):
        mean = sum(sample["base_metric"] for sample in samples) / len(samples)
        assert mean == pytest.approx(run.results[base][f"{headline(base)},{name}"])


@pytest.mark.parametrize("base", BASES)
def test_the_prompt_is_the_bases_and_the_sentence(run: Run, base: str) -> None:
    check_prompts(run, base)


REAL = ("gsm8k", "triviaqa", "mmlu_pro", "bbh_cot_fewshot", "bbh_zeroshot")


def test_real_questions(shared_hub: Path, tmp_path: Path) -> None:
    names = [name for base in REAL for name in (base, f"{base}_abstain")]
    run = command(tmp_path, shared_hub, "--tasks", ",".join(names), "--limit", "14")
    bases = [name for name in run.samples if not name.endswith("_abstain")]
    assert len(bases) == 2 + 14 + 27 + 27
    for base in bases:
        assert {kind_of(base, s["doc_id"]) for s in run.samples[base]} == set(KINDS)
        check_outcomes(run, base)
        check_prompts(run, base)


def test_every_kind_of_outcome_was_reached(run: Run) -> None:
    counts = Counter(
        sample["outcome"] for base in BASES for sample in run.samples[f"{base}_abstain"]
    )
    assert set(counts) == {"correct", "wrong", "abstained", "unparsed", "empty", "truncated"}
    assert min(counts.values()) > 50
    assert len(BASES) == 215


# ---------------------------------------------------------------------- groups, policies, parity


# Of several filters a group shows the one that the base group shows.
GROUPS = {
    "mmlu_pro": "custom-extract",
    "bbh_cot_zeroshot": "flexible-extract",
    "minerva_math": None,
}


@pytest.fixture(scope="module")
def excluding(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Groups, with what holds no answer left out."""
    names = ",".join(f"{group}_abstain" for group in GROUPS)
    metadata = '{"unparsed": "exclude", "confidence_target": 0.5}'
    folder = tmp_path_factory.mktemp("groups")
    return command(folder, hub, "--tasks", names, "--metadata", metadata)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_the_mean_of_its_tasks(excluding: Run, group: str) -> None:
    found = excluding.results[f"{group}_abstain"]
    [name] = {key.split(",")[1] for key in found if key.startswith("score,")}
    assert name == (GROUPS[group] or "none")
    tasks = [task for task in excluding.samples if task.startswith(group)]
    samples = {t: [s for s in excluding.samples[t] if s["filter"] == name] for t in tasks}
    n = sum(map(len, samples.values()))
    assert found["sample_len"] == n
    answerless = [
        s["outcome"] in ("unparsed", "empty", "truncated") for own in samples.values() for s in own
    ]
    assert found[f"unparsed_rate,{name}"] == pytest.approx(sum(answerless) / n)
    # Weighted by all documents of a task, those left out among them, as the harness does it.
    scored = {t: excluding.results[t].get(f"score,{name}") for t in tasks}
    sizes = {t: len(samples[t]) for t in tasks if scored[t] is not None}
    weighted = sum(scored[t] * size for t, size in sizes.items()) / sum(sizes.values())
    assert found[f"score,{name}"] == pytest.approx(weighted)
    assert not any(key.startswith("acc_answered") for key in found)


def test_what_is_excluded_counts_in_no_other_rate(excluding: Run) -> None:
    for task, all_samples in excluding.samples.items():
        for name, samples in by_filter(all_samples):
            counts = Counter(sample["outcome"] for sample in samples)
            n = counts["correct"] + counts["wrong"] + counts["abstained"]
            found = excluding.results[task]
            if not n:
                continue
            assert found[f"acc,{name}"] == pytest.approx(counts["correct"] / n)
            assert found[f"error_rate,{name}"] == pytest.approx(counts["wrong"] / n)
            points = counts["correct"] - counts["wrong"]  # t = 0.5: a mistake costs 1
            assert found[f"score,{name}"] == pytest.approx(points / n)
            assert "|unparsed:exclude|" in samples[0]["signature"]


@pytest.mark.usefixtures("in_hub")
def test_what_holds_no_answer_may_count_as_abstained(load: Any) -> None:
    written = ["#### 40", "bananas", "", "#### 3"]
    for policy, expected_rates in {
        "wrong": (0.25, 0.75, 0.0),
        "abstain": (0.25, 0.25, 0.5),
    }.items():
        model = scripted_lm(generate=lambda request: written[request.doc_id])
        run = evaluate([load("gsm8k_abstain", 0, unparsed=policy)], model)
        found = run["results"]["gsm8k_abstain"]
        assert tuple(found[f"{rate},strict-match"] for rate in RATES) == expected_rates
        assert found["unparsed_rate,strict-match"] == 0.5
        assert f"|unparsed:{policy}|" in run["samples"]["gsm8k_abstain"][0]["signature"]


@pytest.fixture(scope="module")
def closed(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same run with the rubric's sentence and the reading of abstention turned off."""
    names = [name for base in BASES for name in (base, f"{base}_abstain")]
    return command(tmp_path_factory.mktemp("closed"), hub, "--tasks", ",".join(names), closed="1")


@pytest.mark.parametrize("base", BASES)
def test_closed_parity(closed: Run, base: str) -> None:
    """Without the sentence and without reading abstention, `acc` is the base task's headline."""
    ours, theirs = closed.samples[f"{base}_abstain"], closed.samples[base]
    assert [s["arguments"] for s in ours] == [s["arguments"] for s in theirs]
    assert [s["resps"] for s in ours] == [s["resps"] for s in theirs]
    found, plain = closed.results[f"{base}_abstain"], closed.results[base]
    metric = headline(base)
    filters = [key.split(",")[1] for key in plain if key.startswith(f"{metric},")]
    assert filters
    for name in filters:
        assert found[f"acc,{name}"] == plain[f"{metric},{name}"]
        assert found[f"abstain_rate,{name}"] == 0
