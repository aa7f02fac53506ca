"""Parts of sentences about the evidence for a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from lm_eval_abstain.audits.conditions import Condition, Side
from lm_eval_abstain.audits.verdict import Evidence
from lm_eval_abstain.printing.audit_words import (
    acted_words,
    chance,
    condition_words,
    number,
    percent,
    points,
)

__all__ = ["acted_parts", "coverages", "moved", "worst", "worst_words"]


def coverages(evidence: Evidence) -> str:
    """How much is answered at each target."""
    first, *others = [
        f"{percent(coverage.value)} at {'t = ' if place == 0 else ''}{number(target)}"
        for place, (target, coverage) in enumerate(
            zip(evidence.behaviour.targets, evidence.reaction.coverage)
        )
    ]
    return ", ".join([f"it answers {first}", *others])


def moved(evidence: Evidence) -> str:
    """How coverage moves over the range of targets."""
    move = evidence.reaction.moves[-1]
    return (
        f"from {number(move.low)} to {number(move.high)} coverage changes by "
        f"{points(-move.fall.value)}, {chance(move.p)}"
    )


def worst(tested: Sequence[Condition], side: Side | None = None) -> Condition | None:
    """The broken condition by which most is lost."""
    failed = [c for c in tested if c.state == "broken" and side in (None, c.side)]
    return max(failed, key=lambda c: c.share.value * abs(c.rate.value - c.limit), default=None)


def worst_words(tested: Sequence[Condition], side: Side) -> str:
    """What it says; there has to be one."""
    found = worst(tested, side)
    assert found is not None
    return condition_words(found)


def acted_parts(evidence: Evidence) -> list[str]:
    """The targets that are acted on, where the closed confidence tells."""
    return [acted_words(part) for part in evidence.acted if part.told]
