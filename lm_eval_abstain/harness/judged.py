"""One response under one filter, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.harness.extraction import Filtered
from lm_eval_abstain.outcomes.judge import Judgement
from lm_eval_abstain.outcomes.trace import ResponseTrace, Trace, logged_reading
from lm_eval_abstain.rubric import Outcome

__all__ = ["Judged", "trace_of"]


@dataclass(frozen=True)
class Judged:
    """What became of one response under one filter.

    Attributes:
        judgement: Its outcome, and what was read in it.
        correct: Whether the base task calls it right, abstention or not.
        response: The response, raw and filtered.
    """

    judgement: Judgement
    correct: bool
    response: Filtered

    @property
    def outcome(self) -> Outcome:
        """Its outcome."""
        return self.judgement.outcome

    @property
    def otherwise(self) -> Outcome:
        """Its outcome if objections counted as what they do not count as."""
        return self.judgement.otherwise or self.outcome

    @property
    def if_read(self) -> Outcome:
        """Its outcome if the base task read what its filter does not."""
        return self.judgement.if_read or self.outcome

    @property
    def answer(self) -> Filtered:
        """The response with its stated answer, if there is one, as what the filter made of it."""
        unread = self.judgement.unread
        stated = self.judgement.stated or (unread.answer if unread else "")
        return self.response._replace(value=stated) if stated else self.response

    @property
    def facts(self) -> dict[str, Any]:
        """What is logged of a response."""
        return {"base_metric": float(self.correct), "reading": logged_reading(self.judgement)}


def trace_of(
    judged: Sequence[Judged], decide: Callable[[Callable[[Judged], Outcome]], Outcome]
) -> Trace:
    """How the responses to a document were read, and what its outcome would be otherwise.

    Args:
        judged: The responses.
        decide: The document's outcome, by what the outcome of each response is taken to be.
    """
    objecting = any(one.judgement.otherwise for one in judged)
    unread = any(one.judgement.unread for one in judged)
    return Trace(
        tuple(ResponseTrace.of(one.judgement) for one in judged),
        decide(lambda one: one.otherwise) if objecting else None,
        decide(lambda one: one.if_read) if unread else None,
    )
