"""Documents counted by their confidence, and the metrics that these counts decide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.statistics.counts import Floats

__all__ = ["BINS", "Levels", "checked"]

BINS = 15


@dataclass(frozen=True)
class Levels:
    """The documents of each distinct confidence, counted; the surest first.

    The leading axes of `right` and `wrong`, if any, are subjects or bootstrap replicates. The
    metrics depend on these counts alone, so neither the order of the documents nor that of
    equally confident ones can change them.

    Attributes:
        confidence: Shape (levels,), in [0, 1], strictly decreasing.
        right: Shape (..., levels): how many documents were answered right.
        wrong: The same of those answered wrong.
    """

    confidence: Floats
    right: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        confidence: npt.ArrayLike,
        correct: npt.ArrayLike,
        subjects: npt.ArrayLike | None = None,
    ) -> Levels:
        """Count documents.

        Args:
            confidence: Shape (n,), in [0, 1].
            correct: Shape (n,), 0 or 1.
            subjects: Shape (n,): to count those of each subject by themselves.

        Returns:
            With subjects the counts have the shape (subjects, levels), else (levels,).

        Raises:
            AbstainError: The shapes differ, a confidence is NaN or outside [0, 1], or `correct`
                holds something other than 0 and 1.
        """
        sure, right = checked(confidence, correct)
        values, level = np.unique(-sure, return_inverse=True)
        shape: tuple[int, ...] = values.shape
        if subjects is not None:
            names, subject = np.unique(np.asarray(subjects), return_inverse=True)
            if subject.shape != sure.shape:
                raise AbstainError(
                    f"subjects need one name a document, got shape {np.shape(subjects)} for "
                    f"{sure.size} documents."
                )
            shape = (names.size, *shape)
            level = level + values.size * subject
        size = math.prod(shape)
        hits, misses = (
            np.bincount(level[right == kind], minlength=size).reshape(shape)
            for kind in (True, False)
        )
        return cls(np.abs(values), hits, misses)

    def aurc(self) -> Floats:
        """See `aurc`; shape (...)."""
        size = self.right + self.wrong
        last = np.cumsum(size, axis=-1)
        before = last - size
        wrong_before = np.cumsum(self.wrong, axis=-1) - self.wrong
        rate = _ratio(self.wrong, size)
        # In random order the expected number of errors among the k surest grows by `rate` with
        # each document of a level, from (before, wrong_before) on. So the risks of the level are
        # rate + (wrong_before - rate * before) / k, and 1/k adds up to harmonic numbers.
        harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, last.max(initial=0) + 1))])
        steps = harmonic[last] - harmonic[before]
        risks = self.wrong + (wrong_before - rate * before) * steps
        return _ratio(risks.sum(axis=-1), size.sum(axis=-1), math.nan)

    def augrc(self) -> Floats:
        """See `augrc`; shape (...)."""
        size = self.right + self.wrong
        wrong_before = np.cumsum(self.wrong, axis=-1) - self.wrong
        area = (size * (wrong_before + self.wrong / 2)).sum(axis=-1)
        return _ratio(area, size.sum(axis=-1) ** 2, math.nan)

    def brier(self) -> Floats:
        """See `brier`; shape (...)."""
        squares = self.right * (1 - self.confidence) ** 2 + self.wrong * self.confidence**2
        return _ratio(squares.sum(axis=-1), (self.right + self.wrong).sum(axis=-1), math.nan)

    def ece(self, bins: int = BINS) -> Floats:
        """See `ece`; shape (...)."""
        return np.abs(self.gaps(bins)).sum(axis=-1)

    def gaps(self, bins: int = BINS) -> Floats:
        """For each bin of `ece` the sum of correct - confidence in it, divided by n.

        Shape (..., bins); NaN for n = 0.
        """
        # k / bins is rounded as a confidence that was written as that decimal is, so a
        # confidence on a border is found to be on it.
        member = np.searchsorted(np.arange(1, bins) / bins, self.confidence)
        inhabited, first = np.unique(-member, return_index=True)  # levels of one bin are neighbours
        excess = self.right * (1 - self.confidence) - self.wrong * self.confidence
        sums = np.zeros((*excess.shape[:-1], bins))
        sums[..., -inhabited] = np.add.reduceat(excess, first, axis=-1)
        return _ratio(sums, (self.right + self.wrong).sum(axis=-1, keepdims=True), math.nan)


def checked(
    confidence: npt.ArrayLike, correct: npt.ArrayLike
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Confidences and correctness as arrays; the errors are those of `Levels.of`."""
    sure = np.asarray(confidence, dtype=float)
    right = np.asarray(correct, dtype=float)
    if sure.ndim != 1 or sure.shape != right.shape:
        raise AbstainError(
            "confidence and correct need one number a document each, got shapes "
            f"{sure.shape} and {right.shape}."
        )
    bad = np.flatnonzero(~((sure >= 0) & (sure <= 1)))
    if bad.size:
        worst = float(sure[bad[0]])
        hint = " Confidences are fractions, not per cent." if 1 < worst <= 100 else ""
        raise AbstainError(
            f"confidence must be in [0, 1], got {worst!r} (document {bad[0]} of {sure.size}).{hint}"
        )
    bad = np.flatnonzero((right != 0) & (right != 1))
    if bad.size:
        raise AbstainError(
            f"correct must be 0 or 1, got {right[bad[0]]:g} (document {bad[0]} of {right.size})."
        )
    return sure, right == 1


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike, otherwise: float = 0.0) -> Floats:
    above, below = np.broadcast_arrays(
        np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    )
    return np.divide(above, below, out=np.full(below.shape, otherwise), where=below > 0)
