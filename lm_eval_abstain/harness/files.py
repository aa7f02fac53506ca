"""Variants as plain task files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.variants import about

__all__ = ["to_yaml", "write_files"]


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, everything else on lines of its own."""


def _sequence(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    short = all(
        isinstance(item, str) or (isinstance(item, dict) and len(item) == 1) for item in value
    )
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short)


_Dumper.add_representer(list, _sequence)


def to_yaml(config: Mapping[str, Any]) -> str:
    """The text of a task file: one line that says what it is, and its keys."""
    lines = [f"# {about(config)}\n"]
    for key, value in config.items():
        if isinstance(value, type):
            lines.append(f"{key}: !function lm_eval_abstain.harness.{value.__name__}\n")
        else:
            lines.append(yaml.dump({key: value}, Dumper=_Dumper, sort_keys=False, width=150))
    return "".join(lines)


def write_files(files: Mapping[str, Mapping[str, Any]], folder: Path) -> list[Path]:
    """Write task files, one a variant; existing files are never overwritten.

    Raises:
        AbstainError: A file is there already; then nothing is written.
    """
    paths = {folder / f"{name}.yaml": config for name, config in files.items()}
    there = [str(path) for path in paths if path.exists()]
    if there:
        raise AbstainError(
            f"{len(there)} of the files exist already, {there[0]} among them: choose another "
            "folder, or remove them first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, config in paths.items():
        path.write_text(to_yaml(config), encoding="utf-8")
    return list(paths)
