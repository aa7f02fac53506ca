"""How variants are named: the base's name, and one of these endings."""

from __future__ import annotations

import re

__all__ = [
    "CLOSED",
    "CONFIDENCE",
    "CONSISTENT",
    "GENERATIVE",
    "OPEN",
    "SWEEP",
    "base_name",
    "ending",
    "parts",
]

OPEN = "_abstain"
CLOSED = "_closed"
CONSISTENT = "_abstain_consistent"
CONFIDENCE = "_confidence"
GENERATIVE = "_generative"
"""Of multiple choice asked for a generated letter: not a variant but a base of its own, and a name
that the harness gives, too, so a name alone does not tell whose it is."""
SWEEP = "_sweep"
"""Of a sweep, behind the ending of what it asks at each target."""

# Inside a sweep a target stands behind the ending: `_abstain_t75`.
_ENDING = re.compile(
    rf"(?<=.)(?:(?:{CONSISTENT}|{OPEN})(?:_t\d+|{SWEEP})?|{CLOSED}|{CONFIDENCE})$", re.DOTALL
)


def base_name(task: str) -> str:
    """The base's name of a variant, as a run names it; any other name as it is."""
    return _ENDING.sub("", task)


def parts(task: str) -> tuple[str, str]:
    """The base's name and the ending of a name that is known to be no task of the harness.

    Such a name may also be that of a generated form, `arc_challenge_generative`.
    """
    base, end = base_name(task), ending(task)
    if not end and task.endswith(GENERATIVE):
        return task.removesuffix(GENERATIVE), GENERATIVE
    return base, end


def ending(task: str) -> str:
    """What a variant's name has behind the base's; empty for any other name."""
    return task[len(base_name(task)) :]
