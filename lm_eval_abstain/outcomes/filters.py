"""What a base task's definition says of its answers, in the harness or in a results file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

__all__ = ["fallbacks_of", "selection_of", "token_limit"]

# What the harness's model classes generate at most where neither task nor user says.
_DEFAULT_LIMIT = 256
_LIMITS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")


def selection_of(
    filter_list: Iterable[Mapping[str, Any]] | None,
) -> dict[str, Literal["first", "last"]]:
    """Which of several answers each filter takes, by the filter's name.

    The first filter of a chain that searches decides: the harness's regex filters take the first
    match unless `group_select` is -1. A chain that does not search leaves the whole text, of
    which the end counts.

    Args:
        filter_list: The definition's own; None where it has none.
    """
    chosen: dict[str, Literal["first", "last"]] = {}
    for chain in filter_list or []:
        searching = [step for step in chain["filter"] if _searches(step)]
        last = not searching or searching[0].get("group_select", 0) == -1
        chosen[chain["name"]] = "last" if last else "first"
    return chosen


def fallbacks_of(filter_list: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """What each filter that searches puts in an answer's place, by the filter's name.

    Args:
        filter_list: The definition's own; None where it has none.
    """
    return {
        chain["name"]: str(step.get("fallback", "[invalid]"))
        for chain in filter_list or []
        for step in chain["filter"]
        if _searches(step)
    }


def _searches(step: Mapping[str, Any]) -> bool:
    """Whether a step of a filter searches the text for an answer."""
    return "regex_pattern" in step or "regex_pattern_to_value" in step


def token_limit(generation: Mapping[str, Any]) -> int:
    """The most tokens that a response could have; a backend's own default may be another.

    Args:
        generation: The `generation_kwargs`, and whatever else may name a limit.
    """
    return int(next((generation[n] for n in _LIMITS if generation.get(n)), _DEFAULT_LIMIT))
