"""The audits of a report's sweeps as texts and tables."""

from __future__ import annotations

from dataclasses import dataclass

from lm_eval_abstain.audits import SweepAudit, audit
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Samples
from lm_eval_abstain.printing.audit_remarks import audit_remarks, refusals
from lm_eval_abstain.printing.audit_results import (
    condition_sentence,
    effective_target_sentence,
    pair_sentence,
)
from lm_eval_abstain.printing.audit_tables import (
    EFFECTIVE_TARGETS,
    FOLLOWING,
    IMPLIED,
    PAIRS,
    abstention_table,
    member_table,
    policy_table,
    target_table,
)
from lm_eval_abstain.printing.audit_text import verdict_line
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.printing.tables import Table, cell
from lm_eval_abstain.rubric import ObjectionPolicy, UnparsedPolicy

__all__ = ["AuditSection", "ShownAudit", "audit_part", "audit_samples"]


@dataclass(frozen=True)
class ShownAudit:
    """One audit as it is shown.

    Attributes:
        title: The model and the questions.
        filter: The name of the filter; empty where there is none.
        setting: What the open prompts have in common, and how many documents there are.
        verdict: The verdict, and how sure it is.
        statement: The verdict in sentences.
        table: One line a target.
        policies: What else would have scored.
        abstentions: Which abstentions were false.
        words: Headings and the lines below each, in words.
        remarks: What is missing, and what else has to be known.
    """

    title: str
    filter: str
    setting: str
    verdict: str
    statement: tuple[str, ...]
    table: Table
    policies: Table
    abstentions: Table
    words: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class AuditSection:
    """All audits.

    Attributes:
        audits: Of the outermost groups, and of tasks that no group holds.
        members: The verdicts of the groups and tasks that those hold.
        notes: What could not be audited, and why.
    """

    audits: tuple[SweepAudit, ...]
    members: Table
    notes: tuple[str, ...]


def audit_samples(
    samples: Samples, unparsed: UnparsedPolicy, objections: ObjectionPolicy, level: float
) -> AuditSection:
    """Audit every sweep; without one there are no audits, and a note that says why.

    Args:
        samples: The samples.
        unparsed: What documents without an answer are scored as.
        objections: What responses that object to their question count as.
        level: How sure each verdict has to be.
    """
    try:
        found = audit(samples, level, unparsed, objections)
    except AbstainError as error:
        return AuditSection((), member_table([]), (str(error),))
    members = member_table(found.members, thousands=True)
    return AuditSection(found.audits, members, tuple(refusals(found)))


def audit_part(audited: SweepAudit) -> ShownAudit:
    """An audit as texts and tables."""
    evidence = audited.evidence
    words = (
        (PAIRS, [pair_sentence(line) for line in audited.pairs]),
        (FOLLOWING, [condition_sentence(one) for one in evidence.conditions]),
        (IMPLIED, [condition_sentence(one) for one in evidence.implied_conditions or ()]),
        (
            EFFECTIVE_TARGETS,
            [effective_target_sentence(one) for one in evidence.effective_targets],
        ),
    )
    return ShownAudit(
        title=f"{cell(audited.model)} on {cell(audited.task)}",
        filter="" if audited.filter == "none" else cell(audited.filter),
        setting=f"{cell(audited.setting)}, {audited.n:,} documents",
        verdict=verdict_line(audited),
        statement=verdict_sentences(audited),
        table=target_table(audited, thousands=True),
        policies=policy_table(audited, thousands=True),
        abstentions=abstention_table(audited, thousands=True),
        words=tuple((heading, tuple(lines)) for heading, lines in words if lines),
        remarks=tuple(audit_remarks(audited)),
    )
