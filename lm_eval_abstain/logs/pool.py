"""The runs of groups: the documents of their tasks, pooled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from lm_eval_abstain.logs.run import Run, split
from lm_eval_abstain.logs.samples import Group, Samples
from lm_eval_abstain.rubric import Signature

__all__ = ["pool", "runs_of", "totals_of"]

Pools = dict[tuple[str, Hashable], list[Run]]
"""The runs of a group's tasks by their filter and what else they must share to be pooled."""


def runs_of(samples: Samples) -> tuple[list[Run], tuple[str, ...]]:
    """All runs of a table.

    Returns:
        For each model the runs of tasks and then those of groups; and the notes of `pool`.
    """
    runs = split(samples)
    groups, notes = pool(runs)
    # The models in the order of the table; of each the tasks come first.
    return [
        run
        for model in dict.fromkeys(run.model for run in runs)
        for run in (*runs, *groups)
        if run.model == model
    ], notes


def pool(runs: Sequence[Run]) -> tuple[list[Run], tuple[str, ...]]:
    """Pool groups over the documents of their tasks.

    A group has a run for each filter and each rubric that several of its tasks share. Of groups
    with the same runs only the smallest one is pooled.

    Args:
        runs: The runs of tasks, from `split`.

    Returns:
        The runs of groups, for each model the small ones first; and notes on groups that cannot
        be pooled, or not as a whole.
    """
    pooled: list[Run] = []
    notes: list[str] = []
    by_model: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        by_model[run.model][run.task].append(run)
    for model, by_task in by_model.items():
        samples = next(iter(by_task.values()))[0].samples
        groups = [group for group in samples.groups if samples.models[group.model] == model]
        pooled += _groups(groups, by_task, notes)
    return pooled, tuple(notes)


def totals_of(runs: Sequence[Run]) -> list[Run]:
    """The runs of groups, and those of tasks that no group's run holds."""
    held = {int(rows[0]) for run in runs if run.group for rows in run.by_task}
    return [run for run in runs if run.group or int(run.rows[0]) not in held]


def _groups(
    groups: Sequence[Group], by_task: Mapping[str, Sequence[Run]], notes: list[str]
) -> Iterator[Run]:
    """The runs of one model's groups."""
    done: set[tuple[Hashable, frozenset[str]]] = set()
    for group in sorted(groups, key=lambda group: len(group.tasks)):
        pools = _pools(group.tasks, by_task)
        several = {key: members for key, members in pools.items() if len(members) > 1}
        absent = [task for task in group.tasks if task not in by_task]
        if absent and several:
            notes.append(f"{group.name} is pooled without {', '.join(absent)}: no samples.")
        alike = Counter(asked for (_, asked), members in pools.items() for _ in members)
        whole = {asked for _, asked in several}
        if any(count > 1 and asked not in whole for asked, count in alike.items()):
            notes.append(f"{group.name} has no total: no filter scored two of its tasks.")
        for key, members in several.items():
            same = (key, frozenset(run.task for run in members))
            if same not in done:
                done.add(same)
                yield _pooled(group, members)


def _pools(names: Sequence[str], by_task: Mapping[str, Sequence[Run]]) -> Pools:
    pools: Pools = defaultdict(list)
    for name in names:
        for run in by_task.get(name, ()):
            pools[run.filter, run.signature.asked].append(run)
    for key, members in list(pools.items()):
        if len({run.task for run in members}) < len(members):
            # A task was run twice, say with the option elsewhere: no document may count twice.
            del pools[key]
            for run in members:
                pools[key[0], (key[1], run.signature)].append(run)
    return pools


def _pooled(group: Group, members: Sequence[Run]) -> Run:
    first = members[0]
    return Run(
        samples=first.samples,
        model=first.model,
        task=group.name,
        filter=first.filter,
        signature=Signature.merged([run.signature for run in members]),
        by_task=tuple(rows for run in members for rows in run.by_task),
        members=group.tasks,
    )
