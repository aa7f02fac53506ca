"""An audit as text: the verdict, what it rests on, and the tables."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from lm_eval_abstain.audits.conditions import Condition
from lm_eval_abstain.audits.lines import Estimate
from lm_eval_abstain.audits.one import Audit, Brief
from lm_eval_abstain.printing.audit_words import number, turned
from lm_eval_abstain.printing.tables import p_value, render

__all__ = ["audit_text", "members_text"]

WIDTH = 100
Row = Mapping[str, Any]


def audit_text(audited: Audit, *, markdown: bool) -> str:
    """One audit.

    Args:
        audited: The audit.
        markdown: Whether to write Markdown; else plain text for a terminal.
    """
    where = "" if audited.filter == "none" else f", filter {audited.filter}"
    title = f"{audited.model}, {audited.task}{where}: {audited.n:,} documents, {audited.setting}"
    verdict = f"Verdict: {audited.verdict.value} (at {100 * audited.level:g}% confidence)"
    bold = "**" if markdown else ""
    blocks = [f"{'## ' if markdown else ''}{title}\n", f"{bold}{verdict}{bold}\n"]
    blocks.append("".join(_item(line, markdown) for line in audited.statement))
    tables = (
        ("At each stated target", _targets(audited)),
        ("What else would have scored, at the same stakes", _regrets(audited)),
        ("Abstentions", _abstentions(audited)),
        ("From target to target, on the same documents", _pairs(audited)),
        ("What following the targets asks", _conditions(audited.conditions)),
        ("The same of a model that acts on the closed confidence", _conditions(audited.own)),
        ("The target that is acted on, by the closed confidence", _acted(audited)),
    )
    for heading, rows in tables:
        if rows:
            heading = f"### {heading}\n\n" if markdown else f"{heading}\n"
            blocks.append(heading + render(rows, "markdown" if markdown else "table"))
    remarks = [f"missing: {text}" for text in audited.missing]
    remarks += [f"note: {text}" for text in audited.notes]
    remarks += [
        f"note: with --unparsed {policy} the verdict is: {other.value}"
        for policy, other in audited.otherwise.items()
    ]
    if remarks:
        blocks.append("".join(_item(line, markdown) for line in remarks))
    return "\n".join(blocks)


def members_text(members: Sequence[Brief], *, markdown: bool) -> str:
    """The verdicts of groups and tasks that larger groups hold, a line each."""
    rows = [
        {
            "model": one.model,
            "task": one.task,
            "filter": None if one.filter == "none" else one.filter,
            "setting": one.setting,
            "n": one.n,
            "coverage": ", ".join(f"{part.value:.3f}" for part in one.coverage),
            f"acc_answered at t = {number(one.targets[-1])}": one.acc_answered[-1],
            "verdict": one.verdict.value,
        }
        for one in members
    ]
    for key in ("model", "setting"):
        if len({row[key] for row in rows}) == 1:
            rows = [{name: value for name, value in row.items() if name != key} for row in rows]
    heading = "The parts, each judged alone"
    heading = f"## {heading}\n\n" if markdown else f"{heading}\n"
    return heading + render(rows, "markdown" if markdown else "table")


def _item(line: str, markdown: bool) -> str:
    if markdown:
        return f"* {line}\n"
    return textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ") + "\n"


# ---------------------------------------------------------------------- tables


def _targets(audited: Audit) -> list[Row]:
    interval = f"right of the answered, {100 * audited.level:g}%"
    return [
        {
            "t": number(line.target),
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


def _regrets(audited: Audit) -> list[Row]:
    return [
        {
            "t": number(line.target),
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


def _abstentions(audited: Audit) -> list[Row]:
    return [
        {
            "t": number(line.target),
            "false (it would be right)": line.false_abstentions,
            "justified": line.justified_abstentions,
            "unknown": line.unknown_abstentions,
            "false of the known": line.false_rate,
        }
        for line in audited.targets
        if line.counts.abstained or line.false_rate.n
    ]


def _pairs(audited: Audit) -> list[Row]:
    return [
        {
            "from t": number(line.move.low),
            "to t": number(line.move.high),
            "given up": line.move.gave_up,
            "taken up": line.move.took_up,
            "coverage changes by": turned(line.move.fall),
            "p": p_value(line.move.p),
            "coverage": line.move.verdict,
            "acc_answered changes by": line.acc_answered.interval,
            "p ": p_value(line.acc_answered.p),
            "accuracy": line.accuracy,
        }
        for line in audited.pairs
    ]


def _conditions(tested: Sequence[Condition]) -> list[Row]:
    return [
        {
            "documents": f"{one.about} at {number(one.target)}"
            if one.upper is None
            else f"answered at {number(one.target)}, no more at {number(one.upper)}",
            "n": one.rate.n,
            "right": one.rate,
            "should be": f"{'above' if one.side == 'answers' else 'below'} {number(one.limit)}",
            "verdict": "holds (too few to matter)" if one.exempt else one.state,
        }
        for one in tested
    ]


def _acted(audited: Audit) -> list[Row]:
    return [
        {
            "stated": number(one.stated),
            "acted on": one.acted,
            "agreement (kappa)": one.kappa.value,
            "verdict": one.verdict,
        }
        for one in audited.acted
    ]


def _estimate(value: Estimate) -> str:
    if math.isnan(value.value):
        return "n/a"
    return f"{value.value:.4f} ± {'n/a' if math.isnan(value.stderr) else f'{value.stderr:.4f}'}"
