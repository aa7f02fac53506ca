"""What is left out of the variant of a group: said once, and named in the results.

Members that have no variant are taken out here, wherever that was found out: from a task's
definition, or only from its questions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval.api.group import Group

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.definition import variant_alias
from lm_eval_abstain.harness.in_a_row import in_a_row
from lm_eval_abstain.rubric.names import base_name

__all__ = ["LeftOut", "Reasons", "leave_out", "reasons_in", "reasons_text"]

Reasons = Mapping[str, str]
"""By the name of a base task, why it has no variant."""
_NAMED = 2  # how many members are named before "and 3 more"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LeftOut:
    """What stands in a group, while it is built, for a task that has no variant.

    Attributes:
        name: The variant's name.
        reason: Why it has none.
    """

    name: str
    reason: str


def reasons_in(built: Any) -> dict[str, str]:
    """The base tasks for which a `LeftOut` stands, and why."""
    return {base_name(leaf.name): leaf.reason for leaf in _leaves(built) if _is_mark(leaf)}


def leave_out(name: str, built: Any, reasons: Reasons) -> Any:
    """Take members out of what was built, name them in it, and say it once.

    The results name them twice: the aliases of the group and of those below that lack one, which
    is what tables show, and `left_out` in the metadata of each remaining task, with the reasons.

    Args:
        name: The variant that was asked for.
        built: From `build_marked`, or a group of such.
        reasons: The base tasks to leave out; those of `reasons_in` must be among them.

    Returns:
        The same group, or of a tag the remaining tasks.

    Raises:
        UnsupportedTaskError: No member remains.
    """
    if not reasons:
        return built
    all_of_it = {_base(leaf) for leaf in _leaves(built)}
    if all_of_it <= set(reasons):
        raise UnsupportedTaskError(base_name(name), reasons_text(reasons))
    _log.warning(
        "%s is made of %d of the %d tasks of %s. Left out: %s",
        name,
        len(all_of_it - set(reasons)),
        len(all_of_it),
        base_name(name),
        reasons_text(reasons),
    )
    if isinstance(built, Group):
        _take_out(built, reasons)
        return built
    kept = [task for task in built if _base(task) not in reasons]
    _note(kept, name, reasons)
    return kept


def reasons_text(reasons: Reasons) -> str:
    """The reasons, each once and with the first members that it holds for."""
    sentences: list[str] = []
    for reason in dict.fromkeys(reasons.values()):
        names = sorted(name for name, other in reasons.items() if other == reason)
        sentences.append(f"{in_a_row(names, _NAMED, 'members')}: {reason}")
    return " ".join(sentences)


def _take_out(group: Group, reasons: Reasons) -> dict[str, str]:
    """Take members out of a group and the groups below; which ones these were."""
    gone: dict[str, str] = {}
    for child in list(group):
        if isinstance(child, Group):
            gone |= _take_out(child, reasons)
            if not len(child):
                group.pop(child.name)
        elif _base(child) in reasons:
            gone[_base(child)] = reasons[_base(child)]
            group.pop(_name(child))
    if gone:
        group.alias = variant_alias(
            group.alias or group.name, f"without {in_a_row(sorted(gone), _NAMED, 'tasks')}", None
        )
        _note(group.get_all_tasks(), group.name, gone)
    return gone


def _note(tasks: list[Any], name: str, reasons: Reasons) -> None:
    """Name in the metadata of tasks, which the results hold, what their group or tag lacks."""
    for task in tasks:
        task.config.metadata.setdefault("left_out", {})[name] = dict(reasons)


def _leaves(built: Any) -> Iterator[Any]:
    """The tasks below a group, or of a tag, and what stands for tasks."""
    for child in built if isinstance(built, (Group, list)) else [built]:
        if isinstance(child, Group):
            yield from _leaves(child)
        else:
            yield child


def _is_mark(leaf: Any) -> bool:
    return isinstance(leaf, LeftOut)


def _name(leaf: Any) -> str:
    return str(leaf.name if _is_mark(leaf) else leaf.task_name)


def _base(leaf: Any) -> str:
    return base_name(_name(leaf))
