"""Rows of every kind of sample: the columns that all have, and leaving out bad ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.building import Builder, document_hashes
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.answers import codes_of_answers

__all__ = ["RowReader", "Rows", "numbers", "right_or_wrong"]


class RowReader(Protocol):
    """Makes rows of the records of one file.

    Attributes:
        kind: The type that they are decoded to.
        strict: Whether numbers are written as numbers, and not as strings.
    """

    kind: Any
    strict: bool

    def rows(self, records: Records, builder: Builder) -> Rows:
        """The rows of some records."""
        ...


class Rows:
    """Columns of some records, and which of the records are good.

    Attributes:
        columns: For each column an array of shape (records,), or one value.
    """

    def __init__(self, records: Records, builder: Builder) -> None:
        values = records.values
        self._records, self._problems = records, builder.problems
        self._good = np.ones(len(values), dtype=bool)
        self.columns: dict[str, Any] = {
            "doc_id": np.array([r.doc_id for r in values], dtype=np.int64),
            "doc_hash": document_hashes([r.doc_hash for r in values]),
            "filter": builder.filters.codes([r.filter for r in values]),
            "place": records.places,
            "number": records.numbers,
        }
        self.refuse(self.columns["doc_id"] < 0, "bad number", lambda i: "doc_id is negative")

    def refuse(self, bad: npt.NDArray[np.bool_], reason: str, detail: Callable[[int], str]) -> None:
        """Report records and leave them out.

        Args:
            bad: Shape (records,).
            reason: See `Problems.bad`.
            detail: What is wrong with a record, by its index.
        """
        for index in np.flatnonzero(bad & self._good).tolist():
            self._problems.bad(reason, self._records.place(index), detail(index))
        self._good &= ~bad

    def kept(self) -> dict[str, npt.NDArray[Any]]:
        """The columns of the good records."""
        size = len(self._good)
        return {
            name: np.broadcast_to(np.asarray(column), (size,))[self._good]
            for name, column in self.columns.items()
        }


def numbers(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    """Numbers as an array; None becomes NaN, and NaN infinity, so that a check finds it."""
    array = np.array(values, dtype=float)
    for index in np.flatnonzero(np.isnan(array)).tolist():
        if values[index] is not None:
            array[index] = np.inf
    return array


def right_or_wrong(rows: Rows, values: Sequence[float | bool], metric: str) -> npt.NDArray[np.int8]:
    """The outcomes that a metric of the harness gives, shape (records,).

    Args:
        rows: Where values that are neither 0 nor 1 are refused.
        values: The metric's values.
        metric: Its name.
    """
    right = numbers(list(values))
    rows.refuse(
        (right != 0) & (right != 1),
        "not 0 or 1",
        lambda i: f"{metric} is {values[i]}, neither right (1) nor wrong (0)",
    )
    return codes_of_answers(right == 1)
