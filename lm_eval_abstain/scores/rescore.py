"""New scores from logged samples, without the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.logs import Samples
from lm_eval_abstain.logs.runs import Part, parts_of
from lm_eval_abstain.reading.phrases import DETECTOR_VERSION
from lm_eval_abstain.rubric import (
    STANDARD_TARGETS,
    Rubric,
    UnparsedPolicy,
    check_policy,
)
from lm_eval_abstain.scores.score import Score, confidence_metrics, score_part
from lm_eval_abstain.statistics import Interval

if TYPE_CHECKING:
    import pandas

__all__ = ["Scores", "rescore"]


@dataclass(frozen=True)
class Scores:
    """The scores of all tasks and groups.

    Attributes:
        scores: One a model, task or group, filter, rubric and target.
        groups: For each model and group the tasks below it.
        notes: What a reader has to know.
        skipped: How many samples were left out, by reason.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.
    """

    scores: tuple[Score, ...]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    notes: tuple[str, ...]
    skipped: Mapping[str, int]
    unparsed: UnparsedPolicy
    level: float

    def totals(self) -> Scores:
        """The scores of groups, and of tasks that no group's score covers."""
        covered = {
            (score.model, task)
            for score in self.scores
            if score.group
            for task in self.groups[score.model][score.name]
        }
        kept = [s for s in self.scores if s.group or (s.model, s.name) not in covered]
        return replace(self, scores=tuple(kept))

    def to_pandas(self) -> pandas.DataFrame:
        """One row a score, each metric with its limits; needs pandas."""
        import pandas

        rows: list[dict[str, Any]] = []
        for score in self.scores:
            row: dict[str, Any] = {}
            for name, value in score.record().items():
                row[name] = value.value if isinstance(value, Interval) else value
                if isinstance(value, Interval):
                    row |= {f"{name}_low": value.low, f"{name}_high": value.high}
            rows.append(row)
        return pandas.DataFrame(rows)


def rescore(
    samples: Samples,
    targets: float | Iterable[float] | None = None,
    *,
    unparsed: UnparsedPolicy = "wrong",
    level: float = 0.95,
    curve_intervals: bool = False,
) -> Scores:
    """Score logged samples at any targets.

    Args:
        samples: From `load_samples`.
        targets: The confidence targets, each in [0, 1). By default what the model was shown is
            scored at what it was shown, and the closed rubric at 0, 0.5, 0.75 and 0.9.
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals, in (0, 1).
        curve_intervals: Whether `aurc`, `augrc`, `ece` and `brier` get intervals, too. They take
            seconds for some ten thousand documents.

    Raises:
        AbstainError: A target is not in [0, 1), or the policy or the level is none.
    """
    check_policy(unparsed)
    asked = None
    if targets is not None:
        listed = [targets] if isinstance(targets, (int, float)) else list(targets)
        asked = list(dict.fromkeys(Rubric(target).target for target in listed))
    parts, notes = parts_of(samples)
    scores: list[Score] = []
    for part in parts:
        confidences = confidence_metrics(samples, part, level, curve_intervals=curve_intervals)
        for target in asked or _default(part):
            scores.append(score_part(samples, part, target, unparsed, level, confidences))
    groups: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in samples.models}
    for group in samples.groups:
        groups[samples.models[group.model]][group.name] = group.tasks
    every = (*samples.notes, *notes, *_other_targets(parts, asked), *_detectors(parts))
    return Scores(
        tuple(scores), groups, tuple(dict.fromkeys(every)), samples.skipped, unparsed, level
    )


def _default(part: Part) -> list[float]:
    return list(STANDARD_TARGETS) if math.isnan(part.shown) else [part.shown]


def _other_targets(parts: Iterable[Part], asked: list[float] | None) -> list[str]:
    """Where a model was shown another target than it is scored at."""
    shown = sorted({part.shown for part in parts if not math.isnan(part.shown)})
    return [
        f"The open rubric was shown with t = {Rubric(one).target_text} and is scored at "
        f"{', '.join(Rubric(target).target_text for target in asked if target != one)}, too: what "
        "a model answers at those stakes, only a run that shows them can tell."
        for one in shown
        if asked and any(target != one for target in asked)
    ]


def _detectors(parts: Iterable[Part]) -> list[str]:
    """By which version abstentions were read in text."""
    versions = sorted({v for part in parts if (v := part.signature.get("detector"))})
    if not versions:
        return []
    notes = [f"Abstentions in text were read by detector {', '.join(versions)}."]
    if versions != [DETECTOR_VERSION]:
        notes.append(
            f"This version has detector {DETECTOR_VERSION}: outcomes that were logged by another "
            "one stay as they were logged."
        )
    return notes
