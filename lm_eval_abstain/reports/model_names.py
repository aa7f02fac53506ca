"""Names of models for a page that others read: without the folders of the machine.

The model's argument may be the path of a checkpoint. Whoever runs the model knows it, and commands
print it. A report is passed on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath, PureWindowsPath

__all__ = ["names_without_folders"]


def names_without_folders(models: Sequence[str]) -> tuple[str, ...]:
    """Of models that are named by a path the last part, and as many more as tell two apart.

    A name of a hub stays as it is, its organisation with it.

    Args:
        models: Names, all different: of hubs, paths, or folders as the harness names them after a
            path (`__home__me__model`).

    Returns:
        The names in the same order, all different.
    """
    parts = [_parts(model) for model in models]
    shown = [1] * len(models)
    while True:
        names = ["/".join(own[-size:]) for own, size in zip(parts, shown)]
        count = Counter(names)
        longer = [
            place
            for place, name in enumerate(names)
            if count[name] > 1 and shown[place] < len(parts[place])
        ]
        if not longer:
            break
        for place in longer:
            shown[place] += 1
    return tuple(name if count[name] == 1 else model for name, model in zip(names, models))


def _parts(model: str) -> tuple[str, ...]:
    """The parts of a path; a name that is no path is one part."""
    parts: Sequence[str] = ()
    if model.startswith("__"):  # as the harness writes a path that begins with a slash
        parts = model.split("__")
    elif model.startswith(("/", "~", ".")):
        parts = PurePath(model).parts
    elif PureWindowsPath(model).drive or "\\" in model:
        parts = PureWindowsPath(model).parts
    named = tuple(part for part in parts if part.strip("/\\.~_"))
    return named or (model,)
