"""The leaf tasks of the installed harness, in families that are defined alike.

Two tasks are of one family if all that decides a variant is the same but for names and data: then
what holds for a variant of one of them holds for the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.definition import TASKS_DIR, base_path
from lm_eval_abstain.harness.sources import function_of
from lm_eval_abstain.harness.task_language import language_of, stated_language

__all__ = ["families", "folder_of", "language_in", "leaves", "output_type"]

# What names a task or its data, and decides nothing of a prompt but its words.
_NAMES = frozenset(
    {
        *("task", "task_alias", "tag", "group", "recipe", "metadata", "description"),
        *("dataset_name", "dataset_path", "dataset_kwargs", "num_fewshot"),
        *("training_split", "validation_split", "test_split", "fewshot_split"),
        *("should_decontaminate", "doc_to_decontamination_query"),
    }
)


def leaves(index: Mapping[str, Entry]) -> dict[str, Entry]:
    """The single tasks of an index: no groups, no tags."""
    return {name: e for name, e in index.items() if e.kind in (Kind.TASK, Kind.PY_TASK)}


def families(tasks: Mapping[str, Entry]) -> list[list[str]]:
    """The names of tasks that are defined alike and told of the stakes in one language, sorted."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(tasks):
        key = (_key(tasks[name].cfg or {}), stated_language(language_in(name, tasks[name])))
        found[key].append(name)
    return list(found.values())


def language_in(name: str, entry: Entry) -> str:
    """The language that a task's answers are in."""
    assert entry.yaml_path is not None
    return language_of(name, entry.cfg or {}, base_path(entry.yaml_path))


def folder_of(entry: Entry) -> str:
    """The folder of the harness's tasks that a task's file stands in, or below."""
    assert entry.yaml_path is not None
    return entry.yaml_path.resolve().relative_to(TASKS_DIR.resolve()).parts[0]


def output_type(config: Mapping[str, Any]) -> str:
    """The output type of a definition; the harness's default is generated text."""
    return str(config.get("output_type", "generate_until"))


def _key(config: Mapping[str, Any]) -> str:
    kept = {key: _plain(value) for key, value in config.items() if key not in _NAMES}
    if (process := function_of(config.get("process_docs"))) is not None:
        # A subject's or a language's rows are picked by one function with another argument.
        kept["process_docs"] = f"{_source(process[0])}.{_defined(*process)}"
    kept["metric_list"] = [
        _plain(metric.get("metric")) for metric in config.get("metric_list") or []
    ]
    if output_type(config) == "generate_until" and config.get("fewshot_config"):
        kept["fewshot_config"] = sorted(config["fewshot_config"])  # its examples are left alone
    return json.dumps(kept, sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    """A value with each function as its source and name, wherever its file stands."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    function = function_of(value)
    return value if function is None else f"{_source(function[0])}.{function[1]}"


@cache
def _functions(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^def (\w+)", path.read_text("utf-8"), re.MULTILINE))


def _defined(path: Path, name: str) -> str:
    """A function's name; those that are made of another one with an argument are all alike."""
    return name if name in _functions(path) else "made"


@cache
def _source(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
