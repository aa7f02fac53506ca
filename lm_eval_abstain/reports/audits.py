"""The audits of a report's sweeps as texts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.audits import Audit, Brief, audit, brief, record
from lm_eval_abstain.audits.find import find_sweeps
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Samples
from lm_eval_abstain.printing.tables import p_value
from lm_eval_abstain.reports.tabular import Table, cell, table_of
from lm_eval_abstain.rubric import UnparsedPolicy

__all__ = ["AuditPart", "Audits", "audit_part", "audit_samples"]

_WORDED = (
    ("From target to target, on the same documents", "pairs"),
    ("What following the targets asks", "conditions"),
    ("The same of a model that acts on the closed confidence", "own"),
    ("The target that is acted on, by the closed confidence", "acted"),
)


@dataclass(frozen=True)
class AuditPart:
    """One audit as it is shown.

    Attributes:
        title: Of which model on which questions, and by which filter.
        setting: What the open prompts have in common, and how many documents there are.
        verdict: The verdict, and how sure it is.
        statement: The verdict in sentences.
        table: One line a target.
        policies: What else would have scored.
        words: Headings and the lines below each, in words.
        remarks: What is missing, and what else has to be known.
    """

    title: str
    setting: str
    verdict: str
    statement: tuple[str, ...]
    table: Table
    policies: Table
    words: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Audits:
    """All audits.

    Attributes:
        audits: Of the outermost groups, and of tasks that no group holds.
        members: The verdicts of the groups and tasks that those hold.
        notes: What could not be audited, and why.
    """

    audits: tuple[Audit, ...]
    members: Table
    notes: tuple[str, ...]


def audit_samples(samples: Samples, unparsed: UnparsedPolicy, level: float) -> Audits:
    """Audit every sweep; without one there are no audits, and a note that says why.

    Args:
        samples: The samples.
        unparsed: What documents without an answer are scored as.
        level: How sure each verdict has to be.
    """
    try:
        found = find_sweeps(samples)
    except AbstainError as error:
        return Audits((), _members([]), (str(error),))
    return Audits(
        tuple(audit(sweep, level, unparsed) for sweep in found.whole),
        _members([brief(sweep, level, unparsed) for sweep in found.members]),
        tuple(f"not audited: {reason}" for reason in found.refused),
    )


def audit_part(audited: Audit) -> AuditPart:
    """An audit as texts and tables."""
    words: dict[str, Any] = record(audited)
    where = "" if audited.filter == "none" else f", filter {cell(audited.filter)}"
    remarks = [f"missing: {text}" for text in audited.missing] + list(audited.notes)
    remarks += [
        f"with --unparsed {policy} the verdict is: {other.value}"
        for policy, other in audited.otherwise.items()
    ]
    return AuditPart(
        title=f"{cell(audited.model)} on {cell(audited.task)}{where}",
        setting=f"{cell(audited.setting)}, {audited.n:,} documents",
        verdict=f"{audited.verdict.value} (at {100 * audited.level:g}% confidence)",
        statement=audited.statement,
        table=_targets(audited),
        policies=_policies(audited),
        words=tuple(
            (heading, tuple(line["words"] for line in words[name]))
            for heading, name in _WORDED
            if words[name]
        ),
        remarks=tuple(remarks),
    )


def _members(briefs: Sequence[Brief]) -> Table:
    rows = [
        {
            "model": one.model,
            "task": one.task,
            "filter": None if one.filter == "none" else one.filter,
            "n": one.n,
            "coverage by target": ", ".join(f"{part.value:.3f}" for part in one.coverage),
            f"right of the answered at t = {one.targets[-1]:g}": one.acc_answered[-1],
            "verdict": one.verdict.value,
        }
        for one in briefs
    ]
    return table_of("The parts of the groups, each judged alone", rows)


def _targets(audited: Audit) -> Table:
    rows: list[dict[str, Any]] = []
    for line in audited.targets:
        compared = line.open_minus_closed
        rows.append(
            {
                "t": f"{line.target:g}",
                "a mistake costs": f"{line.penalty:g}",
                "coverage": line.coverage.value,
                "right of the answered": line.reached,
                "than t": line.verdict,
                "error_rate": line.error_rate.value,
                "score": line.score.value,
                "score, open − closed": compared and compared.interval,
                "p": compared and p_value(compared.p),
                "false abstentions": line.false_rate if line.false_rate.n else None,
            }
        )
    return table_of("At each stated target", rows)


def _policies(audited: Audit) -> Table:
    rows = [
        {
            "t": f"{line.target:g}",
            "policy": regret.against,
            "from": regret.how,
            "scores": regret.score,
            "so the model loses": regret.difference.interval,
            "p": p_value(regret.difference.p),
            "verdict": regret.verdict,
        }
        for line in audited.targets
        for regret in line.regrets
    ]
    return table_of("What else would have scored, at the same stakes", rows)
