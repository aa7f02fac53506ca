"""The base tasks below the shipped variants, and task files for some of them alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lm_eval_abstain.harness.kinds import KINDS
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.task_files import new_files, write_files
from lm_eval_abstain.rubric.names import OPEN, base_name, ending


def shipped_bases(end: str = OPEN) -> list[str]:
    """The bases of the shipped files whose names end so."""
    names = (path.stem for path in shipped_path().rglob("*.yaml"))
    return sorted(base_name(name) for name in names if ending(name) == end)


def tasks_below_shipped(class_: type[Any]) -> list[str]:
    """The base tasks whose open variant is of a class."""
    from lm_eval.tasks._index import Kind

    found: list[str] = []
    for name, entry in find_entries(shipped_bases()).items():
        is_task = entry.kind in (Kind.TASK, Kind.PY_TASK)
        if is_task and KINDS[OPEN].class_of(entry.cfg or {}) is class_:
            found.append(name)
    return sorted(found)


def write_members(names: list[str], folder: Path) -> Path:
    """Write a task file for each variant that has none among the shipped ones, as `new` does."""
    shipped = {path.stem for path in shipped_path().rglob("*.yaml")}
    alone = [name for name in dict.fromkeys(names) if name not in shipped]
    write_files(new_files(alone, None, members=False), folder)
    return folder
