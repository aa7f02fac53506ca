"""Runs of simulated models, written as the harness logs them, for tests of the report."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from lm_eval_abstain.rubric import ORDER, Outcome
from support.simulated_models import TARGETS, Model, draw, odds_times

TIME = "2026-01-01T00-00-00.000000"
SUBJECTS = ("rivers", "stars", "bridges")
HOSTILE = (
    "<script>window.broken = 1</script>",
    "</script><img src=x onerror='window.broken = 1'>",
    "<!--<script>",
    "]]>\u2028\u2029&lt;b&gt;&amp;\x00\x1b[31m\u202e\ud83d",
)


MODELS = (
    Model("lab/careful-7b"),
    Model("lab/bold-7b", belief=odds_times(4), easy=0.15),
    Model("lab/deaf-13b", acts_on=lambda t: -1.0, easy=0.25),
)


def write_choices(
    folder: Path,
    model: Model,
    n: int = 60,
    targets: tuple[float, ...] = TARGETS,
    subjects: tuple[str, ...] = SUBJECTS,
) -> Path:
    """A sweep with options: the closed rubric and the open one at each target, over a group.

    Args:
        folder: Where the run's folder is made.
        model: The model.
        n: How many questions a subject has.
        targets: The stated targets.
        subjects: The subjects' names.

    Returns:
        The run's folder.
    """
    run = folder / model.name.replace("/", "__")
    suffixes = ["closed", *(f"abstain_t{100 * target:02.0f}" for target in targets)]
    tasks: dict[str, list[str]] = {suffix: [] for suffix in suffixes}
    for number, subject in enumerate(subjects):
        sweep = draw(model, n, number, targets=targets)
        outcomes = (sweep.closed, *(one.outcome for one in sweep.runs))
        for suffix, target, codes in zip(suffixes, (None, *targets), outcomes):
            task = f"quiz_{subject}_{suffix}"
            tasks[suffix].append(task)
            facts = zip(sweep.confidence, sweep.closed, codes)
            rows = [
                _choice(doc, f"quiz_{subject}", target, float(sure), ORDER[answer], ORDER[code])
                for doc, (sure, answer, code) in enumerate(facts)
            ]
            _write_lines(run / f"samples_{task}_{TIME}.jsonl", rows)
    groups = {f"quiz_{suffix}": members for suffix, members in tasks.items()}
    groups["quiz_abstain_sweep"] = list(groups)
    sizes = {task: n for members in tasks.values() for task in members}
    _write_results(run, model.name, sizes, groups, "none")
    return run


def write_texts(
    folder: Path,
    model: Model,
    texts: list[tuple[str, str]],
    task: str = "sums",
    target: float | None = None,
) -> Path:
    """A run with written answers under the open rubric.

    Args:
        folder: Where the run's folder is made.
        model: The model.
        texts: The response to each question and its outcome.
        task: The base task's name.
        target: The stated target, of a sweep; by default 0.75 and no sweep.

    Returns:
        The run's folder.
    """
    run = folder / model.name.replace("/", "__")
    variant = f"{task}_abstain" + ("" if target is None else f"_t{100 * target:02.0f}")
    signature = (
        f"rubric:open|t:{0.75 if target is None else target:g}|wording:paper-v1|unparsed:wrong|"
        "detector:v1|metric:exact_match"
    )
    rows = [
        {
            "doc_id": doc,
            "doc": {"question": f"What is {doc} + 1?"},
            "target": str(doc + 1),
            "arguments": {"gen_args_0": {"arg_0": f"Q: What is {doc} + 1?\nA:", "arg_1": {}}},
            "resps": [[text]],
            "filtered_resps": [text.strip()[-20:] or "[invalid]"],
            "filter": "take-last",
            "metrics": ["score", "acc"],
            "doc_hash": _hash(f"{task} {doc}"),
            "outcome": outcome,
            "reading": _reading(text, outcome),
            "base": task,
            "signature": signature,
        }
        for doc, (text, outcome) in enumerate(texts)
    ]
    _write_lines(run / f"samples_{variant}_{TIME}.jsonl", rows)
    _write_results(run, model.name, {variant: len(rows)}, {}, "take-last")
    return run


def _reading(text: str, outcome: str) -> dict[str, str | int]:
    phrase = "I don't know" if outcome == "abstained" else ""
    start = text.find(phrase) if phrase else 0
    kind = "abstained" if phrase else "other"
    return {
        "kind": kind,
        "where": "closing" if phrase else "",
        "phrase": phrase,
        "start": start,
        "end": start + len(phrase),
    }


def _choice(
    doc: int, base: str, target: float | None, sure: float, answer: Outcome, outcome: Outcome
) -> dict[str, object]:
    """A sample; `answer` is what comes of the likeliest option, `outcome` what is scored."""
    confidence = max(0.26, min(0.995, sure))
    right = answer is Outcome.CORRECT
    gold, chosen = doc % 4, doc % 4 if right else (doc + 1) % 4
    others = (1 - confidence) / 3
    probabilities = [confidence if option == chosen else others for option in range(4)]
    row: dict[str, object] = {}
    if target is None:
        signature = "rubric:closed|metric:acc"
    else:
        signature = f"rubric:open|t:{target:g}|wording:paper-v1|idk:last|metric:acc"
        idk = 0.6 if outcome is Outcome.ABSTAINED else 0.05
        probabilities = [p * (1 - idk) for p in probabilities] + [idk]
        row = {"abstain_prob": idk, "forced_acc": float(right)}
    prompt = f"Question {doc} about {base}?\n" + "\n".join(
        f"{letter}. Option {letter} of question {doc}" for letter in "ABCD"
    )
    letters = "ABCDE"[: len(probabilities)]
    return {
        "doc_id": doc,
        "doc": {"question": f"Question {doc} about {base}?"},
        "target": str(gold),
        "arguments": {
            f"gen_args_{i}": {"arg_0": f"{prompt}\nAnswer:", "arg_1": f" {letter}"}
            for i, letter in enumerate(letters)
        },
        "resps": [[[str(np.log(p)), "False"]] for p in probabilities],
        "filtered_resps": [[str(np.log(p)), "False"] for p in probabilities],
        "filter": "none",
        "metrics": ["acc", "error_rate"],
        "doc_hash": _hash(f"{base} {doc}"),
        "outcome": outcome.value,
        "option_probs": probabilities,
        "confidence": confidence,
        "base": base,
        "signature": f"{signature}|lm_eval:0.4.13|v:0.1.0",
        **row,
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _write_results(
    run: Path, model: str, sizes: dict[str, int], groups: dict[str, list[str]], name: str
) -> None:
    content = {
        "results": {task: {f"acc,{name}": 0.5} for task in sizes},
        "group_subtasks": groups,
        "configs": {},
        "n-samples": {task: {"original": n, "effective": n} for task, n in sizes.items()},
        "lm_eval_version": "0.4.13",
        "model_name": model,
    }
    (run / f"results_{TIME}.json").write_text(json.dumps(content), encoding="utf-8")
