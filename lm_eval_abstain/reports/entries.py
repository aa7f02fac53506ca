"""The runs of all models, put together by the questions that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lm_eval_abstain.logs import Run, Samples, runs_of
from lm_eval_abstain.printing.run_labels import run_labels
from lm_eval_abstain.rubric import Signature

__all__ = ["QuestionSet", "question_sets"]


@dataclass(frozen=True, eq=False)
class QuestionSet:
    """A task or a group of the harness, and every run on it.

    Attributes:
        name: The base task's or the group's name.
        group: Whether it is a group, whose tasks are pooled.
        main: Whether it stands for itself: no larger group holds it in every model's run.
        entries: The runs with their labels, model by model, the closed ones first and then by
            target.
    """

    name: str
    group: bool
    main: bool
    entries: tuple[Run, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """The models' names."""
        return tuple(dict.fromkeys(run.model for run in self.entries))

    @cached_property
    def ranked(self) -> tuple[Run, ...]:
        """The runs that a leaderboard ranks: of the same responses under several filters one run.

        That of the filter which the task names first, as its samples come first in the logs.
        """
        first: dict[tuple[str, ...], Run] = {}
        for run in sorted(self.entries, key=lambda run: int(run.rows.min())):
            asked = Signature.of(run.signature.run).line
            first.setdefault((run.model, run.task, asked), run)
        kept = set(map(id, first.values()))
        return tuple(run for run in self.entries if id(run) in kept)

    @property
    def n(self) -> int:
        """The documents of the largest run."""
        return max(run.n for run in self.entries)


def question_sets(samples: Samples) -> tuple[list[QuestionSet], tuple[str, ...]]:
    """Put the runs together.

    Returns:
        The sets, first those that stand for themselves, the largest first; and notes on groups
        that cannot be pooled.
    """
    runs, notes = runs_of(samples)
    alike: dict[tuple[str, bool], list[Run]] = defaultdict(list)
    # Which subjects each model's groups hold.
    held: dict[str, set[frozenset[str]]] = defaultdict(set)
    for run in runs:
        alike[run.base, run.group].append(run)
        if run.group:
            held[run.model].add(frozenset(run.subjects))
    sets = [
        QuestionSet(
            name,
            group,
            not all(any(_below(run, subjects) for subjects in held[run.model]) for run in own),
            _labelled(own, samples.models),
        )
        for (name, group), own in alike.items()
    ]
    return sorted(sets, key=lambda one: (not one.main, -len(one.models), -one.n, one.name)), notes


def _labelled(runs: Sequence[Run], models: Sequence[str]) -> tuple[Run, ...]:
    labelled = [replace(run, label=label) for run, label in zip(runs, run_labels(runs))]
    return tuple(
        sorted(labelled, key=lambda run: (models.index(run.model), run.shown if run.open else -1))
    )


def _below(run: Run, subjects: frozenset[str]) -> bool:
    """Whether a group with these subjects holds all of a run's, and more."""
    own = frozenset(run.subjects)
    return own < subjects if run.group else own <= subjects
