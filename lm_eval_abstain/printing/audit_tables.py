"""The tables of an audit, for the command and for the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lm_eval_abstain.audits.conditions import Condition
from lm_eval_abstain.audits.findings import AnswerSource, Side
from lm_eval_abstain.audits.regrets import Regret
from lm_eval_abstain.audits.sweep_audit import SweepAudit, SweepVerdict
from lm_eval_abstain.audits.target_results import Estimate
from lm_eval_abstain.printing.short_texts import short_number, target_text
from lm_eval_abstain.printing.tables import Table, p_value, table_of
from lm_eval_abstain.statistics import ALWAYS_ABSTAIN, ALWAYS_ANSWER

__all__ = [
    "EFFECTIVE_TARGETS",
    "FOLLOWING",
    "IMPLIED",
    "PAIRS",
    "abstention_table",
    "audit_tables",
    "member_table",
    "policy_table",
    "source_text",
    "target_table",
]

PAIRS = "From target to target, on the same documents"
FOLLOWING = "What following the targets asks"
IMPLIED = "The same of a model that acts on the closed confidence"
EFFECTIVE_TARGETS = "The target that is acted on, by the closed confidence"

Row = Mapping[str, Any]


def audit_tables(audited: SweepAudit, *, thousands: bool = False) -> list[Table]:
    """All tables of one audit, but for those without a row.

    Args:
        audited: The audit.
        thousands: Whether whole numbers have commas between thousands.
    """
    evidence = audited.evidence
    tables = [
        target_table(audited, thousands=thousands),
        policy_table(audited, thousands=thousands),
        abstention_table(audited, thousands=thousands),
        table_of(PAIRS, _pairs(audited), thousands=thousands),
        table_of(FOLLOWING, _conditions(evidence.conditions), thousands=thousands),
        table_of(IMPLIED, _conditions(evidence.implied_conditions or ()), thousands=thousands),
        table_of(EFFECTIVE_TARGETS, _effective_targets(audited), thousands=thousands),
    ]
    return [table for table in tables if table.rows]


def target_table(audited: SweepAudit, *, thousands: bool = False) -> Table:
    """Rates, score, and the comparison with the closed run, one row a target."""
    interval = f"right of the answered, {100 * audited.level:g}%"
    rows: list[Row] = [
        {
            "t": target_text(line.target),
            "n": line.n,
            "coverage": _estimate(line.coverage),
            "acc_answered": _estimate(line.acc_answered),
            "error_rate": _estimate(line.error_rate),
            "score": _estimate(line.score),
            interval: line.reached,
            "verdict": line.verdict,
            "open - closed": None if compared is None else compared.interval,
            "p": None if compared is None else p_value(compared.p),
        }
        for line in audited.targets
        for compared in (line.open_minus_closed,)
    ]
    return table_of("At each stated target", rows, thousands=thousands)


def policy_table(audited: SweepAudit, *, thousands: bool = False) -> Table:
    """What other policies would have scored, one row a target and policy."""
    rows: list[Row] = [
        {
            "t": target_text(line.target),
            "policy": regret.policy,
            "from": source_text(regret),
            "scores": regret.score,
            "so the model loses": regret.difference.interval,
            "p": p_value(regret.difference.p),
            "verdict": regret.verdict,
        }
        for line in audited.targets
        for regret in line.regrets
    ]
    return table_of("What else would have scored, at the same stakes", rows, thousands=thousands)


def abstention_table(audited: SweepAudit, *, thousands: bool = False) -> Table:
    """How many abstentions are false and how many justified, one row a target with abstentions."""
    rows: list[Row] = [
        {
            "t": target_text(line.target),
            "false (it would be right)": line.false_abstentions,
            "justified": line.justified_abstentions,
            "unknown": line.unknown_abstentions,
            "false of the known": line.false_rate,
            "at t = 0, too": None if math.isnan(line.free_share) else f"{line.free_share:.0%}",
        }
        for line in audited.targets
        if line.counts.abstained or line.false_rate.n
    ]
    return table_of("Abstentions", rows, thousands=thousands)


def member_table(members: Sequence[SweepVerdict], *, thousands: bool = False) -> Table:
    """The verdicts on groups and tasks that larger groups hold; what all share is left out."""
    rows: list[Row] = [
        {
            "model": one.model,
            "task": one.task,
            "filter": None if one.filter == "none" else one.filter,
            "setting": one.setting,
            "n": one.n,
            "coverage": ", ".join(f"{part.value:.3f}" for part in one.coverage),
            f"acc_answered at t = {target_text(one.targets[-1])}": one.acc_answered[-1],
            "verdict": one.verdict,
        }
        for one in members
    ]
    for key in ("model", "setting"):
        if len({row[key] for row in rows}) == 1:
            rows = [{name: value for name, value in row.items() if name != key} for row in rows]
    return table_of("The parts, each judged alone", rows, thousands=thousands)


def source_text(regret: Regret) -> str:
    """Where the answers of a policy come from, and which of them it gives."""
    if regret.source is not AnswerSource.CLOSED or regret.threshold is None:
        return regret.source.value
    if regret.threshold == ALWAYS_ANSWER:
        return "all closed answers"
    if regret.threshold == ALWAYS_ABSTAIN:
        return AnswerSource.NONE.value
    return f"closed answers above {short_number(regret.threshold)}"


def _pairs(audited: SweepAudit) -> list[Row]:
    return [
        {
            "from t": target_text(line.coverage.low),
            "to t": target_text(line.coverage.high),
            "given up": line.coverage.gave_up,
            "taken up": line.coverage.took_up,
            "coverage changes by": line.coverage.change,
            "p": p_value(line.coverage.p),
            "coverage": line.coverage.verdict,
            "acc_answered changes by": line.acc_answered.interval,
            "p ": p_value(line.acc_answered.p),
            "accuracy": line.accuracy,
        }
        for line in audited.pairs
    ]


def _conditions(tested: Sequence[Condition]) -> list[Row]:
    return [
        {
            "documents": f"{one.about} at {target_text(one.target)}"
            if one.upper is None
            else f"answered at {target_text(one.target)}, no more at {target_text(one.upper)}",
            "n": one.rate.n,
            "right": one.rate,
            "should be": f"{'above' if one.side is Side.ANSWERS else 'below'} "
            f"{target_text(one.limit)}",
            "verdict": "holds (too few to matter)" if one.exempt else one.state,
        }
        for one in tested
    ]


def _effective_targets(audited: SweepAudit) -> list[Row]:
    return [
        {
            "stated": target_text(one.stated),
            "acted on": one.threshold,
            "agreement (kappa)": one.kappa.value,
            "verdict": one.verdict,
        }
        for one in audited.evidence.effective_targets
    ]


def _estimate(value: Estimate) -> str:
    if math.isnan(value.value):
        return "n/a"
    return f"{value.value:.4f} ± {'n/a' if math.isnan(value.stderr) else f'{value.stderr:.4f}'}"
