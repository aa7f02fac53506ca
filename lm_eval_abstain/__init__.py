"""An "I don't know" option and threshold-penalised scoring for lm-evaluation-harness."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.reading.detect import Kind, Reading, detect_abstention
from lm_eval_abstain.rubric import Outcome, Rubric

if TYPE_CHECKING:
    from lm_eval_abstain.harness.manager import TaskManager
    from lm_eval_abstain.logs import load_samples
    from lm_eval_abstain.reports import report
    from lm_eval_abstain.scores import compare, rescore

__all__ = [
    "AbstainError",
    "Kind",
    "Outcome",
    "Reading",
    "Rubric",
    "TaskManager",
    "UnsupportedTaskError",
    "__version__",
    "compare",
    "detect_abstention",
    "load_samples",
    "report",
    "rescore",
]


# Where the others are: the core must not import the harness, which takes seconds, nor need numpy.
_ELSEWHERE = {
    "TaskManager": "lm_eval_abstain.harness.manager",
    "compare": "lm_eval_abstain.scores",
    "load_samples": "lm_eval_abstain.logs",
    "report": "lm_eval_abstain.reports",
    "rescore": "lm_eval_abstain.scores",
}


def __getattr__(name: str) -> object:
    if name in _ELSEWHERE:
        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
