"""What a file holds, from its content and not from its name."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.lines import BOM

__all__ = ["DATA_SUFFIXES", "Head", "whole"]

Shape = Literal["lines", "array", "object", "text"]
DATA_SUFFIXES = (".json", ".jsonl", ".csv", ".zip")
"""What is looked at in a folder."""
_BEGINNING = 1 << 16


@dataclass(frozen=True)
class Head:
    """The beginning of a file.

    Attributes:
        path: The file.
        shape: JSON objects a line, a JSON array of objects, one JSON object, or other text.
        first: The first object; empty for other text.
    """

    path: Path
    shape: Shape
    first: dict[str, Any]

    @classmethod
    def of(cls, path: Path) -> Head:
        """Look at a file.

        Raises:
            AbstainError: It cannot be read, or is a zip file that does not hold one JSON file.
        """
        try:
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING)
            if beginning.startswith(b"PK"):
                return _look(path, whole(path))
            head = _look(path, beginning)
            if head.shape != "text" and not head.first:  # the first object is longer than that
                head = _look(path, path.read_bytes())
        except OSError as error:
            raise AbstainError(f"{path} cannot be read: {error}") from None
        return head


def whole(path: Path) -> bytes:
    """The content of a file, or of the one JSON file in a zip file, without a byte order mark.

    Raises:
        AbstainError: A zip file is damaged, or does not hold one JSON file.
    """
    data = path.read_bytes()
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as archive:
                inside = [
                    name
                    for name in archive.namelist()
                    if name.endswith(".json") and not name.startswith("__MACOSX")
                ]
                if len(inside) != 1:
                    raise AbstainError(
                        f"{path} holds {len(inside)} JSON files; one was expected: unpack it and "
                        "name the files."
                    )
                data = archive.read(inside[0])
        except zipfile.BadZipFile as error:
            raise AbstainError(f"{path} is a damaged zip file: {error}") from None
    return data.removeprefix(BOM)


def _look(path: Path, data: bytes) -> Head:
    text = data.removeprefix(BOM).decode("utf-8", errors="replace").lstrip()
    if not text.startswith(("{", "[")):
        return Head(path, "text", {})
    array = text.startswith("[")
    start = len(text) - len(text[1:].lstrip()) if array else 0
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return Head(path, "array" if array else "object", {})
    first = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if array:
        return Head(path, "array", first)
    # An object with another one behind it, or all on its line, is a line of several.
    lines = "\n" not in text[:end].strip() or bool(text[end:].strip())
    return Head(path, "lines" if lines else "object", first)
