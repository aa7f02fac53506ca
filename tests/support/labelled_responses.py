"""The labelled corpus, and texts in bulk: the harness's worked examples and published outputs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from support.environment import REPOSITORY, SHARED
from support.ruled_responses import WORDS

CORPUS = REPOSITORY / "tests" / "reading" / "corpus"
PUBLISHED = SHARED / "published" / "mmlu_pro"
OPTIONS = ("question", "abstain_text", "select", "whole")
"""Fields of a row of the corpus that are options of `detect_abstention`."""


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of the corpus."""
    text = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


WRITTEN = [row for language in WORDS for row in rows(language)]
"""The part of the corpus that was written by hand, without the cases that cannot be decided."""


def options_of(row: dict[str, Any]) -> dict[str, Any]:
    """The options with which a row of the corpus is read."""
    return {name: row[name] for name in OPTIONS if name in row}


class _Loader(yaml.SafeLoader):
    """The harness's YAML, functions left alone."""


_Loader.add_multi_constructor("!", lambda *_: None)


def worked(pattern: str) -> Iterator[tuple[str, str]]:
    """The worked examples that stand in the harness's own task files: question, solution."""
    from lm_eval_abstain.harness.definition import TASKS_DIR

    for path in sorted(TASKS_DIR.glob(pattern)):
        config = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        samples = ((config or {}).get("fewshot_config") or {}).get("samples")
        for sample in samples if isinstance(samples, list) else []:
            asked = sample.get("question") or sample.get("input") or sample.get("problem") or ""
            yield str(asked), str(sample.get("target") or sample.get("answer"))


def published(folder: Path = PUBLISHED) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The published outputs of MMLU-Pro: checkpoint, row, text."""
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    for row in json.loads(archive.read(name)):
                        if isinstance(row, str):
                            continue  # one file has stray words between its rows
                        text = next(
                            row[key]
                            for key in ("generated_text", "model_outputs", "response")
                            if row.get(key) is not None
                        )
                        yield path.stem, row, str(text)
