"""The audits of all sweeps in logged samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.audits.find import find_sweeps
from lm_eval_abstain.audits.sweep_audit import (
    SweepAudit,
    SweepVerdict,
    audit_sweep,
    sweep_verdict,
)
from lm_eval_abstain.logs import runs_of, samples_of, totals_of, with_objections
from lm_eval_abstain.logs.load import Source
from lm_eval_abstain.rubric import ObjectionPolicy, UnparsedPolicy, check_policy
from lm_eval_abstain.scores.reading_notes import bound_notes
from lm_eval_abstain.statistics import Interval

if TYPE_CHECKING:
    import pandas

__all__ = ["Audits", "audit"]

_SHOWN_ROWS = 60


@dataclass(frozen=True)
class Audits:
    """The audits of all sweeps in logged samples.

    Attributes:
        audits: Of the outermost groups, and of the tasks that no group holds.
        members: The verdicts on the groups and tasks that those hold.
        refused: What looks like a sweep and cannot be audited, and why.
        notes: What a reader has to know of how the samples were read.
        skipped: How many samples were left out, by reason.
    """

    audits: tuple[SweepAudit, ...]
    members: tuple[SweepVerdict, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    skipped: Mapping[str, int]

    def to_pandas(self) -> pandas.DataFrame:
        """One row a model, task and target; needs pandas.

        Members have no more than their coverage, the accuracy of what they answer, and the
        verdict.
        """
        import pandas

        rows = [row for one in self.audits for row in _audit_rows(one)]
        rows += [row for one in self.members for row in _member_rows(one)]
        return pandas.DataFrame(rows)

    def _repr_html_(self) -> str:
        """The same table for a notebook, and below it what was not audited and the notes."""
        remarks = "".join(f"<li>{escape(text)}</li>" for text in (*self.refused, *self.notes))
        table = self.to_pandas().to_html(index=False, na_rep="", max_rows=_SHOWN_ROWS)
        return f"{table}<ul>{remarks}</ul>" if remarks else table


def audit(
    source: Source,
    level: float = 0.95,
    unparsed: UnparsedPolicy = "wrong",
    objections: ObjectionPolicy = "answer",
) -> Audits:
    """Audit every sweep in logged samples: does the model act on the stakes that it is told?

    Args:
        source: Files and folders, as for `load_samples`, or the samples themselves.
        level: How sure each verdict has to be, in (0, 1).
        unparsed: What documents without an answer are scored as: "wrong", "abstain" or "exclude".
        objections: What responses that object to their question count as: "answer" or "abstain".

    Raises:
        AbstainError: Something cannot be read, there is no sweep that can be audited, the level
            is not in (0, 1), or the policy is unknown.
    """
    check_policy(unparsed)
    samples = with_objections(samples_of(source), objections)
    found = find_sweeps(samples)
    return Audits(
        audits=tuple(audit_sweep(sweep, level, unparsed) for sweep in found.whole),
        members=tuple(sweep_verdict(sweep, level, unparsed) for sweep in found.members),
        refused=found.refused,
        notes=(*samples.notes, *bound_notes(totals_of(runs_of(samples)[0]), unparsed)),
        skipped=dict(samples.skipped),
    )


def _audit_rows(one: SweepAudit) -> list[dict[str, Any]]:
    return [
        {
            **_sweep_columns(one, member=False),
            "t": line.target,
            **_interval_columns("coverage", coverage),
            **_interval_columns("acc_answered", line.reached),
            "error_rate": line.error_rate.value,
            "error_rate_stderr": line.error_rate.stderr,
            "score": line.score.value,
            "score_stderr": line.score.stderr,
            "unparsed_rate": line.unparsed_rate.value,
            "acc_answered_than_t": line.verdict.value,
            "false_abstentions": line.false_abstentions,
            "justified_abstentions": line.justified_abstentions,
            "unknown_abstentions": line.unknown_abstentions,
        }
        for line, coverage in zip(one.targets, one.evidence.reaction.coverage)
    ]


def _member_rows(one: SweepVerdict) -> list[dict[str, Any]]:
    return [
        {
            **_sweep_columns(one, member=True),
            "t": target,
            **_interval_columns("coverage", coverage),
            **_interval_columns("acc_answered", reached),
        }
        for target, coverage, reached in zip(one.targets, one.coverage, one.acc_answered)
    ]


def _sweep_columns(one: SweepAudit | SweepVerdict, *, member: bool) -> dict[str, Any]:
    return {
        "model": one.model,
        "task": one.task,
        "filter": one.filter,
        "setting": one.setting,
        "member": member,
        "n": one.n,
        "verdict": one.verdict.value,
    }


def _interval_columns(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
