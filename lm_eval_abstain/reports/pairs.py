"""How two runs did on the same documents, as nine numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Run, Samples, pair
from lm_eval_abstain.rubric import ORDER, Outcome, UnparsedPolicy

__all__ = ["SCORED", "joint_scored"]

SCORED = (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
"""What a document is scored as, in the order of the counts."""


def joint_scored(
    samples: Samples, runs: Sequence[Run], unparsed: UnparsedPolicy
) -> dict[tuple[int, int], npt.NDArray[np.int64]]:
    """Count the documents that two runs share by what they are scored as in each.

    See `logs.pair` for which documents are the same. Documents that the policy leaves out of
    either run do not count.

    Args:
        samples: All samples.
        runs: The runs, each without a document that it has twice.
        unparsed: What documents without an answer are scored as.

    Returns:
        For each pair of places in `runs`, the first one smaller, an array of shape (3, 3): in
        row i and column j the documents scored as `SCORED[i]` in the first run and `SCORED[j]`
        in the second.
    """
    codes = np.array(
        [
            -1 if (scored := outcome.scored_as(unparsed)) is None else SCORED.index(scored)
            for outcome in ORDER
        ]
    )
    scored = codes[samples.outcome]
    found: dict[tuple[int, int], npt.NDArray[np.int64]] = {}
    for one, other in combinations(range(len(runs)), 2):
        pairs = pair(runs[one], runs[other])
        first, second = scored[pairs.one], scored[pairs.other]
        both = (first >= 0) & (second >= 0)
        found[one, other] = np.bincount(3 * first[both] + second[both], minlength=9).reshape(3, 3)
    return found
