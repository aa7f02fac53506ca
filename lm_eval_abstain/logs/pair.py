"""Two runs document by document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.run import Indices, Run
from lm_eval_abstain.statistics import joint

__all__ = ["Pairs", "joint_outcomes", "pair"]


@dataclass(frozen=True, eq=False)
class Pairs:
    """The documents of two runs, as rows of their table.

    Attributes:
        one: Shape (k,): the first run's samples of the documents that both have, in its order.
        other: Shape (k,): the second run's samples of the same documents.
        only_one: The samples of documents that only the first run has.
        only_other: The samples of documents that only the second run has.
        changed: The first run's samples of documents that have the same number in the second run
            and another content.
    """

    one: Indices
    other: Indices
    only_one: Indices
    only_other: Indices
    changed: Indices


def pair(one: Run, other: Run) -> Pairs:
    """Find the samples of two runs that are about the same documents.

    Documents are the same if number, base task and hash agree; an unknown hash agrees with
    every hash.

    Args:
        one: A run.
        other: A run of the same table.

    Raises:
        AbstainError: A document is in one of the runs twice, or the runs are of two tables.
    """
    samples = one.samples
    if other.samples is not samples:
        raise AbstainError("the runs are of two tables: load the samples of both together.")
    documents, own = _places(one)
    others, place = _places(other)
    at = place[documents]
    found = at >= 0
    first, second = one.rows[found], other.rows[at[found]]
    hashes = samples.doc_hash[first], samples.doc_hash[second]
    same = (hashes[0] == hashes[1]) | (hashes[0] == 0) | (hashes[1] == 0)
    return Pairs(
        one=first[same],
        other=second[same],
        only_one=one.rows[~found],
        only_other=other.rows[own[others] < 0],
        changed=first[~same],
    )


def joint_outcomes(one: Run, other: Run) -> npt.NDArray[np.int64]:
    """Count the documents that two runs share, by base task and by both outcomes.

    Args:
        one: A run.
        other: A run of the same table.

    Returns:
        Shape (tasks, 6, 6), as `paired_bootstrap` takes it; without a task where the runs share no
        document.

    Raises:
        AbstainError: See `pair`.
    """
    samples, pairs = one.samples, pair(one, other)
    tasks = samples.base[pairs.one]
    return np.array(
        [
            joint(samples.outcome[pairs.one[own]], samples.outcome[pairs.other[own]])
            for own in (tasks == task for task in np.unique(tasks))
        ]
    )


def _places(run: Run) -> tuple[Indices, Indices]:
    """A run's documents, and the place in the run of every document of the table, or -1."""
    document = run.samples.document
    documents = document[run.rows]
    index = np.arange(len(documents))
    place = np.full(int(document.max()) + 1, -1)
    place[documents] = index
    if not np.array_equal(place[documents], index):
        raise AbstainError("a document is there twice in one run.")
    return documents, place
