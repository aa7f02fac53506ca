"""The verdict on a model, and the evidence that it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.behaviour import Behaviour, behaviour_of, implied_behaviour
from lm_eval_abstain.audits.bounds import documents_needed, rate
from lm_eval_abstain.audits.conditions import (
    TOLERANCE,
    Condition,
    all_hold,
    broken_sides,
    conditions,
)
from lm_eval_abstain.audits.effective_target import EffectiveTarget, effective_targets
from lm_eval_abstain.audits.findings import (
    ConditionState,
    ConstantCoverage,
    Side,
    ThresholdVerdict,
    Verdict,
)
from lm_eval_abstain.audits.reaction import Reaction, reaction_of
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.rubric import CODE, Outcome, UnparsedPolicy
from lm_eval_abstain.statistics import Interval

__all__ = ["Evidence", "decide", "documents_to_decide", "evidence_of"]


@dataclass(frozen=True)
class Evidence:
    """What a verdict rests on.

    Attributes:
        targets: The stated targets, lowest first.
        reaction: How coverage changes with the target.
        acc_answered: The accuracy of what is answered at each target, with its exact interval.
        conditions: What following the targets asks, each tested.
        implied_conditions: The same conditions for a model that acts on its closed confidence at
            the stated targets (the implied policy); None without such a confidence. They tell
            whether the confidence is honest.
        effective_targets: The targets that the model acts on, as far as the closed confidence
            tells; empty without one.
    """

    targets: tuple[float, ...]
    reaction: Reaction
    acc_answered: tuple[Interval, ...]
    conditions: tuple[Condition, ...]
    implied_conditions: tuple[Condition, ...] | None
    effective_targets: tuple[EffectiveTarget, ...]

    @property
    def deviations(self) -> set[ThresholdVerdict]:
        """How effective targets differ from the stated ones: `LOWER`, `HIGHER`, both or none."""
        found = {one.verdict for one in self.effective_targets}
        return found & {ThresholdVerdict.LOWER, ThresholdVerdict.HIGHER}

    @property
    def deviation(self) -> ThresholdVerdict | None:
        """How they differ, where all that differ do so in one way; else None."""
        return next(iter(self.deviations)) if len(self.deviations) == 1 else None

    @property
    def confidence_tells(self) -> bool:
        """Whether the closed confidence tells, at some target, which documents are answered."""
        return any(one.known for one in self.effective_targets)


def evidence_of(sweep: SweepOutcomes, level: float, unparsed: UnparsedPolicy) -> Evidence:
    """Test everything that the verdict rests on.

    Args:
        sweep: The sweep.
        level: In (0, 1).
        unparsed: What documents without an answer are scored as.
    """
    behaviour = behaviour_of(sweep, unparsed)
    implied, effective = None, ()
    if sweep.closed is not None and np.isfinite(sweep.confidence).all():
        correct = sweep.closed == CODE[Outcome.CORRECT]
        implied = conditions(implied_behaviour(sweep.targets, sweep.confidence, correct), level)
        effective = effective_targets(behaviour, sweep.confidence, level)
    return Evidence(
        targets=sweep.targets,
        reaction=reaction_of(behaviour, _coverage(behaviour, level), level),
        acc_answered=tuple(
            rate(int(right.sum()), int(answered.sum()), level)
            for right, answered in zip(behaviour.right, behaviour.answered)
        ),
        conditions=conditions(behaviour, level),
        implied_conditions=implied,
        effective_targets=effective,
    )


def decide(evidence: Evidence) -> Verdict:
    """The verdict, by the first rule that applies; see `docs/audit.md`."""
    reaction = evidence.reaction
    if reaction.constant is ConstantCoverage.NEVER_ANSWERS:
        return Verdict.ALWAYS_ABSTAINS
    if len(evidence.targets) < 2 or reaction.silent:
        return Verdict.UNDECIDED
    too_much = broken_sides(evidence.conditions)
    follows = all_hold(evidence.conditions)
    implied = evidence.implied_conditions
    honest = implied is not None and all_hold(implied)
    if reaction.flat and (too_much or (honest and evidence.deviations)):
        if reaction.constant is ConstantCoverage.NEVER_ABSTAINS:
            return Verdict.NEVER_ABSTAINS
        return Verdict.CONSTANT_RATE
    if reaction.rises and not reaction.flat:
        return Verdict.REVERSED
    if reaction.both_ways:
        return Verdict.INCONSISTENT
    # Off target by its own confidence, of which it is not known whether it is honest.
    doubtful = bool(evidence.deviations) and not honest and not broken_sides(implied or ())
    if not reaction.falls:
        tame = reaction.flat and follows and not doubtful
        return Verdict.UNTESTED if tame else Verdict.UNDECIDED
    if honest and evidence.deviation:
        return Verdict.WRONG_TARGET
    if follows:
        return Verdict.UNDECIDED if doubtful else Verdict.FOLLOWS
    if too_much == {Side.ANSWERS}:
        inflated = evidence.confidence_tells and Side.ANSWERS in broken_sides(implied or ())
        return Verdict.OVERCONFIDENT if inflated else Verdict.ANSWERS_TOO_MUCH
    if too_much == {Side.ABSTAINS}:
        return Verdict.ABSTAINS_TOO_MUCH
    return Verdict.INCONSISTENT if too_much else Verdict.UNDECIDED


def documents_to_decide(evidence: Evidence) -> int | None:
    """Roughly how many documents a decision would need, if it went on as it looks now.

    Returns:
        Two significant digits, rounded up; None where the numbers do not tell.
    """
    reaction = evidence.reaction
    n = evidence.conditions[0].share.n
    if reaction.silent:
        reach = max(interval.high for interval in reaction.coverage if not interval.value)
        return _rounded(documents_needed(n, reach, TOLERANCE), n)
    reacts = reaction.decided
    tests = evidence.conditions
    if reacts and all_hold(tests):  # what is open is whether the closed confidence is honest
        tests = evidence.implied_conditions or ()
    needed = max(0.0 if reacts else reaction.needed, _needed_for_conditions(tests))
    return _rounded(needed, n)


def _coverage(behaviour: Behaviour, level: float) -> tuple[Interval, ...]:
    return tuple(
        rate(int(answered.sum()), int(counted.sum()), level)
        for answered, counted in zip(behaviour.answered, behaviour.counted)
    )


def _rounded(needed: float, n: int) -> int | None:
    if not math.isfinite(needed):
        return None
    needed = max(needed, n + 1)
    unit = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return math.ceil(needed / unit) * unit


def _needed_for_conditions(tests: Sequence[Condition]) -> float:
    undecided = [one for one in tests if one.state is ConditionState.UNDECIDED]
    if broken_sides(tests) or not undecided:
        return 0.0
    return min(
        max(one.needed(ConditionState.HOLDS) for one in undecided),
        min(one.needed(ConditionState.BROKEN) for one in undecided),
    )
