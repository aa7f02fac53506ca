"""The task files of variants: a comment and three keys. What `new` writes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.bases import find_bases
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import TASKS_DIR, check_folder
from lm_eval_abstain.harness.kinds import KINDS, SWEEPS
from lm_eval_abstain.rubric.names import CLOSED, OPEN, base_name, parts

__all__ = ["file_text", "new_files", "write_files"]

_log = logging.getLogger(__name__)


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


def new_files(names: Sequence[str], include_path: Path | None, *, members: bool) -> dict[str, str]:
    """The task files of some variants, by the variant's name.

    Args:
        names: Variants; a task, group or tag stands for its `<base>_abstain`.
        include_path: A folder of the user's own tasks.
        members: Whether each task and group below a base gets a file too. A sweep has none: its
            closed and open variants do.

    Raises:
        UnsupportedTaskError: A base has no such variant, or does not exist.
    """
    if include_path is not None:
        check_folder(include_path)
    folders = [] if include_path is None else [include_path]
    variants = [name if base_name(name) != name else name + OPEN for name in names]
    catalogue = Catalogue(find_bases(map(base_name, variants), folders))
    found: dict[str, str] = {}
    for name in variants:
        catalogue.check(name)
        base, end = catalogue.parts(name)
        for one in catalogue.below(base) if members and end not in SWEEPS else [base]:
            reason = catalogue.refusal(one, end)
            if reason:  # the group's own file is built without it, too
                _log.warning("%s gets no file: %s", one + end, reason)
                continue
            path = catalogue.bases[one].yaml_path
            own = path is None or not path.is_relative_to(TASKS_DIR)
            found[one + end] = file_text(one + end, folders if own else ())
    return found


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
