"""Reads CSV files and JSON Lines files in columns that the user names."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.column_cells import BadRowError, confidence_of, outcome_of
from lm_eval_abstain.logs.formats.column_lines import Line, lines_of
from lm_eval_abstain.logs.formats.protocol import InputFile, Progress
from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.logs.sniff import Head
from lm_eval_abstain.logs.text import SampleText, record_at
from lm_eval_abstain.logs.token_limits import LimitsByModel
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import CODE, Signature

__all__ = ["ROLES", "ColumnsFormat", "parse_columns"]

ROLES = ("id", "model", "task", "outcome", "answer", "gold", "confidence")
"""What a column may hold: `outcome`, or `answer` and `gold`; the others may be left out."""
_PIECE = 10_000


def parse_columns(text: str) -> dict[str, str]:
    """Read `id=question,outcome=result` as roles and the names of their columns.

    Raises:
        AbstainError: A part is not of that form, or names a role that there is not.
    """
    columns: dict[str, str] = {}
    for part in text.split(","):
        role, equals, name = part.partition("=")
        if not equals or not name or role.strip() not in ROLES:
            raise AbstainError(
                f"--columns has {part!r}: write ROLE=COLUMN, where ROLE is one of "
                f"{', '.join(ROLES)}."
            )
        columns[role.strip()] = name.strip()
    return columns


class ColumnsFormat:
    """Files with a row a document; see `Format`."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        """Say which column holds what.

        Args:
            columns: The columns' names by role, one of `ROLES`.

        Raises:
            AbstainError: The columns do not say what became of a document.
        """
        given = set(columns)
        unknown = given - set(ROLES)
        if unknown or ("outcome" in given) == bool({"answer", "gold"} & given):
            raise AbstainError(
                f"the columns {dict(columns)} do not say what became of a document: give either "
                f"outcome, or answer and gold; the roles are {', '.join(ROLES)}."
            )
        if "outcome" not in given and not {"answer", "gold"} <= given:
            raise AbstainError("the columns answer and gold are only of use together: give both.")
        self._columns = dict(columns)
        signature = {"rubric": "closed", "metric": "outcome"}
        if "answer" in given:
            signature |= {"detector": DETECTOR_VERSION, "metric": "exact_match"}
        self._signature = Signature.of(signature)

    def matches(self, head: Head) -> bool:
        """Whether a file is a text or JSON Lines: the user says the rest."""
        return head.shape in ("lines", "text")

    def read(self, files: Sequence[InputFile], builder: Builder, progress: Progress) -> None:
        """Read files; see `Format`."""
        for one in files:
            seen: set[tuple[str, str, str]] = set()
            rows: list[dict[str, Any]] = []
            limits = self._limits(one)
            for line in lines_of(one, self._columns, builder.problems, progress):
                row = self._row(line, one.path, builder, seen, limits)
                if row is not None:
                    rows.append(row)
                if len(rows) == _PIECE:
                    self._add(rows, one.path, builder)
                    rows = []
            self._add(rows, one.path, builder)
            for limit in limits.found(one.path.name):
                builder.add_limit(limit)

    def text(self, path: Path, place: int) -> SampleText:
        """Read the text of one sample; see `Format`."""
        if Head.of(path).shape == "lines":
            record = record_at(path, place)
        else:
            with path.open(encoding="utf-8-sig", newline="") as file:
                record = next(islice(csv.DictReader(file), place, None))
        # A column without a role is shown where its name says what it holds.
        column = {"question": "question", "answer": "response", "gold": "answer"} | self._columns
        values = (record.get(column[role]) for role in ("question", "answer", "gold"))
        prompt, response, gold = ("" if value is None else str(value) for value in values)
        return SampleText(prompt, response, gold, record)

    def _limits(self, one: InputFile) -> LimitsByModel:
        """The token limits that a file's responses show."""
        # What is bad is reported when it is read for good.
        problems = Problems(skip=True)
        read = "answer" in self._columns
        lines = lines_of(one, self._columns, problems, int) if read else ()
        return LimitsByModel((self._model(line, one.path), self._answer(line)) for line in lines)

    def _model(self, line: Line, path: Path) -> str:
        """The model's name in a row; the file's where there is no such column."""
        return str(line.values[self._columns["model"]]) if "model" in self._columns else path.stem

    def _answer(self, line: Line) -> str:
        value = line.values.get(self._columns.get("answer", ""))
        return "" if value is None else str(value).strip()

    def _row(
        self,
        line: Line,
        path: Path,
        builder: Builder,
        seen: set[tuple[str, str, str]],
        limits: LimitsByModel,
    ) -> dict[str, Any] | None:
        """One row of the table; None if it was reported as bad."""
        cell = {role: line.values[name] for role, name in self._columns.items()}
        name = str(cell.get("id", line.number))
        model, task = self._model(line, path), str(cell.get("task", "samples"))
        answer = self._answer(line)
        try:
            if (model, task, name) in seen:
                raise BadRowError("document twice", f"document {name!r} was there before")
            outcome, trace = outcome_of(cell, answer, limits.of(model, answer), builder.judge)
            confidence = confidence_of(cell.get("confidence"))
        except BadRowError as bad:
            builder.problems.bad(bad.reason, f"{path}:{line.number}", bad.detail)
            return None
        seen.add((model, task, name))
        limits.judged(model, answer, outcome)
        return {
            "name": name,
            "model": model,
            "task": task,
            "outcome": CODE[outcome],
            "read": -1 if trace is None else builder.traces[trace],
            "confidence": confidence,
            "place": line.place,
        }

    def _add(self, rows: list[dict[str, Any]], path: Path, builder: Builder) -> None:
        if not rows:
            return
        tasks = [row["task"] for row in rows]
        builder.add(
            path,
            {
                **builder.ids_of([row["name"] for row in rows]),
                "model": builder.models.codes(row["model"] for row in rows),
                "task": builder.tasks.codes(tasks),
                "base": builder.bases.codes(tasks),
                "filter": builder.filters["none"],
                "signature": builder.signatures[self._signature],
                "outcome": np.array([row["outcome"] for row in rows], dtype=np.int8),
                "read": np.array([row["read"] for row in rows], dtype=np.int32),
                "confidence": np.array([row["confidence"] for row in rows], dtype=float),
                "place": np.array([row["place"] for row in rows], dtype=np.int64),
            },
            self.text,
        )
