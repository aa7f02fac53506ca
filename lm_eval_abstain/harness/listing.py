"""What `ls` lists and `new` writes."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import TASKS_DIR, check_folder
from lm_eval_abstain.harness.kinds import ENDINGS, SWEEPS
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.manager import TaskManager
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.task_files import file_text
from lm_eval_abstain.rubric.names import OPEN, base_name, ending

__all__ = ["Listed", "list_bases", "new_files"]


@dataclass(frozen=True)
class Listed:
    """A task, group or tag, and its variants.

    Attributes:
        base: Its name.
        kind: `task`, `group` or `tag`.
        endings: The ends of its variants' names.
        refusal: Where there are none, why it has no `<base>_abstain`; else empty.
        shipped: Whether a task file is shipped for one of its variants.
    """

    base: str
    kind: str
    endings: tuple[str, ...]
    refusal: str
    shipped: bool


def list_bases(patterns: Sequence[str], include_path: Path | None) -> list[Listed]:
    """The tasks, groups and tags of the harness that match, in alphabetical order.

    Args:
        patterns: Names or patterns (`gpqa*`).
        include_path: A folder of the user's own tasks.

    Raises:
        AbstainError: Nothing matches, or the folder cannot be read.
    """
    catalogue = TaskManager(include_path=include_path).catalogue
    matching = {name for pattern in patterns for name in fnmatch.filter(catalogue.bases, pattern)}
    names = sorted(name for name in matching if base_name(name) == name)
    if not names:
        raise AbstainError(f"the harness has no task, group or tag like {' '.join(patterns)}")
    shipped = {base_name(path.stem) for path in shipped_path().rglob("*.yaml")}
    rows: list[Listed] = []
    for name in names:
        kind = catalogue.bases[name].kind.name.removeprefix("PY_").lower()
        endings = tuple(end for end in ENDINGS if not catalogue.refusal(name, end))
        refusal = "" if endings else str(catalogue.refusal(name, OPEN))
        rows.append(Listed(name, kind, endings, refusal, name in shipped))
    return rows


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
    catalogue = Catalogue(find_entries(map(base_name, variants), folders))
    found: dict[str, str] = {}
    for name in variants:
        catalogue.check(name)
        base, end = base_name(name), ending(name)
        for one in catalogue.below(base) if members and end not in SWEEPS else [base]:
            path = catalogue.bases[one].yaml_path
            own = path is None or not path.is_relative_to(TASKS_DIR)
            found[one + end] = file_text(one + end, folders if own else ())
    return found
