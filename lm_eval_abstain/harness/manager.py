"""The harness's task manager, knowing the name of every variant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lm_eval.tasks

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.harness.definition import check_folder
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.variants import Catalogue, base_of

__all__ = ["TaskManager"]


class TaskManager(lm_eval.tasks.TaskManager):
    """`lm_eval.tasks.TaskManager` with every variant (`<base>_abstain`, `<base>_closed`, ...).

    Takes the same arguments. Task files of your own (`include_path`) come first: a variant is
    only derived for a name that no file defines.

    Raises:
        AbstainError: The metadata holds a setting that cannot be scored, such as a
            confidence target of 1, or a folder of yours holds a file that cannot be read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        Settings.from_metadata(self.metadata)
        paths = self.include_path or []
        for path in paths if isinstance(paths, (list, tuple)) else [paths]:
            check_folder(Path(path))
        self._catalogue = Catalogue(self._index)
        new = self._catalogue.entries()
        self._index.update(new)
        kinds = {"GROUP": self._all_groups, "TAG": self._all_tags, "PY_TASK": self._all_subtasks}
        for name, entry in new.items():
            kinds[entry.kind.name].append(name)
        for names in kinds.values():
            names.sort()
        self._all_tasks = sorted(self._index)

    def load(self, task_list: Any) -> Any:
        """Load tasks as the harness does; a variant that cannot be is refused by name.

        Raises:
            UnsupportedTaskError: A base has no variant; the text says why.
        """
        for name in [task_list] if isinstance(task_list, str) else task_list:
            base = base_of(name) if isinstance(name, str) else None
            if base is not None and name not in self._index:
                raise UnsupportedTaskError(base, str(self._catalogue.refusal(name)))
        forget()
        return super().load(task_list)
