"""Bootstrap replicates of counts: documents drawn anew without touching a document."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import ORDER, Outcome

__all__ = ["MERGED", "resample"]

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
) -> npt.NDArray[np.int64]:
    """Bootstrap replicates of counts.

    Drawing n documents with replacement and counting their kinds is one multinomial draw, so
    this is the bootstrap over documents itself and not an approximation of it.

    Args:
        counts: Documents of each kind: shape (kinds,), or (subjects, kinds) of a pooled group:
            each subject then keeps its number of documents.
        replicates: How many are drawn.
        rng: The generator.

    Returns:
        Shape (replicates, kinds).

    Raises:
        AbstainError: A count is negative, or nothing is to be drawn.
    """
    if replicates < 1:
        raise AbstainError(f"replicates must be at least 1, got {replicates}.")
    table = np.atleast_2d(np.asarray(counts, dtype=np.int64))
    if table.min(initial=0) < 0:
        raise AbstainError("counts must not be negative.")
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
