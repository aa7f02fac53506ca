"""What variants are made of: the harness's entries, and the generated forms of multiple choice.

A generated form (`arc_challenge_generative`) is no entry of the harness, but a base as its entries
are. Where the harness has a task of that name itself (`mmlu_generative`), that one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lm_eval.tasks._index import Entry, Kind

from lm_eval_abstain.harness.generative import outline
from lm_eval_abstain.harness.groups import Index, Kept, Naming, group_config, members
from lm_eval_abstain.harness.kinds import GENERATION, KINDS
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.rubric.names import GENERATIVE

__all__ = ["GeneratedForms", "find_bases", "generated", "with_forms"]

_NAMING = Naming(KINDS[GENERATIVE], "")


def find_bases(names: Iterable[str], folders: Iterable[Path] = ()) -> dict[str, Entry]:
    """Entries of some bases and of everything below them, and what generated forms are made of.

    Args:
        names: Bases; a generated form stands for what it is made of.
        folders: The user's own folders of task files, which win over the harness's.
    """
    wanted, folders = set(names), list(folders)
    found = find_entries(wanted, folders)
    made = {name for name in wanted - set(found) if name.endswith(GENERATIVE)}
    return with_forms(found, {name.removesuffix(GENERATIVE) for name in made}, folders)


def with_forms(
    found: Mapping[str, Entry], wanted: Iterable[str], folders: Iterable[Path] = ()
) -> dict[str, Entry]:
    """Some entries, with all that the generated forms of some bases are made of.

    That is the bases and everything below them, and whatever of the same names the harness or the
    user has.

    Args:
        found: Entries that are known.
        wanted: The bases.
        folders: The user's own folders of task files.
    """
    wanted, folders = set(wanted), list(folders)
    known = {**find_entries(wanted - set(found), folders), **found}
    below = known if wanted else {}
    return {**known, **find_entries([name + GENERATIVE for name in below], folders)}


class GeneratedForms(Mapping[str, Entry]):
    """The generated forms of multiple choice, as bases, by their names.

    Whether a name is that of a form is told when it is asked for, and its entry is made when it is
    looked up: a run asks for few of thousands.

    Args:
        index: The entries of the harness, those of all members among them.
        refusal: Why an entry has no generated form; None where it has one.
    """

    def __init__(self, index: Index, refusal: Callable[[str], str | None]) -> None:
        self._index, self._refusal = index, refusal
        self._made: dict[str, Entry] = {}

    def __contains__(self, form: object) -> bool:
        if not isinstance(form, str) or form in self._index or not form.endswith(GENERATIVE):
            return False
        base = form.removesuffix(GENERATIVE)
        named = base in self._index and not base.endswith(GENERATIVE)
        return named and self._refusal(base) is None

    def __getitem__(self, form: str) -> Entry:
        if form not in self._made:
            if form not in self:
                raise KeyError(form)
            entry = self._index[form.removesuffix(GENERATIVE)]
            kept = lambda one: self._refusal(one) is None  # noqa: E731
            self._made[form] = _form(form, entry, self._index, kept)
        return self._made[form]

    def __iter__(self) -> Iterator[str]:
        return (form for name in self._index if (form := name + GENERATIVE) in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def generated(name: str, index: Index) -> bool:
    """Whether the answers of a task, or of all tasks below a group or tag, are generated already.

    Args:
        name: Its name.
        index: The entries of the harness, those of all members among them.
    """
    entry = index.get(name)
    if entry is None or entry.kind is Kind.PY_TASK:
        return False
    if entry.kind is Kind.TASK:
        return (entry.cfg or {}).get("output_type", GENERATION) == GENERATION
    return all(generated(member, index) for member in members(entry))


def _form(name: str, entry: Entry, index: Index, kept: Kept) -> Entry:
    if entry.kind is Kind.TAG:
        names = {one if generated(one, index) else _NAMING.name(one) for one in entry.tags}
        return Entry(name, Kind.TAG, yaml_path=None, tags=names)
    config: dict[str, Any] = entry.cfg or {}
    if entry.kind is Kind.GROUP:
        made = group_config(entry.name, config, index, _NAMING, Settings(), kept)
        own = _unchanged(made["task"], index)
        if own != made["task"]:  # of other metrics than the letters', which no mean is taken of
            made |= {"task": own, "aggregate_metric_list": []}
        return Entry(name, Kind.GROUP, yaml_path=None, cfg=made)
    return Entry(name, Kind.TASK, yaml_path=entry.yaml_path, cfg=outline(config))


def _unchanged(listed: list[str | dict[str, Any]], index: Index) -> list[str | dict[str, Any]]:
    """The members of a generated form, with those as they are whose answers are generated."""
    found: list[str | dict[str, Any]] = []
    for one in listed:
        name: Any = one if isinstance(one, str) else one.get("task")
        if isinstance(one, dict) and isinstance(name, list):
            found.append({**one, "task": _unchanged(name, index)})
            continue
        base = str(name or "").removesuffix(GENERATIVE)
        if name and generated(base, index):
            found.append(base if isinstance(one, str) else {**one, "task": base})
        else:
            found.append(one)
    return found
