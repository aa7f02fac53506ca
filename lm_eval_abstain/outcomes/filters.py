"""What a base task's definition says of its answers, in the harness or in a results file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

__all__ = [
    "DEFAULT_LIMIT",
    "PROBE",
    "compared_whole",
    "compares_words",
    "fallbacks_of",
    "named_limit",
    "selection_of",
    "token_limit",
]

PROBE = "\ue000"
"""A character without meaning: what a filter makes of it is what it makes of no answer."""

# Filters of the harness that leave a text as it is, white space aside.
_PASSING = ("take_first", "take_first_k", "remove_whitespace")

DEFAULT_LIMIT = 256
"""What the harness's model classes generate at most where neither task nor user says."""
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


def compares_words(definition: Mapping[str, Any], metric: str) -> bool:
    """Whether the harness itself compares an answer with the right one, word for word.

    It does not where the task's own function scores, where the right answer is given by its
    number, or where another metric decides; nor does anybody know without a definition.

    Args:
        definition: A base task's definition, from the harness or from a results file; empty if
            there is none.
        metric: Its headline metric.
    """
    own = any(definition.get(key) is not None for key in ("process_results", "doc_to_choice"))
    return bool(definition) and not own and metric == "exact_match"


def compared_whole(definition: Mapping[str, Any], metric: str) -> frozenset[str]:
    """The filters behind which the harness compares a whole text with the right answer.

    Args:
        definition: A base task's definition, from the harness or from a results file; empty if
            there is none.
        metric: Its headline metric.

    Returns:
        The filters' names, as samples are logged with them. None where the harness does not
        compare words; see `compares_words`.
        Old logs name no filter: the empty name stands for it where all filters are such.
    """
    if not compares_words(definition, metric):
        return frozenset()
    unfiltered: list[Mapping[str, Any]] = [{"name": "none", "filter": []}]
    chains: list[Mapping[str, Any]] = definition.get("filter_list") or unfiltered
    names: set[str] = {chain["name"] for chain in chains if all(map(_passes_on, chain["filter"]))}
    return frozenset(names | {""} if len(names) == len(chains) else names)


def _passes_on(step: Mapping[str, Any]) -> bool:
    """Whether a step of a filter hands a text on, or a whole line of it."""
    if step.get("function") != "regex":
        return step.get("function") in _PASSING
    found = re.findall(str(step.get("regex_pattern", "(?!)")), PROBE)
    first = found[int(step.get("group_select", 0))] if found else ""
    return PROBE in first  # several groups: one of them


def _searches(step: Mapping[str, Any]) -> bool:
    """Whether a step of a filter searches the text for an answer."""
    return "regex_pattern" in step or "regex_pattern_to_value" in step


def named_limit(generation: Mapping[str, Any]) -> int | None:
    """The most tokens that a response could have, where that is said; else None.

    Args:
        generation: The `generation_kwargs`, and whatever else may name a limit.
    """
    named = next((generation[name] for name in _LIMITS if generation.get(name)), None)
    return None if named is None else int(named)


def token_limit(generation: Mapping[str, Any]) -> int:
    """The same, where nothing is said the harness's default; a backend's own may be another."""
    return named_limit(generation) or DEFAULT_LIMIT
