"""The demonstration's part in the harness: its two tasks, and their evaluation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lm_eval
from lm_eval.api.task import ConfigurableTask
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager
from lm_eval.utils import make_table, setup_logging

from lm_eval_abstain.harness.definition import definition
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice

__all__ = ["demo_tasks", "evaluated"]


def demo_tasks(
    name: str, base: str, changes: dict[str, Any], target: float
) -> list[ConfigurableTask]:
    """A changed base task and its open variant.

    Args:
        name: The changed task's name; the variant's ends in `_abstain`.
        base: The path of the base task's file, see `definition`.
        changes: What is changed.
        target: The confidence target of the variant.
    """
    config = {**definition(base), **changes, "task": name, "task_alias": name}
    config.pop("tag", None)
    variant = f"{name}_abstain"
    return [
        ConfigurableTask(config=config),
        OpenMultipleChoice(
            config={
                **changes,
                "base": base,
                "task": variant,
                "task_alias": variant,
                "metadata": {"confidence_target": target},
            }
        ),
    ]


def evaluated(
    make_tasks: Callable[[], list[ConfigurableTask]], output_path: Path, **arguments: Any
) -> tuple[str, dict[str, dict[str, Any]]]:
    """Evaluate tasks and save results and samples.

    Args:
        make_tasks: Makes the tasks, once the harness's log is quiet.
        output_path: Where results and samples go.
        arguments: Of the harness's `simple_evaluate`.

    Returns:
        The harness's table, and by task its row of results.
    """
    setup_logging(logging.ERROR)
    tracker = EvaluationTracker(output_path=str(output_path))
    evaluate: Any = lm_eval.simple_evaluate  # its decorator hides its parameters
    results = evaluate(
        tasks=make_tasks(),
        task_manager=TaskManager(include_defaults=False),
        evaluation_tracker=tracker,
        **arguments,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name, rows in samples.items():
        tracker.save_results_samples(task_name=name, samples=rows)
    return make_table(results), results["results"]
