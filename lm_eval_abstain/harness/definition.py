"""The installed harness's own definition of a base task, and why some have no variant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import lm_eval.tasks
import yaml
from lm_eval.tasks._yaml_loader import load_yaml

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.reported import reported_metrics, usable_metrics
from lm_eval_abstain.harness.sources import picks_best

__all__ = [
    "TASKS_DIR",
    "base_path",
    "check_folder",
    "definition",
    "headline_metric",
    "refusal",
    "variant_alias",
]

TASKS_DIR = Path(lm_eval.tasks.__file__).parent
# The harness's extras for tasks, and the libraries that each brings.
_EXTRAS = {
    "ifeval": ("langdetect", "immutabledict", "nltk"),
    "math": ("math_verify", "sympy", "antlr4"),
}
SUPPORTED = ("multiple_choice", "generate_until")


def variant_alias(alias: str, label: str, target: str | None) -> str:
    """A variant's name in tables: "anatomy (closed)", "mmlu (continuation, abstain, t=0.75)".

    Args:
        alias: The base's alias, or its name where it has none.
        label: What the kind of variant is called.
        target: The confidence target that the prompt states; None where it states none.
    """
    words = label if target is None else f"{label}, t={target}"
    return f"{alias[:-1]}, {words})" if alias.endswith(")") else f"{alias} ({words})"


@cache
def base_path(path: Path) -> str:
    """How a task file names its base: relative to the harness's tasks, else absolute."""
    if path.is_relative_to(TASKS_DIR):  # as the index has them: to resolve each takes a second
        return path.relative_to(TASKS_DIR).as_posix()
    path = path.resolve()
    inside = TASKS_DIR.resolve()
    return path.relative_to(inside).as_posix() if path.is_relative_to(inside) else str(path)


def check_folder(path: Path) -> None:
    """Check a user's folder of task files.

    Raises:
        AbstainError: It is no folder, or a file in it cannot be read: the harness would leave
            that file out without a word.
    """
    if not path.is_dir():
        raise AbstainError(f"--include_path {path} is not a folder.")
    for file in sorted(path.rglob("*.yaml")):
        try:
            load_yaml(file, resolve_func=False)
        except yaml.YAMLError as error:
            raise AbstainError(
                f"{file} is not valid YAML, and the harness would leave it out without a word: "
                f"{error}"
            ) from None
        except OSError as error:  # a file that it includes is missing
            raise AbstainError(
                f"{file} cannot be read, and the harness would leave it out without a word: {error}"
            ) from None
        except ValueError:  # a list, say: no task file, as the harness sees it too
            continue


def definition(base: str) -> dict[str, Any]:
    """Load a base task's own YAML, includes and functions resolved, by the harness's loader.

    Args:
        base: The path of the file, relative to the harness's `tasks` folder or absolute.

    Raises:
        AbstainError: The installed harness has no such file, it does not define a task, or a
            library that the task needs is missing.
    """
    path = TASKS_DIR / base
    if not path.is_file():
        raise AbstainError(
            f"the installed lm-eval has no task file {base!r} (looked in {TASKS_DIR}): name the "
            "base by its task's name, and it is found wherever its file stands."
        )
    try:
        config = load_yaml(path, resolve_func=True)
    except ImportError as error:
        raise AbstainError(_library_missing(path.stem, error)) from None
    if not isinstance(config.get("task"), str):
        raise AbstainError(f"{path} does not define a single task.")
    return config


def _library_missing(task: str, error: ImportError) -> str:
    """The sentence about a library that the harness does not bring by itself."""
    for extra, libraries in _EXTRAS.items():
        if any(library in str(error) for library in libraries):
            return f"'{task}' needs more of the harness: pip install 'lm-eval[{extra}]' ({error})."
    library = f": pip install {error.name.partition('.')[0]}" if error.name else ""
    return f"'{task}' needs a library that is not installed{library} ({error})."


def headline_metric(config: Mapping[str, Any], wanted: str | None = None) -> str:
    """The metric of a base task that says right or wrong.

    See `reported.usable_metrics`.

    Args:
        config: The base task's definition.
        wanted: The user's choice, a metric that the base task reports.

    Raises:
        UnsupportedTaskError: The task reports no such metric.
    """
    usable = usable_metrics(config)
    if wanted is not None and wanted in usable:
        return wanted
    if wanted is not None or not usable:
        what = wanted or "one that says right or wrong for a single answer"
        names = [metric.shown for metric in reported_metrics(config)]
        raise UnsupportedTaskError(
            str(config.get("task")), f"it reports {', '.join(names)}, not {what}."
        )
    return usable[0]


def _output_type(config: Mapping[str, Any]) -> str:
    return str(config.get("output_type", "generate_until"))


def refusal(config: Mapping[str, Any]) -> str | None:
    """Why a base task has no variant, as far as its definition tells; None where it has one.

    Args:
        config: The definition; functions may be resolved or not.
    """
    if "class" in config:
        return "it is written as a Python class of its own, whose scoring cannot be derived."
    output_type = _output_type(config)
    if output_type not in SUPPORTED:
        return f"its output type is '{output_type}'; {' and '.join(SUPPORTED)} are supported."
    if config.get("use_prompt") is not None:
        return "its prompt comes from promptsource, which cannot be extended."
    if output_type == "generate_until":
        if (config.get("repeats") or 1) != 1:
            return (
                f"it draws {config['repeats']} samples a question and lets them vote; "
                "what an abstention counts in that vote is not defined."
            )
        if config.get("doc_to_image") is not None or config.get("doc_to_audio") is not None:
            return "its questions hold images or sound, which has not been tried."
    elif not picks_best(config.get("process_results")):
        return "it scores answers with a process_results of its own, not by comparing options."
    elif config.get("doc_to_choice") is None:
        return "it has no doc_to_choice, so its options are not known."
    try:
        headline_metric(config)
    except UnsupportedTaskError as error:
        return error.reason
    return None
