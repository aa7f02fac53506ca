"""The rows of CSV and JSON Lines files whose columns the user names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.formats.protocol import InputFile, Progress
from lm_eval_abstain.logs.lines import read_lines
from lm_eval_abstain.logs.problems import Problems

__all__ = ["Line", "lines_of"]


@dataclass(frozen=True)
class Line:
    """One row.

    Attributes:
        values: What its columns hold, by their names.
        number: The number of its line in the file.
        place: Where it is, to read it again; see `Samples.place`.
    """

    values: Mapping[str, Any]
    number: int
    place: int


def lines_of(
    one: InputFile, columns: Mapping[str, str], problems: Problems, progress: Progress
) -> Iterator[Line]:
    """The rows of a file, each checked to have the columns.

    Args:
        one: The file.
        columns: The columns' names by role.
        problems: Where rows are reported that lack one.
        progress: Told how many bytes have been read since it was last told.
    """
    if one.head.shape == "lines":
        lines = chain.from_iterable(
            (
                Line(value, int(number), int(place))
                for value, number, place in zip(r.values, r.numbers, r.places)
            )
            for r in read_lines(one.path, dict[str, Any], problems, progress=progress)
        )
    else:
        lines = _csv_lines(one.path, progress)
    for line in lines:
        absent = [
            name
            for role, name in columns.items()
            if name not in line.values
            or (line.values[name] is None and role in ("id", "model", "task", "outcome"))
        ]
        if absent:
            given = ", ".join(key for key, value in line.values.items() if value is not None)
            detail = f"there is nothing for the column {absent[0]!r}, only for {given}"
            problems.bad("missing field", f"{one.path}:{line.number}", detail)
        else:
            yield line


def _csv_lines(path: Path, progress: Progress) -> Iterator[Line]:
    """The rows of a CSV file; the place of a row is its number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.DictReader(file, strict=True)
            for index, row in enumerate(reader):
                yield Line(row, reader.line_num, index)
        except (csv.Error, UnicodeDecodeError) as error:
            raise AbstainError(f"{path} is not a CSV file in UTF-8: {error}") from None
    progress(path.stat().st_size)
