"""Which variants the tasks, groups and tags of an index have, and how each is defined.

`mmlu_abstain` mirrors `mmlu`: each group, tag and task below it gets a twin whose name ends in
`_abstain`, and so with the other kinds of variants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.groups import Index, Naming, group_config, members
from lm_eval_abstain.harness.kinds import ENDINGS, KINDS, SWEEPS
from lm_eval_abstain.harness.settings import Settings, check_targets
from lm_eval_abstain.harness.task_language import language_of, stated_language
from lm_eval_abstain.rubric.names import CLOSED, base_name, ending

__all__ = ["Catalogue", "VariantIndex", "check_names"]

Reasons = Mapping[str, str]


def check_names(names: Iterable[str], metadata: Mapping[str, Any]) -> None:
    """Check the targets in a run's metadata against the variants that it asks for.

    Raises:
        AbstainError: See `check_targets`.
    """
    for name in names:
        end = ending(name)
        if end in SWEEPS or (end in KINDS and KINDS[end].states_target):
            check_targets(name, metadata, several=end in SWEEPS)


class Catalogue:
    """All variants of the tasks, groups and tags of an index.

    Args:
        bases: The entries of the harness, those of all members among them.
    """

    def __init__(self, bases: Index) -> None:
        self.bases = bases
        self._reasons: dict[tuple[str, str], str | None] = {}
        self._tasks_of: dict[str, list[str]] = {}

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
        reason = self.refusal(base_name(name), ending(name))
        if reason:
            raise UnsupportedTaskError(base_name(name), reason)

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

    def check_language(self, name: str, metadata: Mapping[str, Any]) -> None:
        """Refuse a wording that is not there in the language of one of a variant's tasks.

        Raises:
            AbstainError: See `wording_in`.
        """
        kind = (KINDS | SWEEPS)[ending(name)]
        for task in self.below(base_name(name)) if kind.speaks else ():
            entry = self.bases[task]
            if entry.kind is Kind.TASK and entry.yaml_path is not None:
                path = base_path(entry.yaml_path)
                language = stated_language(language_of(task, entry.cfg or {}, path))
                try:
                    Settings.from_metadata(metadata, language)
                except AbstainError as error:
                    raise AbstainError(f"'{task}': {error}") from None

    def _why_not(self, base: str, end: str) -> str | None:
        entry = self.bases.get(base)
        if entry is None:
            return "the harness has no task, group or tag of that name."
        if base_name(base) != base:
            return "its own name is that of a variant."
        if end in SWEEPS:
            reasons = (self.refusal(base, part) for part in (SWEEPS[end].ending, CLOSED))
            return next((reason for reason in reasons if reason), None)
        if entry.kind in (Kind.TASK, Kind.PY_TASK):
            path = base_path(entry.yaml_path) if entry.yaml_path else ""
            return KINDS[end].refusal(entry.cfg or {}, path)
        tasks = self._tasks(base)
        refused = {task: reason for task in tasks if (reason := self.refusal(task, end))}
        if not tasks or refused:
            return _members_refused(refused) if refused else "it has no members."
        return None

    def _tasks(self, base: str) -> list[str]:
        """All tasks under a group or tag, each once; a name that does not exist among them."""
        if base not in self._tasks_of:
            found: dict[str, None] = {}
            for member in members(self.bases[base]):
                entry = self.bases.get(member)
                grouped = entry is not None and entry.kind in (Kind.GROUP, Kind.TAG)
                found.update(dict.fromkeys(self._tasks(member) if grouped else [member]))
            self._tasks_of[base] = list(found)
        return self._tasks_of[base]


class VariantIndex(dict[str, Entry]):
    """An index of the harness that also holds the variants of its entries.

    An entry is derived when its name is looked up; iterating yields what is there without that.

    Attributes:
        ENDS: The ends of the variants' names, without the key.

    Args:
        catalogue: The bases, and which variants they have.
        settings: Those of the run.
        key: What the variants' names have behind the kind's ending; see `Naming`.
    """

    ENDS: Collection[str] = KINDS

    def __init__(self, catalogue: Catalogue, settings: Settings, key: str = "") -> None:
        super().__init__(catalogue.bases)
        self._catalogue = catalogue
        self._settings = settings
        self._key = key

    def __missing__(self, name: str) -> Entry:
        if not self._is_variant(name):
            raise KeyError(name)
        entry = self[name] = self._derived(name)
        return entry

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and self._is_variant(name))

    def get(self, name: str, default: Any = None, /) -> Any:
        """The entry of a name, or the default where there is none."""
        return self[name] if name in self else default  # noqa: SIM401 - dict.get derives nothing

    def naming(self, end: str) -> Naming:
        """How the variants with an ending are called."""
        return Naming(KINDS[end], self._settings.rubric.target_text, self._key)

    def _parts(self, name: str) -> tuple[str, str]:
        return base_name(name), ending(name).removesuffix(self._key)

    def _is_variant(self, name: str) -> bool:
        base, end = self._parts(name)
        there = end in self.ENDS and name == base + end + self._key
        return there and not self._catalogue.refusal(base, end)

    def _derived(self, name: str) -> Entry:
        base, end = self._parts(name)
        naming, entry = self.naming(end), self._catalogue.bases[base]
        if entry.kind is Kind.TAG:
            return Entry(name, Kind.TAG, yaml_path=None, tags={*map(naming.name, entry.tags)})
        config = entry.cfg or {}
        if entry.kind is Kind.GROUP:
            config = group_config(base, config, self._catalogue.bases, naming, self._settings)
            return Entry(name, Kind.GROUP, yaml_path=None, cfg=config)
        assert entry.yaml_path is not None
        derived = {
            "task": name,
            "class": naming.kind.class_of(config),
            "base": base_path(entry.yaml_path),
        }
        return Entry(name, Kind.PY_TASK, yaml_path=None, cfg=derived)


def _members_refused(refused: Reasons) -> str:
    """The reasons of a group's members, each once and with the first members it holds for."""
    sentences: list[str] = []
    for reason in dict.fromkeys(refused.values()):
        names = sorted(name for name, other in refused.items() if other == reason)
        more = f" and {len(names) - 2} more members" if len(names) > 2 else ""
        sentences.append(f"{', '.join(names[:2])}{more}: {reason}")
    return " ".join(sentences)
