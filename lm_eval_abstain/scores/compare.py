"""Differences between two runs on the same documents, with intervals and tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import (
    Run,
    joint_outcomes,
    runs_of,
    samples_of,
    totals_of,
    with_objections,
)
from lm_eval_abstain.logs.load import Source
from lm_eval_abstain.rubric import CODE, ObjectionPolicy, Outcome, UnparsedPolicy, check_policy
from lm_eval_abstain.scores.frames import frame_of, notebook_table
from lm_eval_abstain.scores.targets import asked_targets, targets_for
from lm_eval_abstain.statistics import Difference, holm, mcnemar, paired_bootstrap

if TYPE_CHECKING:
    import pandas

__all__ = ["Comparison", "Comparisons", "compare"]


@dataclass(frozen=True)
class Comparison:
    """Two runs on the documents that both have.

    Attributes:
        task: The base task or group.
        filter: The filter's name.
        one: The first run.
        other: The second run.
        target: The confidence target that both are scored at.
        n: How many documents both have.
        score: The second run's score less the first one's; its p is corrected after Holm for the
            number of comparisons.
        acc: The same of `acc`; its p is McNemar's exact test, corrected alike.
    """

    task: str
    filter: str
    one: Run
    other: Run
    target: float
    n: int
    score: Difference
    acc: Difference

    def record(self) -> dict[str, Any]:
        """The comparison as a flat row; the differences stay `Difference`s."""
        return {
            "task": self.task,
            "filter": self.filter,
            "one": self.one.model,
            "one_signature": self.one.signature.line,
            "other": self.other.model,
            "other_signature": self.other.signature.line,
            "t": self.target,
            "n": self.n,
            "score": self.score,
            "acc": self.acc,
        }


@dataclass(frozen=True)
class Comparisons:
    """Runs compared two by two.

    Attributes:
        comparisons: One a pair of runs and target.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.
    """

    comparisons: tuple[Comparison, ...]
    unparsed: UnparsedPolicy
    level: float

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know."""
        return (
            f"p-values are corrected after Holm for {len(self.comparisons)} comparisons; "
            "documents are paired, and drawn within each task.",
        )

    def to_pandas(self) -> pandas.DataFrame:
        """One row a comparison, each difference with its limits and p-value; needs pandas."""
        return frame_of(one.record() for one in self.comparisons)

    def _repr_html_(self) -> str:
        """The same as a notebook shows it, with the notes."""
        return notebook_table(self.to_pandas(), self.notes)


def compare(
    source: Source,
    targets: float | Iterable[float] | None = None,
    *,
    unparsed: UnparsedPolicy = "wrong",
    objections: ObjectionPolicy = "answer",
    level: float = 0.95,
    totals: bool = False,
) -> Comparisons:
    """Compare models that were asked the same, and each model's other runs with its closed one.

    Documents are paired, and drawn anew within each task; see `logs.pair` for which are the
    same. Other targets than each other's are for the audit.

    Args:
        source: Samples from `load_samples`, or the path or paths to load them from.
        targets: The targets that both runs are scored at. By default the target that was shown,
            or 0, 0.5, 0.75 and 0.9 where none was.
        unparsed: What documents without an answer are scored as.
        objections: What responses that object to their question count as.
        level: The level of the intervals, in (0, 1).
        totals: Whether tasks that a group's total covers are left out: fewer comparisons,
            and smaller corrected p-values.

    Raises:
        AbstainError: A target is not in [0, 1), or there are no two runs to compare; or the
            samples cannot be read, see `load_samples`.
    """
    check_policy(unparsed)
    asked = asked_targets(targets)
    runs, _ = runs_of(with_objections(samples_of(source), objections))
    if totals:
        runs = totals_of(runs)
    found = list(_compared(runs, asked, unparsed, level))
    if not found:
        raise AbstainError(
            "there is nothing to compare: give samples of several models on one task, or of one "
            "model under the closed rubric and another one."
        )
    scores = holm([one.score.p for one in found])
    accuracies = holm([one.acc.p for one in found])
    corrected = (
        replace(one, score=replace(one.score, p=score), acc=replace(one.acc, p=acc))
        for one, score, acc in zip(found, scores, accuracies)
    )
    return Comparisons(tuple(corrected), unparsed, level)


def _compared(
    runs: Sequence[Run], asked: tuple[float, ...], unparsed: UnparsedPolicy, level: float
) -> Iterator[Comparison]:
    alike: dict[tuple[str, bool, str], list[Run]] = defaultdict(list)
    for run in runs:
        alike[run.base, run.group, run.filter].append(run)
    for (task, _, name), several in alike.items():
        for one, other in combinations(sorted(several, key=_closed_first), 2):
            if not _comparable(one, other):
                continue
            cells = joint_outcomes(one, other)
            n = int(cells.sum())
            if not n:
                continue
            for target in targets_for(other, asked):
                score, acc = (
                    paired_bootstrap(cells, metric, target, target, unparsed, level)
                    for metric in ("score", "acc")
                )
                exact = replace(acc, p=_mcnemar(cells.sum(axis=0)))
                yield Comparison(task, name, one, other, target, n, score, exact)


def _closed_first(run: Run) -> tuple[bool, str]:
    return run.signature.rubric != "closed", run.model


def _comparable(one: Run, other: Run) -> bool:
    """Two models that were asked the same; or one model's closed run and one that is not."""
    if one.model != other.model:
        asked, others = one.signature, other.signature
        same = asked.asked == others.asked and asked.language == others.language
        return same and one.task == other.task
    return one.signature.rubric == "closed" != other.signature.rubric


def _mcnemar(cells: npt.NDArray[np.int64]) -> float:
    """The exact test: of the documents that one run alone gets right, are half each run's?"""
    right = CODE[Outcome.CORRECT]
    both = int(cells[right, right])
    return mcnemar(int(cells[right].sum()) - both, int(cells[:, right].sum()) - both)
