"""Two runs document by document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.run import Indices, Run

__all__ = ["Pairs", "pair"]


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
