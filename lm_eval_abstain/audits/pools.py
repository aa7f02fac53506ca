"""Pools the sweeps of a group's tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, pooled
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric.signature import in_any_language

__all__ = ["Pool", "pools_of"]


@dataclass(frozen=True, eq=False)
class Pool:
    """A group as one sweep.

    Attributes:
        sweep: The documents of all its tasks.
        members: The sweeps of the tasks.
        outermost: Whether no other group holds all its tasks and more.
    """

    sweep: SweepOutcomes
    members: tuple[SweepOutcomes, ...]
    outermost: bool


def pools_of(
    runs: Sequence[Run], sweeps: Sequence[SweepOutcomes]
) -> tuple[tuple[Pool, ...], tuple[str, ...]]:
    """Pool every group all of whose tasks have a sweep.

    The groups of a sweep hold the same base tasks several times, once a target; they are one.

    Args:
        runs: The runs of tasks and groups, from `logs.runs_of`.
        sweeps: The sweeps of single tasks.

    Returns:
        The pools, the largest first, and why others could not be made.
    """
    bases = {(run.model, run.task): run.base for run in runs if not run.group}
    # For each model and set of base tasks the names of the groups that hold it.
    groups: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for run in runs:
        if run.group:
            held = frozenset(bases.get((run.model, task), task) for task in run.members)
            groups[run.model, held].append(run.base)
    pools: list[Pool] = []
    refused: list[str] = []
    for own in _alike(sweeps):
        model = next(iter(own.values())).model
        held_by = {
            held: min(names, key=lambda name: (len(name), name))
            for (owner, held), names in groups.items()
            if owner == model and len(held) > 1 and held <= own.keys()
        }
        for held, name in sorted(held_by.items(), key=lambda item: -len(item[0])):
            members = tuple(sweep for task, sweep in own.items() if task in held)
            outermost = not any(held < other for other in held_by)
            try:
                pools.append(Pool(pooled(members, name), members, outermost))
            except AbstainError as error:
                refused.append(str(error))
    return tuple(pools), tuple(refused)


def _alike(sweeps: Sequence[SweepOutcomes]) -> Iterator[dict[str, SweepOutcomes]]:
    """The sweeps that may be pooled, by their task: each task is asked in its own language.

    Where a task was asked in two languages, each language is pooled by itself.
    """
    alike: dict[tuple[str, str, str], list[SweepOutcomes]] = defaultdict(list)
    for sweep in sweeps:
        alike[sweep.model, sweep.filter, in_any_language(sweep.setting)].append(sweep)
    for several in alike.values():
        own: dict[str, dict[str, SweepOutcomes]] = defaultdict(dict)
        once = len({sweep.task for sweep in several}) == len(several)
        for sweep in several:
            own["" if once else sweep.setting][sweep.task] = sweep
        yield from own.values()
