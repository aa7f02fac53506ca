"""Runs of made-up models, written as the harness logs them, for tests of the report.

Each question has a probability p of being answered right. A model is as confident as
`belief(p)`, and answers at the stated target t where that is above `acts_on(t)`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TIME = "2026-01-01T00-00-00.000000"
TARGETS = (0.0, 0.5, 0.75, 0.9)
SUBJECTS = ("rivers", "stars", "bridges")
HOSTILE = (
    "<script>window.broken = 1</script>",
    "</script><img src=x onerror='window.broken = 1'>",
    "<!--<script>",
    "]]>\u2028\u2029&lt;b&gt;&amp;\x00\x1b[31m\u202e\ud83d",
)


@dataclass(frozen=True)
class MadeUp:
    """A model.

    Attributes:
        name: Its name.
        skill: The least probability of being right.
        belief: Its confidence, from the probability that it is right.
        acts_on: The target that it acts on, from the one that is stated.
    """

    name: str
    skill: float = 0.0
    belief: Callable[[float], float] = lambda p: p
    acts_on: Callable[[float], float] = lambda t: t


MODELS = (
    MadeUp("lab/careful-7b"),
    MadeUp("lab/bold-7b", 0.15, lambda p: 4 * p / (1 + 3 * p)),
    MadeUp("lab/deaf-13b", 0.25, acts_on=lambda t: -1.0),
)


def write_choices(
    folder: Path,
    model: MadeUp,
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
        rng = np.random.default_rng(number)
        chances = model.skill + (1 - model.skill) * rng.random(n)
        right = rng.random(n) < chances
        for suffix, target in zip(suffixes, (None, *targets)):
            task = f"quiz_{subject}_{suffix}"
            tasks[suffix].append(task)
            rows = [
                _choice(doc, f"quiz_{subject}", target, model, float(p), bool(hit))
                for doc, (p, hit) in enumerate(zip(chances, right))
            ]
            _write_lines(run / f"samples_{task}_{TIME}.jsonl", rows)
    groups = {f"quiz_{suffix}": members for suffix, members in tasks.items()}
    groups["quiz_abstain_sweep"] = list(groups)
    sizes = {task: n for members in tasks.values() for task in members}
    _write_results(run, model.name, sizes, groups, "none")
    return run


def write_texts(
    folder: Path, model: MadeUp, texts: list[tuple[str, str]], task: str = "sums"
) -> Path:
    """A run with written answers under the open rubric at t = 0.75.

    Args:
        folder: Where the run's folder is made.
        model: The model.
        texts: The response to each question and its outcome.
        task: The base task's name.

    Returns:
        The run's folder.
    """
    run = folder / model.name.replace("/", "__")
    name = f"{task}_abstain"
    signature = "rubric:open|t:0.75|wording:paper-v1|unparsed:wrong|detector:v1|metric:exact_match"
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
    _write_lines(run / f"samples_{name}_{TIME}.jsonl", rows)
    _write_results(run, model.name, {name: len(rows)}, {}, "take-last")
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
    doc: int, base: str, target: float | None, model: MadeUp, p: float, right: bool
) -> dict[str, object]:
    confidence = max(0.26, min(0.995, float(model.belief(p))))
    gold, answer = doc % 4, doc % 4 if right else (doc + 1) % 4
    others = (1 - confidence) / 3
    probabilities = [confidence if option == answer else others for option in range(4)]
    row: dict[str, object] = {}
    if target is None:
        outcome, signature = "correct" if right else "wrong", "rubric:closed|metric:acc"
    else:
        abstains = confidence <= model.acts_on(target)
        outcome = "abstained" if abstains else "correct" if right else "wrong"
        signature = f"rubric:open|t:{target:g}|wording:paper-v1|idk:last|metric:acc"
        idk = 0.6 if abstains else 0.05
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
        "outcome": outcome,
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
