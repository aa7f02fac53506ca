"""Bootstrap replicates of counts: documents drawn anew without touching a document."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric.outcome import Outcome
from lm_eval_abstain.statistics.counts import ORDER

__all__ = ["MERGED", "Design", "resample"]

Design = Literal["stratified", "clustered"]
"""What is drawn anew: documents within each subject, or whole subjects."""

MERGED: npt.NDArray[np.int64] = np.array(
    [
        [int(column is (Outcome.UNPARSED if row.answerless else row)) for column in ORDER]
        for row in ORDER
    ]
)
"""`counts @ MERGED` has `empty` and `truncated` added to `unparsed`: every metric is the same, and
a bootstrap has fewer kinds to draw."""


def resample(
    counts: npt.ArrayLike,
    replicates: int,
    rng: np.random.Generator,
    design: Design = "stratified",
) -> npt.NDArray[np.int64]:
    """Bootstrap replicates of counts.

    Drawing n documents with replacement and counting their kinds is one multinomial draw, so
    this is the bootstrap over documents itself and not an approximation of it.

    Args:
        counts: Documents of each kind: shape (kinds,), or (subjects, kinds).
        replicates: How many are drawn.
        rng: The generator.
        design: With subjects, "stratified" draws each subject's documents with its own n and
            adds them up; "clustered" draws as many whole subjects as there are.

    Returns:
        Shape (replicates, kinds).

    Raises:
        AbstainError: A count is negative, nothing is to be drawn, or fewer than two subjects are
            to be drawn from.
    """
    if replicates < 1:
        raise AbstainError(f"replicates must be at least 1, got {replicates}.")
    table = np.atleast_2d(np.asarray(counts, dtype=np.int64))
    if table.min(initial=0) < 0:
        raise AbstainError("counts must not be negative.")
    if design == "clustered":
        subjects = len(table)
        if subjects < 2:
            raise AbstainError("a clustered interval needs at least two subjects.")
        drawn = rng.multinomial(subjects, np.full(subjects, 1 / subjects), size=replicates)
        # As floats, which hold whole numbers exactly and are multiplied much faster.
        return (drawn.astype(float) @ table.astype(float)).astype(np.int64)
    total = np.zeros((replicates, table.shape[1]), dtype=np.int64)
    for stratum in table:
        seen = np.flatnonzero(stratum)  # a kind that was not seen costs no draw
        if seen.size:
            total[:, seen] += _draw(stratum[seen], replicates, rng)
    return total


def _draw(
    counts: npt.NDArray[np.int64], replicates: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    n, kinds = int(counts.sum()), counts.size
    if n > 8 * kinds:
        return rng.multinomial(n, counts / n, size=replicates)
    # The same draw, document by document: with nearly as many kinds as documents it is faster.
    document = np.repeat(np.arange(kinds), counts)
    drawn = document[rng.integers(n, size=(replicates, n))]
    drawn += np.arange(0, replicates * kinds, kinds)[:, None]
    return np.bincount(drawn.ravel(), minlength=replicates * kinds).reshape(replicates, kinds)
