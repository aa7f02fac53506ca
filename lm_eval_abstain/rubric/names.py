"""How variants are named: the base's name, and one of these endings."""

from __future__ import annotations

import re

__all__ = ["CLOSED", "CONFIDENCE", "CONSISTENT", "OPEN", "SWEEP", "base_name", "ending"]

OPEN = "_abstain"
CLOSED = "_closed"
CONSISTENT = "_abstain_consistent"
CONFIDENCE = "_confidence"
SWEEP = "_sweep"
"""Of a sweep, behind the ending of what it asks at each target."""

# Inside a sweep a target stands behind the ending: `_abstain_t75`.
_ENDING = re.compile(
    rf"(?<=.)(?:(?:{CONSISTENT}|{OPEN})(?:_t\d+|{SWEEP})?|{CLOSED}|{CONFIDENCE})$", re.DOTALL
)


def base_name(task: str) -> str:
    """The base's name of a variant, as a run names it; any other name as it is."""
    return _ENDING.sub("", task)


def ending(task: str) -> str:
    """What a variant's name has behind the base's; empty for any other name."""
    return task[len(base_name(task)) :]
