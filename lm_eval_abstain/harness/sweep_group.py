"""A base under the closed rubric and under the open one at several targets, in one group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lm_eval.api.group import Group
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.groups import Index, member_list
from lm_eval_abstain.harness.kinds import KINDS, SWEEPS, VariantKind
from lm_eval_abstain.harness.leaving_out import leave_out, reasons_in
from lm_eval_abstain.harness.settings import Settings, check_targets
from lm_eval_abstain.harness.variant_factory import build_marked
from lm_eval_abstain.harness.variant_index import VariantIndex
from lm_eval_abstain.rubric import target_key
from lm_eval_abstain.rubric.names import CLOSED, ending

__all__ = ["sweep_group"]


def sweep_group(
    name: str, base: str, bases: Index, metadata: dict[str, Any], overrides: Mapping[str, Any]
) -> Group:
    """A group of the harness: the closed rubric once, the open rubric at each target.

    The targets are `confidence_targets` of the metadata. The names below the group are those of
    the closed variant, and of the open one with the target: `mmlu_anatomy_closed`,
    `mmlu_anatomy_abstain_t90`. A member that is left out of one of the parts is left out of all of
    them, so that their figures are of the same questions.

    Args:
        name: The sweep's name, which ends as one of `SWEEPS`.
        base: The base's name.
        bases: The entries of the base and of everything below it.
        metadata: Those of the run.
        overrides: What the task file changes in all tasks.

    Raises:
        AbstainError: A setting in the metadata is wrong, or a base has no variant.
    """
    check_targets(name, metadata, several=True)
    settings = Settings.from_metadata(metadata)
    catalogue = Catalogue(_inline_groups_named(bases))
    group = Group(name=name, metadata=metadata)

    def add(kind: VariantKind, key: str, stated: dict[str, Any]) -> None:
        index = VariantIndex(catalogue, Settings.from_metadata(stated), key, ending(name))
        part = base + kind.ending + key
        built = build_marked(index[part], stated, dict(overrides), index)
        if isinstance(built, list):  # the tasks of a tag, which have no row together
            alias = index.naming(kind.ending).alias(base)
            tasks, built = built, Group(name=part, alias=alias, metadata=stated)
            for task in tasks:
                built.add(task)
        group.add(built)

    add(KINDS[CLOSED], "", metadata)
    for target in settings.targets:
        stated = {**metadata, "confidence_target": target}
        add(SWEEPS[ending(name)], f"_{target_key(target)}", stated)
    leave_out(name, group, reasons_in(group))
    return group


def _inline_groups_named(bases: Index) -> dict[str, Entry]:
    """The same entries, each group that is written inside another one under a name of its own.

    So the ending and the target stand behind the whole name: `mmlu_continuation::stem_abstain_t75`.
    """
    named: dict[str, Entry] = {}

    def add(name: str, entry: Entry) -> None:
        config = dict(entry.cfg or {})
        listed: list[Any] = []
        for member in member_list(config["task"]):
            if isinstance(member, dict) and "group" in member and "task" in member:
                inner = f"{name}::{member['group']}"
                shown = {"group_alias": member["group"], **member, "group": inner}
                add(inner, Entry(inner, Kind.GROUP, None, shown))
                member = inner
            listed.append(member)
        named[name] = replace(entry, cfg={**config, "task": listed})

    for name, entry in bases.items():
        if entry.kind is Kind.GROUP:
            add(name, entry)
        else:
            named[name] = entry
    return named
