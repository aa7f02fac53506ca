"""The targets that runs are scored at."""

from __future__ import annotations

from collections.abc import Iterable

from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric import STANDARD_TARGETS, Rubric

__all__ = ["asked_targets", "targets_for"]


def asked_targets(targets: float | Iterable[float] | None) -> tuple[float, ...]:
    """The targets that a user asked for, each once; empty if there are none.

    Raises:
        AbstainError: A target is not in [0, 1).
    """
    if targets is None:
        return ()
    listed = [targets] if isinstance(targets, (int, float)) else targets
    return tuple(dict.fromkeys(float(Rubric(target).target) for target in listed))


def targets_for(run: Run, asked: tuple[float, ...]) -> tuple[float, ...]:
    """The targets that a run is scored at.

    Those that were asked for; else the one that the model was shown; else those of the papers.
    """
    return asked or ((run.shown,) if run.open else STANDARD_TARGETS)
