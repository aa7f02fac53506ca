"""Why an audit has no verdict, in plain sentences."""

from __future__ import annotations

from lm_eval_abstain.audits.conditions import all_hold, broken_sides
from lm_eval_abstain.audits.findings import ConditionState
from lm_eval_abstain.audits.sweep_audit import SweepAudit
from lm_eval_abstain.audits.verdict import Evidence
from lm_eval_abstain.printing.audit_results import (
    condition_sentence,
    coverage_by_target,
    effective_target_sentence,
    worst_condition_sentence,
)
from lm_eval_abstain.printing.short_texts import (
    interval_text,
    p_text,
    percentage_points,
    target_text,
)

__all__ = ["undecided_sentences"]


def undecided_sentences(audited: SweepAudit) -> tuple[str, ...]:
    """Say what is open, what is known, and how many documents would decide."""
    return (*_open_questions(audited.evidence), _documents_needed(audited))


def _open_questions(evidence: Evidence) -> tuple[str, ...]:
    reaction, said = evidence.reaction, list[str]()
    if not reaction.changes:
        return ("With a single target nobody can see whether it reacts to the stakes.",)
    if reaction.silent:
        return ("It answers nothing, but of so few documents that it may do so by chance.",)
    if reaction.decided:
        said.append(f"How much it answers is known: {coverage_by_target(evidence)}.")
    else:
        last = reaction.changes[-1]
        said.append(
            f"Whether it reacts to the stakes is open: from {target_text(last.low)} to "
            f"{target_text(last.high)} coverage changes by {percentage_points(last.change.value)} "
            f"({interval_text(last.change)}, {p_text(last.p)})."
        )
    broken = broken_sides(evidence.conditions)
    for side in sorted(broken):
        worst = worst_condition_sentence(evidence.conditions, side)
        said.append(f"It {side} too much. {worst}")
    undecided = [one for one in evidence.conditions if one.state is ConditionState.UNDECIDED]
    if undecided and not broken:
        hardest = max(undecided, key=lambda one: one.needed(ConditionState.HOLDS))
        said.append(
            f"{len(undecided)} of the {len(evidence.conditions)} conditions are open. "
            f"{condition_sentence(hardest)}"
        )
    implied = evidence.implied_conditions
    if evidence.deviations and implied is not None and not all_hold(implied):
        said.append(
            "It acts on another threshold of its closed confidence than the stated one; whether "
            "that confidence is honest is open."
        )
        said += [
            effective_target_sentence(one)
            for one in evidence.effective_targets
            if one.verdict in evidence.deviations
        ]
    return tuple(said)


def _documents_needed(audited: SweepAudit) -> str:
    n = audited.evidence.conditions[0].share.n
    needed = audited.documents_needed
    if not audited.evidence.reaction.changes:
        return "Run the sweep, which asks at several."
    if needed is None:
        return f"How many documents would decide it, these {n:,} do not tell."
    return f"Roughly {needed:,} documents would decide it, if it went on like this; here are {n:,}."
