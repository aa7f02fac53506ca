"""New scores from logged samples, without the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lm_eval_abstain.logs import Run, runs_of, samples_of, totals_of, with_objections
from lm_eval_abstain.logs.load import Source
from lm_eval_abstain.logs.token_limits import RunLimit
from lm_eval_abstain.outcomes.stakes import MOST, NO_REACTION, free_share
from lm_eval_abstain.rubric import ObjectionPolicy, Rubric, UnparsedPolicy, check_policy
from lm_eval_abstain.scores.frames import frame_of, notebook_table
from lm_eval_abstain.scores.reading_notes import detector_notes, reading_notes
from lm_eval_abstain.scores.score import Score, confidence_metrics, score_run
from lm_eval_abstain.scores.targets import asked_targets, targets_for

if TYPE_CHECKING:
    import pandas

__all__ = ["Scores", "rescore"]


@dataclass(frozen=True)
class Scores:
    """The scores of all tasks and groups.

    Attributes:
        scores: One a model, task or group, filter, rubric and target.
        groups: For each model and group the tasks below it.
        limits: How long the responses could be whose outcomes were read from the text.
        notes: What a reader has to know.
        skipped: How many samples were left out, by reason.
        unparsed: What documents without an answer are scored as.
        objections: What responses that object to their question count as.
        level: The level of the intervals.
    """

    scores: tuple[Score, ...]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    limits: tuple[RunLimit, ...]
    notes: tuple[str, ...]
    skipped: Mapping[str, int]
    unparsed: UnparsedPolicy
    objections: ObjectionPolicy
    level: float

    def to_pandas(self) -> pandas.DataFrame:
        """One row a score, each metric with its limits; needs pandas."""
        return frame_of(score.record() for score in self.scores)

    def _repr_html_(self) -> str:
        """The same as a notebook shows it, with the notes."""
        return notebook_table(self.to_pandas(), self.notes)


def rescore(
    source: Source,
    targets: float | Iterable[float] | None = None,
    *,
    unparsed: UnparsedPolicy = "wrong",
    objections: ObjectionPolicy = "answer",
    level: float = 0.95,
    totals: bool = False,
    curve_intervals: bool = False,
) -> Scores:
    """Score logged samples at any targets.

    Args:
        source: Samples from `load_samples`, or the path or paths to load them from.
        targets: The confidence targets, each in [0, 1). By default an open run is scored at the
            target that the model was shown, and the closed rubric at 0, 0.5, 0.75 and 0.9.
        unparsed: What documents without an answer are scored as.
        objections: What responses that object to their question count as, whatever they counted
            as in the logs.
        level: The level of the intervals, in (0, 1).
        totals: Whether tasks that a group's total covers are left out.
        curve_intervals: Whether `aurc`, `augrc`, `ece` and `brier` get intervals, too. They take
            seconds for some ten thousand documents.

    Raises:
        AbstainError: A target is not in [0, 1), or the policy or the level is none; or the
            samples cannot be read, see `load_samples`.
    """
    check_policy(unparsed)
    asked = asked_targets(targets)
    samples = with_objections(samples_of(source), objections)
    runs, notes = runs_of(samples)
    scores: list[Score] = []
    for run in totals_of(runs) if totals else runs:
        confidences = confidence_metrics(run, level, curve_intervals=curve_intervals)
        for target in targets_for(run, asked):
            scores.append(score_run(run, target, unparsed, level, confidences))
    groups: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in samples.models}
    for group in samples.groups:
        groups[samples.models[group.model]][group.name] = group.tasks
    every = (*samples.notes, *notes, *_other_targets(runs, asked))
    every = (*every, *_without_stakes(totals_of(runs)), *detector_notes(runs))
    every = (*every, *reading_notes(totals_of(runs), asked, unparsed))
    return Scores(
        scores=tuple(scores),
        groups=groups,
        limits=samples.limits,
        notes=tuple(dict.fromkeys(every)),
        skipped=samples.skipped,
        unparsed=unparsed,
        objections=objections,
        level=level,
    )


def _other_targets(runs: Iterable[Run], asked: tuple[float, ...]) -> list[str]:
    """Where a model was shown another target than it is scored at."""
    shown = sorted({run.shown for run in runs if not math.isnan(run.shown)})
    return [
        f"The open rubric was shown with t = {Rubric(one).target_text} and is scored at "
        f"{', '.join(Rubric(target).target_text for target in asked if target != one)}, too: what "
        "a model answers at those stakes, only a run that shows them can tell."
        for one in shown
        if any(target != one for target in asked)
    ]


def _without_stakes(runs: Iterable[Run]) -> list[str]:
    """Where most of the abstention is there although a mistake costs nothing."""
    notes: list[str] = []
    for run in runs:
        share = free_share(run.abstained, run.without_stakes == 1)
        if share > MOST and not np.isnan(run.without_stakes).any():
            notes.append(
                f"{run.model}, {run.task}: {share:.0%} of the {int(run.abstained.sum())} "
                f"{NO_REACTION}"
            )
    return notes
