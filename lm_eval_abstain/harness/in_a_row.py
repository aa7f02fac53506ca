"""Names in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["in_a_row"]


def in_a_row(names: Sequence[str], most: int | None = None, what: str = "") -> str:
    """Names as a sentence has them: "a, b and c"; of many the first ones, "a, b and 3 more tasks".

    Args:
        names: At least one.
        most: How many are named where there are more than one above that; None for all.
        what: What the others are called.
    """
    if most is not None and len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more {what}"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
