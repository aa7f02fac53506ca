"""Prints records as a terminal table, Markdown, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lm_eval_abstain.statistics import Interval

__all__ = ["FORMATS", "TableFormat", "cell", "jsonable", "p_value", "printable", "render"]

TableFormat = Literal["table", "markdown", "csv", "json"]
FORMATS: tuple[TableFormat, ...] = ("table", "markdown", "csv", "json")

Record = Mapping[str, Any]


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
    keys = dict.fromkeys(key for record in records for key in record)
    shown = dict(columns) if columns is not None else {key: key for key in keys}
    if how == "json":
        picked = [{shown[k]: v for k, v in record.items() if k in shown} for record in records]
        return json.dumps(jsonable(picked), indent=2, ensure_ascii=False) + "\n"
    if how == "csv":
        return _csv(records, shown)
    if not records:
        return ""
    cells = {key: [cell(record.get(key)) for record in records] for key in shown}
    shown = {key: heading for key, heading in shown.items() if any(cells[key])}
    rows = [[cells[key][row] for key in shown] for row in range(len(records))]
    right = [all(not isinstance(record.get(key), str) for record in records) for key in shown]
    headings = [printable(heading) for heading in shown.values()]
    return (_markdown if how == "markdown" else _table)(headings, rows, right)


def jsonable(value: Any) -> Any:
    """A value that JSON can hold: NaN and infinities become null, intervals objects."""
    if isinstance(value, Interval):
        return {
            key: jsonable(getattr(value, key)) for key in ("value", "low", "high", "n", "level")
        }
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(part) for part in value]
    return value


def _csv(records: Sequence[Record], columns: Mapping[str, str]) -> str:
    """Columns that are empty throughout are left out, as are limits that nobody computed."""
    headings: list[str] = []
    rows: list[list[Any]] = [[] for _ in records]
    for key, heading in columns.items():
        values = [record.get(key) for record in records]
        if all(value is None for value in values):
            continue
        headings.append(heading)
        for row, value in zip(rows, values):
            row.append(value.value if isinstance(value, Interval) else value)
        if not any(isinstance(one, Interval) and not math.isnan(one.low) for one in values):
            continue
        for limit in ("low", "high"):
            headings.append(f"{heading}_{limit}")
            for row, value in zip(rows, values):
                row.append(getattr(value, limit, None))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return file.getvalue()


def p_value(p: float) -> str:
    """A p-value as it is shown."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def cell(value: Any) -> str:
    """A value as it is shown: four decimals, an interval behind its value, n/a for NaN.

    Args:
        value: A text, a truth value, a number, an `Interval`, or None, which is an empty cell.
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
    return printable(str(value))


def printable(text: str) -> str:
    """A text without characters that a terminal would obey: names come from files."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _table(headings: list[str], rows: list[list[str]], right: list[bool]) -> str:
    widths = [max(map(len, column)) for column in zip(headings, *rows)]
    lines = [headings, ["-" * width for width in widths], *rows]
    return "".join(
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, right)
        ).rstrip()
        + "\n"
        for line in lines
    )


def _markdown(headings: list[str], rows: list[list[str]], right: list[bool]) -> str:
    rules = ["---:" if numeric else "---" for numeric in right]
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in (headings, *rows)]
    lines = [escaped[0], rules, *escaped[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
