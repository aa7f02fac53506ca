"""Whether two responses give the same answer, asked of the base task's own comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.extraction import Filtered, entry_for
from lm_eval_abstain.outcomes.headline import CHECKED

__all__ = ["agreement_of", "no_agreement"]

Functions = Mapping[str, Any]
Agreement = Callable[[Filtered, Filtered], bool]


def _verified(functions: Functions, one: str, other: str) -> bool:
    parse = functions["parse"]
    return bool(functions["verify"](parse(one), parse(other)))


def _stated(functions: Functions, one: str, other: str) -> bool:
    extract, normalize = functions["get_unnormalized_answer"], functions["normalize_final_answer"]
    first, second = normalize(extract(one)), normalize(extract(other))
    return first == second or bool(functions["is_equiv"](first, second))


def _between_dollars(functions: Functions, one: str, other: str) -> bool:
    def inside(text: str) -> str:
        first, last = text.find("$"), text.rfind("$")
        return text[first + 1 : last] if first < last else text

    return bool(functions["is_equiv"](inside(one), inside(other)))


# MATH tasks compare inside their `process_results`, by functions of the same module. Named by a
# part of the module's path and the metric.
COMPARISONS = {
    ("leaderboard/math", "exact_match"): _verified,
    ("leaderboard/math", "exact_match_original"): _stated,
    ("minerva_math", "exact_match"): _stated,
    ("minerva_math", "math_verify"): _verified,
    ("hendrycks_math", "exact_match"): _between_dollars,
}


def no_agreement(base: str, process_results: Any, metric: str) -> str | None:
    """Why two responses to a base task cannot be said to give the same answer; None if they can.

    Args:
        base: The path of the base task's file.
        process_results: The base task's own function, None for the harness's.
        metric: The headline metric.
    """
    if process_results is None:
        if metric in CHECKED:
            return f"its {metric} checks an answer by machine, and compares no two of them."
        return None
    if entry_for(COMPARISONS, base, metric) is not None:
        return None
    return "its answers are whole texts, and no two samples would be the same."


def agreement_of(
    base: str,
    process_results: Callable[..., Any] | None,
    metric: str,
    task: str,
    compare: Callable[[Any, Any], bool],
) -> Agreement:
    """How a base task tells whether two answers are the same.

    Args:
        base: The path of the base task's file.
        process_results: The base task's own function, None for the harness's.
        metric: The headline metric.
        task: The base task's name.
        compare: The headline metric of one filtered response against another, for tasks that
            are scored by the harness.

    Raises:
        UnsupportedTaskError: The answer is the whole text, or how it is compared is not known.
    """
    reason = no_agreement(base, process_results, metric)
    if reason is not None:
        raise UnsupportedTaskError(task, reason)
    comparison = entry_for(COMPARISONS, base, metric)
    if process_results is None or comparison is None:
        return lambda one, other: compare(one.value, other.value)
    functions = process_results.__globals__

    def agree(one: Filtered, other: Filtered) -> bool:
        try:
            return comparison(functions, one.text, other.text)
        except KeyError as error:
            raise UnsupportedTaskError(
                task,
                f"its module has no function {error} any more, by which lm-eval-abstain compares "
                "two answers; install a version that supports this lm-eval.",
            ) from None

    return agree
