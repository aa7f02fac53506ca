"""Rows in the columns of the real data sets, where the tests have some already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import datasets

from support.environment import SCRATCH
from support.form_rows import FORM_ROWS
from support.hub_rows import build_hub
from support.hub_rows_scored import build_scored
from support.once_a_session import once

__all__ = ["has_known_rows", "hub", "known_rows"]

_SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")


@cache
def hub() -> Path:
    """A folder with these data sets, and with two metrics that are otherwise downloaded."""
    root = SCRATCH / "survey-hub"

    def build() -> None:
        build_hub(root)
        build_scored(root)

    once("survey-hub", build)
    return root


def has_known_rows(name: str, config: Mapping[str, Any]) -> bool:
    """Whether there are rows for a task."""
    return name in FORM_ROWS or bool(_files(config))


def known_rows(name: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """The splits of a task's data set, where there are rows for it.

    Args:
        name: The task's name.
        config: Its definition.
    """
    if name in FORM_ROWS:
        data = datasets.Dataset.from_list(FORM_ROWS[name])
        return dict.fromkeys(_splits(config), data)
    files = _files(config)
    return {split: datasets.Dataset.from_list(_read(files[split])) for split in files} or None


def _splits(config: Mapping[str, Any]) -> list[str]:
    few = config.get("fewshot_config")
    wanted = {config.get(key) for key in _SPLITS} | {few.get("split") if few else None}
    return sorted(split for split in wanted if split)


def _files(config: Mapping[str, Any]) -> dict[str, Path]:
    folder = hub() / str(config.get("dataset_path")) / str(config.get("dataset_name") or "default")
    if not folder.is_dir():
        return {}
    files = {split: folder / f"{split}.jsonl" for split in _splits(config)}
    # One row tells a template from its data no better than none.
    several = all(path.is_file() and len(_read(path)) > 1 for path in files.values())
    return files if several else {}


@cache
def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
