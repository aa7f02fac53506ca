"""Where each task file of a variant enters: `class: !function lm_eval_abstain.Variant`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.bases import find_bases, with_forms
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.groups import GROUP_FIELDS
from lm_eval_abstain.harness.kinds import ENDINGS, SWEEPS
from lm_eval_abstain.harness.lookup import find_file
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.sweep_group import sweep_group
from lm_eval_abstain.harness.variant_factory import VariantFactory
from lm_eval_abstain.harness.variant_index import VariantIndex
from lm_eval_abstain.rubric.names import GENERATIVE, parts

__all__ = ["Variant"]

_OWN_KEYS = frozenset({"task", "class", "base", "include_path", "metadata"})


class Variant:
    """A variant of a task, group or tag of the harness.

    A task file needs three keys: `task`, whose ending says which variant (`_abstain`, `_closed`,
    `_abstain_sweep`, ...); `class: !function lm_eval_abstain.Variant`; and `base`, the name of a
    task, group or tag of the installed harness, or the path of a YAML file (absolute, or
    relative to the task file's folder). `include_path`, a folder or a list of folders, says
    where a base of your own is. Any further key overrides the base's, of a group in all its tasks.

    The harness calls the class; what comes back is a task of the harness, for a group or a sweep
    a `Group`, and for a tag a list of tasks, as the harness's own tags give.
    """

    def __new__(cls, config: Mapping[str, Any]) -> Any:
        """Build the variant.

        Args:
            config: The task file's keys; `metadata` are its own and those of the run.

        Raises:
            UnsupportedTaskError: The base has no such variant; the text says why.
            AbstainError: A key or a setting is wrong; the text says what to do.
        """
        return _build(config)

    # The harness looks here for the parameter; nothing of this class is ever made.
    def __init__(self, config: Mapping[str, Any]) -> None: ...


def _build(config: Mapping[str, Any]) -> Any:
    name, base = str(config["task"]), config.get("base")
    stem, end = parts(name)
    if end not in ENDINGS:
        raise AbstainError(f"the name of a variant ends in {', '.join(ENDINGS)}, not {name!r}.")
    if not isinstance(base, str):
        raise AbstainError(
            f"'{name}': the task file needs a key 'base', the name of a task, group or tag."
        )
    metadata = dict(config.get("metadata") or {})
    here = Path(str(metadata.pop("config_source", ""))).parent
    listed = config.get("include_path") or []
    folders = [here / path for path in ([listed] if isinstance(listed, str) else listed)]
    for folder in folders:
        if not folder.is_dir():
            raise AbstainError(f"'{name}': include_path {folder} is not a folder.")
    if base.endswith(".yaml"):
        base, bases = find_file(here / base, folders)
    else:
        bases = find_bases([base], folders)
    if end == GENERATIVE or (stem.endswith(GENERATIVE) and not base.endswith(GENERATIVE)):
        bases = with_forms(bases, [base], folders)
    overrides = {key: value for key, value in config.items() if key not in _OWN_KEYS}
    catalogue = Catalogue(bases)
    if stem.endswith(GENERATIVE) and base + GENERATIVE in catalogue.bases:
        base += GENERATIVE  # the file of a multiple-choice task, asked for a letter
    if end == GENERATIVE and base + end in catalogue.own:
        raise AbstainError(f"'{base + end}' is there already: no task file is needed for it.")
    catalogue.check(base + end)
    if end in SWEEPS:
        return sweep_group(name, base, bases, metadata, overrides)
    index = VariantIndex(catalogue, Settings.from_metadata(metadata))
    alias = index.naming(end).alias(stem)
    entry, overrides = _amended(index[base + end], name, alias, overrides)
    return VariantFactory(meta=metadata).build(entry, overrides=overrides, registry=index)


def _amended(
    entry: Entry, name: str, alias: str, overrides: dict[str, Any]
) -> tuple[Entry, dict[str, Any]]:
    """The entry under the task file's name, and what else the file changes in its tasks.

    Args:
        entry: The derived entry.
        name: The task file's name.
        alias: What a group of another name than the derived one is called in tables.
        overrides: The file's further keys.
    """
    if entry.kind is not Kind.GROUP:
        return entry, {"task": name, **overrides} if entry.kind is Kind.PY_TASK else overrides
    of_group = {key: value for key, value in overrides.items() if key in GROUP_FIELDS}
    of_tasks = {key: value for key, value in overrides.items() if key not in GROUP_FIELDS}
    if name != entry.name:
        of_group = {"group_alias": alias, **of_group}
    return replace(entry, name=name, cfg={**(entry.cfg or {}), **of_group}), of_tasks
