"""The metrics that a base task reports, and which of them say right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.harness.sources import function_of
from lm_eval_abstain.harness.zero_or_one import gives_zero_or_one
from lm_eval_abstain.outcomes.headline import (
    BY_ITS_NAME,
    OF_ONE_OPTION,
    OF_OPTIONS,
    RIGHT_OR_WRONG,
    headline_metrics,
)

__all__ = ["Reported", "listed_for", "reported_metrics", "usable_metrics"]

_DEFAULTS = {"multiple_choice": ("acc", "acc_norm"), "generate_until": ("exact_match",)}
"""What the harness reports where a definition lists nothing."""


@dataclass(frozen=True)
class Reported:
    """An entry of a base task's metric list.

    Attributes:
        entry: The entry.
        function: Whether the metric is a function of the task's own.
    """

    entry: Mapping[str, Any]
    function: bool

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Reported:
        """Read an entry; functions may be resolved, or paths as in the harness's index."""
        return cls(entry, callable(entry["metric"]) or function_of(entry["metric"]) is not None)

    @property
    def shown(self) -> str:
        """Its name in a sentence: of a function the module, too, where that is known."""
        metric = self.entry["metric"]
        return str(getattr(metric, "__name__", metric)).rsplit("/", 1)[-1]

    @property
    def key(self) -> str:
        """Its key in what the harness's `process_results` returns."""
        name = self.shown.rsplit(".", 1)[-1] if self.function else str(self.entry["metric"])
        # HumanEval's function names what it found after the number of samples.
        if name == "pass_at_k" and self.entry.get("k") in (1, [1]):
            return "pass@1"
        return name

    @property
    def averaged(self) -> bool:
        """Whether a function's values are what counts, and not only what is made of all of them."""
        return not self.function or self.entry.get("aggregation") == "mean"

    def says_right(self, process_results: Any) -> bool:
        """Whether its value for a generated answer is 0 or 1 because of how it is computed.

        Args:
            process_results: The base task's own function, None for the harness's.
        """
        if self.key not in BY_ITS_NAME or self.entry.get("higher_is_better") is False:
            return False
        if process_results is not None:
            return gives_zero_or_one(process_results, self.key)
        if self.function:
            return self.averaged and gives_zero_or_one(self.entry["metric"], None)
        # The accuracy of one answer, by the library of that name. The harness's own `acc` gives
        # no number for a generated answer.
        return self.key == "accuracy" and bool(self.entry.get("hf_evaluate"))


def reported_metrics(config: Mapping[str, Any]) -> list[Reported]:
    """The metrics that a base task reports, in order."""
    default = _DEFAULTS.get(str(config.get("output_type", "generate_until")), ())
    entries = config.get("metric_list") or [{"metric": name} for name in default]
    return [Reported.of(entry) for entry in entries]


def usable_metrics(config: Mapping[str, Any]) -> list[str]:
    """The metrics of a base task that say right or wrong of an answer; the first one is quoted.

    What the names tell is in `outcomes.headline`. Where functions of the task's own score, their
    source has to tell it, or the documents when the task is built.

    Args:
        config: The definition; functions may be resolved, or paths as in the harness's index.
    """
    reported = reported_metrics(config)
    own = config.get("process_results")
    names = [metric.key for metric in reported]
    if config.get("output_type") == "multiple_choice":
        usable = headline_metrics(names, choice=True, listed=config.get("metric_list") is not None)
        if own is not None:
            return usable + [n for n in OF_ONE_OPTION if n in names and n not in usable]
        # The harness computes `acc` for each of these, and gives it where it is asked for it.
        return usable or (["acc"] if any(name in OF_OPTIONS for name in names) else [])
    certain = [
        metric.key for metric in reported if metric.averaged and metric.key in RIGHT_OR_WRONG
    ]
    told = [metric.key for metric in reported if metric.says_right(own)]
    return headline_metrics(certain, choice=False, listed=True) + told


def listed_for(config: Mapping[str, Any], headline: str) -> list[dict[str, Any]]:
    """The metric list with which the harness computes the headline metric alone.

    Args:
        config: The definition, functions resolved.
        headline: One of `usable_metrics`.
    """
    # Of a generative task's metric the options count: which case, which punctuation is ignored.
    if config.get("output_type") != "multiple_choice":
        for metric in reported_metrics(config):
            if metric.key == headline and config.get("metric_list"):
                return [dict(metric.entry)]
    return [{"metric": headline, "aggregation": "mean", "higher_is_better": True}]
