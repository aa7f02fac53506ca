"""What the metrics of a run would be if its responses were read in another way."""

from __future__ import annotations

from collections.abc import Mapping

from lm_eval_abstain.outcomes.read_counts import ReadBounds, ReadCounts
from lm_eval_abstain.rubric import ORDER, Outcome, UnparsedPolicy
from lm_eval_abstain.statistics.counts import metrics

__all__ = ["read_bounds"]


def read_bounds(counts: ReadCounts, target: float, unparsed: UnparsedPolicy) -> ReadBounds:
    """The metrics of a run as it was read, and in both of the other ways.

    Args:
        counts: How the run was read.
        target: The confidence target of the scores, in [0, 1).
        unparsed: What documents without an answer are scored as.
    """

    def of(outcomes: Mapping[Outcome, int]) -> Mapping[str, float]:
        table = [outcomes.get(outcome, 0) for outcome in ORDER]
        return {name: float(value) for name, value in metrics(table, target, unparsed).items()}

    return ReadBounds(of(counts.outcomes), of(counts.otherwise), of(counts.if_read))
