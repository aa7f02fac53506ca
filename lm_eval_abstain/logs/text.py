"""The text of one sample, fetched from its file when it is wanted."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

from lm_eval_abstain.logs.formats.mmlu_pro import OUTPUTS
from lm_eval_abstain.logs.formats.swe_bench import LISTS
from lm_eval_abstain.logs.sniff import Head, whole

__all__ = ["SampleText", "text_at"]


@dataclass(frozen=True)
class SampleText:
    """What was asked and what came back.

    Attributes:
        prompt: The prompt, or the question where the file does not hold the prompt.
        response: What the model wrote; for options, each with its log-likelihood.
        gold: The right answer as the file has it.
        record: The whole record.
    """

    prompt: str
    response: str
    gold: str
    record: Mapping[str, Any]


def text_at(file: str, place: int) -> SampleText:
    """Read one sample.

    Args:
        file: An entry of `Samples.files`.
        place: The sample's `place`.
    """
    record = _record(Path(file), place)
    if "filtered_resps" in record:
        return _harness(record)
    output = next((str(record[name]) for name in OUTPUTS if record.get(name) is not None), "")
    options = cast("list[str]", record.get("options") or [])
    lines = [f"{chr(ord('A') + index)}. {option}" for index, option in enumerate(options)]
    question = "\n".join([str(record.get("question", "")), *lines])
    return SampleText(question, output, str(record.get("answer", "")), record)


def _record(path: Path, place: int) -> dict[str, Any]:
    changed = path.stat().st_mtime_ns
    shape, instances = _kind(path, changed)
    if instances:
        return {"instance_id": instances[place]}
    if shape == "array":
        return _array(path, changed)[place]
    if shape == "lines":
        with path.open("rb") as file:
            file.seek(place)
            return json.loads(file.readline())
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(islice(csv.DictReader(file), place, None))


@lru_cache(maxsize=64)
def _kind(path: Path, changed: int) -> tuple[str, list[str]]:
    """A file's shape; for a report of SWE-bench also its instances. Read again once `changed`."""
    head = Head.of(path)
    return head.shape, [name for key in LISTS for name in head.first.get(key, [])]


@lru_cache(maxsize=1)
def _array(path: Path, changed: int) -> list[dict[str, Any]]:
    return json.loads(whole(path))


def _harness(record: dict[str, Any]) -> SampleText:
    arguments: Any = record.get("arguments") or []
    requests: list[Any] = list(arguments.values() if isinstance(arguments, dict) else arguments)
    texts = [list(one.values()) if isinstance(one, dict) else one for one in requests]
    prompt = str(texts[0][0]) if texts else ""
    responses: list[Any] = record.get("resps") or []
    if len(texts) > 1:  # options, each with the log-likelihood that it got
        response = "\n".join(f"{text[1]}\t{drawn[0][0]}" for text, drawn in zip(texts, responses))
    else:
        response = "\n".join(str(text) for drawn in responses for text in drawn)
    return SampleText(prompt, response, str(record.get("target", "")), record)
