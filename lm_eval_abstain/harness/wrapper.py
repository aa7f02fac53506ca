"""The harness's own `run` command, for any variant.

The harness builds its task manager inside `run` and takes task files from `--include_path` alone,
so the wrapper writes the files of the variants that are asked for into a folder and names it there.
"""

from __future__ import annotations

import argparse
import fnmatch
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lm_eval.config.evaluate_config import EvaluatorConfig
from lm_eval.tasks._index import TaskIndex
from lm_eval.utils import simple_parse_args_string

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.definition import TASKS_DIR, check_folder
from lm_eval_abstain.harness.files import write_files
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.variants import Catalogue, base_of, check_names

__all__ = ["prepare"]


def prepare(args: argparse.Namespace, folder: Path) -> argparse.Namespace:
    """Check the settings and add the task files of the variants that a run asks for.

    Args:
        args: The arguments of the harness's `run`, as its parser read them.
        folder: An empty folder that outlives the run.

    Returns:
        The same arguments, `tasks` and `include_path` completed.

    Raises:
        AbstainError: A setting is wrong, or a base has no variant. No model is loaded yet.
    """
    config = EvaluatorConfig.load_yaml_config(args.config) if args.config else {}

    def given(key: str) -> Any:
        return getattr(args, key, None) or config.get(key)

    metadata = {**_mapping(given("model_args")), **_mapping(given("metadata"))}
    Settings.from_metadata(metadata)
    own = [Path(given("include_path"))] if given("include_path") else []
    for path in own:
        check_folder(path)
    tasks = given("tasks") or []
    names = [n for task in ([tasks] if isinstance(tasks, str) else tasks) for n in task.split(",")]
    if any(base_of(name) and set(name) & set("*?[") for name in names):
        names = _expand(names, own)
        args.tasks = names
    check_names(names, metadata)
    shipped = {path.stem for path in shipped_path().rglob("*.yaml")}
    users = set(TaskIndex.build(own))
    defined = shipped | users
    wanted = [name for name in names if base_of(name) and name not in defined]
    if wanted:
        entries = find_entries([str(base_of(name)) for name in wanted], own)
        files = Catalogue(entries).files(wanted)
        # Shipped ones too: a tag's tasks must all name it. The later of two folders wins.
        write_files({n: file for n, file in files.items() if n not in users}, folder)
    args.include_path = [str(shipped_path()), str(folder), *map(str, own)]
    return args


def _expand(names: Iterable[str], own: list[Path]) -> list[str]:
    """Patterns over variants, resolved with the whole index of bases."""
    index = TaskIndex.build([TASKS_DIR, *own])
    variants = sorted({*Catalogue(index).entries(), *filter(base_of, index)})
    resolved: list[str] = []
    for name in names:
        matches = fnmatch.filter(variants, name) if base_of(name) else [name]
        if not matches:
            raise AbstainError(f"no variant matches {name!r}; 'lm-eval-abstain ls' lists them.")
        resolved += matches
    return list(dict.fromkeys(resolved))


def _mapping(value: Any) -> dict[str, Any]:
    return simple_parse_args_string(value) if isinstance(value, str) else dict(value or {})
