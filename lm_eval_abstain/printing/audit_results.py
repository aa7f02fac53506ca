"""Each result of an audit as a sentence: of a target, a pair, a condition, an effective target."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lm_eval_abstain.audits.conditions import TOLERANCE, Condition
from lm_eval_abstain.audits.effective_target import EffectiveTarget
from lm_eval_abstain.audits.findings import (
    ConditionState,
    Direction,
    DocumentKind,
    RegretVerdict,
    Side,
    TargetVerdict,
    ThresholdVerdict,
)
from lm_eval_abstain.audits.pair_results import PairResult
from lm_eval_abstain.audits.target_results import TargetResult
from lm_eval_abstain.audits.verdict import Evidence
from lm_eval_abstain.printing.short_texts import (
    interval_text,
    p_text,
    percent,
    percentage_points,
    short_number,
    target_text,
)

__all__ = [
    "condition_sentence",
    "coverage_by_target",
    "coverage_over_range",
    "effective_target_sentence",
    "known_effective_targets",
    "pair_sentence",
    "target_sentence",
    "worst_condition",
    "worst_condition_sentence",
]


def target_sentence(line: TargetResult) -> str:
    """What was answered at a target, how much of it is right, and what would have scored more."""
    told = f"Told t = {target_text(line.target)}"
    if line.n == 0:
        return f"{told}, no document is left to score."
    text = f"{told}, it answers {percent(line.coverage.value)} of {line.n:,} documents"
    if line.verdict is TargetVerdict.UNKNOWN:
        return f"{text}: nothing is answered, so nothing can be right or wrong."
    found = {TargetVerdict.ABOVE: "clearly more", TargetVerdict.BELOW: "clearly less"}.get(
        line.verdict, "not clearly more or less"
    )
    pays = f"{found} than {percent(line.target)}, from which on answering pays"
    if line.target == 0:
        pays = "at t = 0 answering always pays"
    text += (
        f"; {percent(line.reached.value)} of these {line.reached.n:,} answers are right "
        f"({interval_text(line.reached)}): {pays}."
    )
    for regret in line.regrets:
        if regret.verdict is RegretVerdict.LOSES:
            loss = regret.difference
            text += (
                f" It loses {loss.value:.3f} a document against {regret.policy} "
                f"({interval_text(loss, rate=False)}, {p_text(loss.p)})."
            )
    return text


def pair_sentence(line: PairResult) -> str:
    """How coverage and accuracy change from one target to another."""
    change, gain = line.coverage, line.acc_answered
    size = percentage_points(abs(change.fall.value))
    went = f"{change.verdict} by {size}"
    if change.verdict is Direction.UNDECIDED:
        went = f"does not clearly move ({size})"
    text = (
        f"From t = {target_text(change.low)} to {target_text(change.high)} coverage {went} "
        f"({change.gave_up:,} documents given up, {change.took_up:,} taken up, {p_text(change.p)})"
    )
    if line.accuracy is Direction.UNKNOWN:
        return f"{text}; at one of the two nothing is answered, so accuracy cannot be compared."
    clear = "not clearly other" if line.accuracy is Direction.UNDECIDED else line.accuracy
    return (
        f"{text}; the accuracy of what is answered changes by {percentage_points(gain.value)} "
        f"({interval_text(gain)}, {p_text(gain.p)}): {clear}."
    )


def condition_sentence(condition: Condition) -> str:
    """What a condition asks, and whether it holds."""
    target = f"t = {target_text(condition.target)}"
    about = {
        DocumentKind.ANSWERED: f"what it answers at {target}",
        DocumentKind.ABSTAINED: f"what it abstains on at {target}",
        DocumentKind.BAND: f"what it answers at {target} and no more at "
        f"{target_text(condition.upper or 0)}",
    }[condition.about]
    rate = condition.rate
    if condition.exempt:
        return f"Of {about} there is too little to matter: holds."
    if math.isnan(rate.value):
        return f"Of {about} it is not known how often it is right: {condition.state}."
    abstained = condition.about is DocumentKind.ABSTAINED
    is_right = "would be right" if abstained else "is right"
    net = "net " if condition.about is DocumentKind.BAND else ""
    should = "at t = 0 none should be"
    if condition.limit:
        more = "more" if condition.side is Side.ANSWERS else "less"
        should = f"it should be {more} than {percent(condition.limit)}"
    held = f"holds to within {percentage_points(TOLERANCE)}"
    return (
        f"Of {about}, {percent(rate.value)} {is_right} ({net}{rate.n:,} documents, "
        f"{interval_text(rate)}); {should}: "
        f"{held if condition.state is ConditionState.HOLDS else condition.state}."
    )


def effective_target_sentence(effective: EffectiveTarget) -> str:
    """Which threshold on the closed confidence a model acts on at a stated target."""
    told = f"Told t = {target_text(effective.stated)}"
    if effective.verdict is ThresholdVerdict.UNRELATED:
        return f"{told}, its closed confidence does not tell what it answers."
    if effective.verdict is ThresholdVerdict.NO_THRESHOLD:
        return f"{told}, it answers everything or nothing, so that no threshold shows."
    found = effective.threshold
    return (
        f"{told}, it acts on {short_number(found.value)} "
        f"({100 * found.level:g}% interval {short_number(found.low)} to "
        f"{short_number(found.high)}): {effective.verdict}."
    )


# ---------------------------------------------------------------------- parts of sentences


def coverage_by_target(evidence: Evidence) -> str:
    """How much is answered at each target: it answers 80.0% at t = 0.5, 40.0% at 0.9."""
    first, *others = [
        f"{percent(coverage.value)} at {'t = ' if place == 0 else ''}{target_text(target)}"
        for place, (target, coverage) in enumerate(
            zip(evidence.targets, evidence.reaction.coverage)
        )
    ]
    return ", ".join([f"it answers {first}", *others])


def coverage_over_range(evidence: Evidence) -> str:
    """How coverage changes from the lowest to the highest target of the range."""
    change = evidence.reaction.changes[-1]
    return (
        f"from {target_text(change.low)} to {target_text(change.high)} coverage changes by "
        f"{percentage_points(change.change.value)}, {p_text(change.p)}"
    )


def worst_condition(tested: Sequence[Condition], side: Side | None = None) -> Condition | None:
    """The broken condition by which most is lost."""
    failed = [
        one for one in tested if one.state is ConditionState.BROKEN and side in (None, one.side)
    ]
    return max(failed, key=lambda c: c.share.value * abs(c.rate.value - c.limit), default=None)


def worst_condition_sentence(tested: Sequence[Condition], side: Side) -> str:
    """What it says; there has to be one."""
    found = worst_condition(tested, side)
    assert found is not None
    return condition_sentence(found)


def known_effective_targets(evidence: Evidence) -> list[str]:
    """The sentences of the effective targets that the closed confidence tells."""
    return [effective_target_sentence(one) for one in evidence.effective_targets if one.known]
