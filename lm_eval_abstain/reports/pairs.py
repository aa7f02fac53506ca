"""How two runs did on the same documents, as nine numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Samples
from lm_eval_abstain.reports.entries import Entry
from lm_eval_abstain.rubric import ORDER, Outcome, UnparsedPolicy

__all__ = ["SCORED", "joint_scored"]

SCORED = (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
"""What a document is scored as, in the order of the counts."""


def joint_scored(
    samples: Samples, entries: Sequence[Entry], unparsed: UnparsedPolicy
) -> dict[tuple[int, int], npt.NDArray[np.int64]]:
    """Count the documents that two runs share by what they are scored as in each.

    Documents are the same as in `Samples.pairs`: number, base task and hash agree, and an unknown
    hash agrees with every hash. Documents that the policy leaves out of either run do not count.

    Args:
        samples: All samples.
        entries: The runs, each without a document that it has twice.
        unparsed: What documents without an answer are scored as.

    Returns:
        For each pair of places in `entries`, the first one smaller, an array of shape (3, 3): in
        row i and column j the documents scored as `SCORED[i]` in the first run and `SCORED[j]`
        in the second.
    """
    codes = np.array(
        [
            -1 if (scored := outcome.scored_as(unparsed)) is None else SCORED.index(scored)
            for outcome in ORDER
        ]
    )
    rows = np.concatenate([entry.rows for entry in entries])
    keys = np.stack([samples.base[rows].astype(np.int64), samples.doc_id[rows]])
    documents, place = np.unique(keys, axis=1, return_inverse=True)
    places = np.split(place.ravel(), np.cumsum([entry.n for entry in entries])[:-1])
    scored = np.full((len(entries), documents.shape[1]), -1)
    hashes = np.zeros(scored.shape, dtype=np.uint64)
    for run, (entry, own) in enumerate(zip(entries, places)):
        scored[run, own] = codes[samples.outcome[entry.rows]]
        hashes[run, own] = samples.doc_hash[entry.rows]
    found: dict[tuple[int, int], npt.NDArray[np.int64]] = {}
    for one, other in combinations(range(len(entries)), 2):
        first, second = hashes[one], hashes[other]
        both = (scored[one] >= 0) & (scored[other] >= 0)
        both &= (first == second) | (first == 0) | (second == 0)
        cells = 3 * scored[one][both] + scored[other][both]
        found[one, other] = np.bincount(cells, minlength=9).reshape(3, 3)
    return found
