"""The closed rubric for multiple choice: the base task to the last digit, and the curve over t."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.harness.policy_metrics import policy_aggregations
from support.gpqa_answers import BASES as GPQA
from support.gpqa_answers import always_right
from support.harness_runs import Load, evaluate
from support.scripted_lm import ScriptedLM, hashed

# One of each form, groups included. GPQA is apart: the harness scores its base task wrongly.
BASES = [
    *("mmlu_humanities", "mmlu_anatomy_continuation", "arc_easy", "arc_challenge", "hellaswag"),
    *("truthfulqa_mc1", "openbookqa", "commonsense_qa", "winogrande", "leaderboard_bbh"),
    *("leaderboard_musr", "leaderboard_mmlu_pro"),
]
PENALTIES = {"t00": 0.0, "t50": 1.0, "t75": 3.0, "t90": 9.0}
TARGETS = {"t00": 0.0, "t50": 0.5, "t75": 0.75, "t90": 0.9}


def sure(context: str, continuation: str) -> float:
    """Log-likelihoods far enough apart for every target to be passed by some answers."""
    return 2 * hashed(context, continuation)


@pytest.fixture(scope="module")
def run(manager: Any, hub: Any) -> Any:
    names = [name for base in BASES for name in (base, f"{base}_closed")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(hub)
        return evaluate(names, ScriptedLM(sure), manager)


def tasks_of(run: Any) -> list[str]:
    return [name.removesuffix("_closed") for name in run["samples"] if name.endswith("_closed")]


def test_every_base_is_there(run: Any) -> None:
    assert len(tasks_of(run)) == 13 + 9 + 24 + 3
    assert {f"{task}_closed" for task in tasks_of(run)} < set(run["samples"])


def test_prompts_and_headline_are_the_bases(run: Any) -> None:
    for task in tasks_of(run):
        ours, theirs = run["samples"][f"{task}_closed"], run["samples"][task]
        assert [s["arguments"] for s in ours] == [s["arguments"] for s in theirs], task
        [signature] = {s["signature"] for s in ours}
        parts = dict(part.split(":", 1) for part in signature.split("|"))
        assert parts["rubric"] == "closed"
        metric = parts["metric"]
        found, plain = run["results"][f"{task}_closed"], run["results"][task]
        for key in (f"{metric},none", f"{metric}_stderr,none"):
            assert found[key] == plain[key], (task, key)
        assert found["acc,none"] == plain[f"{metric},none"]
        assert {s["base"] for s in ours} == {task}


def softmax(values: Sequence[float]) -> list[float]:
    weights = [math.exp(value - max(values)) for value in values]
    return [weight / sum(weights) for weight in weights]


def answers(samples: list[dict[str, Any]], metric: str) -> list[tuple[float, bool]]:
    """(confidence, right) of each document, from its logged log-likelihoods and the outcome."""
    found: list[tuple[float, bool]] = []
    for sample in samples:
        logliks = [float(response[0]) for response in sample["filtered_resps"]]
        lengths = [len(argument[1].lstrip()) for argument in sample["arguments"]]
        by = lengths if metric == "acc_norm" else [1] * len(logliks)
        values = [loglik / length for loglik, length in zip(logliks, by)]
        best = values.index(max(values))
        found.append((softmax(logliks)[best], sample[metric] == 1))
    return found


def test_the_curve_over_t_from_the_logged_log_likelihoods(run: Any) -> None:
    spread = set()
    for task in tasks_of(run):
        samples, found = run["samples"][f"{task}_closed"], run["results"][f"{task}_closed"]
        metric = samples[0]["signature"].split("metric:")[1].split("|")[0]
        pairs = answers(samples, metric)
        n = len(pairs)
        for sample, (confidence, right) in zip(samples, pairs):
            assert sample["confidence"] == pytest.approx(confidence)
            assert sum(sample["option_probs"]) == pytest.approx(1)
            assert sample["outcome"] == ("correct" if right else "wrong")
        wrong = sum(not right for _, right in pairs)
        for key, penalty in PENALTIES.items():
            given_ = [(c, right) for c, right in pairs if c > TARGETS[key]]
            points = sum(1 if right else -penalty for _, right in given_)
            assert found[f"score_{key},none"] == pytest.approx((n - wrong - penalty * wrong) / n)
            assert found[f"policy_score_{key},none"] == pytest.approx(points / n)
            assert found[f"policy_coverage_{key},none"] == pytest.approx(len(given_) / n)
            spread.add((key, len(given_) / n))
        brier = sum((c - right) ** 2 for c, right in pairs) / n
        assert found["brier,none"] == pytest.approx(brier)
        # Without ties: the mean over k of the error rate among the k surest.
        ranked = [right for _, right in sorted(pairs, key=lambda pair: -pair[0])]
        risks = [sum(not right for right in ranked[:k]) / k for k in range(1, n + 1)]
        if len({c for c, _ in pairs}) == n:
            assert found["aurc,none"] == pytest.approx(sum(risks) / n)
    partly = {key for key, coverage in spread if 0 < coverage < 1}
    assert partly == {"t50", "t75", "t90"}, "the model is as sure of everything"


def test_groups_carry_what_a_weighted_mean_gets_right(run: Any) -> None:
    group = run["groups"]["mmlu_humanities_closed"]
    samples = [
        s for t in tasks_of(run) if t.startswith("mmlu_") for s in run["samples"][f"{t}_closed"]
    ]
    pooled = [s for s in samples if s["base"] in run["group_subtasks"]["mmlu_humanities"]]
    assert group["sample_len"] == len(pooled)
    for metric in ("acc", "brier", "policy_score_t75", "policy_coverage_t50", "score_t90"):
        mean = sum(sample[metric] for sample in pooled) / len(pooled)
        assert group[f"{metric},none"] == pytest.approx(mean), metric
    assert not [key for key in group if key.split(",")[0] in ("aurc", "augrc", "ece")]


@pytest.mark.usefixtures("in_hub")
def test_gpqa_is_scored_in_the_order_it_was_asked(manager: Any, load: Load) -> None:
    tasks = [load(f"{base}_closed") for base in GPQA]
    results = evaluate(tasks, ScriptedLM(always_right), manager)["results"]
    assert {row["acc,none"] for row in results.values()} == {1.0}


@pytest.mark.usefixtures("in_hub")
def test_other_targets(load: Load) -> None:
    """The standard targets, and all that the metadata name."""
    task = load("mmlu_anatomy_closed", confidence_targets=[0.2, 0.5], confidence_target=0.6)
    found = evaluate([task], ScriptedLM(sure))["results"]["mmlu_anatomy_closed"]
    keys = sorted(k.split(",")[0] for k in found if k.startswith("score_t") and "stderr" not in k)
    assert keys == ["score_t00", "score_t20", "score_t50", "score_t60", "score_t75", "score_t90"]
    wrong = found["error_rate,none"]
    assert found["score_t20,none"] == pytest.approx(1 - wrong - 0.25 * wrong)


@pytest.mark.usefixtures("in_hub")
def test_a_nan_is_an_error_that_names_the_document(load: Load) -> None:
    task = load("mmlu_anatomy_closed")
    with pytest.raises(ValueError, match=r"'mmlu_anatomy_closed', document .*NaN"):
        evaluate([task], ScriptedLM(lambda *_: math.nan))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.randoms())
def test_the_order_of_documents_does_not_matter(pairs: Any, random: Any) -> None:
    shuffled = random.sample(pairs, len(pairs))
    for name, how in policy_aggregations([]).items():
        assert how(pairs) == pytest.approx(how(shuffled)), name
