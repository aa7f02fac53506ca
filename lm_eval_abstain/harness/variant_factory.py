"""How variants are built: as the harness builds tasks and groups, less the members without one.

That a member has no variant may be known from its definition, or only from its questions. Either
way its class raises `UnsupportedTaskError`, so there is one place where it is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval.tasks._factory import TaskFactory
from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.leaving_out import LeftOut, leave_out, reasons_in

__all__ = ["DerivedGroup", "Refused", "VariantFactory", "build_marked"]


@dataclass
class DerivedGroup(Entry):
    """The entry of a variant of a group or tag, whose members nobody has chosen for the variant.

    A user's own group, which names variants, is an `Entry`: what it names is built or refused.
    """


class Refused:
    """The class of a variant that does not exist: the harness asks for it, and learns why not."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Refuse it.

        Args:
            config: `base`, the base's name, and `reason`.

        Raises:
            UnsupportedTaskError: Always.
        """
        raise UnsupportedTaskError(config["base"], config["reason"])


class VariantFactory(TaskFactory):
    """The harness's factory; of the variant of a group or tag, members may be left out."""

    def build(
        self,
        entry: Entry,
        *,
        overrides: dict[str, Any] | None = None,
        registry: dict[str, Entry],
    ) -> Any:
        """Build an entry as the harness does, and say once which members are left out.

        Raises:
            UnsupportedTaskError: A task has no variant, or no member of a group or tag has.
        """
        if not isinstance(entry, DerivedGroup):
            return super().build(entry, overrides=overrides, registry=registry)
        built = build_marked(entry, self._meta, overrides, registry)
        return leave_out(entry.name, built, reasons_in(built))


class _Marking(TaskFactory):
    """A factory that puts a `LeftOut` in the place of each task that has no variant."""

    def build(
        self,
        entry: Entry,
        *,
        overrides: dict[str, Any] | None = None,
        registry: dict[str, Entry],
    ) -> Any:
        if entry.kind is Kind.TAG:  # of a tag the harness builds the tasks without asking here
            return [
                self.build(registry[name], overrides=overrides, registry=registry)
                for name in sorted(entry.tags)
            ]
        if entry.kind is Kind.GROUP:
            return super().build(entry, overrides=overrides, registry=registry)
        try:
            return super().build(entry, overrides=overrides, registry=registry)
        except UnsupportedTaskError as error:
            return LeftOut(entry.name, error.reason)


def build_marked(
    entry: Entry, meta: dict[str, Any], overrides: dict[str, Any] | None, registry: dict[str, Entry]
) -> Any:
    """Build an entry; in a derived group or tag a `LeftOut` stands for each refused member.

    Raises:
        UnsupportedTaskError: The entry is a task, and has no variant.
    """
    factory = _Marking if isinstance(entry, DerivedGroup) else TaskFactory
    return factory(meta=meta).build(entry, overrides=overrides, registry=registry)
