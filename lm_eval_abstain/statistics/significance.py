"""Tests of runs that are right or wrong on the same documents, and of several tests at once."""

from __future__ import annotations

from collections.abc import Sequence

from lm_eval_abstain.errors import AbstainError

__all__ = ["holm", "mcnemar"]


def mcnemar(only_a: int, only_b: int) -> float:
    """McNemar's exact test of two runs that are right or wrong on the same documents.

    If neither is better, each document that only one of them has right is a fair coin.

    Source: McNemar (1947), with the binomial distribution instead of chi-squared.

    Args:
        only_a: How many documents only run a has right.
        only_b: How many only run b has right.

    Returns:
        The two-sided p-value: 1 where both are 0.

    Raises:
        AbstainError: A number is negative.
    """
    if min(only_a, only_b) < 0:
        raise AbstainError(f"counts must not be negative, got {only_a} and {only_b}.")
    # Imported where it is needed: it takes longer than all else that a rescore imports.
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values of several tests, in the order given.

    Those below α can all be called significant: the chance that any of these is false is at most
    α, however the tests depend on each other.

    Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979).

    Raises:
        AbstainError: A p-value is NaN or outside [0, 1].
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise AbstainError(f"p-values must be in [0, 1], got {list(p_values)}.")
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
