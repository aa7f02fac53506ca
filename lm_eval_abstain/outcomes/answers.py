"""The outcome of an answer that is right or wrong, given or withheld."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.rubric import CODE, Outcome, withheld

__all__ = [
    "Codes",
    "codes_if_implied",
    "codes_of_answers",
    "outcome_if_implied",
    "outcome_if_stated",
    "outcome_of_answer",
    "outcome_of_choice",
]

Codes = npt.NDArray[np.int8]
"""Outcomes of documents as their columns in `rubric.ORDER`."""


def outcome_of_answer(right: bool) -> Outcome:
    """The outcome of an answer, by what the base task says of it."""
    return Outcome.CORRECT if right else Outcome.WRONG


def outcome_of_choice(*, abstained: bool, right: bool, offered: bool = True) -> Outcome:
    """The outcome of a choice among options of which one abstains.

    Args:
        abstained: Whether the extra option was chosen.
        right: Whether the best real option is the right one.
        offered: Whether the extra option is an abstention; else it is one more wrong answer.
    """
    if abstained:
        return Outcome.ABSTAINED if offered else Outcome.WRONG
    return outcome_of_answer(right)


def outcome_if_implied(outcome: Outcome, confidence: float | None, target: float) -> Outcome:
    """The outcome under the implied policy; see `rubric.withheld`.

    Args:
        outcome: What becomes of the document if its answer is given.
        confidence: In [0, 1]; None where there is none: the outcome then stays.
        target: The confidence target t, in [0, 1).
    """
    if confidence is not None and withheld(confidence, target):
        return Outcome.ABSTAINED
    return outcome


def outcome_if_stated(outcome: Outcome, confidence: float | None) -> Outcome:
    """The outcome where a confidence was asked for: an answer without one is `unparsed`.

    Args:
        outcome: The outcome of the answer by itself.
        confidence: The stated confidence; None where there is none that can be read.
    """
    unstated = outcome in (Outcome.CORRECT, Outcome.WRONG) and confidence is None
    return Outcome.UNPARSED if unstated else outcome


def codes_of_answers(right: npt.ArrayLike) -> Codes:
    """The same as `outcome_of_answer` for an array of truth values, shape (n,)."""
    codes = np.where(right, CODE[Outcome.CORRECT], CODE[Outcome.WRONG])
    return codes.astype(np.int8)


def codes_if_implied(codes: Codes, confidence: npt.NDArray[np.float64], target: float) -> Codes:
    """The same as `outcome_if_implied` for arrays of shape (n,); NaN is no confidence."""
    implied = codes.copy()
    implied[withheld(confidence, target)] = CODE[Outcome.ABSTAINED]
    return implied
