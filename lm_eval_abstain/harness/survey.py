"""What there is to list: each task, group and tag of the harness, with its variants."""

from __future__ import annotations

from pathlib import Path

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.kinds import ENDINGS
from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.harness.manager import TaskManager
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
    return [_listed(name, catalogue) for name in sorted(catalogue.own) if base_name(name) == name]


def _listed(name: str, catalogue: Catalogue) -> Listed:
    refusals = {end: catalogue.refusal(name, end) for end in ENDINGS}
    endings = tuple(end for end, reason in refusals.items() if not reason)
    left_out = {end: catalogue.left_out(name, end) for end in endings}
    form = name + GENERATIVE
    generated = [end for end in ENDINGS if form in catalogue.forms if catalogue.has(form + end)]
    return Listed(
        name=name,
        kind=catalogue.bases[name].kind.name.removeprefix("PY_").lower(),
        tasks=len(catalogue.tasks(name)),
        languages=(),
        endings=endings,
        generated=tuple(generated),
        refusals={end: reason for end, reason in refusals.items() if reason},
        left_out={end: reasons for end, reasons in left_out.items() if reasons},
    )
