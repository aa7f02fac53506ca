"""The group of the variants of a group's members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval.config.group import GroupConfig
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.definition import headline_metric, variant_alias
from lm_eval_abstain.harness.generation_task import GenerationTask
from lm_eval_abstain.harness.kinds import VariantKind
from lm_eval_abstain.harness.metrics import group_metrics
from lm_eval_abstain.harness.settings import Settings

__all__ = [
    "GROUPED",
    "GROUP_FIELDS",
    "Index",
    "Kept",
    "Naming",
    "check_headlines",
    "group_config",
    "member_list",
    "members",
    "nameless_member",
]

GROUP_FIELDS = frozenset(GroupConfig.__dataclass_fields__)
"""The keys of a group's file that are about the group, and not about the tasks in it."""

Index = Mapping[str, Entry]

GROUPED = (Kind.GROUP, Kind.TAG)
"""The kinds of entries that have members."""

Kept = Callable[[str], bool]
"""Whether a base task has the variant, as far as its definition tells."""


@dataclass(frozen=True)
class Naming:
    """A kind of variant, and how its tasks and groups are called.

    Attributes:
        kind: The kind.
        target: The run's confidence target, which not all kinds state.
        key: What names have behind the kind's ending; in a sweep the target, `_t75`.
    """

    kind: VariantKind
    target: str
    key: str = ""

    def name(self, base: str) -> str:
        """A variant's name: `mmlu_abstain`, `mmlu_abstain_t75`."""
        return base + self.kind.ending + self.key

    def alias(self, alias: str) -> str:
        """A variant's name in tables: `stem (closed)`, `stem (abstain, t=0.75)`.

        Args:
            alias: The base's alias, or its name where it has none.
        """
        stated = self.target if self.kind.states_target else None
        return variant_alias(alias, self.kind.label, stated)


def group_config(
    name: str,
    config: Mapping[str, Any],
    index: Index,
    naming: Naming,
    settings: Settings,
    kept: Kept,
) -> dict[str, Any]:
    """A group of the variants of a group's members, with its name and alias.

    It names all of them; which ones have no variant is found when they are built.

    Args:
        name: The base group's name.
        config: Its definition.
        index: The entries of its members.
        naming: The kind of variant.
        settings: Those of the run: they decide which metrics its tasks report.
        kept: Whose metrics the group reports.

    Raises:
        UnsupportedTaskError: A task does not report the headline metric that the settings name.
    """
    group: dict[str, Any] = {"group_alias": naming.alias(config.get("group_alias") or name)}
    group["task"] = [
        _member(member, index, naming, settings, kept) for member in member_list(config.get("task"))
    ]
    below = _tasks_below(_named(config), index, kept)
    group["aggregate_metric_list"] = _aggregate_list(config, below, naming.kind, settings)
    version = (config.get("metadata") or {}).get("version")
    if version is not None:
        group["metadata"] = {"version": version}
    overrides = {key: value for key, value in config.items() if key not in GROUP_FIELDS}
    overrides.pop("tag", None)
    return {**group, "group": naming.name(name), **overrides}


def check_headlines(entry: Entry, index: Index, settings: Settings, kept: Kept) -> None:
    """Check that the tasks of a group or tag report the headline metric that settings name.

    Raises:
        UnsupportedTaskError: A task does not.
    """
    for task in _tasks_below(members(entry), index, kept):
        headline_metric(task, settings.headline_metric)


def _aggregate_list(
    config: Mapping[str, Any],
    below: Iterable[Mapping[str, Any]],
    kind: VariantKind,
    settings: Settings,
) -> list[dict[str, Any]]:
    """The harness's `aggregate_metric_list` of a group: the metrics that all its tasks report."""
    tasks = dict.fromkeys(
        (kind.class_of(task), headline_metric(task, settings.headline_metric)) for task in below
    )
    if not tasks:
        return []  # the group is left out of the one that names it
    reported = [cls.reported(headline, settings.rescored_targets) for cls, headline in tasks]
    shared = _aggregation_of(config)
    if not all(issubclass(cls, GenerationTask) for cls, _ in tasks):
        shared.pop("filter_list", None)  # of several filters a group of generated answers shows one
    return [{"metric": metric, **shared} for metric in group_metrics(reported)]


def _aggregation_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """How a base group aggregates all its metrics, as far as it matters."""
    aggregated = config.get("aggregate_metric_list") or []
    aggregated = aggregated if isinstance(aggregated, list) else [aggregated]
    shared: dict[str, Any] = {}
    if not all(metric.get("weight_by_size", True) for metric in aggregated):
        shared["weight_by_size"] = False
    filters = [metric["filter_list"] for metric in aggregated if metric.get("filter_list")]
    if filters:
        shared["filter_list"] = filters[0]
    return shared


def _tasks_below(names: Iterable[str], index: Index, kept: Kept) -> Iterator[Mapping[str, Any]]:
    """The definitions of the tasks under some groups and tags that have the variant."""
    for name in names:
        entry = index.get(name)
        if entry is not None and entry.kind in GROUPED:
            yield from _tasks_below(members(entry), index, kept)
        elif entry is not None and kept(name):
            yield entry.cfg or {}


def _member(
    member: str | dict[str, Any], index: Index, naming: Naming, settings: Settings, kept: Kept
) -> str | dict[str, Any]:
    if isinstance(member, str):
        return naming.name(member)
    if "group" in member:
        if "task" not in member:
            return {**member, "group": naming.name(member["group"])}
        # A group written inside another one: the harness puts the outer name before its own.
        inner = group_config(member["group"], member, index, naming, settings, kept)
        return {**inner, "group": member["group"]}
    named = {**member, "task": naming.name(member["task"])}
    if "task_alias" in member:
        named["task_alias"] = naming.alias(member["task_alias"])
    return named


def members(entry: Entry) -> list[str]:
    """The tasks, groups and tags that a group or tag names; of a task none."""
    if entry.kind is Kind.TAG:
        return sorted(entry.tags)
    return _named(entry.cfg or {}) if entry.kind is Kind.GROUP else []


def nameless_member(entry: Entry) -> bool:
    """Whether a group has a member without a name: the harness itself cannot build such a group."""
    listed = member_list((entry.cfg or {}).get("task")) if entry.kind is Kind.GROUP else []
    return any(isinstance(one, dict) and not {"task", "group"} & set(one) for one in listed)


def member_list(tasks: Any) -> list[Any]:
    """The members of a group's definition, which may be one name alone."""
    return [tasks] if isinstance(tasks, str) else list(tasks or [])


def _named(config: Mapping[str, Any]) -> list[str]:
    names: list[str] = []
    for member in member_list(config.get("task")):
        if isinstance(member, str):
            names.append(member)
        elif "task" in member and isinstance(member["task"], list):
            names.extend(_named(member))
        else:
            names.append(str(member.get("task") or member.get("group") or member))
    return names
