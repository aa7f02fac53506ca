"""Puts a `Samples` table together, block by block."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.logs.samples import COLUMNS, Group, Samples
from lm_eval_abstain.logs.text import TextReader
from lm_eval_abstain.logs.token_limits import RunLimit
from lm_eval_abstain.outcomes.judge import Judge
from lm_eval_abstain.outcomes.judge import judge as usual
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import Signature

__all__ = ["Builder", "CodesByName", "document_hashes"]

Name = TypeVar("Name")

_UNKNOWN: dict[str, Any] = {
    "doc_hash": 0,
    "forced": np.nan,
    "confidence": np.nan,
    "abstain_prob": np.nan,
    "without_stakes": np.nan,
    "read": -1,
}


class CodesByName(dict[Name, int]):
    """Codes for names, given out in the order in which the names are first asked for."""

    def __missing__(self, name: Name) -> int:
        self[name] = code = len(self)
        return code

    def codes(self, names: Iterable[Name]) -> npt.NDArray[np.int32]:
        """The codes of some names."""
        return np.array([*map(self.__getitem__, names)], dtype=np.int32)


class Builder:
    """Collects blocks of rows and the names that their codes stand for.

    Attributes:
        problems: Where bad samples are reported.
        judge: What decides the outcome of a response.
        judged: Whether that is not the usual `judge`, so that outcomes which were logged are
            decided anew.
        models: Codes of models; so are `tasks`, `bases`, `filters`, `signatures`,
            `traces` and `ids`.
    """

    def __init__(self, problems: Problems, judge: Judge = usual) -> None:
        self.problems, self.judge = problems, judge
        self.judged = judge is not usual
        self.models, self.tasks = CodesByName[str](), CodesByName[str]()
        self.bases, self.filters = CodesByName[str](), CodesByName[str]()
        self.signatures, self.traces = CodesByName[Signature](), CodesByName[Trace]()
        self.ids = CodesByName[str]()
        self._files = CodesByName[str]()
        self._text_readers: list[TextReader] = []
        self._groups: dict[Group, None] = {}
        self._limits: dict[RunLimit, None] = {}
        self._blocks: list[dict[str, npt.NDArray[Any]]] = []

    def add(self, path: Path, columns: dict[str, Any], text: TextReader) -> None:
        """Add rows of one file.

        Args:
            path: The file.
            columns: For each column an array of shape (rows,), or one value for all rows.
                `outcome` and `place` must be arrays; what may be unknown may be left out.
            text: Reads the text of one of these rows.
        """
        rows = len(columns["outcome"])
        given = {**_UNKNOWN, **columns, "file": self._files[str(path)]}
        if len(self._text_readers) < len(self._files):
            self._text_readers.append(text)
        self._blocks.append(
            {
                name: np.asarray(
                    np.broadcast_to(np.asarray(given[name], dtype=kind), (rows,)), dtype=kind
                )
                for name, kind in COLUMNS.items()
            }
        )

    def model(self, name: str, path: Path) -> int:
        """The code of a model of which one file holds everything."""
        if name in self.models:
            name = f"{name} ({path})"
        return self.models[name]

    def add_groups(self, model: str, groups: Mapping[str, Sequence[str]]) -> None:
        """Add a model's groups and the tasks below each."""
        for name, tasks in groups.items():
            self._groups[Group(self.models[model], name, tuple(tasks))] = None

    def add_limit(self, limit: RunLimit) -> None:
        """Add how long a run's responses could be, with a note where it was inferred."""
        self._limits[limit] = None
        if limit.sentence:
            self.problems.note(limit.sentence)

    def ids_of(self, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """The columns `doc_id` and `doc_hash` of documents that have names and no numbers."""
        return {
            "doc_id": -1 - self.ids.codes(names).astype(np.int64),
            "doc_hash": np.array([_digest(name) for name in names], dtype=np.uint64),
        }

    def build(self) -> Samples:
        """The table of everything that was added."""
        columns: dict[str, Any] = {}
        for name, kind in COLUMNS.items():  # one at a time: the blocks are given up as it goes
            arrays = [block.pop(name) for block in self._blocks]
            columns[name] = np.concatenate(arrays) if arrays else np.empty(0, dtype=kind)
        return Samples(
            models=tuple(self.models),
            tasks=tuple(self.tasks),
            bases=tuple(self.bases),
            filters=tuple(self.filters),
            signatures=tuple(self.signatures),
            traces=tuple(self.traces),
            files=tuple(self._files),
            text_readers=tuple(self._text_readers),
            ids=tuple(self.ids),
            groups=tuple(self._groups),
            limits=tuple(self._limits),
            notes=self.problems.notes,
            skipped=dict(self.problems.skipped),
            **columns,
        )


def document_hashes(hashes: Sequence[str]) -> npt.NDArray[np.uint64]:
    """64 bits of each of the harness's document hashes, shape (n,); 0 where there is none."""
    heads = "".join([text[:16] for text in hashes])
    if len(heads) == 16 * len(hashes):
        try:
            data = bytes.fromhex(heads)
            if len(data) == 8 * len(hashes):  # it passes over white space
                return np.frombuffer(data, dtype=">u8").astype(np.uint64)
        except ValueError:
            pass  # they are not hexadecimal
    return np.array([_digest(text) if text else 0 for text in hashes], dtype=np.uint64)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
