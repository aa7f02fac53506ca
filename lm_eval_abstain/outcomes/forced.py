"""How sure a model is of its answer among the options, from log-likelihoods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

__all__ = ["forced_confidence"]


def forced_confidence(
    logliks: Sequence[Sequence[float]], lengths: Sequence[Sequence[float]] | None = None
) -> npt.NDArray[np.float64]:
    """The probability of each document's forced answer among its real options.

    The same as `choose.forced_answer` gives for one document, but for many at once.

    Args:
        logliks: For each document the log-likelihood of each real option.
        lengths: What each is divided by before the best is chosen; None to choose as they are.

    Returns:
        Shape (documents,), in [0, 1]; NaN where a log-likelihood is NaN or none is finite.
    """
    sizes = np.array([*map(len, logliks)], dtype=np.int64)
    confidence = np.full(len(sizes), np.nan)
    for options in np.unique(sizes[sizes > 0]).tolist():
        documents = np.flatnonzero(sizes == options)
        values = _matrix(logliks, documents)
        best = values
        with np.errstate(divide="ignore", invalid="ignore"):
            if lengths is not None:
                best = values / _matrix(lengths, documents)
            weights = np.exp(values - values.max(axis=1, keepdims=True))
            shares = weights / weights.sum(axis=1, keepdims=True)
        forced = np.argmax(best, axis=1)[:, None]
        confidence[documents] = np.take_along_axis(shares, forced, axis=1)[:, 0]
    return confidence


def _matrix(
    rows: Sequence[Sequence[float]], documents: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The rows of some documents, all of one length, as an array."""
    every = len(documents) == len(rows)
    chosen = rows if every else [rows[document] for document in documents.tolist()]
    flat = np.fromiter(chain.from_iterable(chosen), dtype=float)
    return flat.reshape(len(documents), -1)
