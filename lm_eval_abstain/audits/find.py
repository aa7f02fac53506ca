"""Finds the sweeps in a table of logged samples, and lays their runs side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lm_eval_abstain.audits.pools import Pool, pools_of
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Run, Samples, pair, runs_of
from lm_eval_abstain.logs.run import Indices

__all__ = ["FoundSweeps", "find_sweeps"]


@dataclass(frozen=True)
class FoundSweeps:
    """The sweeps in a table.

    Attributes:
        sweeps: One a model, base task, filter and setting, in the order of the samples.
        pools: The groups whose tasks are pooled.
        refused: Why runs that look like a sweep cannot be audited.
    """

    sweeps: tuple[SweepOutcomes, ...]
    pools: tuple[Pool, ...]
    refused: tuple[str, ...]

    @property
    def whole(self) -> list[SweepOutcomes]:
        """The sweeps to audit in full: the outermost groups, and tasks of no group."""
        outermost = [pool.sweep for pool in self.pools if pool.outermost]
        return outermost + [sweep for sweep in self.sweeps if id(sweep) not in self._held]

    @property
    def members(self) -> list[SweepOutcomes]:
        """The others: groups and tasks that an outermost group holds."""
        inner = [pool.sweep for pool in self.pools if not pool.outermost]
        return inner + [sweep for sweep in self.sweeps if id(sweep) in self._held]

    @cached_property
    def _held(self) -> set[int]:
        return {id(sweep) for pool in self.pools for sweep in pool.members}


def find_sweeps(samples: Samples) -> FoundSweeps:
    """Find every sweep.

    The open runs of one model, base task and filter make a sweep if they differ in nothing but
    the target: other wordings, abstain texts, positions, metrics, or samples a question are other
    sweeps. The closed run is that of `<base>_closed`, or else the base task's own, with the same
    metric.

    Args:
        samples: The samples.

    Raises:
        AbstainError: No run is under the open rubric, or none of the sweeps can be audited.
    """
    runs, _ = runs_of(samples)
    opened: dict[tuple[str, ...], list[Run]] = defaultdict(list)
    closed: dict[tuple[str, ...], list[Run]] = defaultdict(list)
    for run in sorted((run for run in runs if not run.group), key=_place):
        if run.signature.rubric == "open":
            opened[(*_questions(run), run.signature.setting)].append(run)
        elif run.signature.rubric == "closed":  # a stated confidence is another experiment
            closed[(*_questions(run), _metric(run))].append(run)
    if not opened:
        raise AbstainError(
            "no sample was asked under the open rubric, so there is nothing to audit: run "
            "<base>_abstain_sweep with --log_samples."
        )
    sweeps: list[SweepOutcomes] = []
    refused: list[str] = []
    for several in opened.values():
        key = (*_questions(several[0]), _metric(several[0]))
        try:
            sweeps.append(_sweep(several, closed.get(key, ())))
        except AbstainError as error:
            refused.append(str(error))
    if not sweeps:
        raise AbstainError(" ".join(refused))
    pools, unpooled = pools_of(runs, sweeps)
    return FoundSweeps(tuple(sweeps), pools, (*refused, *unpooled))


def _place(run: Run) -> tuple[int, ...]:
    """The place of a run in the order of the samples, base task by base task."""
    samples, first = run.samples, run.rows[0]
    columns = (samples.model, samples.base, samples.filter, samples.task, samples.signature)
    return tuple(int(column[first]) for column in columns)


def _questions(run: Run) -> tuple[str, str, str]:
    return run.model, run.base, run.filter


def _metric(run: Run) -> str:
    return run.signature.parts.get("metric", "")


def _sweep(runs: Sequence[Run], closed: Sequence[Run]) -> SweepOutcomes:
    """Lay the open runs of one setting, and the closed run, side by side."""
    samples, base = runs[0].samples, runs[0].base
    name = f"{runs[0].model}, {base}"
    tasks: dict[float, list[str]] = defaultdict(list)
    for run in runs:
        tasks[run.shown].append(run.task)
    for target, several in tasks.items():
        if len(several) > 1:
            names = " and ".join(sorted(several))
            raise AbstainError(
                f"{name}: the samples at {target:g} are there twice, from {names}: name the "
                "folder, or the files, of one of them."
            )
    runs = sorted(runs, key=lambda run: run.shown)
    lowest = runs[0]
    notes: list[str] = []
    control = _control(lowest, closed, notes)
    if lowest.signature.wording == "placebo":
        notes.append("the wording says nothing about abstaining: this is the control.")
    opened: list[TargetOutcomes] = []
    for run in runs:
        try:
            rows = _beside(lowest, run)
        except AbstainError as error:
            raise AbstainError(f"{name}, {lowest.shown:g} against {run.shown:g}: {error}") from None
        opened.append(
            TargetOutcomes(
                run.shown,
                samples.outcome[rows],
                samples.forced[rows].astype(float),
                samples.without_stakes[rows].astype(float),
            )
        )
    unknown = np.full(lowest.n, np.nan)
    return SweepOutcomes(
        model=lowest.model,
        task=base,
        filter=lowest.filter,
        setting=lowest.signature.setting,
        documents=[(base, samples.name_of(int(row))) for row in lowest.rows],
        runs=tuple(opened),
        closed=None if control is None else samples.outcome[control],
        confidence=unknown if control is None else samples.confidence[control],
        notes=tuple(notes),
    )


def _control(run: Run, closed: Sequence[Run], notes: list[str]) -> Indices | None:
    """The closed samples of an open run's documents, in their order; None without them.

    The closed variant is preferred to the base task itself.
    """
    if not closed:
        return None
    ranks = {f"{run.base}_closed": 0, run.base: 1}
    task = min((one.task for one in closed), key=lambda name: ranks.get(name, 2))
    own = tuple(rows for one in closed if one.task == task for rows in one.by_task)
    control = replace(closed[0], task=task, by_task=own)
    try:
        rows = _beside(run, control, extra=True)
    except AbstainError as error:
        notes.append(f"the closed run {task} is left out: {error}")
        return None
    if more := control.n - len(rows):
        notes.append(f"the closed run has {more} documents more, which are left out.")
    return rows


def _beside(one: Run, other: Run, *, extra: bool = False) -> Indices:
    """The samples of `other` in the order of the same documents in `one`.

    Args:
        one: A run.
        other: Another run of the same base task.
        extra: Whether `other` may have more documents.

    Raises:
        AbstainError: The documents are not the same.
    """
    pairs = pair(one, other)
    lone = pairs.only_one if extra else np.concatenate([pairs.only_one, pairs.only_other])
    if lone.size:
        raise AbstainError(
            f"{lone.size} documents are in one of the two runs only, the first is "
            f"{one.samples.name_of(int(lone[0]))}: run both with the same --limit or --samples."
        )
    if pairs.changed.size:
        raise AbstainError(
            f"{pairs.changed.size} documents have the same number and another content, the first "
            f"is {one.samples.name_of(int(pairs.changed[0]))}: the data, or their order, changed "
            "between the runs."
        )
    return pairs.other
