"""What there is to list: each task, group and tag of the harness, with its variants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.groups import GROUPED, Index
from lm_eval_abstain.harness.kinds import ENDINGS
from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.harness.manager import TaskManager
from lm_eval_abstain.harness.task_language import language_of
from lm_eval_abstain.rubric.names import GENERATIVE, base_name

__all__ = ["survey"]


def survey(include_path: Path | None = None) -> list[Listed]:
    """All tasks, groups and tags, in alphabetical order; takes as long as indexing the harness.

    Args:
        include_path: A folder of the user's own tasks.

    Raises:
        AbstainError: The folder cannot be read.
    """
    catalogue = TaskManager(include_path=include_path).catalogue
    languages = _languages(catalogue.own)
    names = sorted(name for name in catalogue.own if base_name(name) == name)
    return [_listed(name, catalogue, languages) for name in names]


def _languages(bases: Index) -> dict[str, str]:
    """The language of each task."""
    return {
        name: language_of(name, entry.cfg or {}, base_path(entry.yaml_path))
        for name, entry in bases.items()
        if entry.kind not in GROUPED and entry.yaml_path is not None
    }


def _listed(name: str, catalogue: Catalogue, languages: Mapping[str, str]) -> Listed:
    tasks = catalogue.tasks(name)
    refusals = {end: catalogue.refusal(name, end) for end in ENDINGS}
    endings = tuple(end for end, reason in refusals.items() if not reason)
    left_out = {end: catalogue.left_out(name, end) for end in endings}
    form = name + GENERATIVE
    generated = [end for end in ENDINGS if form in catalogue.forms if catalogue.has(form + end)]
    return Listed(
        name=name,
        kind=catalogue.bases[name].kind.name.removeprefix("PY_").lower(),
        tasks=len(tasks),
        languages=tuple(sorted({languages[task] for task in tasks if task in languages})),
        endings=endings,
        generated=tuple(generated),
        refusals={end: reason for end, reason in refusals.items() if reason},
        left_out={end: reasons for end, reasons in left_out.items() if reasons},
    )
