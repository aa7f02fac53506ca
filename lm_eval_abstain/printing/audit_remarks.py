"""What is missing in an audit, and what else its reader has to know, as sentences."""

from __future__ import annotations

from lm_eval_abstain.audits.findings import Missing
from lm_eval_abstain.audits.sample_audits import Audits
from lm_eval_abstain.audits.sweep_audit import SweepAudit
from lm_eval_abstain.outcomes.stakes import MOST, NO_REACTION
from lm_eval_abstain.printing.short_texts import target_text

__all__ = ["audit_remarks", "missing_sentences", "note_sentences", "reading_notes", "refusals"]

_MISSING = {
    Missing.SECOND_TARGET: "there is one target only, so whether the model reacts to the stakes "
    "cannot be seen: run <base>_abstain_sweep.",
    Missing.CLOSED_RUN: "there is no closed run, so there is no comparison with it, and no closed "
    "confidence: add <base>_closed, or the base task itself, with --log_samples.",
    Missing.ANSWERS_INSTEAD: "what would have been answered instead of abstaining is not known, so "
    "abstentions cannot be judged.",
    Missing.FORCED_ANSWERS: "there are no forced answers: the closed run's answers stand in for "
    "them, which come from another prompt.",
    Missing.CLOSED_CONFIDENCE: "there is no closed confidence{few}: what the model acts on, and "
    "the best fixed policy, are left out.",
}


def missing_sentences(audited: SweepAudit) -> list[str]:
    """What the sweep lacks, and what follows from it."""
    some = audited.confidences
    few = f" ({some} of {audited.n} documents have one)" if some else ""
    return [_MISSING[one].replace("{few}", few) for one in audited.missing]


def note_sentences(audited: SweepAudit) -> list[str]:
    """What else a reader has to know."""
    notes = list(audited.notes)
    if audited.tasks > 1:
        notes.append(
            f"the documents of {audited.tasks} tasks are pooled and taken as independent: the "
            "intervals are about other documents of these tasks, not about other tasks."
        )
    notes += [
        f"at t = {target_text(line.target)}, {line.free_share:.0%} of the {NO_REACTION}"
        for line in audited.targets
        if line.target > 0 and line.free_share > MOST
    ]
    most = max(audited.targets, key=lambda line: line.unparsed_rate.value)
    share = most.unparsed_rate.value
    if share > 0:
        notes.append(
            f"at t = {target_text(most.target)}, {100 * share:.1f}% of the responses hold no "
            "answer; see --unparsed for how they are scored."
        )
    return notes


def audit_remarks(audited: SweepAudit) -> list[str]:
    """All remarks on an audit, each with its kind."""
    return [
        *(f"missing: {text}" for text in missing_sentences(audited)),
        *(f"note: {text}" for text in note_sentences(audited)),
        *(
            f"note: with --unparsed {policy} the verdict is: {other}"
            for policy, other in audited.otherwise.items()
        ),
    ]


def refusals(audits: Audits) -> list[str]:
    """What looks like a sweep and could not be audited."""
    return [f"not audited: {reason}" for reason in audits.refused]


def reading_notes(audits: Audits) -> list[str]:
    """How the samples were read, what could not be audited, and what was skipped."""
    notes = [*audits.notes, *refusals(audits)]
    if audits.skipped:
        counts = ", ".join(f"{reason}: {count}" for reason, count in audits.skipped.items())
        notes.append(f"skipped {sum(audits.skipped.values())} samples ({counts})")
    return notes
