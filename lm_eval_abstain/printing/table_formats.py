"""How a table looks: aligned for a terminal, in Markdown, in CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from lm_eval_abstain.statistics import Interval

__all__ = ["aligned_text", "csv_text", "markdown_text"]


def csv_text(records: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """Records as CSV, with the heading of each key.

    Columns that are empty throughout are left out, as are limits that nobody computed.
    """
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


def aligned_text(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Columns of equal width; the first line has the headings, `right` says which are numbers."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "".join(
        "  ".join(
            text.rjust(width) if numeric else text.ljust(width)
            for text, width, numeric in zip(line, widths, right)
        ).rstrip()
        + "\n"
        for line in ruled
    )


def markdown_text(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """The same in Markdown."""
    rules = ["---:" if numeric else "---" for numeric in right]
    escaped = [[text.replace("|", "\\|") for text in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in (escaped[0], rules, *escaped[1:]))
