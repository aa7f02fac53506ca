"""Every metric that the package reports: its name, which way it is better, and its meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["METRICS", "Metric", "higher_is_better"]

Applies = Literal[
    "every run",
    "multiple choice",
    "options that are not listed",
    "generated answers",
    "answers with a confidence",
]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: Its key in results; `score` and `policy_*` have the target behind it where a run is
            scored at several (`score_t50`).
        higher: Whether higher is better; None where neither is.
        applies: Which runs have it.
        meaning: What it measures, in one line; n is the number of documents.
    """

    name: str
    higher: bool | None
    applies: Applies
    meaning: str


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("score", True, "every run", "mean points: acc − t/(1 − t) · error_rate"),
        Metric("acc", True, "every run", "correct / n"),
        Metric("error_rate", False, "every run", "wrong / n"),
        Metric("abstain_rate", None, "every run", "abstained / n"),
        Metric(
            "unparsed_rate",
            False,
            "generated answers",
            "no answer found in the text, no text, or text cut by the token limit / n",
        ),
        Metric(
            "acc_answered", True, "every run", "correct / answered; NaN where nothing was answered"
        ),
        Metric("coverage", None, "every run", "answered / n"),
        Metric("abstain_prob", None, "multiple choice", "mean probability of the abstain option"),
        Metric(
            "forced_acc",
            True,
            "multiple choice",
            "accuracy of the best real options, as if there were no way to abstain",
        ),
        Metric(
            "abstain_rate_t00",
            None,
            "options that are not listed",
            "abstained at t = 0, where a mistake costs nothing / n: no reaction to the stakes",
        ),
        Metric(
            "policy_score",
            True,
            "answers with a confidence",
            "score of answering only where the confidence is above the target",
        ),
        Metric(
            "policy_coverage",
            None,
            "answers with a confidence",
            "share of documents where the confidence is above the target",
        ),
        Metric("aurc", False, "answers with a confidence", "area under the risk-coverage curve"),
        Metric(
            "augrc",
            False,
            "answers with a confidence",
            "area under the generalised risk-coverage curve",
        ),
        Metric("ece", False, "answers with a confidence", "expected calibration error, 15 bins"),
        Metric(
            "brier",
            False,
            "answers with a confidence",
            "mean squared difference between confidence and correctness",
        ),
    )
}
"""All metrics by name."""

_AT_A_TARGET = re.compile(r"_t\d+$")


def higher_is_better(name: str) -> bool | None:
    """Which way a reported metric is better; None for those that are neither.

    Args:
        name: A key of `METRICS`, with or without a target behind it, or the name of the base
            task's own headline metric, of which higher is better.
    """
    metric = METRICS.get(_AT_A_TARGET.sub("", name))
    return True if metric is None else metric.higher
