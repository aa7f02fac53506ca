"""What the page needs to score every run at any target by itself: counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lm_eval_abstain.logs import Run, Samples
from lm_eval_abstain.printing.tables import printable
from lm_eval_abstain.reports.entries import QuestionSet
from lm_eval_abstain.reports.pairs import SCORED, joint_scored
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics.intervals import critical

__all__ = ["leaderboard_data"]

_PAIRED = 24  # runs; of more, pairs would outgrow everything else on the page


def leaderboard_data(
    samples: Samples, sets: Sequence[QuestionSet], unparsed: UnparsedPolicy, level: float
) -> dict[str, Any]:
    """The counts of every run.

    Args:
        samples: All samples.
        sets: All runs.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.

    Returns:
        `level`; `critical`, z² at that level; `outcomes`, their names; and `sets`, each with
        `name`, `group`, `entries` and `pairs`. An entry has `model`, `run`, `task`, `shown`
        (the target as a text, or None), `outcomes` (six counts), `scored` (what is scored as
        correct, wrong and abstained) and `spread`: Σ c²/n, Σ c·w/n and Σ w²/n over the subjects,
        with which the variance of the score is known at every target. `pairs` has, for places
        i < j as `i,j`, the nine numbers of `joint_scored`.
    """
    return {
        "level": level,
        "critical": critical(level),
        "outcomes": [outcome.value for outcome in ORDER],
        "sets": [_set(samples, questions, unparsed) for questions in sets],
    }


def _set(samples: Samples, questions: QuestionSet, unparsed: UnparsedPolicy) -> dict[str, Any]:
    entries = questions.entries
    joint = joint_scored(samples, entries, unparsed) if _comparable(questions) else {}
    return {
        "name": printable(questions.name),
        "group": questions.group,
        "entries": [_entry(entry, unparsed) for entry in entries],
        "pairs": {f"{i},{j}": cells.ravel().tolist() for (i, j), cells in joint.items()},
    }


def _comparable(questions: QuestionSet) -> bool:
    """Whether pairs are counted: for those that stand for themselves, if they are not too many."""
    return questions.main and len(questions.entries) <= _PAIRED


def _entry(entry: Run, unparsed: UnparsedPolicy) -> dict[str, Any]:
    scored = np.stack(
        [
            sum(
                (
                    entry.table[:, place]
                    for place, o in enumerate(ORDER)
                    if o.scored_as(unparsed) is kind
                ),
                np.zeros(len(entry.table), dtype=np.int64),
            )
            for kind in SCORED
        ],
        axis=1,
    )
    correct, wrong, _ = scored.T
    n = np.maximum(1, scored.sum(axis=1))
    spread = [
        (one * other / n).sum()
        for one, other in ((correct, correct), (correct, wrong), (wrong, wrong))
    ]
    return {
        "model": printable(entry.model),
        "run": printable(entry.label),
        "task": printable(entry.task),
        "shown": None if math.isnan(entry.shown) else Rubric(entry.shown).target_text,
        "outcomes": entry.counts.tolist(),
        "scored": scored.sum(axis=0).tolist(),
        "spread": [round(float(value), 6) for value in spread],
    }
