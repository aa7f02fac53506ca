"""What `ls` lists: from a file of the user's cache, which holds until something changes."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Callable, Sequence
from pathlib import Path

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.harness.listing_cache import keep_rows, kept_rows, state
from lm_eval_abstain.rubric.names import GENERATIVE, base_name

__all__ = ["list_bases"]

_SUGGESTED = 3
_ALIKE = 0.75  # how alike names are that are suggested


def list_bases(
    patterns: Sequence[str],
    include_path: Path | None = None,
    indexing: Callable[[], object] = lambda: None,
) -> list[Listed]:
    """The tasks, groups and tags of the harness that match, in alphabetical order.

    Args:
        patterns: Names or patterns (`gpqa*`); a variant's name stands for its base's.
        include_path: A folder of the user's own tasks.
        indexing: Called before the harness's tasks are indexed, which takes many seconds.

    Raises:
        AbstainError: Nothing matches a name or pattern, or the folder cannot be read.
    """
    rows = _rows(include_path, indexing)
    names = [row.name for row in rows]
    found: set[str] = set()
    for pattern in patterns:
        base = base_name(pattern)
        forms = (pattern, base, base.removesuffix(GENERATIVE))
        matching = next(filter(None, (fnmatch.filter(names, form) for form in forms)), None)
        if not matching:
            raise AbstainError(
                f"the harness has no task, group or tag like {pattern}{_suggestion(pattern, names)}"
            )
        found.update(matching)
    return [row for row in rows if row.name in found]


def _rows(include_path: Path | None, indexing: Callable[[], object]) -> list[Listed]:
    now = state() if include_path is None else None
    rows = kept_rows(now) if now else None
    if rows is None:
        indexing()
        # Here, because to import the harness takes seconds.
        from lm_eval_abstain.harness.survey import survey

        rows = survey(include_path)
        if now:
            keep_rows(now, rows)
    return rows


def _suggestion(pattern: str, names: Sequence[str]) -> str:
    """Names that are nearly the one that was given, or that hold it, in a clause."""
    name = base_name(pattern).strip("*")
    close = difflib.get_close_matches(name, names, _SUGGESTED, _ALIKE)
    holding = [one for one in names if name and name.lower() in one.lower()]
    meant = list(dict.fromkeys([*close, *sorted(holding, key=len)]))[:_SUGGESTED]
    return f"; did you mean {', '.join(meant)}?" if meant else "."
