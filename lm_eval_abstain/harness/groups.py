"""The group of the variants of a group's members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lm_eval.config.group import GroupConfig
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.definition import headline_metric, variant_alias
from lm_eval_abstain.harness.generation_task import GenerationTask
from lm_eval_abstain.harness.kinds import Variant
from lm_eval_abstain.harness.metrics import Aggregations, group_metrics
from lm_eval_abstain.rubric import STANDARD_TARGETS

__all__ = ["SHARED", "Index", "aggregate_list", "aggregation_of", "group_config", "members"]

_GROUP_FIELDS = frozenset(GroupConfig.__dataclass_fields__)

SHARED = ("weight_by_size", "filter_list")
"""What a base group says of all its metrics."""

Index = Mapping[str, Entry]


def group_config(
    name: str, config: Mapping[str, Any], index: Index, variant: Variant
) -> dict[str, Any]:
    """A group of the variants of a group's members, with its name and alias."""
    tasks = config.get("task") or []
    group: dict[str, Any] = {"group": name}
    if "group_alias" in config:
        group["group_alias"] = variant_alias(config["group_alias"], variant.label)
    group["task"] = [
        _member(member, index, variant) for member in ([tasks] if isinstance(tasks, str) else tasks)
    ]
    below = _tasks_below(_named(config), index)
    kinds = dict.fromkeys((variant.class_of(task), headline_metric(task)) for task in below)
    reported = [cls.reported(headline, STANDARD_TARGETS) for cls, headline in kinds]
    written = all(issubclass(cls, GenerationTask) for cls, _ in kinds)
    group["aggregate_metric_list"] = aggregate_list(reported, aggregation_of(config), written)
    version = (config.get("metadata") or {}).get("version")
    if version is not None:
        group["metadata"] = {"version": version}
    overrides = {key: value for key, value in config.items() if key not in _GROUP_FIELDS}
    overrides.pop("tag", None)
    return {**group, "group": name + variant.suffix, **overrides}


def aggregation_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """How a base group aggregates its tasks: the keys of `SHARED` where they matter."""
    aggregated = config.get("aggregate_metric_list") or []
    aggregated = aggregated if isinstance(aggregated, list) else [aggregated]
    shared: dict[str, Any] = {}
    if not all(metric.get("weight_by_size", True) for metric in aggregated):
        shared["weight_by_size"] = False
    filters = [metric["filter_list"] for metric in aggregated if metric.get("filter_list")]
    if filters:
        shared["filter_list"] = filters[0]
    return shared


def aggregate_list(
    reported: Sequence[Aggregations], shared: Mapping[str, Any], written: bool
) -> list[dict[str, Any]]:
    """The harness's `aggregate_metric_list` of a group.

    Args:
        reported: What each task in the group reports.
        shared: How the group aggregates, see `aggregation_of`.
        written: Whether all its tasks are for written answers: of several filters a group may
            show one.
    """
    keys = shared if written else shared.keys() - {"filter_list"}
    return [
        {"metric": metric, **{key: shared[key] for key in keys}}
        for metric in group_metrics(reported)
    ]


def _tasks_below(names: Iterable[str], index: Index) -> Iterator[Mapping[str, Any]]:
    """The definitions of all tasks under some groups and tags."""
    for name in names:
        entry = index[name]
        if entry.kind in (Kind.GROUP, Kind.TAG):
            yield from _tasks_below(members(entry), index)
        else:
            yield entry.cfg or {}


def _member(member: str | dict[str, Any], index: Index, variant: Variant) -> str | dict[str, Any]:
    if isinstance(member, str):
        return member + variant.suffix
    if "group" in member:
        # A group written inside another one: the harness puts the outer name before its own.
        inner = group_config(member["group"], member, index, variant)
        return {**inner, "group": member["group"]} if "task" in member else inner
    return {**member, "task": member["task"] + variant.suffix}


def members(entry: Entry) -> Iterable[str]:
    """The tasks, groups and tags that a group or tag names."""
    if entry.kind is Kind.TAG:
        return sorted(entry.tags)
    return _named(entry.cfg or {})


def _named(config: Mapping[str, Any]) -> list[str]:
    tasks = config.get("task") or []
    names: list[str] = []
    for member in [tasks] if isinstance(tasks, str) else tasks:
        if isinstance(member, str):
            names.append(member)
        elif "task" in member and isinstance(member["task"], list):
            names.extend(_named(member))
        else:
            names.append(str(member.get("task") or member.get("group") or member))
    return names
