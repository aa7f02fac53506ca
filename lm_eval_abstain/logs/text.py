"""The text of one sample, fetched from its file when it is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lm_eval_abstain.logs.sniff import Head, whole

__all__ = ["SampleText", "TextReader", "first_object", "record_at"]


@dataclass(frozen=True)
class SampleText:
    """A prompt and the response to it.

    Attributes:
        prompt: The prompt, or the question where the file does not hold the prompt.
        response: The model's text; for options, each with its log-likelihood.
        gold: The right answer as the file has it.
        record: The whole record.
    """

    prompt: str
    response: str
    gold: str
    record: Mapping[str, Any]


TextReader = Callable[[Path, int], SampleText]
"""Reads the text of one sample from a file and the sample's `place` in it."""


def record_at(path: Path, place: int) -> dict[str, Any]:
    """One JSON object of a file: of an array by its number, else the line that begins at a byte."""
    changed = path.stat().st_mtime_ns
    if _head(path, changed).shape == "array":
        return _array(path, changed)[place]
    with path.open("rb") as file:
        file.seek(place)
        return json.loads(file.readline())


def first_object(path: Path) -> Mapping[str, Any]:
    """The first JSON object of a file, which may be all of it; empty where there is none."""
    return _head(path, path.stat().st_mtime_ns).first


@lru_cache(maxsize=64)
def _head(path: Path, changed: int) -> Head:
    """The beginning of a file; read again once it has `changed`."""
    return Head.of(path)


@lru_cache(maxsize=1)
def _array(path: Path, changed: int) -> list[dict[str, Any]]:
    return json.loads(whole(path))
