"""What is made once a session: by the worker that needs it first, and kept in a file for all."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TypeVar

from filelock import FileLock

from support.environment import SCRATCH

Made = TypeVar("Made")


def once(name: str, make: Callable[[], Made]) -> Made:
    """Something that takes long, such as an index or a run of the harness.

    Args:
        name: Its name, the same in every worker.
        make: Makes it; called once a session, or again after it has failed.

    Returns:
        A copy of one's own.
    """
    folder = SCRATCH / "once"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.pickle"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            # Written only when it is whole: `make` may fail, and the session may be cut off.
            made = pickle.dumps(make())
            path.write_bytes(made)
    return pickle.loads(path.read_bytes())
