"""What a response counts as that objects to its question: it rejects a premise, or asks back."""

from __future__ import annotations

from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.rubric import ObjectionPolicy, Outcome

__all__ = ["OBJECTIONS", "outcome_of_objection", "the_other"]

OBJECTIONS = frozenset({Kind.PREMISE, Kind.ASKS_BACK})
"""The kinds of a reading that object. Each has its outcome under either policy."""


def outcome_of_objection(policy: ObjectionPolicy, *, right: bool) -> Outcome:
    """The outcome of an objection.

    Args:
        policy: As an `answer` it is right or wrong, and never without an answer; or it is an
            abstention.
        right: Whether the base task calls the response right.
    """
    if policy == "abstain":
        return Outcome.ABSTAINED
    return Outcome.CORRECT if right else Outcome.WRONG


def the_other(policy: ObjectionPolicy) -> ObjectionPolicy:
    """The policy that is not this one."""
    return "abstain" if policy == "answer" else "answer"
