"""Numbers, intervals and names as they stand in a sentence or beside a figure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lm_eval_abstain.printing.tables import p_value, printable
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.statistics import Difference, Interval

__all__ = [
    "interval_text",
    "listed",
    "p_text",
    "percent",
    "percentage_points",
    "short",
    "short_number",
    "target_text",
]


def percent(value: float) -> str:
    """A rate: 43.2%."""
    return "unknown" if math.isnan(value) else f"{100 * value:.1f}%"


def percentage_points(value: float) -> str:
    """A difference of rates: 4.2 points."""
    # "+ 0": no change is 0.0, not -0.0.
    return "an unknown amount" if math.isnan(value) else f"{round(100 * value, 1) + 0:.1f} points"


def short_number(value: float) -> str:
    """A threshold with three digits: 0.205."""
    return f"{value:.3g}"


def target_text(target: float) -> str:
    """A confidence target with all its digits: 0.75."""
    return Rubric(target).target_text


def p_text(p: float) -> str:
    """A p-value: p = 0.013."""
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def interval_text(interval: Interval | Difference, *, rate: bool = True) -> str:
    """The limits: 95% interval 38.1% to 48.4%.

    Args:
        interval: The interval.
        rate: Whether it is of a rate, which is written in percent; else of a score.
    """
    low, high = (
        f"{100 * limit:.1f}%" if rate else f"{limit:.3f}" for limit in (interval.low, interval.high)
    )
    return f"{100 * interval.level:g}% interval {low} to {high}"


def short(name: str, size: int = 36) -> str:
    """The end of a name, which tells checkpoints apart, for where there is little room."""
    name = printable(name)
    return name if len(name) <= size else f"…{name[1 - size :]}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Some names in a sentence, and how many more there are."""
    every = [printable(name) for name in names]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
