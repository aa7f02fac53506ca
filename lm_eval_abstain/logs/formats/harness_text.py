"""The texts of one sample of the harness, read from its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lm_eval_abstain.logs.text import SampleText, record_at

__all__ = ["text"]


def text(path: Path, place: int) -> SampleText:
    """Read the text of one sample; see `Format`."""
    record = record_at(path, place)
    arguments: Any = record.get("arguments") or []
    requests: list[Any] = list(arguments.values() if isinstance(arguments, dict) else arguments)
    texts = [list(one.values()) if isinstance(one, dict) else one for one in requests]
    prompt = str(texts[0][0]) if texts else ""
    responses: list[Any] = record.get("resps") or []
    if len(texts) > 1:  # options, each with the log-likelihood that it got
        response = "\n".join(f"{pair[1]}\t{drawn[0][0]}" for pair, drawn in zip(texts, responses))
    else:
        response = "\n".join(str(one) for drawn in responses for one in drawn)
    return SampleText(prompt, response, str(record.get("target", "")), record)
