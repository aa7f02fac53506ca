"""Which samples the page holds: a few of each model and outcome, the same ones every time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Samples
from lm_eval_abstain.rubric import ORDER

__all__ = ["MOST", "PER_OUTCOME", "Selection", "select_samples"]

PER_OUTCOME = 40
"""How many samples of each model and outcome the page holds by default."""
MOST = 1_000
"""How many samples it holds at most; the limit of each model and outcome is lowered to that."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The samples that were selected.

    Attributes:
        rows: Indices into the table, by model and outcome.
        limit: How many of each model and outcome were wanted.
        shown: Shape (models, 6): how many of each model and outcome there are.
        all: The same of all samples.
    """

    rows: npt.NDArray[np.int64]
    limit: int
    shown: npt.NDArray[np.int64]
    all: npt.NDArray[np.int64]


def select_samples(samples: Samples, per_outcome: int = PER_OUTCOME) -> Selection:
    """Select samples of each model and outcome.

    They are spread evenly over the tasks, and within a task taken in an order that depends on
    nothing but the documents. So the same samples are selected every time, and as far as
    possible the same documents of every model.

    Args:
        samples: All samples.
        per_outcome: How many of each model and outcome, at least 0. No outcome is left out
            unless it is 0.
    """
    kinds = len(ORDER)
    stratum = kinds * samples.model.astype(np.int64) + samples.outcome
    every = np.bincount(stratum, minlength=kinds * len(samples.models))
    limit = min(per_outcome, max(1, MOST // max(1, int((every > 0).sum()))))
    order = np.lexsort([_shuffled(samples), samples.filter, samples.task, stratum])
    # How many of the same model, outcome, task and filter come before.
    part = np.stack([samples.filter, samples.task, stratum])[:, order]
    before = _places(np.any(np.diff(part, axis=1) != 0, axis=0))
    # A document of one model may have several runs; names decide, as codes depend on the reading.
    names = [_ranks(samples.filters)[samples.filter], _ranks(samples.tasks)[samples.task]]
    again = np.lexsort(
        [*(name[order] for name in names), _shuffled(samples)[order], before, stratum[order]]
    )
    order = order[again]
    kept = order[_places(np.diff(stratum[order]) != 0) < limit]
    shown = np.bincount(stratum[kept], minlength=len(every))
    shape = len(samples.models), kinds
    return Selection(kept, limit, shown.reshape(shape), every.reshape(shape))


def _places(changes: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The place of each row in its run of equal rows, given where one run ends."""
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
    sizes = np.diff(np.append(starts, len(changes) + 1))
    return np.arange(len(changes) + 1) - np.repeat(starts, sizes)


def _ranks(names: Sequence[str]) -> npt.NDArray[np.int64]:
    """The place of each name among the sorted ones."""
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


def _shuffled(samples: Samples) -> npt.NDArray[np.uint64]:
    """A number for each document, in no order that means anything: splitmix64 of what it is."""
    bases = [hashlib.sha256(name.encode("utf-8", "replace")).digest() for name in samples.bases]
    salts = np.array([int.from_bytes(digest[:8], "big") for digest in bases], dtype=np.uint64)
    known = samples.doc_hash != 0
    value: npt.NDArray[np.uint64] = np.where(
        known, samples.doc_hash, samples.doc_id.astype(np.uint64)
    )
    value ^= salts[samples.base]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return value ^ (value >> np.uint64(31))
