"""Index entries of a few names, read from the harness's own task files.

The harness indexes all of its 14,000 files when a run starts, which takes seconds. Here only the
files are parsed that hold one of the names. Where to look:

- A task or group is looked for in the folder of the harness whose name its own begins with
  (`mmlu_pro` in `mmlu_pro/`), then in all folders.
- Whatever a group names is looked for in the group's folder, then in all folders.
- A tag may be spread over folders, so one that no group names is looked for in all of them.

`tests/harness/test_lookup.py` compares this with the harness's whole index.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from lm_eval.tasks._index import Entry, Kind, TaskIndex
from lm_eval.tasks._yaml_loader import load_yaml

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.definition import TASKS_DIR
from lm_eval_abstain.harness.groups import members

__all__ = ["find_entries", "find_file", "words"]

# The files that define tasks, and those that they include.
_SUFFIXES = frozenset({".yaml", ".yml", ""})
_IGNORED = frozenset({"__pycache__", ".ipynb_checkpoints"})
_INCLUDE = re.compile(rb"^[\"']?include[\"']?\s*:((?:.*)(?:\n\s*-.*)*)", re.MULTILINE)
_WORD = re.compile(rb"[\w./()+-]+")
# The folder to look in first, and whether a tag that is found there is whole.
_Place = tuple[Path | None, bool]
_MANY = 20


def find_entries(names: Iterable[str], folders: Iterable[Path] = ()) -> dict[str, Entry]:
    """Index entries of some tasks, groups and tags, and of everything below them.

    Args:
        names: Base names.
        folders: The user's own folders of task files, which win over the harness's.

    Returns:
        The entries; a name that exists nowhere is missing.
    """
    own = TaskIndex.build(list(folders)) if folders else {}
    found: dict[str, Entry] = {}
    wanted: dict[str, _Place] = {name: (_folder_by_name(name), False) for name in names}
    seen: set[str] = set()
    while wanted:
        seen |= set(wanted)
        entries = {name: own[name] for name in wanted if name in own}
        entries |= _of_harness({n: place for n, place in wanted.items() if n not in own})
        found |= entries
        wanted = {
            member: _place_of_member(member, entry, wanted[name])
            for name, entry in entries.items()
            for member in members(entry)
            if member not in seen
        }
    return found


def find_file(path: Path, folders: Iterable[Path] = ()) -> tuple[str, dict[str, Entry]]:
    """The name that a task file defines, and the entries of it and of everything below it.

    Raises:
        AbstainError: The file is not there or defines no task or group.
    """
    defined = _parsed([path])
    if not defined:
        raise AbstainError(f"{path} is no task file of the harness: it defines no task or group.")
    name, entry = next(iter(defined.items()))
    return name, {**find_entries(set(members(entry)) - {name}, folders), name: entry}


def words() -> set[str]:
    """All words in the harness's task files, all names of tasks, groups and tags among them."""
    found: set[bytes] = set()
    for text in _texts(TASKS_DIR).values():
        found.update(_WORD.findall(text))
    return {word.decode("utf-8", "replace") for word in found}


def _of_harness(wanted: Mapping[str, _Place]) -> dict[str, Entry]:
    """The entries of names: from the folder that each is looked for in first, else from all."""
    together: defaultdict[Path | None, list[str]] = defaultdict(list)
    for name, (folder, _) in wanted.items():
        together[folder].append(name)
    found: dict[str, Entry] = {}
    for folder, names in together.items():
        if folder is not None:
            for name, entry in _in_folder(names, folder).items():
                if entry.kind is not Kind.TAG or wanted[name][1]:
                    found[name] = entry
    return found | _in_folder([name for name in wanted if name not in found], TASKS_DIR)


def _folder_by_name(name: str) -> Path | None:
    fitting = [folder for folder in _top_folders() if name.startswith(folder.name)]
    return max(fitting, key=lambda folder: len(folder.name), default=None)


def _place_of_member(name: str, entry: Entry, place: _Place) -> _Place:
    path = entry.yaml_path
    if path is not None and path.is_relative_to(TASKS_DIR):
        return TASKS_DIR / path.relative_to(TASKS_DIR).parts[0], True
    if entry.kind is Kind.TAG and place[1]:
        return place
    return _folder_by_name(name), False


@cache
def _top_folders() -> list[Path]:
    return [path for path in TASKS_DIR.iterdir() if path.is_dir()]


@cache
def _texts(folder: Path) -> dict[Path, bytes]:
    """All files of a folder that may hold a part of a definition."""
    found: dict[Path, bytes] = {}
    for root, inside, files in os.walk(folder):
        inside[:] = [name for name in inside if name not in _IGNORED]
        for path in (Path(root, name) for name in files):
            if path.suffix in _SUFFIXES:
                found[path] = path.read_bytes()
    return found


@cache
def _including(folder: Path) -> dict[bytes, list[Path]]:
    """By the name of an included file, the files that include one of that name."""
    found: defaultdict[bytes, list[Path]] = defaultdict(list)
    for path, text in _texts(folder).items():
        for listed in _INCLUDE.findall(text) if b"include" in text else ():
            for word in re.findall(rb"[^\s\"',\[\]]+", listed):
                found[word.rsplit(b"/", 1)[-1]].append(path)
    return found


def _in_folder(names: Collection[str], folder: Path) -> dict[str, Entry]:
    """The entries of those names that files of a folder define."""
    if not names:
        return {}
    sought = {name.encode() for name in names}
    files = [
        path
        for path, text in _texts(folder).items()
        # To search for a few names is quicker than to split each text into words.
        if len(sought) > _MANY or any(name in text for name in sought)
        if not sought.isdisjoint(_WORD.findall(text))
    ]
    # A name may stand in a file that others include.
    holding = dict.fromkeys(files)
    while files:
        including = {p for f in files for p in _including(folder).get(f.name.encode(), ())}
        files = [path for path in including if path not in holding]
        holding.update(dict.fromkeys(files))
    index = _parsed(path for path in holding if path.suffix == ".yaml")
    return {name: index[name] for name in names if name in index}


def _parsed(paths: Iterable[Path]) -> dict[str, Entry]:
    """What some files define, as the harness indexes it: in the order of their paths."""
    index: dict[str, Entry] = {}
    for path in sorted(paths, key=lambda path: path.as_posix()):
        try:
            TaskIndex.process_cfg(load_yaml(path, resolve_func=False), path, index)
        except Exception:  # as the harness's index: a file that is no task file is not our matter
            continue
    return index
