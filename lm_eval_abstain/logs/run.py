"""One run: a model's samples on a task, or on the pooled tasks of a group, asked in one way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.readings import counted
from lm_eval_abstain.logs.samples import Samples
from lm_eval_abstain.outcomes.read_counts import ReadCounts
from lm_eval_abstain.rubric import CODE, Outcome, Signature
from lm_eval_abstain.rubric.names import base_name
from lm_eval_abstain.statistics import tally

__all__ = ["Indices", "Run", "split"]

Indices = npt.NDArray[np.int64]
"""Samples as indices into their table."""
_CORRECT, _WRONG, _ABSTAINED = (
    CODE[outcome] for outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
)


@dataclass(frozen=True, eq=False)
class Run:
    """Samples of one model under one filter that share everything that was run.

    Attributes:
        samples: The table that holds them.
        model: The model's name.
        task: The task's or the group's name in the logs.
        filter: The filter's name.
        signature: Their signature; where tasks of a group differ, with all their values.
        by_task: The samples of each task, each of shape (documents,).
        members: Of a group the names of all its tasks, those without samples among them; empty
            for a task.
        label: A few words that tell the run from the model's others, for whoever shows it.
    """

    samples: Samples
    model: str
    task: str
    filter: str
    signature: Signature
    by_task: tuple[Indices, ...]
    members: tuple[str, ...] = ()
    label: str = ""

    @property
    def group(self) -> bool:
        """Whether this is a group, pooled over the documents of its tasks."""
        return bool(self.members)

    @property
    def shown(self) -> float:
        """The confidence target that the prompt stated, in [0, 1); NaN if it stated none."""
        return self.signature.target

    @property
    def open(self) -> bool:
        """Whether the prompt stated a target."""
        return not math.isnan(self.shown)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The base task of each task."""
        return tuple(self.samples.bases[self.samples.base[rows[0]]] for rows in self.by_task)

    @property
    def base(self) -> str:
        """The name that all runs on the same questions share: the base task's or group's."""
        return base_name(self.task) if self.group else self.subjects[0]

    @cached_property
    def rows(self) -> Indices:
        """All samples, shape (n,)."""
        return np.concatenate(self.by_task)

    @property
    def n(self) -> int:
        """The number of documents."""
        return sum(map(len, self.by_task))

    @cached_property
    def table(self) -> npt.NDArray[np.int64]:
        """Shape (tasks, 6): how many documents of each task had each outcome."""
        return np.array([tally(self.samples.outcome[rows]) for rows in self.by_task])

    @cached_property
    def read(self) -> ReadCounts | None:
        """How its responses were read; None where no text was read."""
        samples = self.samples
        return counted(samples.traces, samples.read[self.rows], samples.outcome[self.rows])

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Shape (6,): how many documents had each outcome."""
        return self.table.sum(axis=0)

    @cached_property
    def has_confidence(self) -> bool:
        """Whether every task has confidences, or was asked for them.

        A curve over a part of a group would be a curve about other questions.
        """
        confidence = self.samples.confidence
        return self.signature.rubric == "confidence" or all(
            bool(np.isfinite(confidence[rows]).any()) for rows in self.by_task
        )

    @cached_property
    def forced(self) -> npt.NDArray[np.float32]:
        """Shape (n,): options: 1 if the forced answer is right, else 0; NaN elsewhere."""
        return self.samples.forced[self.rows]

    @cached_property
    def without_stakes(self) -> npt.NDArray[np.float32]:
        """Shape (n,): 1 if the model abstains at t = 0, too, else 0; NaN where it is not known."""
        return self.samples.without_stakes[self.rows]

    @property
    def abstained(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): whether the model abstained."""
        return self.samples.outcome[self.rows] == _ABSTAINED

    @property
    def forced_acc(self) -> float:
        """Options: the accuracy of the forced answers, in [0, 1]; else NaN."""
        return float((self.forced == 1).mean()) if np.isfinite(self.forced).all() else math.nan

    @cached_property
    def sure(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): the documents that curves are about, which have an answer and a confidence.

        For options that answer is the forced one, for generated text the given one.
        """
        if not self.has_confidence:
            return np.zeros(self.n, dtype=bool)
        outcome = self.samples.outcome[self.rows]
        given = np.isfinite(self.forced) | np.isin(outcome, (_CORRECT, _WRONG))
        return given & np.isfinite(self.samples.confidence[self.rows])

    @cached_property
    def confidence(self) -> npt.NDArray[np.float64]:
        """Shape (k,), in [0, 1]: the confidences of the documents in `sure`."""
        return self.samples.confidence[self.rows][self.sure]

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Shape (k,): whether the answers of the documents in `sure` are right."""
        outcome = self.samples.outcome[self.rows]
        right = np.where(np.isfinite(self.forced), self.forced == 1, outcome == _CORRECT)
        return right[self.sure]

    @property
    def rest(self) -> npt.NDArray[np.int64]:
        """Shape (6,): how many of the other documents had each outcome."""
        return tally(self.samples.outcome[self.rows][~self.sure])


def split(samples: Samples) -> list[Run]:
    """The runs of a table: its samples by model, task, filter, and what was run.

    Returns:
        The runs in the order of models and tasks. Signatures that differ only in who made or
        read the samples are one run.
    """
    asked = [Signature.of(signature.run).line for signature in samples.signatures]
    codes = {line: code for code, line in enumerate(asked)}
    run = np.array([codes[line] for line in asked], dtype=np.int64)
    keys = [samples.model, samples.task, samples.filter, run[samples.signature]]
    order = np.lexsort(keys[::-1]).astype(np.int64)
    if not order.size:
        return []
    changed = np.zeros(len(order) - 1, dtype=bool)
    for key in keys:
        changed |= np.diff(key[order]) != 0
    return [_run(samples, rows) for rows in np.split(order, np.flatnonzero(changed) + 1)]


def _run(samples: Samples, rows: Indices) -> Run:
    first = rows[0]
    codes = np.unique(samples.signature[rows]).tolist()
    return Run(
        samples=samples,
        model=samples.models[samples.model[first]],
        task=samples.tasks[samples.task[first]],
        filter=samples.filters[samples.filter[first]],
        signature=Signature.merged([samples.signatures[code] for code in codes]),
        by_task=(rows,),
    )
