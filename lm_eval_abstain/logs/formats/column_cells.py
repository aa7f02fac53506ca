"""What the cells of a row say, in files whose columns the user names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lm_eval_abstain.outcomes.judge import Judge
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import Outcome

__all__ = ["BadRowError", "confidence_of", "outcome_of"]


class BadRowError(Exception):
    """What is wrong with a row: a reason in two or three words, and a clause."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def outcome_of(
    cell: Mapping[str, Any], answer: str, token_limit: int | None, judge: Judge
) -> tuple[Outcome, Trace | None]:
    """What became of a document, and how its answer was read if it was.

    Args:
        cell: Its cells by role.
        answer: What the answer's cell holds; empty if there is none.
        token_limit: See `outcomes.judge.judge`.
        judge: What decides.

    Raises:
        BadRowError: The outcome is none, or there is no gold answer.
    """
    if "outcome" in cell:
        word = str(cell["outcome"]).strip().lower()
        try:
            return Outcome(word), None
        except ValueError:
            names = ", ".join(outcome.value for outcome in Outcome)
            raise BadRowError(
                "unknown outcome", f"outcome is {word!r}, not one of {names}"
            ) from None
    gold = "" if cell["gold"] is None else str(cell["gold"]).strip()
    if not gold:
        raise BadRowError("no gold answer", "there is no gold answer")
    # A column may hold bare answers or whole responses: a closing abstention counts in both.
    correct = answer.casefold() == gold.casefold()
    judgement = judge(
        answer, correct=correct, headline="exact_match", answer=answer, token_limit=token_limit
    )
    return judgement.outcome, Trace.of(judgement)


def confidence_of(value: Any) -> float:
    """A confidence in [0, 1]; NaN where the cell is empty.

    Raises:
        BadRowError: It is no such number.
    """
    if value is None or str(value).strip() == "":
        return np.nan
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadRowError("not a number", f"confidence is {value!r}, no number") from None
    if not 0 <= number <= 1:
        hint = "; confidences are fractions, not per cent" if 1 < number <= 100 else ""
        raise BadRowError("not a probability", f"confidence is {value}, not within 0 and 1{hint}")
    return number
