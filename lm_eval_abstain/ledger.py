"""The outcome of a generated response, from what was read in it and what the base task says."""

from __future__ import annotations

from lm_eval_abstain.abstention import Kind, Reading
from lm_eval_abstain.outcome import Outcome

__all__ = ["outcome_of_response"]


def outcome_of_response(
    reading: Reading, *, correct: bool, unread: bool, cut: bool, named: bool = False
) -> Outcome:
    """The one outcome of a response.

    Nothing written, reasoning that never came to an answer, and abstentions are decided by what
    the model wrote. Everything else is the base task's to judge: what it calls correct is
    correct, even where the text is cut behind the answer. A cut response that came to no stated
    answer is truncated, whatever the filter picked out of its reasoning.

    Args:
        reading: What `detect_abstention` found in the raw response.
        correct: Whether the base task's headline metric is 1.
        unread: Whether the base task's filter found no answer in the response.
        cut: Whether the response was cut at the token limit.
        named: Whether the base task compared nothing but the words that were read as an
            abstention. If it calls them correct, they are the right answer ("Unknown").
    """
    if reading.kind is Kind.EMPTY:
        return Outcome.EMPTY
    if reading.kind is Kind.TRUNCATED and reading.where == "reasoning":
        return Outcome.TRUNCATED
    if reading and not (named and correct):
        return Outcome.ABSTAINED
    if correct:
        return Outcome.CORRECT
    if reading.kind is Kind.TRUNCATED or (cut and not reading.stated):
        return Outcome.TRUNCATED
    if reading.kind is Kind.REFUSED or unread:
        return Outcome.UNPARSED
    return Outcome.WRONG
