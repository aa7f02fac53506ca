"""One page about all runs, and its pictures.

`report` makes the page. `question_sets` and, in a notebook, the functions of
`lm_eval_abstain.reports.figures` make single pictures. Both need the extra `report`: matplotlib and
jinja2, which are loaded when they are used.
"""

from __future__ import annotations

from lm_eval_abstain.reports.build import report
from lm_eval_abstain.reports.entries import QuestionSet, question_sets
from lm_eval_abstain.reports.result import Report

__all__ = ["QuestionSet", "Report", "question_sets", "report"]
