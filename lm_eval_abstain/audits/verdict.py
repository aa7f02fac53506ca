"""The one thing that the runs of a sweep say of a model, or that they do not say it yet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from lm_eval_abstain.audits.acted import ActedTarget, acted_targets
from lm_eval_abstain.audits.behaviour import Behaviour, behaviour_of, implied_behaviour
from lm_eval_abstain.audits.bounds import documents_needed, rate
from lm_eval_abstain.audits.conditions import TOLERANCE, Condition, Side, conditions
from lm_eval_abstain.audits.reaction import Reaction, reaction_of
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.rubric import CODE, Outcome, UnparsedPolicy

__all__ = ["Evidence", "Verdict", "decide", "documents_to_decide", "evidence_of"]


class Verdict(str, Enum):
    """What a model does with the stated targets."""

    FOLLOWS = "follows the stated targets"
    NEVER_ABSTAINS = "ignores the rubric: never abstains"
    CONSTANT_RATE = "ignores the rubric: abstains at a constant rate"
    ALWAYS_ABSTAINS = "always abstains"
    OVERCONFIDENT = "answers too much: overconfident"
    WRONG_TARGET = "obeys a wrong target"
    ANSWERS_TOO_MUCH = "answers too much"
    ABSTAINS_TOO_MUCH = "abstains too much"
    REVERSED = "reversed: answers more the more a mistake costs"
    INCONSISTENT = "inconsistent"
    UNTESTED = "not put to the test"
    UNDECIDED = "undecided"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a verdict rests on.

    Attributes:
        behaviour: What was answered and right.
        reaction: How coverage moves with the target.
        conditions: What following the targets asks, each tested.
        own: The same conditions for a model that acts on its closed confidence at the stated
            targets; None without such a confidence. They tell whether it is honest.
        acted: The targets that are acted on, as far as the closed confidence tells.
    """

    behaviour: Behaviour
    reaction: Reaction
    conditions: tuple[Condition, ...]
    own: tuple[Condition, ...] | None
    acted: tuple[ActedTarget, ...]

    @property
    def off(self) -> set[str]:
        """Which ways the targets that are acted on are off: `lower`, `higher`, both or none."""
        return {part.verdict for part in self.acted} & {"lower", "higher"}

    @property
    def shift(self) -> str:
        """Which way they are off, where they are off one way only; else ""."""
        return next(iter(self.off)) if len(self.off) == 1 else ""

    @property
    def related(self) -> bool:
        """Whether the closed confidence tells, at some target, what is answered."""
        return any(part.told for part in self.acted)


def evidence_of(sweep: SweepOutcomes, level: float, unparsed: UnparsedPolicy) -> Evidence:
    """Test everything that the verdict rests on.

    Args:
        sweep: The sweep.
        level: In (0, 1).
        unparsed: What documents without an answer are scored as.
    """
    behaviour = behaviour_of(sweep, unparsed)
    coverage = tuple(
        rate(int(answered.sum()), int(counted.sum()), level)
        for answered, counted in zip(behaviour.answered, behaviour.counted)
    )
    own, acted = None, ()
    if sweep.closed is not None and np.isfinite(sweep.confidence).all():
        correct = sweep.closed == CODE[Outcome.CORRECT]
        own = conditions(implied_behaviour(sweep.targets, sweep.confidence, correct), level)
        acted = acted_targets(behaviour, sweep.confidence, level)
    return Evidence(
        behaviour=behaviour,
        reaction=reaction_of(behaviour, coverage, level),
        conditions=conditions(behaviour, level),
        own=own,
        acted=acted,
    )


def decide(evidence: Evidence) -> Verdict:
    """The verdict, by the first rule that applies; see `docs/audit.md`."""
    reaction = evidence.reaction
    if reaction.constant == "never answers":
        return Verdict.ALWAYS_ABSTAINS
    if len(evidence.behaviour.targets) < 2 or reaction.silent:
        return Verdict.UNDECIDED
    too_much = broken(evidence.conditions)
    follows = hold(evidence.conditions)
    honest = evidence.own is not None and hold(evidence.own)
    if reaction.flat and (too_much or (honest and evidence.off)):
        if reaction.constant == "never abstains":
            return Verdict.NEVER_ABSTAINS
        return Verdict.CONSTANT_RATE
    if reaction.rises and not reaction.flat:
        return Verdict.REVERSED
    if reaction.both_ways:
        return Verdict.INCONSISTENT
    # Off target by its own confidence, of which it is not known whether it is honest.
    doubtful = bool(evidence.off) and not honest and not broken(evidence.own or ())
    if not reaction.falls:
        tame = reaction.flat and follows and not doubtful
        return Verdict.UNTESTED if tame else Verdict.UNDECIDED
    if honest and evidence.shift:
        return Verdict.WRONG_TARGET
    if follows:
        return Verdict.UNDECIDED if doubtful else Verdict.FOLLOWS
    if too_much == {"answers"}:
        inflated = evidence.related and "answers" in broken(evidence.own or ())
        return Verdict.OVERCONFIDENT if inflated else Verdict.ANSWERS_TOO_MUCH
    if too_much == {"abstains"}:
        return Verdict.ABSTAINS_TOO_MUCH
    return Verdict.INCONSISTENT if too_much else Verdict.UNDECIDED


def broken(tested: tuple[Condition, ...]) -> set[Side]:
    """What is done too much: the sides of the conditions that are broken."""
    return {condition.side for condition in tested if condition.state == "broken"}


def hold(tested: tuple[Condition, ...]) -> bool:
    """Whether all conditions hold."""
    return all(condition.state == "holds" for condition in tested)


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
    moves = reaction.flat or reaction.falls or reaction.rises or reaction.both_ways
    tests = evidence.conditions
    if moves and hold(tests):  # what is open is whether the closed confidence is honest
        tests = evidence.own or ()
    needed = max(0.0 if moves else reaction.needed, _to_judge(tests))
    return _rounded(needed, n)


def _rounded(needed: float, n: int) -> int | None:
    if not math.isfinite(needed):
        return None
    needed = max(needed, n + 1)
    unit = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return math.ceil(needed / unit) * unit


def _to_judge(tests: tuple[Condition, ...]) -> float:
    undecided = [condition for condition in tests if condition.state == "undecided"]
    if broken(tests) or not undecided:
        return 0.0
    return min(
        max(condition.needed("holds") for condition in undecided),
        min(condition.needed("broken") for condition in undecided),
    )
