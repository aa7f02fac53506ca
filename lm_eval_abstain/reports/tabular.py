"""Tables as plain texts, and how names and numbers are written in a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.printing import tables
from lm_eval_abstain.printing.tables import printable

__all__ = ["Column", "Table", "cell", "listed", "short", "table_of"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        heading: Its heading.
        numeric: Whether it holds numbers, which are set to the right.
    """

    heading: str
    numeric: bool


@dataclass(frozen=True)
class Table:
    """A table as it is shown; the first cell of each row names the row.

    Attributes:
        caption: What it shows.
        columns: The columns.
        rows: The cells.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(caption: str, records: Sequence[Mapping[str, Any]]) -> Table:
    """Records as a table; their keys are the headings.

    Columns that are empty throughout are left out.

    Args:
        caption: What the table shows.
        records: One mapping a row; see `cell` for the values.
    """
    columns: list[Column] = []
    cells: list[list[str]] = []
    for key in dict.fromkeys(key for record in records for key in record):
        values = [record.get(key) for record in records]
        texts = [cell(value) for value in values]
        if any(texts):
            columns.append(Column(key, not any(isinstance(value, str) for value in values)))
            cells.append(texts)
    return Table(caption, tuple(columns), tuple(zip(*cells)))


def cell(value: Any) -> str:
    """A value as in the other tables, but with commas in whole numbers; see `tables.cell`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return tables.cell(value)


def short(name: str, size: int = 36) -> str:
    """The end of a name, which tells checkpoints apart, for where there is little room."""
    name = printable(name)
    return name if len(name) <= size else f"…{name[1 - size :]}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Some names in a sentence, and how many more there are."""
    every = [printable(name) for name in names]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
