"""The metrics of one run at one target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs import Run
from lm_eval_abstain.outcomes.answers import Codes, codes_if_implied, codes_of_answers
from lm_eval_abstain.rubric import METRICS, Rubric, Signature, UnparsedPolicy
from lm_eval_abstain.scores.read_result import READ_KEYS, ReadResult, read_result
from lm_eval_abstain.statistics import (
    Counts,
    Interval,
    augrc,
    aurc,
    bootstrap,
    brier,
    curve_interval,
    ece,
    mean_interval,
    metrics,
    proportion,
    tally,
)

__all__ = [
    "BOUNDS",
    "CONFIDENCE_METRICS",
    "CURVES",
    "KEYS",
    "OUTCOME_METRICS",
    "POLICY_METRICS",
    "REPLICATES",
    "Score",
    "confidence_metrics",
    "score_run",
]

CURVES = {"aurc": aurc, "augrc": augrc, "ece": ece, "brier": brier}
"""The metrics of answers that come with a confidence."""
POLICY_METRICS = {"policy_score": "score", "policy_coverage": "coverage"}
"""The metrics of the implied policy, and what each is of its outcomes."""
BOUNDS: dict[str, UnparsedPolicy] = {
    "score_unparsed_wrong": "wrong",
    "score_unparsed_abstain": "abstain",
}
"""The score under either policy for documents without an answer, where there are such."""
OUTCOME_METRICS = tuple(
    name
    for name, metric in METRICS.items()
    if metric.applies in ("every run", "generated answers") and name != "coverage"
)
"""The metrics that outcomes decide; of these only `score` depends on the target."""
CONFIDENCE_METRICS = ("forced_acc", "abstain_prob", "abstain_rate_t00", *CURVES)
"""The metrics that do not depend on the target, and that outcomes alone do not decide."""
KEYS = (
    *("model", "task", "group", "filter", "rubric", "shown", "target", "n"),
    *OUTCOME_METRICS,
    *BOUNDS,
    *READ_KEYS,
    *POLICY_METRICS,
    *CONFIDENCE_METRICS,
    "signature",
)
"""The keys of `Score.record`, in order; metrics that do not apply are missing."""
REPLICATES = 1_000
"""How often documents are drawn anew for an interval."""


@dataclass(frozen=True)
class Score:
    """One task or group of one model, scored at one target.

    Attributes:
        model: The model's name.
        name: The task's or the group's name.
        group: Whether it is a group, pooled over its documents.
        filter: The filter's name.
        shown: The confidence target that the model was shown; NaN if none was.
        target: The confidence target that it is scored at.
        counts: How many documents had each outcome.
        metrics: Values with their intervals, by name. A metric that does not apply is missing;
            one that is undefined is NaN. Limits are NaN where none were computed.
        signature: Everything that changes the score.
        reading: How the responses were read; None where no text was.
    """

    model: str
    name: str
    group: bool
    filter: str
    shown: float
    target: float
    counts: Counts
    metrics: Mapping[str, Interval]
    signature: Signature
    reading: ReadResult | None = None

    @property
    def rubric(self) -> str:
        """`open`, `closed` or `confidence`."""
        return self.signature.rubric

    @property
    def n(self) -> int:
        """The number of documents."""
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
            **(self.reading.row() if self.reading else {}),
            "signature": self.signature.line,
        }


def score_run(
    run: Run,
    target: float,
    unparsed: UnparsedPolicy,
    level: float,
    confidences: Mapping[str, Interval],
) -> Score:
    """Score a run.

    Args:
        run: The run of a task or a group.
        target: The confidence target, in [0, 1).
        unparsed: What documents without an answer are scored as.
        level: The level of the intervals.
        confidences: The result of `confidence_metrics` for this run.
    """
    found = bootstrap(run.table, target, unparsed, level, REPLICATES)
    values = {name: found[name] for name in OUTCOME_METRICS}
    if found["unparsed_rate"].value > 0:
        # Both bounds: the score if such documents were all wrong, and all abstentions.
        for name, policy in BOUNDS.items():
            bound = float(metrics(run.counts, target, policy)["score"])
            values[name] = _bare(bound, run.n, level)
    if run.has_confidence:
        codes = _implied(run, target)
        ends = np.cumsum([len(rows) for rows in run.by_task])[:-1]
        table = np.array([tally(one) for one in np.split(codes, ends)])
        policy = bootstrap(table, target, unparsed, level, REPLICATES)
        values |= {name: policy[metric] for name, metric in POLICY_METRICS.items()}
    elsewhere = {} if target == run.shown else {"scored": Rubric(target).target_text}
    return Score(
        model=run.model,
        name=run.task,
        group=run.group,
        filter=run.filter,
        shown=run.shown,
        target=target,
        counts=Counts.from_array(run.counts),
        metrics=values | dict(confidences),
        signature=run.signature.plus(**elsewhere, unparsed=unparsed),
        reading=read_result(run, target, unparsed),
    )


def confidence_metrics(run: Run, level: float, *, curve_intervals: bool) -> dict[str, Interval]:
    """The metrics of a run that do not depend on the target; those that apply.

    Args:
        run: The run of a task or a group.
        level: The level of the intervals.
        curve_intervals: Whether to draw documents anew for the curves' intervals, which takes
            seconds for some ten thousand documents.
    """
    values: dict[str, Interval] = {}
    if not math.isnan(run.forced_acc):
        values["forced_acc"] = proportion(int(run.forced.sum()), run.n, level)
    mass = run.samples.abstain_prob[run.rows]
    if not np.isnan(mass).any():
        values["abstain_prob"] = mean_interval(mass, level)
    free = run.without_stakes
    if not np.isnan(free).any():
        values["abstain_rate_t00"] = proportion(int(free.sum()), run.n, level)
    if not run.has_confidence:
        return values
    if curve_intervals:
        subjects = np.repeat(np.arange(len(run.by_task)), [len(rows) for rows in run.by_task])
        return values | curve_interval(
            run.confidence, run.right, level, subjects=subjects[run.sure]
        )
    return values | {
        name: _bare(curve(run.confidence, run.right), len(run.right), level)
        for name, curve in CURVES.items()
    }


def _implied(run: Run, target: float) -> Codes:
    """The outcomes under the implied policy, shape (n,).

    The answer of a choice is the forced one. A generated answer is withheld or keeps its outcome;
    so does a document without a confidence.
    """
    confidence: npt.NDArray[np.float64] = run.samples.confidence[run.rows]
    chosen = np.isfinite(confidence) & np.isfinite(run.forced)
    given = np.where(chosen, codes_of_answers(run.forced == 1), run.samples.outcome[run.rows])
    return codes_if_implied(given, confidence, target)


def _bare(value: float, n: int, level: float) -> Interval:
    """A value without limits."""
    return Interval(float(value), math.nan, math.nan, n, level)
