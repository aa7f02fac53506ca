"""Finds the sweeps in a table of logged samples, and lays their runs side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.audits.pools import Pool, pools_of
from lm_eval_abstain.audits.sweep import OpenRun, Sweep
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.samples import Samples

__all__ = ["Found", "find_sweeps"]

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What there is to audit.

    Attributes:
        sweeps: One a model, base task, filter and setting, in the order of the samples.
        pools: The groups whose tasks are pooled.
        refused: What looks like a sweep and cannot be audited, and why.
    """

    sweeps: tuple[Sweep, ...]
    pools: tuple[Pool, ...]
    refused: tuple[str, ...]

    @property
    def whole(self) -> list[Sweep]:
        """What is audited in full: the outermost groups, and tasks of no group."""
        outermost = [pool.sweep for pool in self.pools if pool.outermost]
        return outermost + [sweep for sweep in self.sweeps if id(sweep) not in self._held]

    @property
    def parts(self) -> list[Sweep]:
        """The rest: groups and tasks that an outermost group holds."""
        inner = [pool.sweep for pool in self.pools if not pool.outermost]
        return inner + [sweep for sweep in self.sweeps if id(sweep) in self._held]

    @property
    def _held(self) -> set[int]:
        return {id(sweep) for pool in self.pools for sweep in pool.members}


@dataclass(frozen=True)
class _Key:
    """What the runs of a sweep share; for a closed run the setting is its metric alone."""

    model: int
    base: int
    filter: int
    setting: str

    @property
    def closed(self) -> _Key:
        """The key of the closed run that belongs to an open one."""
        metric = [part for part in self.setting.split("|") if part.startswith("metric:")]
        return replace(self, setting="|".join(metric))


Tasks = dict[int, Rows]
"""The rows of one run by the task that they were logged for; it should be one task."""


def find_sweeps(samples: Samples) -> Found:
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
    opened, closed = _runs(samples)
    if not opened:
        raise AbstainError(
            "no sample was asked under the open rubric, so there is nothing to audit: run "
            "<base>_abstain_sweep with --log_samples."
        )
    sweeps: list[Sweep] = []
    refused: list[str] = []
    for key, runs in opened.items():
        try:
            sweeps.append(_sweep(samples, key, runs, closed.get(key.closed, {})))
        except AbstainError as error:
            refused.append(str(error))
    if not sweeps:
        raise AbstainError(" ".join(refused))
    pools, unpooled = pools_of(samples, sweeps)
    return Found(tuple(sweeps), pools, (*refused, *unpooled))


def _runs(samples: Samples) -> tuple[dict[_Key, dict[float, Tasks]], dict[_Key, Tasks]]:
    """The rows of each open run by target, and of each closed one."""
    opened: dict[_Key, dict[float, Tasks]] = {}
    closed: dict[_Key, Tasks] = {}
    for rows in _blocks(samples):
        first = rows[0]
        signature = samples.signatures[samples.signature[first]]
        key = _Key(
            int(samples.model[first]),
            int(samples.base[first]),
            int(samples.filter[first]),
            signature.setting,
        )
        if signature.rubric == "open":
            tasks = opened.setdefault(key, {}).setdefault(signature.target, {})
        elif signature.rubric == "closed":
            tasks = closed.setdefault(key.closed, {})
        else:  # a stated confidence is another experiment
            continue
        task = int(samples.task[first])
        # One task may have several signatures, which differ in nothing that was run.
        tasks[task] = np.concatenate([tasks[task], rows]) if task in tasks else rows
    return opened, closed


def _blocks(samples: Samples) -> Iterator[Rows]:
    """Rows that share model, base, filter, task and signature."""
    columns = (samples.model, samples.base, samples.filter, samples.task, samples.signature)
    order = np.lexsort(columns[::-1])
    changes = np.any([np.diff(column[order]) != 0 for column in columns], axis=0)
    for rows in np.split(order, np.flatnonzero(changes) + 1):
        yield np.sort(rows)


def _sweep(samples: Samples, key: _Key, runs: Mapping[float, Tasks], closed: Tasks) -> Sweep:
    base = samples.bases[key.base]
    name = f"{samples.models[key.model]}, {base}"
    for target, tasks in runs.items():
        if len(tasks) > 1:
            names = " and ".join(sorted(samples.tasks[task] for task in tasks))
            raise AbstainError(
                f"{name}: the samples at {target:g} are there twice, from {names}: name the "
                "folder, or the files, of one of them."
            )
    rows = {target: next(iter(runs[target].values())) for target in sorted(runs)}
    lowest = min(rows)
    notes: list[str] = []
    control = None
    if closed:
        task = _preferred(samples, base, closed)
        try:
            control = _beside(samples, rows[lowest], closed[task], extra=True)
        except AbstainError as error:
            notes.append(f"the closed run {samples.tasks[task]} is left out: {error}")
        more = 0 if control is None else len(closed[task]) - len(control)
        if more:
            notes.append(f"the closed run has {more} documents more, which are left out.")
    if "wording:placebo" in key.setting.split("|"):
        notes.append("the wording says nothing about abstaining: this is the control.")
    opened: list[OpenRun] = []
    for target, other in rows.items():
        try:
            at = _beside(samples, rows[lowest], other)
        except AbstainError as error:
            raise AbstainError(f"{name}, {lowest:g} against {target:g}: {error}") from None
        opened.append(OpenRun(target, samples.outcome[at], samples.forced[at].astype(float)))
    unknown = np.full(len(rows[lowest]), np.nan)
    return Sweep(
        model=samples.models[key.model],
        task=base,
        filter=samples.filters[key.filter],
        setting=key.setting,
        documents=[(base, samples.name_of(int(row))) for row in rows[lowest]],
        runs=tuple(opened),
        closed=None if control is None else samples.outcome[control],
        confidence=unknown if control is None else samples.confidence[control],
        notes=tuple(notes),
    )


def _preferred(samples: Samples, base: str, closed: Tasks) -> int:
    """The closed variant, or else the base task itself."""
    ranks = {f"{base}_closed": 0, base: 1}
    return min(closed, key=lambda task: ranks.get(samples.tasks[task], 2))


def _beside(samples: Samples, one: Rows, other: Rows, *, extra: bool = False) -> Rows:
    """The rows of `other` in the order of the same documents in `one`.

    Args:
        samples: The samples.
        one: The rows of a run.
        other: The rows of another run of the same base task.
        extra: Whether `other` may have more documents.

    Raises:
        AbstainError: The documents are not the same.
    """
    ids = samples.doc_id[one], samples.doc_id[other]
    for rows, numbers in zip((one, other), ids):
        if len(np.unique(numbers)) < len(rows):
            raise AbstainError("a document is there twice in one run.")
    lone = np.setdiff1d(*ids) if extra else np.setxor1d(*ids)
    if lone.size:
        rows = np.concatenate([one, other])
        first = samples.name_of(int(rows[np.isin(samples.doc_id[rows], lone)][0]))
        raise AbstainError(
            f"{lone.size} documents are in one of the two runs only, the first is {first}: run "
            "both with the same --limit or --samples."
        )
    order = np.argsort(ids[1])
    found = other[order[np.searchsorted(ids[1], ids[0], sorter=order)]]
    hashes = samples.doc_hash[one], samples.doc_hash[found]
    differ = (hashes[0] != hashes[1]) & (hashes[0] != 0) & (hashes[1] != 0)
    if differ.any():
        first = samples.name_of(int(one[differ][0]))
        raise AbstainError(
            f"{int(differ.sum())} documents have the same number and another content, the first "
            f"is {first}: the data, or their order, changed between the runs."
        )
    return found
