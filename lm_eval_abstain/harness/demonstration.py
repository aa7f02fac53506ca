"""The demonstration's part in the harness: its tasks, and their evaluation."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lm_eval
from lm_eval.api.task import ConfigurableTask
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager
from lm_eval.utils import make_table, setup_logging

from lm_eval_abstain.harness.definition import definition
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice
from lm_eval_abstain.rubric import target_key
from lm_eval_abstain.rubric.names import OPEN

__all__ = ["demo_tasks", "evaluated", "first_prompt"]


def demo_tasks(
    name: str, base: str, changes: dict[str, Any], targets: Sequence[float]
) -> list[ConfigurableTask]:
    """A changed base task, and its open variant at several targets.

    Args:
        name: The changed task's name; a variant's ends in `_abstain_t75`.
        base: The path of the base task's file, see `definition`.
        changes: What is changed.
        targets: The confidence targets of the variants.
    """
    setup_logging(logging.ERROR)
    config = {**definition(base), **changes, "task": name, "task_alias": name}
    config.pop("tag", None)
    tasks = [ConfigurableTask(config=config)]
    for target in targets:
        variant = f"{name}{OPEN}_{target_key(target)}"
        named = {"task": variant, "task_alias": variant}
        metadata = {"confidence_target": target}
        tasks.append(
            OpenMultipleChoice(config={**changes, "base": base, **named, "metadata": metadata})
        )
    return tasks


def first_prompt(task: ConfigurableTask) -> str:
    """The prompt of a task's first document, without worked examples."""
    return str(task.fewshot_context(task.eval_docs[0], 0))


def evaluated(
    tasks: list[ConfigurableTask], output_path: Path, **arguments: Any
) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    """Evaluate tasks and save results and samples.

    Args:
        tasks: The tasks.
        output_path: Where results and samples go.
        arguments: Of the harness's `simple_evaluate`.

    Returns:
        The harness's table, and by task its logged samples.
    """
    tracker = EvaluationTracker(output_path=str(output_path))
    evaluate: Any = lm_eval.simple_evaluate  # its decorator hides its parameters
    results = evaluate(
        tasks=tasks,
        task_manager=TaskManager(include_defaults=False),
        evaluation_tracker=tracker,
        **arguments,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name, rows in samples.items():
        tracker.save_results_samples(task_name=name, samples=rows)
    return make_table(results), samples
