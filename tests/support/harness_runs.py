"""Builds and runs tasks of the harness in this process."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]
"""`run_command("lm-eval", "run", ...)` runs a command as a user would."""
Load = Callable[..., Any]
"""`load("mmlu_anatomy_abstain", num_fewshot=2, confidence_target=0.5)` builds one task."""


def load_with(manager: Any) -> Load:
    from lm_eval.api.group import Group

    from lm_eval_abstain.harness.data import forget
    from lm_eval_abstain.harness.variant_factory import VariantFactory

    def load_task(name: str, num_fewshot: int | None = None, **metadata: Any) -> Any:
        index = manager.task_index

        def build() -> Any:
            forget()  # as in a process of its own
            random.seed(0)  # as `simple_evaluate` does before it loads tasks
            return VariantFactory(meta=metadata).build(index[name], registry=index)

        task = build()
        if isinstance(task, Group):
            return task
        # gpqa_*_n_shot shuffles with a generator of its module, which goes on from load to load.
        rng = getattr(task.config.process_docs, "__globals__", {}).get("rng")
        if rng is not None:
            rng.seed(42)
            task = build()
        # As in `simple_evaluate`: a task that says 0 itself keeps it.
        if task.config.num_fewshot is None or (num_fewshot is not None and task.config.num_fewshot):
            task.set_config("num_fewshot", num_fewshot or 0)
        task.set_fewshot_seed(1234)
        return task

    return load_task


def requests_of(task: Any, **kwargs: Any) -> list[list[tuple[str, str]]]:
    """For each document its (context, continuation) pairs, as the harness builds them."""
    with quiet():
        task.build_all_requests(**kwargs)
    documents: dict[int, list[tuple[str, str]]] = {}
    for instance in task.instances:
        documents.setdefault(instance.doc_id, []).append(tuple(instance.args[:2]))
    return list(documents.values())


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars."""
    with (
        open(os.devnull, "w") as null,  # noqa: PTH123
        contextlib.redirect_stderr(null),
    ):
        yield


def evaluate(tasks: Sequence[Any], lm: Any, manager: Any = None, **kwargs: Any) -> Any:
    """`simple_evaluate` without its noise, without bootstrapping and without `pip list`.

    Tasks that are built already need no manager; without one the harness would index its files.
    """
    import lm_eval.tasks
    from lm_eval import simple_evaluate

    manager = manager or lm_eval.tasks.TaskManager(include_defaults=False)
    # What the harness logs about the machine takes a second or two a run, more than the run itself.
    with quiet(), mock.patch("lm_eval.evaluator.add_env_info"):
        return simple_evaluate(
            model=lm, tasks=list(tasks), task_manager=manager, bootstrap_iters=0, **kwargs
        )


def logged_run(
    tasks: Sequence[Any], lm: Any, manager: Any, folder: Path, **kwargs: Any
) -> dict[str, Any]:
    """The results of a run, and in a folder what the command line writes of it."""
    from lm_eval.loggers import EvaluationTracker

    tracker = EvaluationTracker(output_path=str(folder))
    results = evaluate(tasks, lm, manager, evaluation_tracker=tracker, log_samples=True, **kwargs)
    save_run(results, tracker)
    return results


def save_run(results: dict[str, Any], tracker: Any) -> None:
    """Write results and samples, which leave the results, as the command line does."""
    samples = results.pop("samples")
    tracker.general_config_tracker.model_name_sanitized = "scripted"
    tracker.save_results_aggregated(results=results, samples=samples)
    for task in results["configs"]:
        tracker.save_results_samples(task_name=task, samples=samples[task])
