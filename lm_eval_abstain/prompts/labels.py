"""Choices that are labels: "A", " (B)", "3.", "أ"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lm_eval_abstain.prompts.label_scripts import CORE, order_of

__all__ = ["CLOSE", "OPEN", "bracket_of", "cores_of", "in_order", "label", "label_after"]

OPEN = r"[(\[（【]"
CLOSE = r"[)\].:）】．、：]"
_LABEL = re.compile(rf"(?P<lead>(?:.*\s)?)(?P<open>{OPEN}?)(?P<core>{CORE})(?P<close>{CLOSE}?)")


def label(choice: str, core: str) -> str:
    """The label of the same style as `choice` with another core: "(A)" and "E" give "(E)"."""
    match = _LABEL.fullmatch(choice)
    assert match, f"{choice!r} is not a label"
    return f"{match['lead']}{match['open']}{core}{match['close']}"


def cores_of(choices: Sequence[str]) -> list[str] | None:
    """The cores of label choices, or None where the choices are not labels.

    Labels are of one style, and sorted they count up from the first: A, B, C or (1), (2), (3).
    """
    matches = [_LABEL.fullmatch(choice) for choice in choices]
    found = [match for match in matches if match is not None]
    if len(choices) < 2 or len(found) < len(choices):
        return None
    if len({(match["lead"], match["open"], match["close"]) for match in found}) > 1:
        return None
    cores = [match["core"] for match in found]
    return cores if in_order(cores) else None


def in_order(cores: Sequence[str]) -> list[str] | None:
    """The same labels as they count, or None where they do not, or one is missing."""
    if order_of(cores):
        return list(cores)
    for first in cores:
        order = order_of([first])
        ordered = sorted(cores, key=order.index) if order and {*cores} <= {*order} else []
        if ordered and order_of(ordered):
            return ordered
    return None


def bracket_of(choices: Sequence[str]) -> str:
    """The bracket that label choices begin with; empty where they have none."""
    match = _LABEL.fullmatch(choices[0])
    return match["open"] if match else ""


def label_after(cores: Sequence[str]) -> str | None:
    """The label behind these, which count up from the first: E after A to D, 10 after 1 to 9.

    Returns:
        None where the order ends, or is none.
    """
    order = order_of(cores)
    return order[len(cores)] if order and len(cores) < len(order) else None
