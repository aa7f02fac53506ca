"""The pictures of a report: functions that take runs and return matplotlib figures.

They need matplotlib, which the extra `report` installs; they use none of pyplot's global state. In
a notebook::

    %matplotlib inline
    from lm_eval_abstain.reports import figures, question_sets
    from lm_eval_abstain.logs import load_samples

    sets, notes = question_sets(load_samples("results/"))
    figures.score_over_target(sets[0].entries)
"""

from __future__ import annotations

from lm_eval_abstain.reports.figures.bars import outcome_bars, subject_bars
from lm_eval_abstain.reports.figures.lines import (
    reliability_diagram,
    risk_coverage,
    score_comparison,
    score_over_target,
    sweep,
)

__all__ = [
    "outcome_bars",
    "reliability_diagram",
    "risk_coverage",
    "score_comparison",
    "score_over_target",
    "subject_bars",
    "sweep",
]
