"""Index entries of a few names, without indexing all of the harness's 14,000 task files.

The harness indexes them itself when a run starts, which takes seconds; doing it a second time
to resolve one name would double that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lm_eval.tasks._index import Entry, TaskIndex
from lm_eval.tasks._yaml_loader import load_yaml

from lm_eval_abstain.harness.definition import TASKS_DIR
from lm_eval_abstain.harness.groups import members

__all__ = ["find_entries"]


def find_entries(names: Iterable[str], include_paths: Iterable[Path] = ()) -> dict[str, Entry]:
    """Index entries of some tasks, groups and tags, and of everything below them.

    Files that hold a name as a whole word are read as the harness reads them. Where that leaves
    a name open (a tag may come from an included file), the harness's whole index is built.

    Args:
        names: Base names.
        include_paths: The user's own folders, which win over the harness's.

    Returns:
        The entries found; a name that exists nowhere is missing.
    """
    roots = [TASKS_DIR, *include_paths]
    texts = {path: path.read_bytes() for root in roots for path in sorted(root.rglob("*.yaml"))}
    index: dict[str, Entry] = {}
    wanted = set(names)
    while wanted:
        word = re.compile(
            rb"(?<![\w-])(?:" + b"|".join(re.escape(n.encode()) for n in wanted) + rb")(?![\w-])"
        )
        for root in reversed(roots):
            found: dict[str, Entry] = {}
            for path, text in texts.items():
                if path.is_relative_to(root) and word.search(text):
                    _read(path, found)
            for name in wanted & set(found):
                index.setdefault(name, found[name])
        if any(name not in index or index[name].yaml_path is None for name in wanted):
            return TaskIndex.build(roots)
        wanted = {m for name in wanted for m in members(index[name])} - set(index)
    return index


def _read(path: Path, found: dict[str, Entry]) -> None:
    try:
        config = load_yaml(path, resolve_func=False)
        TaskIndex.process_cfg(config, path, found)
    except Exception:  # as the harness's index: a file that is no task file is not our matter
        return
