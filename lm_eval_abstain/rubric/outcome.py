"""What became of one document."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from lm_eval_abstain.errors import AbstainError

__all__ = [
    "CODE",
    "OBJECTION_POLICIES",
    "ORDER",
    "UNPARSED_POLICIES",
    "ObjectionPolicy",
    "Outcome",
    "UnparsedPolicy",
    "check_objections",
    "check_policy",
]

UnparsedPolicy = Literal["wrong", "abstain", "exclude"]
UNPARSED_POLICIES: tuple[UnparsedPolicy, ...] = ("wrong", "abstain", "exclude")
"""How outcomes without an answer are scored; the first is the default, as in the harness."""
ObjectionPolicy = Literal["answer", "abstain"]
OBJECTION_POLICIES: tuple[ObjectionPolicy, ...] = ("answer", "abstain")
"""What responses that object to their question count as; the first is the default."""


class Outcome(str, Enum):
    """The one outcome of a document; over a run the counts add up to n."""

    CORRECT = "correct"
    WRONG = "wrong"
    ABSTAINED = "abstained"
    UNPARSED = "unparsed"
    EMPTY = "empty"
    TRUNCATED = "truncated"

    @property
    def answerless(self) -> bool:
        """Whether the response held neither an answer nor an abstention."""
        return self in (Outcome.UNPARSED, Outcome.EMPTY, Outcome.TRUNCATED)

    def scored_as(self, policy: UnparsedPolicy) -> Outcome | None:
        """The outcome that this one is scored as: correct, wrong, abstained; None for none."""
        if not self.answerless:
            return self
        return {"wrong": Outcome.WRONG, "abstain": Outcome.ABSTAINED, "exclude": None}[policy]


ORDER: tuple[Outcome, ...] = tuple(Outcome)
"""The columns of every array of counts, and what the codes in an array of outcomes stand for."""
CODE: dict[Outcome, int] = {outcome: code for code, outcome in enumerate(ORDER)}
"""The column of an outcome."""


def check_policy(unparsed: str) -> None:
    """Refuse what is no policy for documents without an answer.

    Raises:
        AbstainError: It is none of `UNPARSED_POLICIES`.
    """
    if unparsed not in UNPARSED_POLICIES:
        raise AbstainError(
            f"unparsed must be one of {', '.join(UNPARSED_POLICIES)}, got {unparsed!r}."
        )


def check_objections(objections: str) -> ObjectionPolicy:
    """The policy for responses that object to their question, if it is one.

    Raises:
        AbstainError: It is none of `OBJECTION_POLICIES`.
    """
    for policy in OBJECTION_POLICIES:
        if objections == policy:
            return policy
    raise AbstainError(
        f"objections must be one of {', '.join(OBJECTION_POLICIES)}, got {objections!r}."
    )
