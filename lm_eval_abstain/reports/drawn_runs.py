"""Which runs of a model a picture draws, and where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric import Rubric, UnparsedPolicy
from lm_eval_abstain.scores.score import REPLICATES
from lm_eval_abstain.statistics import Interval, metrics, score_intervals

__all__ = [
    "MODELS",
    "AnswerPoint",
    "ModelRuns",
    "answer_points",
    "by_model",
    "curve_run",
    "shown_scores",
]

MODELS = 8
"""More lines or panels than this cannot be told apart."""
_APART = 0.03


@dataclass(frozen=True)
class AnswerPoint:
    """How much a run answered, and how often that was wrong.

    Attributes:
        label: The target that it was told, or its rubric.
        coverage: Answered / n, in [0, 1].
        risk: Wrong / answered, in [0, 1].
    """

    label: str
    coverage: float
    risk: float


class ModelRuns(NamedTuple):
    """The runs of one model on the same questions.

    Attributes:
        model: The model's name.
        runs: Its runs.
        curve: The run that curves are drawn of.
    """

    model: str
    runs: list[Run]
    curve: Run


def by_model(entries: Sequence[Run]) -> list[ModelRuns]:
    """The runs of each model, in their order."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for entry in entries:
        runs[entry.model].append(entry)
    return [ModelRuns(model, own, curve_run(own)) for model, own in runs.items()]


def curve_run(runs: Sequence[Run]) -> Run:
    """The run of one model that curves are drawn of.

    Closed runs and stated confidences come before open ones, as no target stands in their prompt;
    runs with confidences before runs without; our variants before the plain task, whose run may
    be there as well; then the lowest target.
    """
    return min(
        runs,
        key=lambda run: (
            run.open,
            not run.confidence.size,
            "v" not in run.signature.parts,
            run.shown if run.open else 0.0,
        ),
    )


def answer_points(runs: Sequence[Run], unparsed: UnparsedPolicy) -> list[AnswerPoint]:
    """How much the runs of one model answered, and how often that was wrong.

    Runs that answered nothing have no risk, and no point. Points that would lie on each
    other are one, with all their labels.
    """
    points: list[AnswerPoint] = []
    for run in runs:
        found = metrics(run.counts, 0, unparsed)
        if math.isnan(found["acc_answered"]) or (run.confidence.size and not run.open):
            continue
        label = f"t = {Rubric(run.shown).target_text}" if run.open else run.label
        coverage, risk = float(found["coverage"]), 1 - float(found["acc_answered"])
        for place, other in enumerate(points):
            if math.hypot(other.coverage - coverage, other.risk - risk) < _APART:
                label = f"{other.label}, {label.removeprefix('t = ')}"
                points[place] = AnswerPoint(label, other.coverage, other.risk)
                break
        else:
            points.append(AnswerPoint(label, coverage, risk))
    return points


def shown_scores(runs: Sequence[Run], unparsed: UnparsedPolicy) -> dict[float, Interval]:
    """The scores of the open runs of one model, by the target that they were told.

    Of several at one target (other wordings), the first counts.
    """
    scores: dict[float, Interval] = {}
    for run in runs:
        if run.open and run.shown not in scores:
            (scores[run.shown],) = score_intervals(
                run.table, [run.shown], unparsed, replicates=REPLICATES
            )
    return dict(sorted(scores.items()))
