"""The harness's own index of its task files, which takes 10 s or more: built once a session.

Only in the tests' own processes. Commands that run as processes of their own index for real.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from support.once_a_session import once


def index_once(patch: pytest.MonkeyPatch) -> None:
    """From now on `lm_eval.tasks.TaskManager()` takes the harness's own part from a file."""
    import lm_eval.tasks
    from lm_eval.tasks._index import TaskIndex

    own = Path(lm_eval.tasks.__file__).parent
    build = TaskIndex.build

    def cached(paths: Iterable[Path], *, resolve_includes: bool = True) -> dict[str, Any]:
        paths = list(paths)
        if not resolve_includes or paths[:1] != [own]:
            return build(paths, resolve_includes=resolve_includes)
        # As the harness does it: names in later folders replace those in earlier ones.
        return once("index", lambda: build([own])) | build(paths[1:])

    patch.setattr(TaskIndex, "build", staticmethod(cached))
