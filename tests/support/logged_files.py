"""Writes folders of logged samples as the harness does, without the harness.

The fields are those of lm-eval 0.4.13; `tests/logs/test_samples_run.py` reads what the harness
itself writes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

TIME = "2026-01-02T03-04-05.678901"


def signature(target: float | None = 0.75, metric: str = "acc", **parts: str) -> str:
    rubric = {"rubric": "closed"} if target is None else {"rubric": "open", "t": f"{target:g}"}
    named = {**rubric, **({"wording": "paper-v1"} if target is not None else {})}
    return "|".join(f"{k}:{v}" for k, v in {**named, "metric": metric, **parts}.items())


def common(doc_id: int, filter: str = "none", **fields: Any) -> dict[str, Any]:
    question = f"Question {doc_id}?"
    return {
        "doc_id": doc_id,
        "doc": {"question": question},
        "target": "0",
        "arguments": {"gen_args_0": {"arg_0": question, "arg_1": " A"}},
        "resps": [[["-1.0", "False"]]],
        "filtered_resps": [["-1.0", "False"]],
        "filter": filter,
        "metrics": ["acc"],
        "doc_hash": hashlib.sha256(question.encode()).hexdigest(),
        "prompt_hash": "p",
        "target_hash": "t",
        **fields,
    }


def choice(
    doc_id: int,
    logliks: Iterable[float],
    right: float,
    metric: str = "acc",
    options: Iterable[str] = (),
    **fields: Any,
) -> dict[str, Any]:
    """A sample of a plain multiple-choice task."""
    logliks = list(logliks)
    texts = list(options) or ["ABCDEFGHIJ"[i] for i in range(len(logliks))]
    pairs = [[str(loglik), "False"] for loglik in logliks]
    return common(
        doc_id,
        resps=[[pair] for pair in pairs],
        filtered_resps=pairs,
        arguments={
            f"gen_args_{i}": {"arg_0": f"Question {doc_id}?", "arg_1": f" {text}"}
            for i, text in enumerate(texts)
        },
        **{"metrics": [metric], metric: right, **fields},
    )


def variant(doc_id: int, outcome: str, **fields: Any) -> dict[str, Any]:
    """A sample of a variant with options: as `<base>_abstain` logs it unless fields say else."""
    forced = float(outcome == "correct")
    return common(
        doc_id,
        **{
            "metrics": ["score", "acc"],
            "acc": forced,
            "abstain_prob": 0.2,
            "forced_acc": forced,
            "outcome": outcome,
            "base": "quiz",
            "signature": signature(),
            "option_probs": [0.5, 0.3, 0.2],
            "confidence": 0.625,
            **fields,
        },
    )


def generated(
    doc_id: int, text: str, answer: str, right: float, filter: str = "none", **fields: Any
) -> dict[str, Any]:
    """A sample of a plain task with generated answers."""
    return common(
        doc_id,
        filter,
        **{
            "resps": [[text]],
            "filtered_resps": [answer],
            "metrics": ["exact_match"],
            "exact_match": right,
            **fields,
        },
    )


def write_samples(folder: Path, task: str, samples: Iterable[Any], time: str = TIME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"samples_{task}_{time}.jsonl"
    lines = [
        one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in samples
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def write_results(
    folder: Path,
    tasks: Mapping[str, int],
    groups: Mapping[str, list[str]] | None = None,
    time: str = TIME,
    model: str = "org/model",
    **more: Any,
) -> Path:
    """A results file; `tasks` says how many documents of each were evaluated."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"results_{time}.json"
    content = {
        "results": {task: {"alias": task, "acc,none": math.nan} for task in tasks},
        "group_subtasks": groups or {},
        "configs": {task: {"task": task, "target_delimiter": " "} for task in tasks},
        "n-samples": {task: {"original": n, "effective": n} for task, n in tasks.items()},
        "config": {"model": "hf", "model_args": f"pretrained={model}"},
        "lm_eval_version": "0.4.13",
        "model_name": model,
        **more,
    }
    path.write_text(json.dumps(content), encoding="utf-8")  # with NaN, as the harness writes it
    return path
