"""Logged samples as a table of small columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.readings import in_words
from lm_eval_abstain.logs.text import SampleText, TextReader
from lm_eval_abstain.logs.token_limits import RunLimit
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import ORDER, Signature

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "Group", "Samples"]

COLUMNS: dict[str, Any] = {
    "model": np.int32,
    "task": np.int32,
    "base": np.int32,
    "filter": np.int32,
    "signature": np.int32,
    "doc_id": np.int64,
    "doc_hash": np.uint64,
    "outcome": np.int8,
    "forced": np.float32,
    "confidence": np.float64,
    "abstain_prob": np.float64,
    "without_stakes": np.float32,
    "read": np.int32,
    "file": np.int32,
    "place": np.int64,
}
"""The columns and their types; 77 bytes a sample."""
_SHOWN = 20  # rows in a notebook


@dataclass(frozen=True)
class Group:
    """A group of the harness in one model's run.

    Attributes:
        model: The model's code.
        name: The group's name.
        tasks: The names of the tasks below it, at whatever depth.
    """

    model: int
    name: str
    tasks: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """One row a document, task, filter and model. Prompts and responses stay in the files.

    Columns are arrays of shape (n,). `model`, `task`, `base`, `filter`, `signature`, `read` and
    `file` hold codes: indices into the tuples of names.

    Attributes:
        models: The models' names.
        tasks: The tasks' names.
        bases: The names of the tasks' base tasks.
        filters: The filters' names.
        signatures: The signatures.
        traces: How documents were read.
        files: The files that the samples come from.
        text_readers: For each file the function that reads the text of one of its samples.
        ids: The names of documents that have no number.
        groups: Which tasks are pooled.
        limits: How long the responses could be of which the outcome was read from the text.
        notes: What a reader has to know of how the samples were read.
        skipped: How many samples were left out, by reason.
        doc_id: The document's number; -1 - i where its name is `ids[i]`.
        doc_hash: 64 bits of the document's hash; 0 where it is not known.
        outcome: Indices into `rubric.ORDER`.
        forced: Multiple choice: 1 if the forced answer is right, else 0; NaN elsewhere.
        confidence: In [0, 1]: the forced answer's probability among the real options, or the
            stated confidence; NaN where there is none.
        abstain_prob: The abstain option's probability; NaN where there is none.
        without_stakes: 1 if the model abstains at t = 0, too, where a mistake costs nothing, else
            0; NaN where it was not asked beside the stakes.
        read: Indices into `traces`; -1 where no text was read.
        place: Where in the file: the byte at which a line begins, or the number of a record.
    """

    models: tuple[str, ...]
    tasks: tuple[str, ...]
    bases: tuple[str, ...]
    filters: tuple[str, ...]
    signatures: tuple[Signature, ...]
    traces: tuple[Trace, ...]
    files: tuple[str, ...]
    text_readers: tuple[TextReader, ...]
    ids: tuple[str, ...]
    groups: tuple[Group, ...]
    limits: tuple[RunLimit, ...]
    notes: tuple[str, ...]
    skipped: Mapping[str, int]
    model: npt.NDArray[np.int32]
    task: npt.NDArray[np.int32]
    base: npt.NDArray[np.int32]
    filter: npt.NDArray[np.int32]
    signature: npt.NDArray[np.int32]
    doc_id: npt.NDArray[np.int64]
    doc_hash: npt.NDArray[np.uint64]
    outcome: npt.NDArray[np.int8]
    forced: npt.NDArray[np.float32]
    confidence: npt.NDArray[np.float64]
    abstain_prob: npt.NDArray[np.float64]
    without_stakes: npt.NDArray[np.float32]
    read: npt.NDArray[np.int32]
    file: npt.NDArray[np.int32]
    place: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.outcome)

    def __repr__(self) -> str:
        """Its size, models and tasks in one line."""
        return f"<Samples: {len(self)} of {', '.join(self.models)} on {len(self.tasks)} tasks>"

    @property
    def target(self) -> npt.NDArray[np.float64]:
        """The confidence target that the model was shown; NaN if none was."""
        shown = np.array([signature.target for signature in self.signatures], dtype=float)
        return shown[self.signature] if len(self) else np.empty(0)

    def select(self, rows: npt.ArrayLike) -> Samples:
        """Some of the rows, under the same names.

        Args:
            rows: A mask of shape (n,), or indices.
        """
        kept = np.asarray(rows)
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Samples(**values | {name: values[name][kept] for name in COLUMNS})

    def name_of(self, row: int) -> int | str:
        """The document's number or name."""
        number = int(self.doc_id[row])
        return number if number >= 0 else self.ids[-1 - number]

    def text(self, row: int) -> SampleText:
        """Prompt, response and gold answer of one sample, read from its file now."""
        file = int(self.file[row])
        return self.text_readers[file](Path(self.files[file]), int(self.place[row]))

    @cached_property
    def document(self) -> npt.NDArray[np.int64]:
        """The document of each row, shape (n,): equal where base task and document number are."""
        keys = (self.base, self.doc_id)
        order = np.lexsort(keys)
        new = np.zeros(len(self), dtype=np.int64)
        for key in keys:
            new[1:] |= np.diff(key[order]) != 0
        documents = np.empty(len(self), dtype=np.int64)
        documents[order] = np.cumsum(new)
        return documents

    def to_pandas(self) -> pandas.DataFrame:
        """The table with names for codes; needs pandas."""
        import pandas

        named = {
            "model": self.models,
            "task": self.tasks,
            "base": self.bases,
            "filter": self.filters,
            "signature": [signature.line for signature in self.signatures],
            "outcome": [outcome.value for outcome in ORDER],
            "file": self.files,
        }
        columns: dict[str, Any] = {name: getattr(self, name) for name in COLUMNS}
        for name, names in named.items():
            columns[name] = pandas.Categorical.from_codes(columns[name], categories=list(names))
        if self.ids:
            columns["doc_id"] = [self.name_of(row) for row in range(len(self))]
        columns["target"] = self.target
        columns |= in_words(self.traces, columns.pop("read"))
        return pandas.DataFrame(columns)

    def _repr_html_(self) -> str:
        """The first rows as a notebook shows them."""
        first = self.select(np.arange(min(len(self), _SHOWN))).to_pandas()
        return f"<p>{escape(repr(self))}; the first rows:</p>{first.to_html(index=False)}"
