"""How the variants of the tasks, groups and tags of an index are defined.

`mmlu_abstain` mirrors `mmlu`: each group, tag and task below it gets a twin whose name ends in
`_abstain`, and so with the other kinds of variants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.generative import LETTERED
from lm_eval_abstain.harness.groups import GROUPED, Naming, check_headlines, group_config
from lm_eval_abstain.harness.kinds import KINDS, SWEEPS
from lm_eval_abstain.harness.settings import Settings, check_targets
from lm_eval_abstain.harness.task_language import language_of, stated_language
from lm_eval_abstain.harness.variant_factory import DerivedGroup, Refused
from lm_eval_abstain.rubric.names import ending

__all__ = ["VariantIndex", "check_languages", "check_names"]


def check_names(names: Iterable[str], metadata: Mapping[str, Any]) -> None:
    """Check the targets in a run's metadata against the variants that it asks for.

    Raises:
        AbstainError: See `check_targets`.
    """
    for name in names:
        end = ending(name)
        if end in SWEEPS or (end in KINDS and KINDS[end].states_target):
            check_targets(name, metadata, several=end in SWEEPS)


def check_languages(name: str, catalogue: Catalogue, metadata: Mapping[str, Any]) -> None:
    """Refuse a wording that is not there in the language of one of a variant's tasks.

    Args:
        name: The variant.
        catalogue: Which has it.
        metadata: The run's metadata.

    Raises:
        AbstainError: See `wording_in`.
    """
    base, end = catalogue.parts(name)
    if not (KINDS | SWEEPS)[end].speaks:
        return
    for task in catalogue.tasks(base):
        entry = catalogue.bases.get(task)
        if entry is None or entry.yaml_path is None or catalogue.refusal(task, end):
            continue
        language = language_of(task, entry.cfg or {}, base_path(entry.yaml_path))
        try:
            Settings.from_metadata(metadata, stated_language(language))
        except AbstainError as error:
            raise AbstainError(f"'{task}': {error}") from None


class VariantIndex(dict[str, Entry]):
    """An index of the harness that also holds the variants of its entries.

    An entry is derived when its name is looked up; iterating yields what is there without that.
    A task without the variant has an entry too, which gives the reason when it is built: so the
    groups that name it find out.

    Attributes:
        ENDS: The ends of the variants' names, without the key.

    Args:
        catalogue: The bases, and which variants they have.
        settings: Those of the run.
        key: What the variants' names have behind the kind's ending; see `Naming`.
        sweep: The ending of the sweep that the variants are for: a member needs all its parts.
    """

    ENDS: Collection[str] = KINDS

    def __init__(
        self, catalogue: Catalogue, settings: Settings, key: str = "", sweep: str = ""
    ) -> None:
        super().__init__(catalogue.own)
        self._catalogue = catalogue
        self._settings = settings
        self._key = key
        self._sweep = sweep

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
        base, end = self._catalogue.parts(name)
        return base, end.removesuffix(self._key)

    def _is_variant(self, name: str) -> bool:
        base, end = self._parts(name)
        return end in self.ENDS and name == base + end + self._key

    def _derived(self, name: str) -> Entry:
        base, end = self._parts(name)
        needed = self._sweep or end
        entry = self._catalogue.bases.get(base)
        if entry is not None and entry.kind in GROUPED:
            return self._derived_group(name, entry, needed)
        reason = self._catalogue.refusal(base, needed)
        if reason or entry is None or entry.yaml_path is None:
            refused = {"task": name, "class": Refused, "base": base, "reason": reason}
            return Entry(name, Kind.PY_TASK, yaml_path=None, cfg=refused)
        derived = {
            "task": name,
            "class": KINDS[end].class_of(entry.cfg or {}),
            "base": base_path(entry.yaml_path),
            **({LETTERED: True} if base in self._catalogue.forms else {}),
        }
        return Entry(name, Kind.PY_TASK, yaml_path=None, cfg=derived)

    def _derived_group(self, name: str, entry: Entry, needed: str) -> Entry:
        form = self._catalogue.forms.get(name)
        if form is not None:
            return DerivedGroup(name, form.kind, yaml_path=None, cfg=form.cfg, tags=form.tags)
        bases, naming = self._catalogue.bases, self.naming(self._parts(name)[1])

        def kept(task: str) -> bool:
            return not self._catalogue.refusal(task, needed)

        if entry.kind is Kind.TAG:
            check_headlines(entry, bases, self._settings, kept)
            tags = {*map(naming.name, entry.tags)}
            return DerivedGroup(name, Kind.TAG, yaml_path=None, tags=tags)
        config = group_config(entry.name, entry.cfg or {}, bases, naming, self._settings, kept)
        return DerivedGroup(name, Kind.GROUP, yaml_path=None, cfg=config)
