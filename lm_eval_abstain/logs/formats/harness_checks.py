"""Checks over the samples of one file: documents that are there twice, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_folder import SamplesFile
from lm_eval_abstain.logs.problems import Problems

__all__ = ["complete", "name_filters", "once"]

Columns = dict[str, npt.NDArray[Any]]


def name_filters(columns: Columns, file: SamplesFile, builder: Builder) -> None:
    """Name the filter of samples that do not, from the results file.

    Up to 0.4.5 the harness logged each document once a filter, in the filters' order, and did
    not say which was which.
    """
    unnamed = builder.filters.get("")
    if unnamed is None:
        return
    rows = np.flatnonzero(columns["filter"] == unnamed)
    turn = _turns([columns["doc_id"][rows]])
    known = list(file.results.filters.get(file.task, ())) or ["none"]
    if rows.size and turn.max() < len(known):
        codes = builder.filters.codes(known)
        columns["filter"][rows] = codes[turn]


def once(columns: Columns, path: Path, problems: Problems) -> None:
    """Keep the first of the samples that are about the same document."""
    turn = _turns([columns[name] for name in ("filter", "signature", "doc_id")])
    for row in np.flatnonzero(turn):
        problems.bad(
            "document twice",
            f"{path}:{columns['number'][row]}",
            f"document {columns['doc_id'][row]} was there before, under the same filter and rubric",
        )
    if turn.any():
        columns.update({name: column[turn == 0] for name, column in columns.items()})


def complete(columns: Columns, file: SamplesFile, builder: Builder, skipped: int) -> None:
    """Report documents that the run scored and the file does not hold."""
    expected = file.results.sizes.get(file.task)
    if expected is None or skipped:
        return
    names = list(builder.filters)
    for code in np.unique(columns["filter"]):
        found = int((columns["filter"] == code).sum())
        if found < expected:
            builder.problems.bad(
                "documents missing",
                str(file.path),
                f"{found} of {expected} documents are there for the filter {names[code]!r}, and "
                f"{file.results.path} says that all were scored; was the file cut off?",
                count=expected - found,
            )


def _turns(keys: list[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """How many rows with the same keys come before each row, shape (rows,)."""
    size = len(keys[0])
    order = np.lexsort([np.arange(size), *reversed(keys)])
    new = np.ones(size, dtype=bool)
    for key in keys:
        sorted_key = key[order]
        changed = sorted_key[1:] != sorted_key[:-1]
        new[1:] = changed if key is keys[0] else new[1:] | changed
    starts = np.flatnonzero(new)
    turn = np.empty(size, dtype=np.int64)
    turn[order] = np.arange(size) - np.repeat(starts, np.diff(np.append(starts, size)))
    return turn
