"""A run as six numbers: how many documents had each outcome, and every metric from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import CODE, ORDER, Outcome, Rubric, UnparsedPolicy, check_policy

__all__ = [
    "Counts",
    "Floats",
    "denominators",
    "metrics",
    "outcome_columns",
    "score",
    "scores_at",
    "tally",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Counts:
    """How many documents had each outcome; the fields are in the order of `ORDER`."""

    correct: int = 0
    wrong: int = 0
    abstained: int = 0
    unparsed: int = 0
    empty: int = 0
    truncated: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome | str]) -> Counts:
        """Count outcomes, named or as `Outcome`.

        Raises:
            AbstainError: A name is not that of an outcome.
        """
        counted = Counter(outcomes)
        unknown = [name for name in counted if name not in CODE]
        if unknown:
            names = ", ".join(outcome.value for outcome in ORDER)
            raise AbstainError(f"unknown outcome {unknown[0]!r}: it must be one of {names}.")
        return cls(*(counted[outcome] for outcome in ORDER))

    @classmethod
    def from_array(cls, counts: npt.ArrayLike) -> Counts:
        """The counts that an array of shape (6,) holds."""
        return cls(*(int(count) for count in outcome_columns(counts)))

    @property
    def array(self) -> npt.NDArray[np.int64]:
        """The counts as an array of shape (6,)."""
        return np.array(astuple(self), dtype=np.int64)

    @property
    def n(self) -> int:
        """The number of documents."""
        return int(self.array.sum())

    def __add__(self, other: Counts) -> Counts:
        """The counts of both runs' documents together."""
        return Counts.from_array(self.array + other.array)


def tally(codes: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Count outcomes that are given as columns of `ORDER`: shape (n,) in, (6,) out."""
    return np.bincount(codes, minlength=len(ORDER)).astype(np.int64)


def metrics(
    counts: npt.ArrayLike, rubric: Rubric | float, unparsed: UnparsedPolicy = "wrong"
) -> dict[str, Floats]:
    """Every metric that outcomes decide.

    Args:
        counts: Shape (..., 6), not negative; they need not be whole numbers.
        rubric: The stakes, or their confidence target in [0, 1).
        unparsed: What documents without an answer are scored as. Excluded, they count in
            `unparsed_rate` and in no other metric.

    Returns:
        Arrays of shape (...): `score` in [-λ, 1]; `acc`, `error_rate` and `abstain_rate`, which
        add up to 1; `unparsed_rate`; `coverage`, answered / n; `acc_answered`, correct /
        answered. A metric without a document to be measured on is NaN, never 0.

    Raises:
        AbstainError: The target is not in [0, 1), the policy is unknown, or the last axis does
            not hold six counts.
    """
    rubric = rubric if isinstance(rubric, Rubric) else Rubric(rubric)
    correct, wrong, abstained, answerless, n = _parts(counts, unparsed)
    answered = correct + wrong
    scored = answered + abstained
    return {
        "score": _ratio(rubric.total(correct, wrong), scored),
        "acc": _ratio(correct, scored),
        "error_rate": _ratio(wrong, scored),
        "abstain_rate": _ratio(abstained, scored),
        "unparsed_rate": _ratio(answerless, n),
        "acc_answered": _ratio(correct, answered),
        "coverage": _ratio(answered, scored),
    }


def score(
    outcomes: Iterable[Outcome | str], target: float, unparsed: UnparsedPolicy = "wrong"
) -> dict[str, float]:
    """Every metric of some documents, from the outcome of each.

    Args:
        outcomes: One a document, as `Outcome` or by name: `correct`, `wrong`, `abstained`,
            `unparsed`, `empty`, `truncated`.
        target: The confidence target t, in [0, 1).
        unparsed: See `metrics`.

    Returns:
        The values of `metrics`, by name; NaN where there is no document to measure one on.

    Raises:
        AbstainError: A name is not that of an outcome; see also `metrics`.
    """
    found = metrics(Counts.of(outcomes).array, target, unparsed)
    return {name: float(value) for name, value in found.items()}


def scores_at(
    counts: npt.ArrayLike, targets: Sequence[float], unparsed: UnparsedPolicy = "wrong"
) -> Floats:
    """The `score` of `metrics` at several targets.

    Args:
        counts: Shape (..., 6); see `metrics`.
        targets: Confidence targets, each in [0, 1).
        unparsed: See `metrics`.

    Returns:
        Shape (targets, ...); NaN where no document is scored.

    Raises:
        AbstainError: See `metrics`.
    """
    correct, wrong, abstained, _, _ = _parts(counts, unparsed)
    scored = correct + wrong + abstained
    return np.array([_ratio(_rubric(target).total(correct, wrong), scored) for target in targets])


def denominators(counts: npt.ArrayLike, unparsed: UnparsedPolicy = "wrong") -> dict[str, Floats]:
    """How many documents each metric of `metrics` is measured on; arguments and shape as there."""
    correct, wrong, abstained, _, n = _parts(counts, unparsed)
    scored = dict.fromkeys(
        ("score", "acc", "error_rate", "abstain_rate", "coverage"), correct + wrong + abstained
    )
    return {**scored, "unparsed_rate": n, "acc_answered": correct + wrong}


@cache
def _rubric(target: float) -> Rubric:
    """One object a target: to compute its penalty exactly takes longer than to give points."""
    return Rubric(target)


def _parts(counts: npt.ArrayLike, unparsed: UnparsedPolicy) -> tuple[Floats, ...]:
    """What is scored as correct, wrong and abstained; what held no answer; all."""
    table = np.asarray(outcome_columns(counts), dtype=float)
    check_policy(unparsed)
    columns = dict(zip(ORDER, np.moveaxis(table, -1, 0)))

    def together(outcomes: Iterable[Outcome]) -> Floats:
        return sum((columns[outcome] for outcome in outcomes), np.zeros(table.shape[:-1]))

    scored = [
        together(outcome for outcome in ORDER if outcome.scored_as(unparsed) is kind)
        for kind in (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
    ]
    return (*scored, together(o for o in ORDER if o.answerless), together(ORDER))


def outcome_columns(counts: npt.ArrayLike) -> npt.NDArray[Any]:
    """The counts as an array of shape (..., 6).

    Raises:
        AbstainError: The last axis does not hold six counts.
    """
    table = np.asarray(counts)
    if table.shape[-1:] != (len(ORDER),):
        raise AbstainError(
            f"counts need {len(ORDER)} columns, one an outcome, got shape {table.shape}."
        )
    return table


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
