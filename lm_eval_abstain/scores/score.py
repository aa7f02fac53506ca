"""The metrics of some samples at one target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Samples
from lm_eval_abstain.logs.runs import Part
from lm_eval_abstain.outcomes.answers import codes_if_implied, codes_of_answers
from lm_eval_abstain.rubric import CODE, Outcome, Rubric, Signature, UnparsedPolicy
from lm_eval_abstain.statistics import (
    Counts,
    Interval,
    augrc,
    aurc,
    bootstrap,
    brier,
    curve_interval,
    ece,
    metrics,
    proportion,
    tally,
)

__all__ = [
    "CONFIDENCE_METRICS",
    "OUTCOME_METRICS",
    "Score",
    "confidence_metrics",
    "score_part",
    "sure_answers",
]

OUTCOME_METRICS = ("score", "acc", "error_rate", "abstain_rate", "unparsed_rate", "acc_answered")
"""What outcomes decide; of these only `score` depends on the target."""
CONFIDENCE_METRICS = ("forced_acc", "abstain_prob", "aurc", "augrc", "ece", "brier")
"""What confidences decide, whatever the target."""
POLICY_METRICS = ("policy_score", "policy_coverage")
"""The implied policy: answer iff the confidence is above the target."""
BOUNDS = ("score_unparsed_wrong", "score_unparsed_abstain")
"""The score under either policy for documents without an answer, where there are such."""
KEYS = (
    *("model", "task", "group", "filter", "rubric", "shown", "target", "n"),
    *OUTCOME_METRICS,
    *BOUNDS,
    *POLICY_METRICS,
    *CONFIDENCE_METRICS,
    "signature",
)
"""The keys of `Score.record`, in order; metrics that do not apply are missing."""
REPLICATES = 1_000
_CURVES = {"aurc": aurc, "augrc": augrc, "ece": ece, "brier": brier}
_CORRECT, _WRONG = CODE[Outcome.CORRECT], CODE[Outcome.WRONG]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """One task or group of one model, scored at one target.

    Attributes:
        model: The model's name.
        name: The task's or the group's name.
        group: Whether it is a group, pooled over its documents.
        filter: The filter's name.
        rubric: `open`, `closed` or `confidence`.
        shown: The confidence target that the model was shown; NaN if none was.
        target: The confidence target that it is scored at.
        counts: How many documents had each outcome.
        metrics: Values with their intervals, by name. A metric that does not apply is missing;
            one that is undefined is NaN. Limits are NaN where none were computed.
        signature: Everything that changes the score, in one line.
    """

    model: str
    name: str
    group: bool
    filter: str
    rubric: str
    shown: float
    target: float
    counts: Counts
    metrics: Mapping[str, Interval]
    signature: str

    @property
    def n(self) -> int:
        """How many documents there are."""
        return self.counts.n

    def record(self) -> dict[str, Any]:
        """The score as a flat row; the metrics stay `Interval`s."""
        return {
            "model": self.model,
            "task": self.name,
            "group": self.group,
            "filter": self.filter,
            "rubric": self.rubric,
            "shown": None if math.isnan(self.shown) else self.shown,
            "target": self.target,
            "n": self.n,
            **self.metrics,
            "signature": self.signature,
        }


def score_part(
    samples: Samples,
    part: Part,
    target: float,
    unparsed: UnparsedPolicy,
    level: float,
    confidences: Mapping[str, Interval],
) -> Score:
    """Score a task or a group.

    Args:
        samples: The table.
        part: Which of its samples.
        target: The confidence target, in [0, 1).
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.
        confidences: What `confidence_metrics` says of this part.
    """
    table = np.array([tally(samples.outcome[rows]) for rows in part.rows])
    pooled = table.sum(axis=0)
    found = bootstrap(table, target, unparsed, level, REPLICATES)
    values = {name: found[name] for name in OUTCOME_METRICS}
    if found["unparsed_rate"].value > 0:
        # Both bounds: what the score would be if such documents were all wrong, all abstentions.
        for name, policy in zip(BOUNDS, ("wrong", "abstain")):
            bound = float(metrics(pooled, target, policy)["score"])
            values[name] = _bare(bound, int(pooled.sum()), level)
    if _has_confidence(samples, part):
        implied = np.array([tally(_implied(samples, rows, target)) for rows in part.rows])
        policy = bootstrap(implied, target, unparsed, level, REPLICATES)
        values |= dict(zip(POLICY_METRICS, (policy["score"], policy["coverage"])))
    elsewhere = {} if target == part.shown else {"scored": Rubric(target).target_text}
    signature = Signature.of({**part.signature, **elsewhere, "unparsed": unparsed})
    return Score(
        model=part.model,
        name=part.name,
        group=part.group,
        filter=part.filter,
        rubric=part.signature["rubric"],
        shown=part.shown,
        target=target,
        counts=Counts.from_array(pooled),
        metrics=values | dict(confidences),
        signature=signature.line,
    )


def confidence_metrics(
    samples: Samples, part: Part, level: float, *, curve_intervals: bool
) -> dict[str, Interval]:
    """The metrics of a part that do not depend on the target; those that apply.

    Args:
        samples: The table.
        part: Which of its samples.
        level: The level of the intervals.
        curve_intervals: Whether to draw documents anew for the curves' intervals, which takes
            seconds for some ten thousand documents.
    """
    rows = np.concatenate(part.rows)
    values: dict[str, Interval] = {}
    forced = samples.forced[rows]
    if not np.isnan(forced).any():
        values["forced_acc"] = proportion(int(forced.sum()), len(forced), level)
    mass = samples.abstain_prob[rows]
    if not np.isnan(mass).any():
        values["abstain_prob"] = _mean(mass, level)
    if not _has_confidence(samples, part):
        return values
    subjects = np.repeat(np.arange(len(part.rows)), [len(one) for one in part.rows])
    answer, given = sure_answers(samples, rows)
    sure, right = samples.confidence[rows][given], answer[given]
    if curve_intervals:
        return values | curve_interval(sure, right, level, subjects=subjects[given])
    return values | {
        name: _bare(curve(sure, right), len(sure), level) for name, curve in _CURVES.items()
    }


def sure_answers(
    samples: Samples, rows: Integers
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What the curves are about: answers that come with a confidence.

    Of options that is the forced answer, of written ones an answer that was given.

    Args:
        samples: The table.
        rows: Which of its samples, shape (n,).

    Returns:
        Two arrays of shape (n,): whether the answer is right, and whether it is one of those.
    """
    forced, outcome = samples.forced[rows], samples.outcome[rows]
    known = np.isfinite(forced)
    right = np.where(known, forced == 1, outcome == _CORRECT)
    given = known | np.isin(outcome, (_CORRECT, _WRONG))
    return right, given & np.isfinite(samples.confidence[rows])


def _has_confidence(samples: Samples, part: Part) -> bool:
    """Whether every task of a part has confidences, or was asked for them."""
    asked = part.signature["rubric"] == "confidence"
    return asked or all(np.isfinite(samples.confidence[rows]).any() for rows in part.rows)


def _implied(samples: Samples, rows: Integers, target: float) -> npt.NDArray[np.int8]:
    """The outcomes of answering iff the confidence is above the target.

    The answer of a choice is the forced one. A written answer is withheld or stays what it is, as
    does a document without a confidence.
    """
    confidence, forced = samples.confidence[rows], samples.forced[rows]
    chosen = np.isfinite(confidence) & np.isfinite(forced)
    given = np.where(chosen, codes_of_answers(forced == 1), samples.outcome[rows])
    return codes_if_implied(given, confidence, target)


def _bare(value: float, n: int, level: float) -> Interval:
    return Interval(float(value), math.nan, math.nan, n, level)


def _mean(values: npt.NDArray[np.float64], level: float) -> Interval:
    """A mean of probabilities with its normal interval."""
    from lm_eval_abstain.statistics.intervals import critical

    mean, n = float(values.mean()), len(values)
    half = math.sqrt(critical(level) * float(values.var(ddof=1)) / n) if n > 1 else math.nan
    return Interval(mean, max(0.0, mean - half), min(1.0, mean + half), n, level)
