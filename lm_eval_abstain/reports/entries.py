"""The runs of all models, put together by the questions that they are about."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Samples
from lm_eval_abstain.logs.runs import Part, parts_of
from lm_eval_abstain.printing.run_labels import run_labels
from lm_eval_abstain.rubric.names import base_name
from lm_eval_abstain.scores.score import sure_answers
from lm_eval_abstain.statistics import tally

__all__ = ["Entry", "QuestionSet", "question_sets"]


@dataclass(frozen=True, eq=False)
class Entry:
    """One run: a model on a task, or on the pooled tasks of a group, under one rubric.

    Attributes:
        model: The model's name.
        label: What tells the run from the model's others on these questions.
        task: The task's or group's name in the logs.
        filter: The filter's name.
        shown: The confidence target that the model was shown; NaN where none was.
        signature: The signature's parts.
        subjects: The names of the base tasks.
        table: Shape (subjects, 6): how many documents of each had each outcome.
        rows: Shape (n,): the samples, as indices into the table of all samples.
        confidence: Shape (k,), in [0, 1]: of the documents that have a confidence and an answer.
        right: Shape (k,): whether that answer is right. For options it is the forced answer.
        rest: Shape (6,): the outcomes of the other documents.
        forced_acc: Options: the accuracy of the forced answers; else NaN.
    """

    model: str
    label: str
    task: str
    filter: str
    shown: float
    signature: Mapping[str, str]
    subjects: tuple[str, ...]
    table: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    rest: npt.NDArray[np.int64]
    forced_acc: float

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many documents had each outcome, shape (6,)."""
        return self.table.sum(axis=0)

    @property
    def n(self) -> int:
        """How many documents there are."""
        return len(self.rows)

    @property
    def open(self) -> bool:
        """Whether the model was shown a target."""
        return not math.isnan(self.shown)


@dataclass(frozen=True, eq=False)
class QuestionSet:
    """A task or a group of the harness, and every run on it.

    Attributes:
        name: The base task's or the group's name.
        group: Whether it is a group, whose tasks are pooled.
        main: Whether it stands for itself: no larger group holds it in every model's run.
        entries: The runs, model by model, the closed ones first and then by target.
    """

    name: str
    group: bool
    main: bool
    entries: tuple[Entry, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The models' names."""
        return tuple(dict.fromkeys(entry.model for entry in self.entries))

    @property
    def n(self) -> int:
        """The documents of the largest run."""
        return max(entry.n for entry in self.entries)


def question_sets(samples: Samples) -> tuple[list[QuestionSet], list[str]]:
    """Put the runs together.

    Returns:
        The sets, first those that stand for themselves, the largest first; and notes on groups
        that cannot be pooled.
    """
    parts, notes = parts_of(samples)
    named: dict[tuple[str, bool], list[Part]] = defaultdict(list)
    for part in parts:
        named[_questions(samples, part), part.group].append(part)
    entries = {
        key: tuple(
            sorted(
                (_entry(samples, part, label) for part, label in zip(alike, run_labels(alike))),
                key=lambda entry: (
                    samples.models.index(entry.model),
                    entry.shown if entry.open else -1.0,
                ),
            )
        )
        for key, alike in named.items()
    }
    # Which subjects each model's groups hold.
    held: dict[str, set[frozenset[str]]] = defaultdict(set)
    for (_, group), runs in entries.items():
        if group:
            for entry in runs:
                held[entry.model].add(frozenset(entry.subjects))
    sets = [
        QuestionSet(
            name,
            group,
            not all(
                any(_below(entry, group, subjects) for subjects in held[entry.model])
                for entry in runs
            ),
            runs,
        )
        for (name, group), runs in entries.items()
    ]
    order = sorted(sets, key=lambda one: (not one.main, -len(one.models), -one.n, one.name))
    return order, notes


def _questions(samples: Samples, part: Part) -> str:
    if part.group:
        return base_name(part.name)
    return samples.bases[samples.base[part.rows[0][0]]]


def _below(entry: Entry, group: bool, subjects: frozenset[str]) -> bool:
    """Whether a group with these subjects holds all of a run's, and more."""
    own = frozenset(entry.subjects)
    return own < subjects if group else own <= subjects


def _entry(samples: Samples, part: Part, label: str) -> Entry:
    rows = np.concatenate(part.rows)
    right, given = sure_answers(samples, rows)
    # A curve over a part of a group would be a curve about other questions.
    if not all(np.isfinite(samples.confidence[one]).any() for one in part.rows):
        given[:] = False
    return Entry(
        model=part.model,
        label=label,
        task=part.name,
        filter=part.filter,
        shown=part.shown,
        signature=part.signature,
        subjects=tuple(samples.bases[samples.base[one[0]]] for one in part.rows),
        table=np.array([tally(samples.outcome[one]) for one in part.rows]),
        rows=rows,
        confidence=samples.confidence[rows][given],
        right=right[given],
        rest=tally(samples.outcome[rows][~given]),
        forced_acc=float(right.mean()) if np.isfinite(samples.forced[rows]).all() else math.nan,
    )
