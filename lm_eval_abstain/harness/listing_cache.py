"""The rows of `ls`, kept in a file of the user's cache.

To index the harness's 14,000 files takes many seconds. The rows hold for one state of the
harness's tasks and of this package; in any other state they are made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lm_eval_abstain._version import __version__
from lm_eval_abstain.cache_folder import cache_folder
from lm_eval_abstain.harness.listed import Listed

__all__ = ["keep_rows", "kept_rows", "state"]

_IGNORED = frozenset({"__pycache__", ".ipynb_checkpoints"})


def state() -> str | None:
    """The versions of the harness and of this package, and a digest of all their files.

    Files are told by path, size and time, so that a task file that somebody edits counts. None
    where the harness's folder cannot be found.
    """
    harness = find_spec("lm_eval")  # its tasks are a folder of it; to import them takes seconds
    if harness is None or not harness.submodule_search_locations:
        return None
    digest = hashlib.sha256()
    for root in (Path(harness.submodule_search_locations[0], "tasks"), Path(__file__).parents[1]):
        for line in sorted(_files(str(root))):
            digest.update(line.encode("utf-8", "surrogateescape"))
    return f"{version('lm_eval')} {__version__} {digest.hexdigest()}"


def kept_rows(now: str) -> list[Listed] | None:
    """The rows of a state; None where none are kept, or what is kept is damaged."""
    try:
        content: dict[str, Any] = json.loads(_path(now).read_bytes())
        if content["state"] != now:
            return None
        reasons: list[str] = content["reasons"]
        return [_unpacked(row, reasons) for row in content["rows"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def keep_rows(now: str, rows: Sequence[Listed]) -> None:
    """Keep the rows of a state, in place of those of earlier ones; where it can be written."""
    places: dict[str, int] = {}
    packed = [_packed(row, places) for row in rows]
    content = {"state": now, "reasons": list(places), "rows": packed}
    path = _path(now)
    with contextlib.suppress(OSError):  # the next listing takes as long again, and is right
        path.parent.mkdir(parents=True, exist_ok=True)
        # Inside the folder: a file is replaced as a whole within one file system only.
        written, name = tempfile.mkstemp(prefix=".ls-", dir=path.parent)
        try:
            with os.fdopen(written, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _path(now: str) -> Path:
    """One file for each pair of versions, however often the files of the two are edited."""
    harness, own, _ = now.split(" ")
    return cache_folder() / f"ls-{harness}-{own}.json"


def _files(folder: str) -> Iterator[str]:
    """A line for each file below a folder."""
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name not in _IGNORED:
                yield from _files(entry.path)
        else:
            found = entry.stat()
            yield f"{entry.path}\0{found.st_size}\0{found.st_mtime_ns}\n"


# Reasons are long and few: a row names them by their place in a list.


def _packed(row: Listed, places: dict[str, int]) -> list[Any]:
    def place(reason: str) -> int:
        return places.setdefault(reason, len(places))

    left_out = {
        end: {task: place(reason) for task, reason in tasks.items()}
        for end, tasks in row.left_out.items()
    }
    refusals = {end: place(reason) for end, reason in row.refusals.items()}
    facts = [row.name, row.kind, row.tasks, row.languages, row.endings, row.generated]
    return [*facts, refusals, left_out]


def _unpacked(row: list[Any], reasons: list[str]) -> Listed:
    name, kind, tasks, languages, endings, generated, refusals, left_out = row
    return Listed(
        name=name,
        kind=kind,
        tasks=tasks,
        languages=tuple(languages),
        endings=tuple(endings),
        generated=tuple(generated),
        refusals={end: reasons[place] for end, place in refusals.items()},
        left_out={
            end: {task: reasons[place] for task, place in lacking.items()}
            for end, lacking in left_out.items()
        },
    )
