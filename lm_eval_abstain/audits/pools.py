"""Pools the documents of a group's tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval_abstain.audits.sweep import Sweep, pooled
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.samples import Samples
from lm_eval_abstain.rubric.names import base_name

__all__ = ["Pool", "pools_of"]


@dataclass(frozen=True, eq=False)
class Pool:
    """A group as one sweep.

    Attributes:
        sweep: The documents of all its tasks.
        members: The sweeps of the tasks.
        outermost: Whether no other group holds all its tasks and more.
    """

    sweep: Sweep
    members: tuple[Sweep, ...]
    outermost: bool


def pools_of(samples: Samples, sweeps: Sequence[Sweep]) -> tuple[tuple[Pool, ...], tuple[str, ...]]:
    """Pool every group all of whose tasks have a sweep.

    The groups of a sweep hold the same base tasks several times, once a target; they are one.

    Args:
        samples: The samples, which know the groups.
        sweeps: The sweeps of single tasks.

    Returns:
        The pools, the largest first, and why others could not be made.
    """
    bases = {
        (int(model), samples.tasks[task]): samples.bases[base]
        for model, task, base in {
            *zip(samples.model.tolist(), samples.task.tolist(), samples.base.tolist())
        }
    }
    # For each model and set of base tasks the groups that hold it, under their base's name.
    groups: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for group in samples.groups:
        held = frozenset(bases.get((group.model, task), task) for task in group.tasks)
        groups[samples.models[group.model], held].append(base_name(group.name))
    alike: dict[tuple[str, str, str], dict[str, Sweep]] = defaultdict(dict)
    for sweep in sweeps:
        alike[sweep.model, sweep.filter, sweep.setting][sweep.task] = sweep
    pools: list[Pool] = []
    refused: list[str] = []
    for (model, _, _), own in alike.items():
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
