"""An "I don't know" option and threshold-penalised scoring for lm-evaluation-harness.

`Rubric`, `Outcome`, `Signature` and `detect_abstention` need nothing but Python. The verbs
`rescore`, `compare`, `audit` and `report` take a path, several paths or loaded `Samples`. Whatever
needs numpy or the harness is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError, DemoError, UnsupportedTaskError
from lm_eval_abstain.reading.detect import detect_abstention
from lm_eval_abstain.rubric import Outcome, Rubric, Signature

if TYPE_CHECKING:
    from lm_eval_abstain import statistics
    from lm_eval_abstain.audits import audit
    from lm_eval_abstain.harness.manager import TaskManager
    from lm_eval_abstain.harness.variant import Variant
    from lm_eval_abstain.logs import load_samples
    from lm_eval_abstain.reports import report
    from lm_eval_abstain.scores import compare, rescore
    from lm_eval_abstain.statistics import score

__all__ = [
    "AbstainError",
    "DemoError",
    "Outcome",
    "Rubric",
    "Signature",
    "TaskManager",
    "UnsupportedTaskError",
    "Variant",
    "__version__",
    "audit",
    "compare",
    "detect_abstention",
    "load_samples",
    "report",
    "rescore",
    "score",
    "statistics",
]

# Where the others are: the core must not wait for numpy, nor for the harness, which takes seconds.
_LATE = {
    "TaskManager": "harness.manager",
    "Variant": "harness.variant",
    "audit": "audits",
    "compare": "scores",
    "load_samples": "logs",
    "report": "reports",
    "rescore": "scores",
    "score": "statistics",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    if name == "statistics":
        return import_module(f"{__name__}.statistics")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
