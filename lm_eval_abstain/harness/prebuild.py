"""The variants of a run are built before its model is loaded.

Some refusals need a look at the documents: how options are listed, what a function of the base
task's own says. The harness builds its tasks after it has loaded the model, which may take minutes
on a rented machine. So they are built here first; the harness's own tasks then find the same data
loaded, processed and looked at (`harness.data`).
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, cast

import numpy as np
from lm_eval.config.evaluate_config import EvaluatorConfig
from lm_eval.tasks._factory import TaskFactory
from lm_eval.tasks._index import Kind, TaskIndex

from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.rubric.names import parts

__all__ = ["build_variants"]


def build_variants(args: argparse.Namespace) -> list[Any]:
    """Build the variants that a run asks for, so that what cannot be is refused at once.

    Args:
        args: The arguments of the harness's `run`, with a task file for each variant.

    Returns:
        The tasks and groups. Who keeps them keeps their data for the run.

    Raises:
        UnsupportedTaskError: A variant cannot be; the text says why.
    """
    with _quiet():
        with redirect_stdout(StringIO()):  # a file of settings is printed
            config = EvaluatorConfig.from_cli(args)
        index = TaskIndex.build([Path(folder) for folder in args.include_path])
        factory = TaskFactory(meta=config.metadata)
        # As the harness does: some base tasks shuffle their documents.
        for seed, generator in zip(cast("list[Any]", config.seed or []), (random, np.random)):
            if seed is not None:
                generator.seed(seed)
        forget()
        return [
            factory.build(index[name], registry=index)
            for name in _names(config.tasks)
            if name in index and index[name].kind is Kind.PY_TASK
        ]


def _names(tasks: str | list[str] | None) -> list[str]:
    """The names that are made of others, among those in the value of `--tasks`, each once."""
    listed = [tasks] if isinstance(tasks, str) else tasks or []
    names = dict.fromkeys(name for task in listed for name in task.split(","))
    return [name for name in names if parts(name)[1]]


@contextmanager
def _quiet() -> Generator[None]:
    """What the harness says of the arguments and the tasks, it says again in the run."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
