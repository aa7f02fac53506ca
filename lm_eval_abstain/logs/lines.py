"""Decodes files of one JSON object a line, in pieces of bounded size, and JSON arrays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.problems import Problems

__all__ = ["BOM", "Records", "read_array", "read_lines"]

BOM = b"\xef\xbb\xbf"
_PIECE = 1 << 20  # larger ones leave the processor's cache, and are slower

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """Some decoded records of a file.

    Attributes:
        path: The file.
        values: The records, decoded to the type that was asked for.
        places: Shape (records,): the byte at which the line of each begins; in an array, how
            many records come before it.
        numbers: Shape (records,): the number of that line or record, from 1.
        unit: Whether these are lines or records of an array.
    """

    path: Path
    values: list[Any]
    places: Integers
    numbers: Integers
    unit: Literal["line", "record"] = "line"

    def place(self, index: int) -> str:
        """Where a record is, for a message."""
        number = int(self.numbers[index])
        return f"{self.path}:{number}" if self.unit == "line" else f"{self.path}, record {number}"


def read_lines(
    path: Path,
    kind: Any,
    problems: Problems,
    *,
    strict: bool = True,
    progress: Callable[[int], object] = int,
) -> Iterator[Records]:
    """Decode the lines of a file; empty lines do not count.

    Args:
        path: The file, UTF-8 with or without a byte order mark, lines ending in LF or CRLF.
        kind: The type that each line is decoded to. Fields that it does not name are skipped
            and never become Python objects.
        problems: Where a line is reported that is no JSON, cut off, or of another type.
        strict: Whether numbers must be written as numbers, and not as strings.
        progress: Told how many bytes have been read since it was last told.
    """
    decoder = msgspec.json.Decoder(kind, strict=strict)
    first = 1
    for data, offset, last in _pieces(path):
        starts, before, ends = _starts(data)
        numbers = before + first
        records = Records(path, [], starts + offset, numbers)
        try:
            values = decoder.decode_lines(data)
        except msgspec.DecodeError:
            values = []
        if len(values) == len(starts):
            records = Records(path, values, starts + offset, numbers)
        else:  # a line is bad, or holds more than one value
            borders = [*starts.tolist(), len(data)]
            raw = [data[start:end] for start, end in pairwise(borders)]
            records = _one_by_one(raw, records, decoder, problems, strict=strict, cut=last)
        if records.values:
            yield records
        progress(len(data))
        first += ends


def read_array(
    data: bytes, path: Path, kind: Any, problems: Problems, *, strict: bool = True
) -> Records:
    """Decode a JSON array, which has to be read as a whole.

    Args:
        data: The array's text, UTF-8.
        path: Where it comes from.
        kind: The type of its records; see `read_lines`.
        problems: Where a record of another type is reported, or an array that is no JSON.
        strict: See `read_lines`.
    """
    decoder = msgspec.json.Decoder(kind, strict=strict)
    raw: list[bytes] = []
    try:
        raw = [bytes(value) for value in msgspec.json.decode(data, type=list[msgspec.Raw])]
    except msgspec.DecodeError:
        try:  # Python writes NaN, which is no JSON
            raw = [json.dumps(value).encode() for value in json.loads(data)]
        except ValueError as error:
            detail = f"the file is not JSON ({error}); is it cut off?"
            problems.bad("not JSON", str(path), detail)
    index = np.arange(len(raw), dtype=np.int64)
    records = Records(path, [], index, index + 1, unit="record")
    return _one_by_one(raw, records, decoder, problems, strict=strict, cut=False)


def _pieces(path: Path) -> Iterator[tuple[bytes, int, bool]]:
    """Whole lines of a file, the byte they begin at, and whether the last one has no end."""
    with path.open("rb") as file:
        offset = len(BOM) if file.read(len(BOM)) == BOM else 0
        file.seek(offset)
        rest = b""
        while piece := file.read(_PIECE):
            end = piece.rfind(b"\n") + 1
            if not end:
                rest += piece
                continue
            data = rest + piece[:end]
            yield data, offset, False
            offset += len(data)
            rest = piece[end:]
        if rest:
            yield rest, offset, True


def _starts(data: bytes) -> tuple[Integers, Integers, int]:
    """Where the lines that are not empty begin, how many come before each, and how many end."""
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    starts = np.concatenate([[0], ends + 1])
    sizes = np.append(ends, len(data)) - starts
    filled = sizes > 2  # "{}" is the shortest record; white space may be longer
    for line in np.flatnonzero(filled & (sizes < 64)).tolist():
        filled[line] = bool(data[starts[line] : starts[line] + sizes[line]].strip())
    return starts[filled], np.flatnonzero(filled), len(ends)


def _one_by_one(
    raw: list[bytes],
    records: Records,
    decoder: msgspec.json.Decoder[Any],
    problems: Problems,
    *,
    strict: bool,
    cut: bool,
) -> Records:
    """Decode records singly and report the bad ones.

    Args:
        raw: Their texts.
        records: Where they are.
        decoder: For the type that is asked for.
        problems: Where they are reported.
        strict: See `read_lines`.
        cut: Whether the last one may be cut off.
    """
    values: list[Any] = []
    kept: list[int] = []
    for index, text in enumerate(raw):
        try:
            try:
                values.append(decoder.decode(text))
            except msgspec.DecodeError:
                # What Python's own writer may have written: NaN, infinities, lone surrogates.
                values.append(msgspec.convert(json.loads(text), decoder.type, strict=strict))
            kept.append(index)
        except msgspec.ValidationError as error:
            detail = f"the sample is not as it should be: {error}"
            problems.bad("wrong type or missing field", records.place(index), detail)
        except ValueError as error:
            if cut and index == len(raw) - 1:
                problems.bad("cut off", records.place(index), "the last line is cut off")
            else:
                detail = f"the line is not JSON: {error}"
                problems.bad("not JSON", records.place(index), detail)
    return Records(records.path, values, records.places[kept], records.numbers[kept], records.unit)
