"""One page about all runs, and its pictures.

`build_report` and `save_pictures` need matplotlib and jinja2, which the extra `report` installs;
so does `lm_eval_abstain.reports.plots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lm_eval_abstain.reports.entries import QuestionSet, question_sets

if TYPE_CHECKING:
    from lm_eval_abstain.reports.build import Report, build_report
    from lm_eval_abstain.reports.pictures import Picture, save_pictures

__all__ = [
    "Picture",
    "QuestionSet",
    "Report",
    "build_report",
    "question_sets",
    "save_pictures",
]


def __getattr__(name: str) -> object:
    # Only who makes a report needs matplotlib.
    if name in ("Report", "build_report"):
        from lm_eval_abstain.reports import build

        return getattr(build, name)
    if name in ("Picture", "save_pictures"):
        from lm_eval_abstain.reports import pictures

        return getattr(pictures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
