"""Which metric of a plain task says right or wrong, and what its filters put in an answer's place.

The same rules as for the variants, but read from what a run has logged: the harness is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lm_eval_abstain.outcomes.choose import LENGTHS
from lm_eval_abstain.outcomes.filters import RIGHT_OR_WRONG, searches

__all__ = ["fallbacks_of", "headline"]


def headline(logged: Sequence[str], config: Mapping[str, Any], *, choice: bool) -> str | None:
    """The metric of a base task that says right or wrong; None where there is none.

    Multiple choice: `acc_norm` where the task's own metric list names it, else `acc`. Generated
    text: the first metric of the list whose values are 0 and 1.

    Args:
        logged: The metrics that a sample has, in order.
        config: The task's definition as the results file has it; empty if there is none.
        choice: Whether options were compared.
    """
    if not choice:
        return next((name for name in logged if name in RIGHT_OR_WRONG), None)
    usable = [name for name in LENGTHS if name in logged]
    # Without a list the harness reports both, and `acc` is the one that is quoted.
    listed = not config or config.get("metric_list") is not None
    return "acc_norm" if listed and "acc_norm" in usable else next(iter(usable), None)


def fallbacks_of(config: Mapping[str, Any]) -> dict[str, str]:
    """What each filter that searches puts in an answer's place, by the filter's name.

    Args:
        config: See `headline`.
    """
    found: dict[str, str] = {}
    for chain in config.get("filter_list") or []:
        for step in chain["filter"]:
            if searches(step):
                found[chain["name"]] = str(step.get("fallback", "[invalid]"))
    return found
