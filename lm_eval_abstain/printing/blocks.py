"""A table for a terminal whose rows stand under lines of their own: what many rows share, once.

A column for each name would not leave the room for numbers that a terminal has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from lm_eval_abstain.printing.tables import printable, table_of, table_text

__all__ = ["WIDTH", "Block", "blocks_text", "shortened", "wrapped"]

WIDTH = 100
"""The characters of a line at most, as long as the numbers are not of an unusual size."""
_INDENT = "  "


@dataclass(frozen=True)
class Block:
    """Some rows, and what they have in common.

    Attributes:
        name: Whose rows they are; shortened where the line would be too long.
        facts: What else is said of all of them, behind the name.
        rows: One mapping a row; see `tables.cell` for the values. A `note` is put under its row.
        below: Lines under the first one.
    """

    name: str
    facts: str
    rows: Sequence[Mapping[str, Any]]
    below: Sequence[str] = ()


def blocks_text(blocks: Sequence[Block], columns: Mapping[str, str]) -> str:
    """Blocks under one row of headings; columns that are empty throughout are left out.

    Args:
        blocks: The blocks, each with at least one row.
        columns: Which keys are shown, in order, and the heading of each.

    Returns:
        The text, ending in a newline; nothing where there is no block.
    """
    if not blocks:
        return ""
    table = table_of("", [row for block in blocks for row in block.rows], columns, thousands=False)
    headings, rule, *rows = (
        f"{_INDENT}{line}" for line in table_text(table, markdown=False).splitlines()
    )
    lines = [headings, rule]
    left = iter(rows)
    for block in blocks:
        room = WIDTH - len(block.facts) - 2
        lines.append(f"{shortened(printable(block.name), room)}: {printable(block.facts)}")
        lines += [f"{_INDENT}{shortened(printable(line), WIDTH - 2)}" for line in block.below]
        for row in block.rows:
            lines.append(next(left))
            if row.get("note"):
                lines.append(f"{_INDENT}{_INDENT}{row['note']}")
    return "".join(f"{line}\n" for line in lines)


def wrapped(line: str) -> str:
    """A sentence on as many lines as it needs, ending in a newline; with a path it stays whole."""
    if any(len(word) > WIDTH // 2 for word in line.split()):
        return f"{line}\n"
    return fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def shortened(name: str, size: int) -> str:
    """A name without its middle where it is longer than `size`, at least 3."""
    if len(name) <= size:
        return name
    kept = max(size, 3) - 1
    return f"{name[: kept - kept // 2]}…{name[-(kept // 2) :]}"
