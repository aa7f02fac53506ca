"""One row of what `ls` lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lm_eval_abstain.rubric.names import GENERATIVE

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
        generated: The ends of the names of what there is of its generated form, if the harness has
            none itself: `_abstain` for `arc_challenge_generative_abstain`.
        refusals: By the end of a variant's name that it lacks, the reason.
        left_out: By the end of a variant's name, the tasks that it is without, each with the
            reason; variants of all tasks are missing.
    """

    name: str
    kind: str
    tasks: int
    languages: tuple[str, ...]
    endings: tuple[str, ...]
    generated: tuple[str, ...]
    refusals: Mapping[str, str]
    left_out: Mapping[str, Mapping[str, str]]

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants."""
        ends = (*self.endings, *(GENERATIVE + end for end in self.generated))
        return tuple(self.name + end for end in ends)
