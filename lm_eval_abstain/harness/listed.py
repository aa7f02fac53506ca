"""One row of what `ls` lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Listed"]


@dataclass(frozen=True)
class Listed:
    """A task, group or tag of the harness, and its variants, as far as definitions tell.

    Attributes:
        name: Its name.
        kind: `task`, `group` or `tag`.
        tasks: How many tasks are below it; of a task 1.
        languages: The languages of these tasks, where they are known.
        endings: The ends of its variants' names.
        refusals: By the end of a variant's name that it lacks, the reason.
        left_out: By the end of a variant's name, the tasks that it is without, each with the
            reason; variants of all tasks are missing.
    """

    name: str
    kind: str
    tasks: int
    languages: tuple[str, ...]
    endings: tuple[str, ...]
    refusals: Mapping[str, str]
    left_out: Mapping[str, Mapping[str, str]]

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants."""
        return tuple(self.name + end for end in self.endings)
