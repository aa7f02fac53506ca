"""The task files of variants, derived from the harness's index of its own task files.

`mmlu_abstain` mirrors `mmlu`: each group, tag and task below it gets a twin whose name ends in
`_abstain`, and so with the other kinds of variants. A sweep is one file. The same derivation
writes the shipped files and serves the wrapper at run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.groups import Index, group_config, members
from lm_eval_abstain.harness.kinds import CLOSED, SWEEPS, VARIANTS
from lm_eval_abstain.harness.settings import check_targets
from lm_eval_abstain.harness.sweep import Sweep, sweep_base

__all__ = ["Catalogue", "about", "base_of", "check_names", "suffix_of"]

_SUFFIXES = (*(variant.suffix for variant in VARIANTS), *SWEEPS)
_VARIANT = {variant.suffix: variant for variant in VARIANTS}


def suffix_of(name: str) -> str | None:
    """What makes a name a variant's (`_abstain`, `_closed`, ...), or None where it is none."""
    fitting = [suffix for suffix in _SUFFIXES if name.endswith(suffix) and name != suffix]
    return fitting[0] if fitting else None


def base_of(name: str) -> str | None:
    """The base's name in a variant's, or None where the name is not a variant's."""
    suffix = suffix_of(name)
    return name.removesuffix(suffix) if suffix else None


def about(config: Mapping[str, Any]) -> str:
    """What the variant of a task file is, in one line."""
    name = str(config["task"] if "class" in config else config["group"])
    suffix = str(suffix_of(name))
    base = name.removesuffix(suffix)
    if suffix in SWEEPS:
        asked = base + SWEEPS[suffix].suffix
        return f"Sweep: {base}{CLOSED.suffix} once, then {asked} at each target"
    return f"{_VARIANT[suffix].about}: {config.get('base', f'the members of {base}')}"


def check_names(names: Iterable[str], metadata: Mapping[str, Any]) -> None:
    """Check the targets in a run's metadata against the variants that it asks for.

    Raises:
        AbstainError: See `check_targets`.
    """
    for name in names:
        suffix = suffix_of(name)
        kind = _VARIANT.get(str(suffix))
        if suffix in SWEEPS or (kind and kind.states_target):
            check_targets(name, metadata, several=suffix in SWEEPS)


class Catalogue:
    """All variants of the tasks, groups and tags of an index.

    Args:
        index: The harness's index, `TaskManager.task_index`.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._reasons: dict[tuple[str, str], str | None] = {}
        self._tasks_of: dict[str, list[str]] = {}

    def refusal(self, name: str) -> str | None:
        """Why there is no such variant (`mmlu_closed`); None where there is."""
        suffix = suffix_of(name)
        if suffix is None:
            return f"a variant's name ends in {', '.join(_SUFFIXES)}."
        return self._refusal(name.removesuffix(suffix), suffix)

    def _refusal(self, base: str, suffix: str) -> str | None:
        key = (base, suffix)
        if key not in self._reasons:
            self._reasons[key] = self._why_not(base, suffix)
        return self._reasons[key]

    def _why_not(self, base: str, suffix: str) -> str | None:
        entry = self._index.get(base)
        if entry is None:
            return "the harness has no task, group or tag of that name."
        if suffix in SWEEPS:
            reasons = (self._refusal(base, kind.suffix) for kind in (SWEEPS[suffix], CLOSED))
            return next((reason for reason in reasons if reason), None)
        if entry.kind in (Kind.TASK, Kind.PY_TASK):
            path = base_path(entry.yaml_path) if entry.yaml_path else ""
            return _VARIANT[suffix].refusal(entry.cfg or {}, path)
        tasks = self._tasks(base)
        refused = {task: reason for task in tasks if (reason := self._refusal(task, suffix))}
        if not tasks or refused:
            return _members_refused(refused) if refused else "it has no members."
        return None

    def _tasks(self, base: str) -> list[str]:
        """All tasks under a group or tag, each once; a name that does not exist among them."""
        if base not in self._tasks_of:
            found: dict[str, None] = {}
            for member in members(self._index[base]):
                entry = self._index.get(member)
                grouped = entry is not None and entry.kind in (Kind.GROUP, Kind.TAG)
                found.update(dict.fromkeys(self._tasks(member) if grouped else [member]))
            self._tasks_of[base] = list(found)
        return self._tasks_of[base]

    def config(self, name: str) -> dict[str, Any]:
        """The task file of one variant of a task or group, as a mapping.

        Raises:
            UnsupportedTaskError: The base has no such variant.
        """
        base, suffix = self._checked(name)
        entry = self._index[base]
        if suffix in SWEEPS:
            return {"task": name, "class": Sweep, "base": sweep_base(base, self._index)}
        variant = _VARIANT[suffix]
        if entry.kind is Kind.GROUP:
            return group_config(base, entry.cfg or {}, self._index, variant)
        if entry.kind is Kind.TAG or entry.yaml_path is None or entry.cfg is None:
            raise UnsupportedTaskError(
                base, "it is a tag, and its variants are those of its tasks."
            )
        cls, path = variant.class_of(entry.cfg), base_path(entry.yaml_path)
        return {"task": name, "class": cls, "base": path}

    def entries(self) -> dict[str, Entry]:
        """Index entries for every variant that the index allows and does not hold itself."""
        found: dict[str, Entry] = {}
        for base, entry in self._index.items():
            if suffix_of(base):
                continue
            for suffix in _SUFFIXES:
                name = base + suffix
                if name not in self._index and not self._refusal(base, suffix):
                    found[name] = self._entry(name, entry, suffix)
        return found

    def _entry(self, name: str, base: Entry, suffix: str) -> Entry:
        if base.kind is Kind.TAG and suffix not in SWEEPS:
            return Entry(name, Kind.TAG, yaml_path=None, tags={tag + suffix for tag in base.tags})
        group = base.kind is Kind.GROUP and suffix not in SWEEPS
        kind = Kind.GROUP if group else Kind.PY_TASK
        return Entry(name, kind, yaml_path=None, cfg=self.config(name))

    def files(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The task files of some variants and of everything below them, by variant name.

        A tag is carried over where all of its tasks are among them: to ask for a tag that covers
        some would silently leave out the others.

        Raises:
            UnsupportedTaskError: A base has no such variant, or does not exist.
        """
        files: dict[str, dict[str, Any]] = {}
        for name in names:
            base, suffix = self._checked(name)
            below = [base] if suffix in SWEEPS else self._below(base)
            for one in below:
                if self._index[one].kind is not Kind.TAG or suffix in SWEEPS:
                    files[one + suffix] = self.config(one + suffix)
        for name, config in files.items():
            suffix = str(suffix_of(name))
            entry = self._index[name.removesuffix(suffix)]
            if entry.kind is Kind.GROUP or suffix in SWEEPS:
                continue
            tags = [
                tag + suffix
                for tag in sorted(entry.tags)
                if tag in self._index
                and all(task + suffix in files for task in self._index[tag].tags)
            ]
            if tags:
                config["tag"] = tags
        return files

    def _below(self, base: str) -> list[str]:
        """A base and all those below it, each once, in order."""
        found: dict[str, None] = {base: None}
        if self._index[base].kind in (Kind.TAG, Kind.GROUP):
            for member in sorted(members(self._index[base])):
                found.update(dict.fromkeys(self._below(member)))
        return list(found)

    def _checked(self, name: str) -> tuple[str, str]:
        reason = self.refusal(name)
        suffix = suffix_of(name)
        if reason or suffix is None:
            raise UnsupportedTaskError(base_of(name) or name, str(reason))
        return name.removesuffix(suffix), suffix


def _members_refused(refused: Mapping[str, str]) -> str:
    """The reasons of a group's members, each once and with the first members it holds for."""
    sentences: list[str] = []
    for reason in dict.fromkeys(refused.values()):
        names = sorted(name for name, other in refused.items() if other == reason)
        more = f" and {len(names) - 2} more members" if len(names) > 2 else ""
        sentences.append(f"{', '.join(names[:2])}{more}: {reason}")
    return " ".join(sentences)
