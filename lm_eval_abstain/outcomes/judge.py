"""The outcome of a generated response, from what was read in it and what the base task says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lm_eval_abstain.reading.detect import Kind, Reading
from lm_eval_abstain.rubric import Outcome

__all__ = ["outcome_of_response", "outcome_of_samples", "word_for_word"]


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


def outcome_of_samples(outcomes: Sequence[Outcome], same: Callable[[int, int], bool]) -> Outcome:
    """The one outcome of several samples of a question: their answer if they agree on one.

    They disagree, and the question counts as abstained, where two of them answer differently, or
    one answers and another one abstains. A sample without an answer is no disagreement, and
    no abstention: it keeps the others from agreeing, and its outcome is the question's.

    Args:
        outcomes: One a sample, at least one.
        same: Whether two samples, by their numbers, give the same answer.
    """
    answered = [i for i, one in enumerate(outcomes) if one in (Outcome.CORRECT, Outcome.WRONG)]
    if Outcome.ABSTAINED in outcomes or any(not same(answered[0], i) for i in answered[1:]):
        return Outcome.ABSTAINED
    answerless = [one for one in outcomes if one.answerless]
    return answerless[0] if answerless else outcomes[answered[0]]


def word_for_word(value: Any, reading: Reading) -> bool:
    """Whether a filtered response is nothing but the words that were read in it."""
    bare = str(value).strip(" \n.\"'").casefold()
    return bool(reading.phrase) and bare == reading.phrase.casefold()
