"""Every number of a run again, from the logged log-likelihoods alone.

It shares nothing with the package: it knows the rules from the documentation, in plain Python.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

METRICS = ("score", "acc", "error_rate", "abstain_rate", "abstain_prob", "forced_acc")


def rescored(
    samples: Iterable[Mapping[str, Any]], *, metric: str, target: float, gold_is: str
) -> dict[str, Any]:
    """One task's numbers.

    `metric` is what the base task reports, `acc` or `acc_norm`; `gold_is` says whether it logs the
    right option's `index` or its `text` ("3" may be either).
    """
    sums, n, outcomes = dict.fromkeys(METRICS, 0.0), 0, []
    for sample in samples:
        every = [float(first(response)[0]) for response in sample["filtered_resps"]]
        assert [float(first(first(r))[0]) for r in sample["resps"]] == every
        # Where no options are listed, the abstain text is asked for once more, at t = 0.
        asked = [a for a in arguments(sample) if a[0] == arguments(sample)[0][0]]
        unlisted = "|idk:said-v2|" in sample["signature"]
        assert len(every) - len(asked) == (unlisted and target > 0)
        *real, idk = every[: len(asked)]
        texts = [argument[1].strip() for argument in asked]
        gold = sample["target"]
        if gold_is == "text":
            gold = texts[:-1].index(gold) if gold in texts[:-1] else -1
        by = [len(text) if metric == "acc_norm" else 1 for text in texts]
        normalized = [loglik / length for loglik, length in zip(real, by)]
        best = normalized.index(max(normalized))
        if unlisted:
            abstained = str(first(sample["filtered_resps"][len(real)])[1]) == "True"
        else:
            abstained = idk / min(by[-1], by[best]) > normalized[best]
        forced = best == int(gold)
        outcome = "abstained" if abstained else "correct" if forced else "wrong"
        mass = [math.exp(loglik) for loglik in [*real, idk]]
        row = {
            "acc": outcome == "correct",
            "error_rate": outcome == "wrong",
            "abstain_rate": outcome == "abstained",
            "abstain_prob": mass[-1] / (1 if unlisted else sum(mass)),
            "forced_acc": forced,
        }
        row["score"] = row["acc"] - row["error_rate"] * target / (1 - target)
        sums = {name: sums[name] + row[name] for name in METRICS}
        n, outcomes = n + 1, [*outcomes, outcome]
    answered = n - outcomes.count("abstained")
    mean = {name: sums[name] / n for name in METRICS}
    ratio = outcomes.count("correct") / answered if answered else math.nan
    return {**mean, "acc_answered": ratio, "n": n, "outcomes": outcomes}


def pooled(tasks: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """A group's numbers: each task counts by its size."""
    n = sum(task["n"] for task in tasks)
    return {m: sum(task[m] * task["n"] for task in tasks) / n for m in METRICS} | {"n": n}


def first(response: Any) -> Any:
    """The response itself; the harness wraps some in a list of one."""
    return response[0] if isinstance(response[0], (list, tuple)) else response


def arguments(sample: Mapping[str, Any]) -> list[list[str]]:
    """(context, continuation) of each request: a list in Python, numbered keys in the files."""
    logged = sample["arguments"]
    if isinstance(logged, Mapping):
        return [list(logged[f"gen_args_{i}"].values()) for i in range(len(logged))]
    return [list(argument) for argument in logged]
