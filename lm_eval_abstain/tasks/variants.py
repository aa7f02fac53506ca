"""The task files of a variant, derived from the harness's index of its own task files.

`mmlu_abstain` mirrors `mmlu`: each group, tag and task below it gets a twin whose name ends in
`_abstain`. The same derivation writes the shipped files and serves the wrapper at run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.tasks.definition import base_path, refusal
from lm_eval_abstain.tasks.groups import SUFFIX, Index, class_of, group_config, variant_members

__all__ = [
    "base_of",
    "refusal_of",
    "variant_config",
    "variant_entries",
    "variant_files",
]


def base_of(name: str) -> str | None:
    """The base's name in a variant's, or None where the name is not a variant's."""
    return name.removesuffix(SUFFIX) if name.endswith(SUFFIX) and name != SUFFIX else None


def refusal_of(name: str, index: Index) -> str | None:
    """Why a task, group or tag has no variant; None where it has one."""
    entry = index.get(name)
    if entry is None:
        return "the harness has no task, group or tag of that name."
    if entry.kind in (Kind.TASK, Kind.PY_TASK):
        return refusal(entry.cfg or {})
    reasons = {member: refusal_of(member, index) for member in sorted(variant_members(entry))}
    refused = {member: reason for member, reason in reasons.items() if reason}
    if not reasons or refused:
        return _members_refused(refused) if refused else "it has no members."
    return None


def _members_refused(refused: Mapping[str, str]) -> str:
    """The reasons of a group's members, each once and with the first members it holds for."""
    sentences: list[str] = []
    for reason in dict.fromkeys(refused.values()):
        names = [name for name, other in refused.items() if other == reason]
        more = f" and {len(names) - 2} more members" if len(names) > 2 else ""
        sentences.append(f"{', '.join(names[:2])}{more}: {reason}")
    return " ".join(sentences)


def variant_config(name: str, index: Index) -> dict[str, Any]:
    """The task file of one variant, as a mapping.

    Args:
        name: A task or group of the harness.
        index: The harness's index, `TaskManager.task_index`.

    Raises:
        UnsupportedTaskError: The base has no variant.
    """
    reason = refusal_of(name, index)
    if reason:
        raise UnsupportedTaskError(name, reason)
    entry = index[name]
    if entry.kind is Kind.TAG or entry.yaml_path is None or entry.cfg is None:
        raise AbstainError(f"'{name}' is a tag: its variants are those of its tasks.")
    if entry.kind is Kind.GROUP:
        return group_config(name, entry.cfg, index)
    return {
        "task": name + SUFFIX,
        "class": class_of(entry.cfg),
        "base": base_path(entry.yaml_path),
    }


def variant_entries(index: Index) -> dict[str, Entry]:
    """Index entries for every variant that the harness's index allows, by name."""
    entries: dict[str, Entry] = {}
    for name, entry in index.items():
        if base_of(name) or refusal_of(name, index):
            continue
        variant = name + SUFFIX
        if entry.kind is Kind.TAG:
            tags = {tag + SUFFIX for tag in entry.tags}
            entries[variant] = Entry(variant, Kind.TAG, yaml_path=None, tags=tags)
        else:
            kind = Kind.GROUP if entry.kind is Kind.GROUP else Kind.PY_TASK
            config = variant_config(name, index)
            entries[variant] = Entry(variant, kind, yaml_path=None, cfg=config)
    return entries


def variant_files(names: Iterable[str], index: Index) -> dict[str, dict[str, Any]]:
    """The task files of some variants and of everything below them, by variant name.

    A tag is carried over where all of its tasks are among them: to ask for a tag that covers
    some would silently leave out the others.

    Raises:
        UnsupportedTaskError: A base has no variant, or does not exist.
    """
    files: dict[str, dict[str, Any]] = {}
    for name in _below(names, index):
        if index[name].kind is Kind.TAG:
            continue
        files[name + SUFFIX] = variant_config(name, index)
    for name, config in files.items():
        entry = index[str(base_of(name))]
        if entry.kind is Kind.GROUP:
            continue
        tags = [
            tag + SUFFIX
            for tag in sorted(entry.tags)
            if tag in index and all(task + SUFFIX in files for task in index[tag].tags)
        ]
        if tags:
            config["tag"] = tags
    return files


def _below(names: Iterable[str], index: Index) -> list[str]:
    """Some names and all those below them, each once, in order."""
    found: dict[str, None] = {}
    for name in names:
        reason = refusal_of(name, index)
        if reason:
            raise UnsupportedTaskError(name, reason)
        found[name] = None
        if index[name].kind in (Kind.TAG, Kind.GROUP):
            found.update(dict.fromkeys(_below(sorted(variant_members(index[name])), index)))
    return list(found)
