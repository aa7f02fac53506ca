"""Which samples are scored together: those of a task, and those of a group, pooled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Group, Samples
from lm_eval_abstain.rubric import Signature

__all__ = ["RUN", "Part", "parts_of"]

RUN = ("rubric", "t", "wording", "text", "k")
"""The parts of a signature that say what the model was asked."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Samples of one model under one rubric and one filter.

    Attributes:
        model: The model's name.
        name: The task's or the group's name.
        group: Whether it is a group.
        filter: The filter's name.
        shown: The confidence target that the model was shown; NaN if none was.
        signature: The signature's parts; where tasks of a group differ, with all their values.
        rows: The samples of each task, as indices into the table.
    """

    model: str
    name: str
    group: bool
    filter: str
    shown: float
    signature: Mapping[str, str]
    rows: tuple[Indices, ...]


def parts_of(samples: Samples) -> tuple[list[Part], list[str]]:
    """All tasks and groups of a table.

    A group is pooled over the documents of its tasks, for each rubric and filter that several of
    them share.

    Returns:
        The parts, for each model the tasks and then its groups; and notes on groups that cannot
        be pooled, or not as a whole.
    """
    parts: list[Part] = []
    notes: list[str] = []
    tasks: dict[int, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for part, model in _tasks(samples):
        tasks[model][part.name].append(part)
    for model, named in tasks.items():
        parts += [part for several in named.values() for part in several]
        groups = [group for group in samples.groups if group.model == model]
        parts += _groups(groups, named, notes)
    return parts, notes


def _groups(
    groups: Sequence[Group], tasks: Mapping[str, Sequence[Part]], notes: list[str]
) -> Iterator[Part]:
    """The totals of one model's groups, small ones first; none is made twice."""
    done: set[tuple[object, frozenset[str]]] = set()
    for group in sorted(groups, key=lambda group: len(group.tasks)):
        pools = _pools(group.tasks, tasks)
        pooled = {key: pool for key, pool in pools.items() if len(pool) > 1}
        absent = [task for task in group.tasks if task not in tasks]
        if absent and pooled:
            notes.append(f"{group.name} is pooled without {', '.join(absent)}: no samples.")
        alike = Counter(rubric for (_, rubric), pool in pools.items() for _ in pool)
        whole = {rubric for _, rubric in pooled}
        if any(count > 1 and rubric not in whole for rubric, count in alike.items()):
            notes.append(f"{group.name} has no total: no filter scored two of its tasks.")
        for key, pool in pooled.items():
            same = (key, frozenset(part.name for part in pool))
            if same not in done:  # a group above it that adds nothing
                done.add(same)
                yield _pooled(group.name, pool)


def _tasks(samples: Samples) -> Iterator[tuple[Part, int]]:
    """The samples of each model, task, filter and rubric, in the order in which they were read."""
    asked = [Signature.of(signature.run).line for signature in samples.signatures]
    runs = {line: code for code, line in enumerate(asked)}
    run = np.array([runs[line] for line in asked], dtype=np.int64)
    keys = [samples.model, samples.task, samples.filter, run[samples.signature]]
    order = np.lexsort(keys[::-1]).astype(np.int64)
    if not order.size:
        return
    changed = np.zeros(len(order) - 1, dtype=bool)
    for key in keys:
        changed |= key[order][1:] != key[order][:-1]
    for rows in np.split(order, np.flatnonzero(changed) + 1):
        first = rows[0]
        lines = {samples.signatures[code] for code in np.unique(samples.signature[rows])}
        part = Part(
            model=samples.models[samples.model[first]],
            name=samples.tasks[samples.task[first]],
            group=False,
            filter=samples.filters[samples.filter[first]],
            shown=samples.signatures[samples.signature[first]].target,
            signature=_merged([line.parts for line in lines]),
            rows=(rows,),
        )
        yield part, int(samples.model[first])


def _pools(
    names: Sequence[str], tasks: Mapping[str, Sequence[Part]]
) -> dict[tuple[str, tuple[str, ...]], list[Part]]:
    """A group's tasks by what they must share to be pooled: filter and rubric."""
    pools: dict[tuple[str, tuple[str, ...]], list[Part]] = defaultdict(list)
    for name in names:
        for part in tasks.get(name, ()):
            rubric = tuple(part.signature.get(key, "") for key in RUN)
            pools[part.filter, rubric].append(part)
    for (name, rubric), pool in list(pools.items()):
        if len({part.name for part in pool}) < len(pool):
            # A task was run twice, say with the option elsewhere: no document may count twice.
            del pools[name, rubric]
            for part in pool:
                exact = (f"{key}:{value}" for key, value in part.signature.items())
                pools[name, (*rubric, *exact)].append(part)
    return pools


def _pooled(name: str, pool: Sequence[Part]) -> Part:
    first = pool[0]
    return Part(
        model=first.model,
        name=name,
        group=True,
        filter=first.filter,
        shown=first.shown,
        signature=_merged([part.signature for part in pool]),
        rows=tuple(rows for part in pool for rows in part.rows),
    )


def _merged(signatures: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One signature for several; a part in which they differ has all the values."""
    keys = dict.fromkeys(key for signature in signatures for key in signature)
    return {
        key: ",".join(sorted({signature[key] for signature in signatures if key in signature}))
        for key in keys
    }
