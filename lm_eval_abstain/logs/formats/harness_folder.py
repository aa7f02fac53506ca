"""The runs of a folder: the model, task, time and results file of each samples file.

The harness writes `results_<time>.json` and `samples_<task>_<time>.jsonl` into one folder a
model; up to 0.4.2 it wrote `results.json` and `<model arguments>_<task>.jsonl`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError

__all__ = ["ResultsFile", "SamplesFile", "describe"]

_NAME = re.compile(r"samples_(?P<task>.+)_(?P<time>\d{4}-\d\d-\d\dT[^_]+)\.jsonl?")


@dataclass(frozen=True)
class ResultsFile:
    """The content of a results file, as far as it is needed.

    Attributes:
        model: The model's name.
        path: The file; None if there is none, and nothing but the model is known.
        lm_eval: The harness's version; empty if it is not named.
        configs: Each task's definition.
        sizes: How many documents of each task were evaluated.
        filters: Each task's filters, in the order in which they were scored.
        groups: The tasks below each group, at whatever depth.
    """

    model: str
    path: Path | None = None
    lm_eval: str = ""
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def left_out(self, task: str) -> tuple[str, list[str]] | None:
        """The outermost group or tag of a task that was run without some of its tasks, and which.

        Returns:
            None where all tasks are there.
        """
        metadata = self.configs.get(task, {}).get("metadata")
        groups = metadata.get("left_out") if isinstance(metadata, dict) else None
        if not groups or not isinstance(groups, dict):
            return None
        name, tasks = list(cast("dict[str, Any]", groups).items())[-1]
        return name, sorted(tasks)


@dataclass(frozen=True)
class SamplesFile:
    """A file of logged samples.

    Attributes:
        path: The file.
        task: The task's name.
        time: When the run ended, as the file's name has it; empty if it does not say.
        results: The results file of its run.
    """

    path: Path
    task: str
    time: str
    results: ResultsFile


def describe(path: Path) -> SamplesFile:
    """Find out what a samples file belongs to, from its name and the files beside it.

    Raises:
        AbstainError: The results file is damaged.
    """
    match = _NAME.fullmatch(path.name)
    beside = _results_beside(path.parent, match["time"] if match else "")
    results = ResultsFile(model=path.parent.resolve().name)
    if beside:
        results = _read_results(beside, beside.stat().st_mtime_ns)
    if match:
        return SamplesFile(path, match["task"], match["time"], results)
    tasks = [task for task in results.configs if f"_{path.stem}".endswith(f"_{task}")]
    return SamplesFile(path, max(tasks, key=len, default=path.stem), "", results)


def _results_beside(folder: Path, time: str) -> Path | None:
    """The results file of a run in a folder."""
    usual = folder / (f"results_{time}.json" if time else "results.json")
    if usual.is_file():
        return usual
    # --output_path may have given it another name.
    others = [file for file in sorted(folder.glob("*.json")) if not _NAME.fullmatch(file.name)]
    if time:
        others = [file for file in others if file.stem.endswith(f"_{time}")]
    return others[0] if len(others) == 1 else None


@lru_cache(maxsize=256)
def _read_results(path: Path, changed: int) -> ResultsFile:
    """A results file; read again once it has `changed`."""
    try:
        # Python's own reader: the harness writes NaN, which is no JSON.
        content: dict[str, Any] = json.loads(path.read_bytes())
        results = cast("dict[str, dict[str, Any]]", content["results"])
        sizes = content.get("n-samples") or {}
        return ResultsFile(
            model=_model(content) or path.parent.resolve().name,
            path=path,
            lm_eval=str(content.get("lm_eval_version") or ""),
            configs=content.get("configs") or {},
            sizes={task: int(size["effective"]) for task, size in sizes.items()},
            filters={task: _filters(values) for task, values in results.items()},
            groups=_leaves(content.get("group_subtasks") or {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AbstainError(
            f"{path} is not a results file of the harness, or is damaged ({error!r}): move it "
            "elsewhere to read the samples beside it without it."
        ) from None


def _model(content: Mapping[str, Any]) -> str:
    """The model's name as the harness itself takes it from the arguments."""
    if content.get("model_name"):
        return str(content["model_name"])
    config = content.get("config") or {}
    arguments = config.get("model_args") or ""
    if isinstance(arguments, str):
        arguments = dict(part.split("=", 1) for part in arguments.split(",") if "=" in part)
    for key in ("peft", "delta", "pretrained", "model", "path", "engine"):
        if arguments.get(key):
            return str(arguments[key])
    return str(config.get("model") or "")


def _filters(values: Mapping[str, Any]) -> list[str]:
    """The filters of a task, from keys such as `exact_match,strict-match`."""
    return list(dict.fromkeys(key.split(",", 1)[1] for key in values if "," in key))


def _leaves(groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The tasks below each group; a group may have groups below it."""

    def below(name: str, above: tuple[str, ...] = ()) -> list[str]:
        members = [] if name in above else groups.get(name) or []
        if not members:
            return [name]
        return [task for member in members for task in below(member, (*above, name))]

    return {name: tuple(dict.fromkeys(below(name))) for name, members in groups.items() if members}
