"""The leaderboard's figures: every run at every target of the slider, and neighbours in pairs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Run, joint_outcomes
from lm_eval_abstain.printing.tables import printable
from lm_eval_abstain.reports.curve_data import TARGETS
from lm_eval_abstain.reports.entries import QuestionSet
from lm_eval_abstain.rubric import STANDARD_TARGETS, Rubric, UnparsedPolicy
from lm_eval_abstain.scores.score import REPLICATES
from lm_eval_abstain.statistics import (
    Interval,
    metrics,
    score_differences,
    score_intervals,
)

__all__ = ["leaderboard_data", "neighbours"]

_PAIRED = 24  # runs; of more, pairs would outgrow everything else on the page
_COARSE = 5  # of the parts of groups, which may be hundreds, every fifth target is on the page
_SCORE, _LIMIT = 4, 3  # digits, as in the table of scores

Integers = npt.NDArray[np.int64]


def leaderboard_data(
    sets: Sequence[QuestionSet],
    asked: Iterable[float],
    unparsed: UnparsedPolicy,
    level: float,
) -> dict[str, Any]:
    """The score of every run at every target of the slider.

    The score and its interval are those of the table of scores, to the last digit that is shown.
    The differences of neighbours are those of `compare`, with as many replicates as the scores:
    for all pairs of a sweep its 10,000 would take longer than the rest of the report.

    Args:
        sets: All runs; of several filters of a run the first one is ranked.
        asked: Targets that have to be there besides those of the slider, the standard ones and
            those that a run was shown.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.

    Returns:
        `grids`, a fine and a coarse one: `step`, that of the slider, and `targets`, pairs of
        texts: the target and what a mistake costs. `sets`, each with `name`, `group`, `grid`
        (which of the two), `entries` and `pairs`. An entry has texts (`model`, `run`, `task`,
        `shown`, `n` and `shares`: right, wrong, abstained, without an answer), and `score`, `low`
        and `high`, one number a target, or None where no document is scored. `pairs` has, for
        places i < j of entries that are neighbours at some target, as `i,j`: `n`, the documents
        that both have, `value`, `low` and `high` of j's score less i's, and `apart`, a 1 for each
        target where the interval leaves out 0. Numbers are packed; see `_packed`.
    """
    shown = {entry.shown for one in sets for entry in one.entries if entry.open}
    extra = {*STANDARD_TARGETS, *asked, *shown}
    steps = [TARGETS, TARGETS[::_COARSE]]
    grids = [sorted({*step, *extra}) for step in steps]
    return {
        "grids": [
            {"step": step[1], "targets": [_stakes(target) for target in grid]}
            for step, grid in zip(steps, grids)
        ],
        "sets": [
            {
                "name": printable(one.name),
                "group": one.group,
                "grid": int(not one.main),
                **_figures(one, grids[not one.main], unparsed, level),
            }
            for one in sets
        ],
    }


def _stakes(target: float) -> tuple[str, str]:
    rubric = Rubric(target)
    return rubric.target_text, f"{rubric.penalty:.6g}"


def _figures(
    questions: QuestionSet,
    targets: Sequence[float],
    unparsed: UnparsedPolicy,
    level: float,
) -> dict[str, Any]:
    entries = questions.ranked
    scores = [
        score_intervals(entry.table, targets, unparsed, level, REPLICATES) for entry in entries
    ]
    pairs: dict[str, Any] = {}
    if questions.main and len(entries) <= _PAIRED:
        labels = [entry.label for entry in entries]
        for i, j in sorted(neighbours(_ranked(scores), labels)):
            cells = joint_outcomes(entries[i], entries[j])
            if cells.any():
                found = score_differences(cells, targets, unparsed, level, REPLICATES)
                pairs[f"{i},{j}"] = _pair(found)
    return {
        "entries": [_entry(entry, own, unparsed) for entry, own in zip(entries, scores)],
        "pairs": {key: pair for key, pair in pairs.items() if pair is not None},
    }


def _ranked(scores: Sequence[Sequence[Interval]]) -> npt.NDArray[np.float64]:
    """The scores as the page ranks them, shape (runs, targets): NaN of those that have none."""
    return np.array([[round(one.value, _SCORE) for one in own] for own in scores])


def neighbours(scores: npt.NDArray[np.float64], labels: Sequence[str]) -> set[tuple[int, int]]:
    """The runs that stand below each other at some target, among all runs or those of one label.

    Args:
        scores: Shape (runs, targets), as they are ranked; of equal ones the first run stands
            above. Runs whose scores are NaN are not ranked.
        labels: The label of each run.

    Returns:
        Pairs of places, the smaller one first.
    """
    ranked = [place for place in range(len(labels)) if not np.isnan(scores[place]).any()]
    views = [ranked]
    views += [[p for p in ranked if labels[p] == label] for label in dict.fromkeys(labels)]
    found: set[tuple[int, int]] = set()
    for view in views:
        places = np.array(view, dtype=np.int64)
        order = places[np.argsort(-scores[places], axis=0, kind="stable")]
        for above, below in pairwise(order):
            found |= set(zip(np.minimum(above, below).tolist(), np.maximum(above, below).tolist()))
    return found


def _entry(entry: Run, scores: Sequence[Interval], unparsed: UnparsedPolicy) -> dict[str, Any]:
    found = metrics(entry.counts, 0, unparsed)
    shares = [found[key] for key in ("acc", "error_rate", "abstain_rate", "unparsed_rate")]
    scored = scores[0].n > 0
    return {
        "model": printable(entry.model),
        "run": printable(entry.label),
        "task": printable(entry.task),
        "shown": Rubric(entry.shown).target_text if entry.open else None,
        "n": f"{entry.n:,}",
        "shares": ["" if math.isnan(share) else f"{100 * share:.1f}%" for share in shares],
        "score": _packed((one.value for one in scores), _SCORE) if scored else None,
        "low": _packed((one.low for one in scores), _LIMIT) if scored else None,
        "high": _packed((one.high for one in scores), _LIMIT) if scored else None,
    }


def _pair(found: Sequence[Interval]) -> dict[str, Any] | None:
    """None where the policy leaves nothing to be compared."""
    if math.isnan(found[0].value):
        return None
    return {
        "n": f"{found[0].n:,}",
        "value": _packed((one.value for one in found), _SCORE),
        "low": _packed((one.low for one in found), _LIMIT),
        "high": _packed((one.high for one in found), _LIMIT),
        "apart": "".join(str(int(one.low > 0 or one.high < 0)) for one in found),
    }


def _packed(values: Iterable[float], digits: int) -> list[int]:
    """Rounded numbers without their point: the first one, and by how much each falls to the next.

    A score falls as mistakes cost more, so most steps are short and have no sign.
    """
    whole = [round(round(value, digits) * 10**digits) for value in values]
    return whole[:1] + [before - after for before, after in pairwise(whole)]
