"""Which runs of a model a picture draws, and where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric import Rubric, UnparsedPolicy
from lm_eval_abstain.statistics import Interval, bootstrap, metrics

__all__ = [
    "MODELS",
    "AnswerPoint",
    "answer_points",
    "by_model",
    "curve_runs",
    "shown_scores",
]

MODELS = 8
"""More lines or panels than this cannot be told apart."""
_APART = 0.03


@dataclass(frozen=True)
class AnswerPoint:
    """What a run answered.

    Attributes:
        label: The target that it was told, or its rubric.
        coverage: Answered / n, in [0, 1].
        risk: Wrong / answered, in [0, 1].
    """

    label: str
    coverage: float
    risk: float


def by_model(entries: Sequence[Run]) -> list[tuple[str, list[Run]]]:
    """The runs of each model, in their order."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for entry in entries:
        runs[entry.model].append(entry)
    return list(runs.items())


def curve_runs(runs: Sequence[Run]) -> list[Run]:
    """The runs of one model that curves are drawn of, the best suited first.

    Closed runs and stated confidences come before open ones, as no target stands in their prompt;
    runs with confidences before runs without; our variants before the plain task, whose run may
    be there as well; then the lowest target.
    """
    return sorted(
        runs,
        key=lambda run: (
            run.open,
            not run.confidence.size,
            "v" not in run.signature.parts,
            run.shown if run.open else 0.0,
        ),
    )


def answer_points(runs: Sequence[Run], unparsed: UnparsedPolicy) -> list[AnswerPoint]:
    """What the runs of one model answered; runs that answered nothing have no risk.

    Points that would lie on each other are one, with all their labels.
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
    """What the open runs of one model scored, by the target that they were told.

    Of several at one target (other wordings), the first counts.
    """
    scores: dict[float, Interval] = {}
    for run in runs:
        if run.open and run.shown not in scores:
            scores[run.shown] = bootstrap(run.table, run.shown, unparsed, replicates=1_000)["score"]
    return dict(sorted(scores.items()))
