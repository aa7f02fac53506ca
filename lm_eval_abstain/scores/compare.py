"""Two runs on the same documents: how far they differ, and whether chance would do as much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Samples
from lm_eval_abstain.logs.runs import RUN, Part, parts_of
from lm_eval_abstain.rubric import (
    CODE,
    ORDER,
    STANDARD_TARGETS,
    Outcome,
    Rubric,
    UnparsedPolicy,
    check_policy,
)
from lm_eval_abstain.rubric.names import base_name
from lm_eval_abstain.statistics import Difference, holm, joint, mcnemar, paired_bootstrap

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """Two runs on the documents that both have.

    Attributes:
        task: The base task or group.
        filter: The filter's name.
        one: The first run: its model and what it was asked.
        other: The second run.
        target: The confidence target that both are scored at.
        n: How many documents both have.
        score: The second run's score less the first one's; its p is corrected after Holm for the
            number of comparisons.
        acc: The same of `acc`; its p is McNemar's exact test, corrected alike.
    """

    task: str
    filter: str
    one: str
    other: str
    target: float
    n: int
    score: Difference
    acc: Difference

    def record(self) -> dict[str, Any]:
        """One row, JSON-ready but for NaN."""
        return {
            "task": self.task,
            "filter": None if self.filter == "none" else self.filter,
            "one": self.one,
            "other": self.other,
            "t": self.target,
            "n": self.n,
            **_named("score", self.score),
            **_named("acc", self.acc),
        }


def _named(metric: str, difference: Difference) -> dict[str, float]:
    return {
        metric: difference.value,
        f"{metric}_low": difference.low,
        f"{metric}_high": difference.high,
        f"{metric}_p": difference.p,
    }


def compare(
    samples: Samples,
    targets: Iterable[float] | None = None,
    *,
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    totals: bool = False,
) -> list[Comparison]:
    """Compare models that were asked the same, and each model's other runs with its closed one.

    Documents are paired, and drawn anew within each task; see `Samples.pairs` for which are the
    same. Other targets than each other's are for the audit.

    Args:
        samples: From `load_samples`.
        targets: What both runs are scored at. By default the target that was shown, or 0, 0.5,
            0.75 and 0.9 where none was.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals, in (0, 1).
        totals: Whether tasks that a group's total covers are left out: fewer comparisons, and
            smaller corrected p-values.

    Raises:
        AbstainError: A target is not in [0, 1), or there are no two runs to compare.
    """
    check_policy(unparsed)
    asked = None if targets is None else [float(Rubric(target).target) for target in targets]
    parts, _ = parts_of(samples)
    if totals:
        parts = _totals(samples, parts)
    found = list(_compared(samples, parts, asked, unparsed, level))
    if not found:
        raise AbstainError(
            "there is nothing to compare: give samples of several models on one task, or of one "
            "model under the closed rubric and another one."
        )
    scores = holm([one.score.p for one in found])
    accuracies = holm([one.acc.p for one in found])
    return [
        replace(one, score=replace(one.score, p=score), acc=replace(one.acc, p=acc))
        for one, score, acc in zip(found, scores, accuracies)
    ]


def _totals(samples: Samples, parts: Sequence[Part]) -> list[Part]:
    """Groups, and tasks of no group."""
    groups = [part for part in parts if part.group]
    held = {(g.model, samples.tasks[samples.task[rows[0]]]) for g in groups for rows in g.rows}
    return [part for part in parts if part.group or (part.model, part.name) not in held]


def _compared(
    samples: Samples,
    parts: Sequence[Part],
    asked: list[float] | None,
    unparsed: UnparsedPolicy,
    level: float,
) -> Iterator[Comparison]:
    alike: dict[tuple[str, bool, str], list[Part]] = {}
    for part in parts:
        alike.setdefault((base_name(part.name), part.group, part.filter), []).append(part)
    for (task, _, name), runs in alike.items():
        for one, other in combinations(sorted(runs, key=_closed_first), 2):
            if not _comparable(one, other):
                continue
            cells = _cells(samples, one, other)
            n = int(cells.sum())
            if not n:
                continue
            shown = other.shown
            standard = list(STANDARD_TARGETS) if math.isnan(shown) else [shown]
            for target in asked or standard:
                score, acc = (
                    paired_bootstrap(cells, metric, target, target, unparsed, level)
                    for metric in ("score", "acc")
                )
                exact = replace(acc, p=_mcnemar(cells.sum(axis=0)))
                labels = (_label(one), _label(other))
                yield Comparison(task, name, *labels, target, n, score, exact)


def _closed_first(part: Part) -> tuple[bool, str]:
    return (part.signature.get("rubric") != "closed", part.model)


def _comparable(one: Part, other: Part) -> bool:
    """Two models that were asked the same; or one model's closed run and one that is not."""
    if one.model != other.model:
        return _asked(one.signature) == _asked(other.signature) and one.name == other.name
    rubrics = [part.signature.get("rubric") for part in (one, other)]
    return rubrics[0] == "closed" != rubrics[1]


def _asked(signature: Mapping[str, str]) -> list[str]:
    return [signature.get(key, "") for key in RUN]


def _cells(samples: Samples, one: Part, other: Part) -> npt.NDArray[np.int64]:
    """The documents that both have, by task and both outcomes: shape (tasks, 6, 6)."""
    first, second = samples.pairs(np.concatenate(one.rows), np.concatenate(other.rows))
    tasks = samples.base[first]
    if not len(first):
        return np.zeros((1, len(ORDER), len(ORDER)), dtype=np.int64)
    return np.stack(
        [
            joint(samples.outcome[first[tasks == task]], samples.outcome[second[tasks == task]])
            for task in np.unique(tasks)
        ]
    )


def _mcnemar(cells: npt.NDArray[np.int64]) -> float:
    """Of the documents that one run alone gets right: is it as often the one as the other?"""
    right = CODE[Outcome.CORRECT]
    both = int(cells[right, right])
    return mcnemar(int(cells[right].sum()) - both, int(cells[:, right].sum()) - both)


def _label(part: Part) -> str:
    signature = part.signature
    asked = [signature.get("rubric", "")]
    asked += [f"{key} = {signature[key]}" for key in ("t", "k") if key in signature]
    if signature.get("wording", "paper-v1") != "paper-v1":
        asked.append(signature["wording"])
    return f"{part.model} ({', '.join(asked)})"
