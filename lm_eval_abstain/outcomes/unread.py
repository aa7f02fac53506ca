"""A stated answer that the base task's filter does not read: counted, and no outcome changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lm_eval_abstain.outcomes.stated import stated_in
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT, Outcome

__all__ = ["Unread", "unread_in"]


class Unread(NamedTuple):
    """An answer that a response states, and that the base task's filter does not read.

    Attributes:
        answer: The option's letter, or the bare answer.
        outcome: The response's outcome if it were read: correct or wrong.
    """

    answer: str
    outcome: Outcome


def unread_in(
    response: str,
    question: str,
    abstain_text: str = DEFAULT_ABSTAIN_TEXT,
    *,
    states: Callable[[str], bool],
) -> Unread | None:
    """The answer that a response states, for a response in which the filter found none.

    The base task is the authority, so that the outcome stays `unparsed`. How many such answers
    there are, and how many of them are right, tells how much of a score is the filter's doing.

    Args:
        response: The response, or the part of it that is its answer.
        question: See `stated_in`.
        abstain_text: What the prompt asked the model to say when it abstains.
        states: What the base task says of a bare answer.

    Returns:
        None where no answer is stated, or more than one.
    """
    stated = stated_in(response, question, abstain_text)
    if stated is None:
        return None
    right = any(map(states, stated.forms))
    return Unread(stated.answer, Outcome.CORRECT if right else Outcome.WRONG)
