"""What became of one document, and how to read it back from a logged sample."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from lm_eval_abstain.errors import AbstainError

__all__ = ["Outcome", "outcome_of"]


class Outcome(str, Enum):
    """The one outcome of a document; over a run the counts add up to n."""

    CORRECT = "correct"
    WRONG = "wrong"
    ABSTAINED = "abstained"
    UNPARSED = "unparsed"
    EMPTY = "empty"
    TRUNCATED = "truncated"


def outcome_of(sample: Mapping[str, Any]) -> Outcome:
    """Read the outcome of a logged sample.

    Args:
        sample: One line of a `samples_*.jsonl` file of an abstain variant. The named field
            `outcome` is used where it is there, else the one-hot metrics `acc`,
            `error_rate` and `abstain_rate`.

    Raises:
        AbstainError: The sample shows no outcome, or more than one.
    """
    if "outcome" in sample:
        return Outcome(sample["outcome"])
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
