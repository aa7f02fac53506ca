"""The audits of logged samples as the command prints them: as text, in Markdown, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Literal

from lm_eval_abstain.audits.sample_audits import Audits
from lm_eval_abstain.audits.sweep_audit import SweepAudit, SweepVerdict
from lm_eval_abstain.printing.audit_record import audit_record, member_record
from lm_eval_abstain.printing.audit_remarks import audit_remarks, reading_notes
from lm_eval_abstain.printing.audit_tables import audit_tables, member_table
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.printing.tables import Table, printable, table_text

__all__ = ["AuditFormat", "audit_text", "audits_text", "members_text", "verdict_line"]

AuditFormat = Literal["table", "markdown", "json"]

_WIDTH = 100


def audits_text(audits: Audits, how: AuditFormat) -> str:
    """All audits in one of the formats."""
    if how == "json":
        content = {
            "audits": [audit_record(one) for one in audits.audits],
            "members": [member_record(one) for one in audits.members],
            "notes": reading_notes(audits),
        }
        return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    markdown = how == "markdown"
    blocks = [audit_text(one, markdown=markdown) for one in audits.audits]
    if audits.members:
        blocks.append(members_text(audits.members, markdown=markdown))
    return "\n".join([*blocks, *(f"note: {note}\n" for note in reading_notes(audits))])


def audit_text(audited: SweepAudit, *, markdown: bool) -> str:
    """One audit: the verdict, what it rests on, the tables and the remarks.

    Args:
        audited: The audit.
        markdown: Whether to write Markdown; else plain text for a terminal.
    """
    where = "" if audited.filter == "none" else f", filter {audited.filter}"
    title = f"{audited.model}, {audited.task}{where}: {audited.n:,} documents, {audited.setting}"
    bold = "**" if markdown else ""
    remarks = audit_remarks(audited)
    blocks = [
        f"{'## ' if markdown else ''}{printable(title)}\n",
        f"{bold}Verdict: {verdict_line(audited)}{bold}\n",
        _list(verdict_sentences(audited), markdown),
        *(_captioned(table, "###", markdown) for table in audit_tables(audited)),
        *([_list(remarks, markdown)] if remarks else []),
    ]
    return "\n".join(blocks)


def members_text(members: Sequence[SweepVerdict], *, markdown: bool) -> str:
    """The verdicts of groups and tasks that larger groups hold, a line each."""
    return _captioned(member_table(members), "##", markdown)


def verdict_line(audited: SweepAudit) -> str:
    """The verdict, and how sure it is."""
    return f"{audited.verdict} (at {100 * audited.level:g}% confidence)"


def _captioned(table: Table, heading: str, markdown: bool) -> str:
    caption = f"{heading} {table.caption}\n\n" if markdown else f"{table.caption}\n"
    return caption + table_text(table, markdown=markdown)


def _list(lines: Sequence[str], markdown: bool) -> str:
    return "".join(_item(line, markdown) for line in lines)


def _item(line: str, markdown: bool) -> str:
    if markdown:
        return f"* {line}\n"
    return textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    ") + "\n"
