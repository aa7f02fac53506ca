"""Every shipped generative task through the harness's command line, document by document.

One run asks each base task and its variants, and a scripted model (in `support.scripted_answers`)
comes to each outcome on purpose. A usual run of the tests takes one task of each benchmark; with
the slow tests it is all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.reading.confidence import CONFIDENCE_SENTENCE
from lm_eval_abstain.rubric import Rubric
from support.environment import ENVIRONMENT, REPOSITORY
from support.harness_results import Finished, finished_once
from support.harness_runs import evaluate
from support.scripted_answers import (
    CONFIDENCES,
    KINDS,
    confidence_of,
    family_of,
    kind_of,
    response,
)
from support.scripted_lm import ScriptedLM
from support.task_names import GENERATIVE

BASES = sorted(base for bases in GENERATIVE.values() for base in bases)
# Three files for one template; the harness's filter for their letters takes half a second a task.
AS_GPQA_MAIN = ("gpqa_diamond", "gpqa_extended")
QUICK = {bases[0] for name, bases in GENERATIVE.items() if not name.startswith(AS_GPQA_MAIN)}
RATES = ("acc", "error_rate", "abstain_rate")
# What the base task's headline metric is called in its own results.
HEADLINES = {"ifeval": "prompt_level_strict_acc", "truthfulqa_gen": "bleu_acc"}
SUFFIXES = ("", "_abstain", "_closed", "_confidence", "_abstain_consistent")
# Their answer is the whole text.
NOT_SAMPLED = ("ifeval", "leaderboard_ifeval", "truthfulqa_gen")

every_base = pytest.mark.parametrize(
    "base",
    [base if base in QUICK else pytest.param(base, marks=pytest.mark.slow) for base in BASES],
)
every_sampled_base = pytest.mark.parametrize(
    "base",
    [
        base if base in QUICK else pytest.param(base, marks=pytest.mark.slow)
        for base in BASES
        if base not in NOT_SAMPLED
    ],
)


def answered(
    folder: Path, hub: Path, command: str, tasks: list[str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """`lm-eval run` or `lm-eval-abstain run` with the scripted model."""
    script = REPOSITORY / "tests" / "support" / "scripted_answers.py"
    return subprocess.run(
        [
            *(sys.executable, str(script), command, "run", "--model", "scripted", "--log_samples"),
            *("--include_path", str(shipped_path()), "--output_path", str(folder)),
            *("--tasks", ",".join(tasks), *arguments),
        ],
        cwd=hub,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def variants(bases: list[str]) -> list[str]:
    names = [base + suffix for base in bases for suffix in SUFFIXES]
    return [
        name
        for name in names
        if name.removesuffix(SUFFIXES[-1]) not in NOT_SAMPLED or name in bases
    ]


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, hub: Path) -> Finished:
    """One run over the bases that the tests of this session are about."""
    ours = [item for item in request.session.items if item.path == request.path]
    asked = {item.callspec.params.get("base") for item in ours if hasattr(item, "callspec")}
    if any("run" in item.fixturenames and not hasattr(item, "callspec") for item in ours):
        asked |= set(BASES)
    bases = [base for base in BASES if base in asked]
    if bases == BASES:
        # As people type it: the plain harness, and the names of whole benchmarks.
        command, names = "lm-eval", list(GENERATIVE)
    else:
        command, names = "lm-eval-abstain", bases
    return finished_once(
        "generation", lambda folder: answered(folder, hub, command, variants(names))
    )


def test_every_shipped_benchmark_is_here() -> None:
    shipped = {
        path.stem.removesuffix("_confidence") for path in shipped_path().rglob("*_confidence.yaml")
    }
    assert len(BASES) == 215
    assert set(GENERATIVE) <= shipped <= {*GENERATIVE, *BASES}


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
    return expected_of(base, sample, kind_of(base, sample["doc_id"]), right)


def expected_of(base: str, sample: dict[str, Any], kind: str, right: bool) -> set[str]:
    family = family_of(base)
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


def check_outcomes(run: Finished, base: str) -> None:
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


def check_prompts(run: Finished, base: str) -> None:
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


@every_base
def test_every_document_has_the_outcome_that_was_written(run: Finished, base: str) -> None:
    check_outcomes(run, base)


@every_base
def test_the_ledger_adds_up_to_n(run: Finished, base: str) -> None:
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


@every_base
def test_the_headline_metric_is_the_base_tasks(run: Finished, base: str) -> None:
    for name, samples in by_filter(run.samples[f"{base}_abstain"]):
        mean = sum(sample["base_metric"] for sample in samples) / len(samples)
        assert mean == pytest.approx(run.results[base][f"{headline(base)},{name}"])


@every_base
def test_the_prompt_is_the_bases_and_the_sentence(run: Finished, base: str) -> None:
    check_prompts(run, base)


REAL = ("gsm8k", "triviaqa", "mmlu_pro", "bbh_cot_fewshot", "bbh_zeroshot")


@pytest.mark.slow
def test_real_questions(shared_hub: Path, tmp_path: Path) -> None:
    names = [name for base in REAL for name in (base, f"{base}_abstain")]
    run = Finished(answered(tmp_path, shared_hub, "lm-eval", names, "--limit", "14"), tmp_path)
    bases = [name for name in run.samples if not name.endswith("_abstain")]
    assert len(bases) == 2 + 14 + 27 + 27
    for base in bases:
        assert {kind_of(base, s["doc_id"]) for s in run.samples[base]} == set(KINDS)
        check_outcomes(run, base)
        check_prompts(run, base)


@pytest.mark.slow
def test_every_kind_of_outcome_was_reached(run: Finished) -> None:
    counts = Counter(
        sample["outcome"] for base in BASES for sample in run.samples[f"{base}_abstain"]
    )
    assert set(counts) == {"correct", "wrong", "abstained", "unparsed", "empty", "truncated"}
    assert min(counts.values()) > 50
    assert set(run.samples) == set(variants(BASES))


# ---------------------------------------------------------------------- groups, policies, parity


# Of several filters a group shows the one that the base group shows.
GROUPS = {
    "mmlu_pro": "custom-extract",
    "bbh_cot_zeroshot": "flexible-extract",
    "minerva_math": None,
}


@pytest.fixture(scope="module")
def excluding(hub: Path) -> Finished:
    """Groups, with what holds no answer left out."""
    names = [f"{group}_abstain" for group in GROUPS]
    metadata = ("--metadata", '{"unparsed": "exclude", "confidence_target": 0.5}')
    return finished_once(
        "groups", lambda folder: answered(folder, hub, "lm-eval", names, *metadata)
    )


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_the_mean_of_its_tasks(excluding: Finished, group: str) -> None:
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


def test_what_is_excluded_counts_in_no_other_rate(excluding: Finished) -> None:
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
        model = ScriptedLM(generate=lambda request: written[request.doc_id])
        run = evaluate([load("gsm8k_abstain", 0, unparsed=policy)], model)
        found = run["results"]["gsm8k_abstain"]
        assert tuple(found[f"{rate},strict-match"] for rate in RATES) == expected_rates
        assert found["unparsed_rate,strict-match"] == 0.5
        assert f"|unparsed:{policy}|" in run["samples"]["gsm8k_abstain"][0]["signature"]


# ---------------------------------------------------------------------- the other variants


@every_base
def test_closed_is_the_base_task_and_its_ledger(run: Finished, base: str) -> None:
    """Prompts and headline metric are the base task's; the ledger is that of `_abstain`."""
    ours, theirs = run.samples[f"{base}_closed"], run.samples[base]
    assert [s["arguments"] for s in ours] == [s["arguments"] for s in theirs]
    assert [s["filtered_resps"] for s in ours] == [s["filtered_resps"] for s in theirs]
    found, plain, metric = run.results[f"{base}_closed"], run.results[base], headline(base)
    filters = [key.split(",")[1] for key in plain if key.startswith(f"{metric},")]
    assert filters
    for name in filters:
        for part in ("", "_stderr"):
            assert found[f"{metric}{part},{name}"] == plain[f"{metric}{part},{name}"]
    outcomes = [s["outcome"] for s in run.samples[f"{base}_abstain"]]
    assert [s["outcome"] for s in ours] == outcomes
    for name, samples in by_filter(ours):
        counts = Counter(sample["outcome"] for sample in samples)
        n, right = len(samples), counts["correct"]
        wrong = n - right - counts["abstained"]
        assert found[f"abstain_rate,{name}"] == pytest.approx(counts["abstained"] / n)
        for key, penalty in {"t00": 0, "t50": 1, "t75": 3, "t90": 9}.items():
            score = (right - penalty * wrong) / n
            assert found[f"score_{key},{name}"] == pytest.approx(score)


@every_base
def test_a_stated_confidence_is_read_and_is_no_part_of_the_answer(run: Finished, base: str) -> None:
    theirs = {(s["filter"], s["doc_id"]): s for s in run.samples[base]}
    found = run.results[f"{base}_confidence"]
    points: dict[tuple[str, str], list[float]] = {}
    for sample in run.samples[f"{base}_confidence"]:
        plain = theirs[sample["filter"], sample["doc_id"]]
        prompt = sample["arguments"]["gen_args_0"]["arg_0"]
        assert prompt.count(CONFIDENCE_SENTENCE) == 1
        assert (
            prompt.replace(CONFIDENCE_SENTENCE + "\n\n", "")
            == (plain["arguments"]["gen_args_0"]["arg_0"])
        )
        # The filters find what they find without the confidence, and the metric says the same;
        # in reasoning that is never closed nothing is read.
        if kind_of(base, sample["doc_id"]) != "truncated":
            assert sample["base_metric"] == plain[headline(base)]
            for one, other in zip(sample["filtered_resps"], plain["filtered_resps"]):
                assert str(one).strip() == str(other).strip()
        right = plain[headline(base)] == 1
        outcomes = expected(base, sample, right)
        stated = CONFIDENCES[confidence_of(sample["doc_id"])]
        answered = outcomes & {"correct", "wrong"} and sample["outcome"] != "unparsed"
        if stated is None and outcomes & {"correct", "wrong"}:
            assert sample["outcome"] == "unparsed"
        else:
            assert sample["outcome"] in outcomes
        assert sample["confidence"] == (stated if answered else None)
        for key, target, penalty in (("t50", 0.5, 1), ("t90", 0.9, 9)):
            withheld = sample["outcome"] == "abstained" or (
                sample["confidence"] is not None and sample["confidence"] <= target
            )
            score = 0 if withheld else 1 if sample["outcome"] == "correct" else -penalty
            points.setdefault((key, sample["filter"]), []).append(score)
    for (key, name), scores in points.items():
        assert found[f"policy_score_{key},{name}"] == pytest.approx(sum(scores) / len(scores))


@every_sampled_base
def test_samples_that_disagree_are_an_abstention(run: Finished, base: str) -> None:
    for sample in run.samples[f"{base}_abstain_consistent"]:
        doc_id, two = sample["doc_id"], sample["samples"]
        written = [response(base, doc_id, sample["doc"], number) for number in (0, 1)]
        assert sample["resps"] == [written]
        assert [one["characters"] for one in two] == list(map(len, written))
        assert sample["filtered_resps"] == [one["answer"] for one in two]
        arguments = sample["arguments"]["gen_args_0"]["arg_1"]
        assert (arguments["do_sample"], arguments["temperature"]) == ("True", "0.7") or (
            arguments["do_sample"],
            arguments["temperature"],
        ) == (True, 0.7)
        one, other = (o["outcome"] for o in two)
        assert one in expected_of(base, sample, kind_of(base, doc_id), two[0]["base_metric"] == 1)
        answered = {"correct", "wrong"}
        if written[0] == written[1]:
            assert sample["outcome"] == one == other
        elif "abstained" in (one, other) or {one, other} == answered:
            assert sample["outcome"] == "abstained"
        elif one == other == "wrong":  # "98765" and babble, say: two answers
            assert sample["outcome"] in ("abstained", "wrong")
            assert (sample["outcome"] == "wrong") == same_answer(base, two)
        elif {one, other} <= answered:
            assert sample["outcome"] == one
        else:
            assert sample["outcome"] == next(o for o in (one, other) if o not in answered)


def same_answer(base: str, samples: list[dict[str, Any]]) -> bool:
    """Whether two wrong answers are the same."""
    one, other = (str(sample["answer"]).strip().casefold() for sample in samples)
    return one == other


@pytest.mark.slow
def test_disagreement_is_seen(run: Finished) -> None:
    outcomes = Counter(
        sample["outcome"]
        for base in BASES
        if base not in NOT_SAMPLED
        for sample in run.samples[f"{base}_abstain_consistent"]
        if len(set(map(str, sample["filtered_resps"]))) > 1
    )
    assert outcomes["abstained"] > 100
