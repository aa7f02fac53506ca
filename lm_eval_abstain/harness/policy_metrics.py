"""The metrics of answers that come with a confidence: one run gives the score at every target.

The implied policy answers iff the confidence is above the target, and abstains otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.harness.metrics import Aggregations, points_by_target
from lm_eval_abstain.outcomes.answers import outcome_if_implied
from lm_eval_abstain.rubric import Outcome, target_key
from lm_eval_abstain.statistics import curves

__all__ = ["policy_aggregations", "policy_row"]

_CURVES = ("aurc", "augrc", "ece", "brier")


def _over_pairs(curve: Callable[..., float]) -> Callable[..., float]:
    """A curve metric over (confidence, correct) pairs; documents without one are left out."""

    def aggregate(pairs: Sequence[tuple[float, float] | None]) -> float:
        given = [pair for pair in pairs if pair is not None]
        return curve([pair[0] for pair in given], [pair[1] for pair in given])

    aggregate.__name__ = curve.__name__
    return aggregate


_AGGREGATED = {name: _over_pairs(getattr(curves, name)) for name in _CURVES}


def policy_aggregations(targets: Iterable[float]) -> Aggregations:
    """How the metrics of `policy_row` are aggregated, by name.

    The curves are none of a group's metrics, and neither is `brier` where some documents have no
    confidence: the harness would weight it by all documents.
    """
    keys = [target_key(target) for target in targets]
    return {
        **{f"policy_score_{key}": mean for key in keys},
        **{f"policy_coverage_{key}": mean for key in keys},
        **_AGGREGATED,
    }


def policy_row(
    targets: Sequence[float], outcome: Outcome, confidence: float | None
) -> dict[str, Any]:
    """One document's part in the implied policy's metrics.

    Args:
        targets: The confidence targets.
        outcome: What became of the answer, if it is given: correct, wrong or abstained.
        confidence: In [0, 1]; None where nothing is answered or no confidence is known: the
            document then keeps its outcome at every target, and has no part in the curves.

    Returns:
        `policy_score_*`, `policy_coverage_*` (1 if answered), and for each curve metric the pair
        (confidence, correct).
    """

    def at(target: float) -> Outcome:
        return outcome_if_implied(outcome, confidence, target)

    pair = None if confidence is None else (confidence, float(outcome is Outcome.CORRECT))
    return {
        **points_by_target(targets, at, "policy_score"),
        **{
            f"policy_coverage_{target_key(target)}": float(at(target) is not Outcome.ABSTAINED)
            for target in targets
        },
        **dict.fromkeys(_CURVES, pair),
    }
