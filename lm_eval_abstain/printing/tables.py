"""Records as tables: for a terminal, in Markdown, CSV and JSON, and as cells for a page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from lm_eval_abstain.printing.table_formats import aligned_text, csv_text, markdown_text
from lm_eval_abstain.statistics import Interval

__all__ = [
    "FORMATS",
    "Column",
    "Table",
    "TableFormat",
    "cell",
    "jsonable",
    "p_value",
    "printable",
    "render",
    "table_of",
    "table_text",
]

TableFormat = Literal["table", "markdown", "csv", "json"]
FORMATS: tuple[TableFormat, ...] = ("table", "markdown", "csv", "json")

Record = Mapping[str, Any]


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
    """A table as people read it; the first cell of each row names the row.

    Attributes:
        caption: What it shows.
        columns: The columns.
        rows: The cells.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(
    caption: str,
    records: Sequence[Record],
    columns: Mapping[str, str] | None = None,
    *,
    thousands: bool = True,
) -> Table:
    """Records as a table; columns that are empty throughout are left out.

    Args:
        caption: What the table shows.
        records: One mapping a row; see `cell` for the values.
        columns: Which keys are shown, in order, and the heading of each; by default all keys as
            they are.
        thousands: Whether whole numbers have commas between thousands.
    """
    kept: list[Column] = []
    cells: list[list[str]] = []
    for key, heading in _columns(records, columns).items():
        values = [record.get(key) for record in records]
        texts = [cell(value, thousands=thousands) for value in values]
        if any(texts):
            numeric = not any(isinstance(value, str) for value in values)
            kept.append(Column(printable(heading), numeric))
            cells.append(texts)
    return Table(caption, tuple(kept), tuple(zip(*cells)))


def table_text(table: Table, *, markdown: bool) -> str:
    """A table without its caption, in Markdown or for a terminal; nothing if it has no row."""
    if not table.rows:
        return ""
    lines = [[column.heading for column in table.columns], *map(list, table.rows)]
    right = [column.numeric for column in table.columns]
    return (markdown_text if markdown else aligned_text)(lines, right)


def render(
    records: Sequence[Record],
    how: TableFormat,
    columns: Mapping[str, str] | None = None,
) -> str:
    """Put records into one of the formats.

    For people (`table`, `markdown`): four decimals, an interval behind its value, `n/a` for NaN,
    and an empty cell for None or a missing key. For programs (`csv`, `json`): every digit; in CSV
    an interval's limits are columns of their own, `_low` and `_high`, and NaN is `nan`; in JSON
    an interval is an object and NaN is null. Columns that are empty throughout are left out.

    Args:
        records: One mapping a row; the values are texts, truth values, numbers, `Interval`s or
            None.
        how: The format.
        columns: Which keys are shown, in order, and the heading of each; by default all keys as
            they are.

    Returns:
        The text, ending in a newline; for people nothing where there is no record.
    """
    if how == "json":
        shown = _columns(records, columns)
        picked = [{shown[k]: v for k, v in record.items() if k in shown} for record in records]
        return json.dumps(jsonable(picked), indent=2, ensure_ascii=False) + "\n"
    if how == "csv":
        return csv_text(records, _columns(records, columns))
    table = table_of("", records, columns, thousands=False)
    return table_text(table, markdown=how == "markdown")


def jsonable(value: Any) -> Any:
    """A value that JSON can hold: NaN and infinities become null, intervals objects."""
    if isinstance(value, Interval):
        return {
            key: jsonable(getattr(value, key)) for key in ("value", "low", "high", "n", "level")
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(part) for part in value]
    return value


def p_value(p: float) -> str:
    """A p-value as it is shown."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def cell(value: Any, *, thousands: bool = False) -> str:
    """A value as it is shown: four decimals, an interval behind its value, n/a for NaN.

    Args:
        value: A text, a truth value, a number, an `Interval`, or None, which is an empty cell.
        thousands: Whether whole numbers have commas between thousands.
    """
    if value is None:
        return ""
    if isinstance(value, Interval):
        limits = "" if math.isnan(value.low) else f" [{value.low:.3f}, {value.high:.3f}]"
        return f"{cell(float(value.value))}{limits}"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return "n/a" if math.isnan(value) else f"{value:.4f}"
    if isinstance(value, int) and thousands:
        return f"{value:,}"
    return printable(str(value))


def printable(text: str) -> str:
    """A text without characters that a terminal would obey: names come from files."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _columns(records: Sequence[Record], columns: Mapping[str, str] | None) -> dict[str, str]:
    if columns is not None:
        return dict(columns)
    return {key: key for record in records for key in record}
