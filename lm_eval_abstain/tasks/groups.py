"""The group of the variants of a group's members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lm_eval.config.group import GroupConfig
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.tasks.definition import abstain_alias
from lm_eval_abstain.tasks.metrics import group_metrics
from lm_eval_abstain.tasks.open_choice import OpenMultipleChoice
from lm_eval_abstain.tasks.open_generation import OpenGeneration
from lm_eval_abstain.tasks.open_task import OpenTask

__all__ = ["SUFFIX", "Index", "class_of", "group_config", "variant_members"]

SUFFIX = "_abstain"
_GROUP_FIELDS = frozenset(GroupConfig.__dataclass_fields__)

Index = Mapping[str, Entry]


def class_of(config: Mapping[str, Any]) -> type[OpenTask]:
    """The class of a base task's variant."""
    choice = config.get("output_type") == "multiple_choice"
    return OpenMultipleChoice if choice else OpenGeneration


def _classes_below(names: Iterable[str], index: Index) -> set[type[OpenTask]]:
    """The classes of all tasks under some groups and tags."""
    classes: set[type[OpenTask]] = set()
    for name in names:
        entry = index[name]
        if entry.kind in (Kind.GROUP, Kind.TAG):
            classes |= _classes_below(variant_members(entry), index)
        else:
            classes.add(class_of(entry.cfg or {}))
    return classes


def group_config(name: str, config: Mapping[str, Any], index: Index) -> dict[str, Any]:
    """A group of the variants of a group's members, with its name and alias."""
    tasks = config.get("task") or []
    aggregated = config.get("aggregate_metric_list") or []
    aggregated = aggregated if isinstance(aggregated, list) else [aggregated]
    shared: dict[str, Any] = {}
    if not all(metric.get("weight_by_size", True) for metric in aggregated):
        shared["weight_by_size"] = False
    classes = _classes_below(_named(config), index)
    if classes == {OpenGeneration}:  # of several filters a group may show one
        filters = [metric["filter_list"] for metric in aggregated if metric.get("filter_list")]
        if filters:
            shared["filter_list"] = filters[0]
    group: dict[str, Any] = {"group": name}
    if "group_alias" in config:
        group["group_alias"] = abstain_alias(config["group_alias"])
    group["task"] = [
        _member(member, index) for member in ([tasks] if isinstance(tasks, str) else tasks)
    ]
    reported = [cls.AGGREGATIONS for cls in sorted(classes, key=lambda cls: cls.__name__)]
    group["aggregate_metric_list"] = [
        {"metric": metric, **shared} for metric in group_metrics(reported)
    ]
    version = (config.get("metadata") or {}).get("version")
    if version is not None:
        group["metadata"] = {"version": version}
    overrides = {key: value for key, value in config.items() if key not in _GROUP_FIELDS}
    overrides.pop("tag", None)
    return {**group, "group": name + SUFFIX, **overrides}


def _member(member: str | dict[str, Any], index: Index) -> str | dict[str, Any]:
    if isinstance(member, str):
        return member + SUFFIX
    if "group" in member:
        # A group written inside another one: the harness puts the outer name before its own.
        inner = group_config(member["group"], member, index)
        return {**inner, "group": member["group"]} if "task" in member else inner
    return {**member, "task": member["task"] + SUFFIX}


def variant_members(entry: Entry) -> Iterable[str]:
    """The tasks, groups and tags that a group or tag names."""
    if entry.kind is Kind.TAG:
        return entry.tags
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
