"""The task files of variants: a comment and three keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.kinds import KINDS, SWEEPS
from lm_eval_abstain.rubric.names import CLOSED, parts

__all__ = ["file_text", "write_files"]


def file_text(name: str, folders: Iterable[Path] = ()) -> str:
    """The task file of a variant.

    Args:
        name: The variant.
        folders: The folders of the user's own tasks, if the base is one of them.
    """
    base, end = parts(name)
    if end in SWEEPS:
        asked = base + SWEEPS[end].ending
        about = f"Sweep: {base}{CLOSED} once, then {asked} at each target"
    else:
        about = f"{KINDS[end].about}: {base}"
    keys = f"task: {name}\nclass: !function lm_eval_abstain.Variant\nbase: {base}\n"
    listed = [str(folder.absolute()) for folder in folders]
    own = yaml.safe_dump({"include_path": listed}, width=1000) if listed else ""
    return f"# {about}\n{keys}{own}"


def write_files(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write task files, one a variant; existing files are never overwritten.

    Args:
        texts: By the variant's name, the file's text.
        folder: Where to; made if need be.

    Returns:
        The files' paths.

    Raises:
        AbstainError: A file is there already; then nothing is written.
    """
    paths = {folder / f"{name}.yaml": text for name, text in texts.items()}
    there = [str(path) for path in paths if path.exists()]
    if there:
        raise AbstainError(
            f"{len(there)} of the files exist already, {there[0]} among them: choose another "
            "folder, or remove them first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    return list(paths)
