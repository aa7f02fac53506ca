"""An "I don't know" option and threshold-penalised scoring for lm-evaluation-harness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lm_eval_abstain._version import __version__
from lm_eval_abstain.abstention import Kind, Reading, detect_abstention
from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.outcome import Outcome, outcome_of
from lm_eval_abstain.rubric import Rubric

if TYPE_CHECKING:
    from lm_eval_abstain.tasks.manager import TaskManager

__all__ = [
    "AbstainError",
    "Kind",
    "Outcome",
    "Reading",
    "Rubric",
    "TaskManager",
    "UnsupportedTaskError",
    "__version__",
    "detect_abstention",
    "outcome_of",
]


def __getattr__(name: str) -> object:
    # The core must not import the harness, which takes seconds and brings in datasets.
    if name == "TaskManager":
        from lm_eval_abstain.tasks.manager import TaskManager

        return TaskManager
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
