"""A base task under the closed rubric and under the open one at several targets, in one group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from lm_eval.api.group import Group
from lm_eval.config.group import AggMetricConfig, GroupConfig
from lm_eval.tasks._index import Kind

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.definition import base_path, definition, variant_alias
from lm_eval_abstain.harness.generation_task import GenerationTask
from lm_eval_abstain.harness.groups import SHARED, Index, aggregate_list, aggregation_of, members
from lm_eval_abstain.harness.kinds import CLOSED, SWEEPS, Variant
from lm_eval_abstain.harness.settings import Settings, check_targets
from lm_eval_abstain.harness.variant_task import VariantTask
from lm_eval_abstain.rubric import target_key

__all__ = ["Sweep", "sweep_base"]

Node = str | Mapping[str, Any]
_GROUP_FIELDS = frozenset(GroupConfig.__dataclass_fields__)


class Sweep(Group):
    """A group of the harness: the closed rubric once, the open rubric at each target.

    Its task file names what it is a sweep of under `base`: the path of a task's file, or a group
    with its members. The targets are `confidence_targets` of the metadata. The names below it
    are those of the closed variant, and of the open one with the target: `mmlu_anatomy_closed`,
    `mmlu_anatomy_abstain_t90`.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Build the group and all tasks below it.

        Args:
            config: The task file's keys: `task`, `base`, and `metadata`.

        Raises:
            AbstainError: A setting in the metadata is wrong, or a base has no variant.
        """
        name, metadata = config["task"], dict(config.get("metadata") or {})
        check_targets(name, metadata, several=True)
        settings = Settings.from_metadata(metadata)
        super().__init__(name=name, metadata=metadata)
        asked = next((kind for suffix, kind in SWEEPS.items() if name.endswith(suffix)), None)
        if asked is None:
            raise AbstainError(f"the name of a sweep ends in {' or '.join(SWEEPS)}, not {name!r}.")
        rounds = [_Round(CLOSED, "", metadata)]
        for target in settings.targets:
            stated = {**metadata, "confidence_target": target}
            rounds.append(_Round(asked, f"_{target_key(target)}", stated))
        for one in rounds:
            self.add(one.build(config["base"], {}))


@dataclass(frozen=True)
class _Round:
    """The base under one rubric.

    Attributes:
        variant: The kind of variant.
        key: What its names have behind those of the variant.
        metadata: Those of its tasks.
    """

    variant: Variant
    key: str
    metadata: dict[str, Any]

    def build(self, node: Node, overrides: Mapping[str, Any]) -> Group | VariantTask:
        if isinstance(node, str):
            return self._task(node, overrides)
        own = {**overrides, **node.get("overrides", {})}
        if isinstance(node["task"], str):
            return self._task(node["task"], own)
        return self._group(node, own)

    def _name(self, base: str) -> str:
        return f"{base}{self.variant.suffix}{self.key}"

    def _alias(self, alias: str) -> str:
        return variant_alias(alias, self.variant.label + self.key.replace("_", " "))

    def _task(self, path: str, overrides: Mapping[str, Any]) -> VariantTask:
        base = {**definition(path), **overrides}
        named = {"task_alias": self._alias(base["task_alias"])} if "task_alias" in base else {}
        cls = self.variant.class_of(base)
        config = {**overrides, **named, "task": self._name(base["task"]), "base": path}
        # The harness's metadata of a task are its own and the run's.
        config["metadata"] = {**(overrides.get("metadata") or {}), **self.metadata}
        return cls(config)

    def _group(self, node: Mapping[str, Any], overrides: Mapping[str, Any]) -> Group:
        group = Group(
            name=self._name(node.get("group") or node["tag"]),
            alias=self._alias(node["alias"]) if "alias" in node else None,
            metadata={**self.metadata, "version": node.get("version", "N/A")},
        )
        for member in node["task"]:
            group.add(self.build(member, overrides))
        if "group" in node:  # the harness gives a tag's tasks no row together
            tasks = cast("Sequence[VariantTask]", group.get_all_tasks())
            reported = [task.aggregations for task in tasks]
            shared = {key: node[key] for key in SHARED if key in node}
            written = all(isinstance(task, GenerationTask) for task in tasks)
            listed = aggregate_list(reported, shared, written)
            group.aggregate_metric_list = [AggMetricConfig(**metric) for metric in listed]
        return group


def sweep_base(name: str, index: Index) -> Node:
    """What a sweep's task file says of its base: a path, or a group with its members."""
    entry = index[name]
    if entry.kind is Kind.TAG:
        return {"tag": name, "task": [sweep_base(member, index) for member in members(entry)]}
    if entry.kind is Kind.GROUP:
        return _group_node(name, entry.cfg or {}, index)
    assert entry.yaml_path is not None
    return base_path(entry.yaml_path)


def _group_node(name: str, config: Mapping[str, Any], index: Index) -> Node:
    node: dict[str, Any] = {"group": name}
    if "group_alias" in config:
        node["alias"] = config["group_alias"]
    version = (config.get("metadata") or {}).get("version")
    if version is not None:
        node["version"] = version
    node.update(aggregation_of(config))
    overrides = {k: v for k, v in config.items() if k not in {*_GROUP_FIELDS, "tag"}}
    if overrides:
        node["overrides"] = overrides
    tasks = config.get("task") or []
    listed: list[Node] = []
    for member in [tasks] if isinstance(tasks, str) else tasks:
        listed += _member_nodes(name, member, index)
    node["task"] = listed
    return node


def _member_nodes(outer: str, member: str | Mapping[str, Any], index: Index) -> list[Node]:
    if isinstance(member, str):
        entry = index[member]
        if entry.kind is Kind.TAG:
            return [sweep_base(task, index) for task in members(entry)]
        return [sweep_base(member, index)]
    if "group" in member and "task" in member:
        # A group written inside another one: the harness puts the outer name before its own.
        return [_group_node(f"{outer}::{member['group']}", member, index)]
    named = str(member.get("group") or member["task"])
    overrides = {k: v for k, v in member.items() if k not in ("group", "task")}
    node = sweep_base(named, index)
    if isinstance(node, str):
        return [{"task": node, "overrides": overrides}]
    return [{**node, "overrides": {**node.get("overrides", {}), **overrides}}]
