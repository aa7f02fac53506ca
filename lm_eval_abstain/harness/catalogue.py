"""Which variants the tasks, groups and tags of an index have, and why they have no others."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from typing import Any, cast

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.bases import GeneratedForms, generated
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.groups import GROUPED, Index, members, nameless_member
from lm_eval_abstain.harness.kinds import ENDINGS, KINDS, SWEEPS
from lm_eval_abstain.harness.leaving_out import reasons_text
from lm_eval_abstain.rubric.names import CLOSED, GENERATIVE, base_name, parts

__all__ = ["Catalogue"]


class Catalogue:
    """All variants of the tasks, groups and tags of an index.

    Attributes:
        own: The entries of the harness.
        forms: The generated forms of multiple choice that it does not have itself, which are
            bases, too: `arc_challenge_generative`.
        bases: Both.

    Args:
        bases: The entries of the harness, those of all members among them.
    """

    def __init__(self, bases: Index) -> None:
        self.own = bases
        self._reasons: dict[tuple[str, str], str | None] = {}
        self._tasks_of: dict[str, list[str]] = {}
        self.forms = GeneratedForms(bases, lambda base: self.refusal(base, GENERATIVE))
        self.bases: Index = ChainMap(cast("Any", bases), cast("Any", self.forms))

    def refusal(self, base: str, end: str) -> str | None:
        """Why a base has no variant (`mmlu`, `_confidence`); None where it has one."""
        if end not in ENDINGS:
            return f"a variant's name ends in {', '.join(ENDINGS)}."
        key = (base, end)
        if key not in self._reasons:
            self._reasons[key] = self._why_not(base, end)
        return self._reasons[key]

    def check(self, name: str) -> None:
        """Refuse a name that is no variant's.

        Raises:
            UnsupportedTaskError: See `refusal`.
        """
        base, end = self.parts(name)
        reason = self.refusal(base, end)
        if reason and end == GENERATIVE:
            raise UnsupportedTaskError(base, reason, what="generated form")
        if reason:
            raise UnsupportedTaskError(base, reason)

    def has(self, name: str) -> bool:
        """Whether a name is that of a variant."""
        base, end = self.parts(name)
        return end != "" and not self.refusal(base, end)

    def parts(self, name: str) -> tuple[str, str]:
        """The base's name and the ending of a variant's name; any other name has no ending.

        A generated form is a variant of multiple choice, if it is no task of the harness.
        """
        return (name, "") if name in self.own else parts(name)

    def names(self, bases: Iterable[str] | None = None) -> list[str]:
        """The names of all variants, of some bases or of all."""
        return [
            base + end
            for base in (self.bases if bases is None else bases)
            for end in ENDINGS
            if not self.refusal(base, end)
        ]

    def below(self, base: str) -> list[str]:
        """A base and all those below it, each once, in order."""
        found: dict[str, None] = {base: None}
        for member in sorted(members(self.bases[base])):
            found.update(dict.fromkeys(self.below(member)))
        return list(found)

    def tasks(self, base: str) -> list[str]:
        """All tasks under a group or tag, each once, and of a task itself."""
        return self._tasks(base) if self._is_group(base) else [base]

    def left_out(self, base: str, end: str) -> dict[str, str]:
        """The tasks under a group or tag that have no such variant, and why; of a task nothing.

        Their definitions tell; that a task is left out may also be known from its questions alone.
        """
        tasks = self._tasks(base) if self._is_group(base) else []
        if end == GENERATIVE:  # they stay as they are
            tasks = [task for task in tasks if not generated(task, self.own)]
        return {task: reason for task in tasks if (reason := self.refusal(task, end))}

    def _why_not(self, base: str, end: str) -> str | None:
        reason = self._itself(base)
        if reason:
            return reason
        if self._is_group(base):
            reasons = {task: self.refusal(task, end) for task in self._tasks(base)}
            if None in reasons.values():
                return None
            return reasons_text({k: str(v) for k, v in reasons.items()}) or "it has no members."
        if end in SWEEPS:
            reasons = (self.refusal(base, part) for part in (SWEEPS[end].ending, CLOSED))
            return next((reason for reason in reasons if reason), None)
        entry = self.bases[base]
        path = base_path(entry.yaml_path) if entry.yaml_path else ""
        return KINDS[end].refusal(entry.cfg or {}, path)

    def _itself(self, base: str) -> str | None:
        """Why a base has no variant of any kind, whatever its members or its definition say."""
        if base not in self.bases:
            of = base.removesuffix(GENERATIVE)
            if of != base and of in self.bases:
                return f"'{of}' cannot be asked for a letter: {self.refusal(of, GENERATIVE)}"
            return "the harness has no task, group or tag of that name."
        if base_name(base) != base:
            return "its own name is that of a variant."
        if nameless_member(self.bases[base]):
            return "the harness itself cannot build it: one of its members has no name."
        return None

    def _is_group(self, base: str) -> bool:
        """Whether a base is a group or tag with members that may have variants."""
        return not self._itself(base) and self.bases[base].kind in GROUPED

    def _tasks(self, base: str) -> list[str]:
        """All tasks under a group or tag, each once; a name that does not exist among them."""
        if base not in self._tasks_of:
            found: dict[str, None] = {}
            for member in members(self.bases[base]):
                found.update(dict.fromkeys(self.tasks(member)))
            self._tasks_of[base] = list(found)
        return self._tasks_of[base]
