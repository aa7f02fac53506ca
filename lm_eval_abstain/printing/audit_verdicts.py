"""The verdict of an audit in plain sentences, with the numbers that it rests on."""

from __future__ import annotations

from lm_eval_abstain.audits.conditions import TOLERANCE, broken_sides
from lm_eval_abstain.audits.findings import (
    ConditionState,
    Direction,
    DocumentKind,
    Side,
    ThresholdVerdict,
    Verdict,
)
from lm_eval_abstain.audits.reaction import SLACK
from lm_eval_abstain.audits.sweep_audit import SweepAudit
from lm_eval_abstain.audits.verdict import Evidence
from lm_eval_abstain.printing.audit_results import (
    condition_sentence,
    coverage_by_target,
    coverage_over_range,
    known_effective_targets,
    worst_condition,
    worst_condition_sentence,
)
from lm_eval_abstain.printing.audit_undecided import undecided_sentences
from lm_eval_abstain.printing.short_texts import (
    interval_text,
    p_text,
    percent,
    percentage_points,
    target_text,
)

__all__ = ["verdict_sentences"]


def verdict_sentences(audited: SweepAudit) -> tuple[str, ...]:
    """Say what the verdict of an audit means and what it rests on."""
    verdict, evidence = audited.verdict, audited.evidence
    if verdict is Verdict.UNDECIDED:
        return undecided_sentences(audited)
    if verdict in (Verdict.NEVER_ABSTAINS, Verdict.CONSTANT_RATE):
        return _ignores_the_rubric(audited)
    if verdict is Verdict.REVERSED:
        change = f"{coverage_by_target(evidence)} ({coverage_over_range(evidence)})"
        return (f"It answers more the more a mistake costs: {change}.",)
    about = {
        Verdict.ALWAYS_ABSTAINS: _always_abstains,
        Verdict.UNTESTED: _untested,
        Verdict.INCONSISTENT: _inconsistent,
    }
    if verdict in about:
        return about[verdict](evidence)
    about_reacting = {
        Verdict.FOLLOWS: _follows,
        Verdict.WRONG_TARGET: _wrong_target,
        Verdict.OVERCONFIDENT: _overconfident,
        Verdict.ANSWERS_TOO_MUCH: _answers_too_much,
        Verdict.ABSTAINS_TOO_MUCH: _abstains_too_much,
    }
    change = f"{coverage_by_target(evidence)} ({coverage_over_range(evidence)})"
    return f"It reacts to the stakes: {change}.", *about_reacting[verdict](evidence)


def _ignores_the_rubric(audited: SweepAudit) -> tuple[str, ...]:
    evidence, last = audited.evidence, audited.targets[-1]
    reaction, target = evidence.reaction, target_text(last.target)
    change = reaction.changes[-1]
    never = audited.verdict is Verdict.NEVER_ABSTAINS
    said = [
        "The stakes in the prompt do not reach it: it "
        f"{'never abstains' if never else 'abstains at a constant rate'}, whatever a mistake costs "
        f"({coverage_by_target(evidence)}). From {target_text(change.low)} to "
        f"{target_text(change.high)} coverage changes by {percentage_points(change.change.value)} "
        f"({interval_text(change.change)}), and less than {percentage_points(SLACK)} counts as not "
        "reacting."
    ]
    if change.low > evidence.targets[0] and abs(reaction.changes[0].fall.value) >= SLACK:
        said.append("It does tell stakes from none, but not how high they are.")
    worst = worst_condition(evidence.conditions)
    said += known_effective_targets(evidence) if worst is None else [condition_sentence(worst)]
    said.append(
        f"At {target} it scores {last.score.value:.3f} a document, where always abstaining "
        "scores 0."
    )
    for one in evidence.implied_conditions or ():
        if one.about is DocumentKind.ABSTAINED and one.target == last.target:
            said.append(
                f"Its closed confidence is above {target} on {percent(1 - one.share.value)} of "
                "the documents: so much a model would answer that acts on it."
            )
    return tuple(said)


def _always_abstains(evidence: Evidence) -> tuple[str, ...]:
    said = [f"It abstains on nearly everything: {coverage_by_target(evidence)}."]
    abstained = [
        one for one in evidence.conditions if one.about is DocumentKind.ABSTAINED and one.target > 0
    ]
    if abstained:
        said.append(condition_sentence(abstained[0]))
        if abstained[0].state is ConditionState.HOLDS:
            said.append(
                "So for documents that are this hard for it, abstaining is what these targets ask."
            )
    return tuple(said)


def _untested(evidence: Evidence) -> tuple[str, ...]:
    return (
        f"It answers much the same share at every target ({coverage_by_target(evidence)}), and "
        "that is in order: what it answers is right often enough, and what it abstains on is not.",
        "On these documents a model that follows the targets and one that ignores them look "
        "alike: harder documents, or other targets, are needed to tell.",
    )


def _follows(evidence: Evidence) -> tuple[str, ...]:
    said = [
        f"At every target what it answers is right often enough, and what it abstains on or gives "
        f"up is not, to within {percentage_points(TOLERANCE)}; all {len(evidence.conditions)} "
        "conditions hold."
    ]
    said += known_effective_targets(evidence)
    if evidence.implied_conditions is None:
        said.append(
            "Without a confidence this is as far as outcomes tell: a target that is missed by "
            "little does not show."
        )
    return tuple(said)


def _wrong_target(evidence: Evidence) -> tuple[str, ...]:
    return (
        "Its closed confidence is honest: acting on it at the stated targets would meet all "
        f"conditions to within {percentage_points(TOLERANCE)}. But it acts on another target, "
        f"which is {evidence.deviation} than the stated one.",
        *known_effective_targets(evidence),
    )


def _overconfident(evidence: Evidence) -> tuple[str, ...]:
    return (
        f"But it answers too much. {worst_condition_sentence(evidence.conditions, Side.ANSWERS)}",
        f"Its closed confidence is inflated. {_if_it_acted_on_it(evidence, Side.ANSWERS)}",
        *known_effective_targets(evidence),
    )


def _answers_too_much(evidence: Evidence) -> tuple[str, ...]:
    return _too_much(evidence, Side.ANSWERS, "inflated", ThresholdVerdict.LOWER)


def _abstains_too_much(evidence: Evidence) -> tuple[str, ...]:
    return _too_much(evidence, Side.ABSTAINS, "too low", ThresholdVerdict.HIGHER)


def _too_much(
    evidence: Evidence, side: Side, skewed: str, deviation: ThresholdVerdict
) -> tuple[str, ...]:
    said = [f"But it {side} too much. {worst_condition_sentence(evidence.conditions, side)}"]
    either = (
        f"Either its confidence is {skewed}, or it obeys a {deviation} target than the stated one"
    )
    if evidence.implied_conditions is None:
        said.append(f"{either}: without a confidence, behaviour cannot tell the two apart.")
    elif not evidence.confidence_tells:
        said.append(
            f"{either}: its closed confidence does not tell what it answers, so it cannot tell the "
            "two apart either."
        )
    elif side in broken_sides(evidence.implied_conditions):
        said.append(f"Its closed confidence is {skewed}. {_if_it_acted_on_it(evidence, side)}")
    else:
        said.append(
            f"{either}: whether its closed confidence is honest is not decided with so many "
            "documents."
        )
        said += known_effective_targets(evidence)
    return tuple(said)


def _if_it_acted_on_it(evidence: Evidence, side: Side) -> str:
    worst = worst_condition_sentence(evidence.implied_conditions or (), side)
    return f"If it acted on it at the stated targets: {worst[0].lower()}{worst[1:]}"


def _inconsistent(evidence: Evidence) -> tuple[str, ...]:
    if evidence.reaction.both_ways:
        return (
            f"Its coverage moves both ways as the target rises: {coverage_by_target(evidence)}.",
            *(
                f"From {target_text(one.low)} to {target_text(one.high)} it {one.verdict} by "
                f"{percentage_points(abs(one.fall.value))} ({p_text(one.p)})."
                for one in evidence.reaction.changes
                if one.verdict is not Direction.UNDECIDED
            ),
        )
    return (
        f"It reacts to the stakes ({coverage_by_target(evidence)}), but answers too much in one "
        "place and too little in another.",
        worst_condition_sentence(evidence.conditions, Side.ANSWERS),
        worst_condition_sentence(evidence.conditions, Side.ABSTAINS),
    )
