"""Whether a base task found an answer in a response.

That is asked of the harness's own definition: its filters are run, not imitated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from lm_eval.api.instance import Instance

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.outcomes.filters import PROBE

__all__ = ["Filtered", "entry_for", "filter_each", "read_text", "readable", "reader_of"]

Entry = TypeVar("Entry")

# MATH tasks extract inside their `process_results`, by these functions of the same module.
# Named by a part of the module's path and the metric.
READERS = {
    ("leaderboard/math", "exact_match"): "parse",
    ("leaderboard/math", "exact_match_original"): "get_unnormalized_answer",
    ("minerva_math", "exact_match"): "get_unnormalized_answer",
    ("minerva_math", "math_verify"): "parse",
}

# The form in which these functions look for an answer: what stands before and behind it.
_BOX = ("\\boxed{", "}")
_SENTENCE = ("Final Answer: The final answer is ", ". I hope it is correct.")
FORMS = {
    ("leaderboard/math", "exact_match"): _BOX,
    ("leaderboard/math", "exact_match_original"): _SENTENCE,
    ("minerva_math", "exact_match"): _SENTENCE,
    ("minerva_math", "math_verify"): _BOX,
}


class Filtered(NamedTuple):
    """A filtered response together with what it was made from.

    Attributes:
        value: What the filter made of the text.
        name: The filter's name.
        raw: The response as it came.
        text: The part of it that the filter read.
        unread: Whether the filter found no answer in it.
    """

    value: Any
    name: str
    raw: str
    text: str
    unread: bool


def filter_each(
    instances: list[Instance], filters: list[Any], answer_part: Callable[[str], str]
) -> list[Instance]:
    """Filter every response by itself, and keep beside each result what it was made from.

    The harness's filters end with one of a request's responses; here each one is a request of
    its own. Each filter is also run on a text that holds no answer: what comes out of it then is
    what it puts in an answer's place. A filter that passes the text on has no such value.

    Args:
        instances: The requests of a task, with their responses. Each gets, under a filter's
            name, a tuple of `Filtered`, one a response.
        filters: The harness's filter ensembles of the task.
        answer_part: What the filters read of a response.
    """
    alone = [
        replace(instance, resps=[_part(raw, answer_part)], filtered_resps={})
        for instance in instances
        for raw in instance.resps
    ]
    probes = [replace(instance, resps=[PROBE], filtered_resps={}) for instance in instances]
    for ensemble in filters:
        ensemble.apply(alone)
        ensemble.apply(probes)
    following = iter(alone)
    for instance, probe in zip(instances, probes):
        own = [(raw, next(following)) for raw in instance.resps]
        for name, nothing in probe.filtered_resps.items():
            instance.filtered_resps[name] = tuple(
                _filtered(name, raw, one, nothing) for raw, one in own
            )
    return instances


def _part(raw: Any, answer_part: Callable[[str], str]) -> Any:
    return answer_part(raw) if isinstance(raw, str) else raw


def _filtered(name: str, raw: str, one: Instance, nothing: Any) -> Filtered:
    value = one.filtered_resps[name]
    blank = isinstance(value, str) and not value.strip()
    unread = blank or (PROBE not in str(nothing) and value == nothing)
    return Filtered(value, name, raw, one.resps[0], unread)


def read_text(text: str, doc: Any, filters: list[Any]) -> list[Any]:
    """What each filter makes of a response to a document's question.

    Args:
        text: The response; `PROBE` holds no answer to any question.
        doc: The document.
        filters: The harness's filter ensembles of the task.
    """
    probe = Instance("generate_until", doc, ("", {}), 0, resps=[text])
    for ensemble in filters:
        ensemble.apply([probe])
    return list(probe.filtered_resps.values())


def reader_of(
    base: str, process_results: Callable[..., Any] | None, metric: str, task: str
) -> Callable[[str], bool] | None:
    """For a task that extracts while it scores: whether it finds no answer in a response.

    Args:
        base: The path of the base task's file.
        process_results: The base task's own function, None for the harness's.
        metric: The headline metric.
        task: The base task's name.

    Returns:
        None where the whole response is the answer.

    Raises:
        UnsupportedTaskError: The function that this version knows is not there any more.
    """
    if process_results is None:
        return None
    reader = entry_for(READERS, base, metric)
    if reader is None:
        return None
    function = process_results.__globals__.get(reader)
    if function is None:
        raise UnsupportedTaskError(
            task,
            f"its module has no function {reader!r} any more, by which lm-eval-abstain "
            "tells a wrong answer from none; install a version that supports this lm-eval.",
        )
    return lambda text: function(text) in ([], "[invalidanswer]")


def readable(base: str, metric: str, answer: str) -> str:
    """An answer as a task that extracts while it scores would read it.

    Args:
        base: The path of the base task's file.
        metric: The headline metric.
        answer: The bare answer.
    """
    before, behind = entry_for(FORMS, base, metric) or ("", "")
    return f"{before}{answer}{behind}"


def entry_for(table: Mapping[tuple[str, str], Entry], base: str, metric: str) -> Entry | None:
    """The entry of a table for a base task, by a part of its module's path and the metric.

    The leaderboard's folders are named like those that its tasks were made from.
    """
    for (place, name), entry in table.items():
        of_leaderboard = "leaderboard" in base and "leaderboard" not in place
        if place in base and name == metric and not of_leaderboard:
            return entry
    return None
