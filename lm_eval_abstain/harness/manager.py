"""The harness's task manager, knowing the name of every variant."""

from __future__ import annotations

import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

import lm_eval.tasks
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.harness.definition import check_folder
from lm_eval_abstain.harness.groups import GROUPED
from lm_eval_abstain.harness.kinds import ENDINGS, SWEEPS
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.variant import Variant
from lm_eval_abstain.harness.variant_factory import VariantFactory
from lm_eval_abstain.harness.variant_index import VariantIndex
from lm_eval_abstain.rubric.names import GENERATIVE, base_name, ending

__all__ = ["TaskManager"]


class TaskManager(lm_eval.tasks.TaskManager):
    """`lm_eval.tasks.TaskManager` with every variant (`<base>_abstain`, `<base>_closed`, ...).

    Takes the same arguments. Task files of your own (`include_path`) come first: a variant is
    only derived for a name that no file defines, and when the name is looked up.

    Attributes:
        catalogue: Which variants there are, and why there are no others.

    Raises:
        AbstainError: The metadata holds a setting that cannot be scored, such as a
            confidence target of 1, or a folder of yours holds a file that cannot be read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings = Settings.from_metadata(self.metadata)
        paths = self.include_path or []
        folders = [Path(path) for path in (paths if isinstance(paths, (list, tuple)) else [paths])]
        for folder in folders:
            check_folder(folder)
        self.catalogue = Catalogue(self._index)
        self._index = _Index(self.catalogue, settings, folders)
        self._factory = VariantFactory(meta=self.metadata)

    def load(self, task_list: Any) -> Any:
        """Load tasks as the harness does; a variant that cannot be is refused by name.

        Raises:
            UnsupportedTaskError: A base has no variant; the text says why.
        """
        for name in [task_list] if isinstance(task_list, str) else task_list:
            if isinstance(name, str) and self._may_be_variant(name):
                self.catalogue.check(name)
        forget()
        return super().load(task_list)

    def _may_be_variant(self, name: str) -> bool:
        """Whether a name is built like a variant's, and no file defines it."""
        return self.catalogue.parts(name)[1] != ""

    def match_tasks(self, task_list: list[str]) -> list[str]:
        """The tasks, groups, tags and variants that match some names or patterns."""
        found: set[str] = set()
        for pattern in [task_list] if isinstance(task_list, str) else task_list:
            if pattern in self.catalogue.own or self.catalogue.has(pattern):
                found.add(pattern)
                continue
            found.update(fnmatch.filter(self._all_tasks, pattern))
            bases = self.catalogue.bases
            if not base_name(pattern).endswith(GENERATIVE):  # else each would be there twice
                bases = self.catalogue.own
            variants = (base + end for base in bases for end in ENDINGS)
            found.update(filter(self.catalogue.has, fnmatch.filter(variants, pattern)))
        return sorted(found)

    @cached_property
    def _names(self) -> dict[Kind, list[str]]:
        """The names of all variants, by the kind of their entries."""
        names: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for name in self.catalogue.names():
            if name not in self.catalogue.own:
                kind = self.catalogue.bases[self.catalogue.parts(name)[0]].kind
                grouped = kind in GROUPED and ending(name) not in SWEEPS
                names[kind if grouped else Kind.PY_TASK].append(name)
        return names

    @property
    def all_tasks(self) -> list[str]:
        """All names: tasks, groups, tags, and their variants."""
        return sorted({*super().all_tasks, *(n for names in self._names.values() for n in names)})

    @property
    def all_groups(self) -> list[str]:
        """All names of groups, and of their variants."""
        return sorted({*super().all_groups, *self._names[Kind.GROUP]})

    @property
    def all_subtasks(self) -> list[str]:
        """All names of tasks, of their variants, and of sweeps."""
        return sorted({*super().all_subtasks, *self._names[Kind.PY_TASK]})

    @property
    def all_tags(self) -> list[str]:
        """All names of tags, and of their variants."""
        return sorted({*super().all_tags, *self._names[Kind.TAG]})


class _Index(VariantIndex):
    """The index of a task manager, which holds sweeps too."""

    ENDS = ENDINGS

    def __init__(self, catalogue: Catalogue, settings: Settings, folders: list[Path]) -> None:
        super().__init__(catalogue, settings)
        self._folders = [str(folder.absolute()) for folder in folders]

    def _derived(self, name: str) -> Entry:
        if ending(name) not in SWEEPS:
            return super()._derived(name)
        config: dict[str, Any] = {"task": name, "class": Variant, "base": base_name(name)}
        if self._folders:
            config["include_path"] = self._folders
        return Entry(name, Kind.PY_TASK, yaml_path=None, cfg=config)
