"""What became of one document, and how to read it back from a logged sample."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

from lm_eval_abstain.errors import AbstainError

__all__ = ["UNPARSED_POLICIES", "Outcome", "UnparsedPolicy", "outcome_of"]

UnparsedPolicy = Literal["wrong", "abstain", "exclude"]
UNPARSED_POLICIES: tuple[UnparsedPolicy, ...] = ("wrong", "abstain", "exclude")
"""How outcomes without an answer are scored; the first is the default, as in the harness."""


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


def outcome_of(sample: Mapping[str, Any]) -> Outcome:
    """Read the outcome of a logged sample.

    Args:
        sample: One line of a `samples_*.jsonl` file of an abstain variant. The named field
            `outcome` is used where it is there, else the one-hot metrics `acc`,
            `error_rate`, `abstain_rate` and `unparsed_rate`; those do not tell `empty` and
            `truncated` from `unparsed`.

    Raises:
        AbstainError: The sample shows no outcome, or more than one.
    """
    if "outcome" in sample:
        return Outcome(sample["outcome"])
    if sample.get("unparsed_rate") == 1:
        return Outcome.UNPARSED
    one_hot = {
        Outcome.CORRECT: sample.get("acc"),
        Outcome.WRONG: sample.get("error_rate"),
        Outcome.ABSTAINED: sample.get("abstain_rate"),
    }
    marked = [outcome for outcome, value in one_hot.items() if value == 1]
    if len(marked) != 1 or None in one_hot.values():
        raise AbstainError(
            f"sample {sample.get('doc_id')!r} shows no single outcome: it needs the field "
            "'outcome', or 'acc', 'error_rate' and 'abstain_rate' of which one is 1. "
            "Is it a sample of an abstain variant?"
        )
    return marked[0]
