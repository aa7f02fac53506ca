"""What a judge model's verdict about a response makes of its reading."""

from __future__ import annotations

from enum import Enum

from lm_eval_abstain.reading.detect import Kind, Reading
from lm_eval_abstain.reading.stages import Stage

__all__ = ["Verdict", "can_be_judged", "judged"]


class Verdict(str, Enum):
    """What a response is, in the one word that a judge says of it."""

    ABSTAINS = "abstains"
    ANSWERS = "answers"
    NONE_LISTED = "none_listed"
    PREMISE = "premise"
    ASKS_BACK = "asks_back"
    REFUSES = "refuses"


_KINDS = {
    Verdict.ABSTAINS: Kind.ABSTAINED,
    Verdict.ANSWERS: Kind.OTHER,  # what it answers is for the base task's filter to say
    Verdict.NONE_LISTED: Kind.NONE_LISTED,
    Verdict.PREMISE: Kind.PREMISE,
    Verdict.ASKS_BACK: Kind.ASKS_BACK,
    Verdict.REFUSES: Kind.REFUSED,
}
_ANSWERS = (Verdict.ANSWERS, Verdict.NONE_LISTED)


def can_be_judged(reading: Reading) -> bool:
    """Whether a response has a part that a judge can read: not so where no answer was begun."""
    unfinished = reading.kind is Kind.TRUNCATED and reading.where == "reasoning"
    return reading.kind is not Kind.EMPTY and not unfinished


def judged(reading: Reading, verdict: Verdict, response: str) -> Reading:
    """The reading of a response that a judge has read.

    The judge reads the response as a whole, so its phrase is all of its words. Where the judge
    finds an answer, one is stated: the response was not cut before it.

    Args:
        reading: What the other stages read.
        verdict: What the judge says.
        response: The text that was read.
    """
    if not can_be_judged(reading):
        return reading
    phrase = response.strip(" \n.\"'")
    start = response.find(phrase)
    return Reading(
        _KINDS[verdict],
        phrase=phrase,
        start=start,
        end=start + len(phrase),
        stated=verdict in _ANSWERS,
        stage=Stage.JUDGE,
    )
