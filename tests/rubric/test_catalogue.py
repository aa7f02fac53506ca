"""The catalogue of metrics, and every place that describes a metric to a reader."""

from __future__ import annotations

import re

import pytest

from lm_eval_abstain.rubric import METRICS, higher_is_better
from lm_eval_abstain.statistics import Counts, metrics
from support.environment import REPOSITORY

LOWER = {"error_rate", "unparsed_rate", "aurc", "augrc", "ece", "brier"}
NEITHER = {"abstain_rate", "abstain_prob", "coverage", "policy_coverage"}


def test_which_way_is_better():
    for name in METRICS:
        expected = None if name in NEITHER else name not in LOWER
        assert higher_is_better(name) is expected
        assert higher_is_better(f"{name}_t995") is expected


def test_the_headline_metric_of_a_base_task_is_better_higher():
    assert higher_is_better("exact_match") is True
    assert higher_is_better("acc_norm") is True


def test_every_metric_of_outcomes_is_in_the_catalogue():
    assert metrics(Counts(correct=1).array, 0.5).keys() <= METRICS.keys()


def test_the_readme_describes_the_metrics_as_the_catalogue_does():
    readme = REPOSITORY / "README.md"
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", readme.read_text("utf-8"), re.MULTILINE))
    for metric in METRICS.values():
        if metric.name != "coverage":  # named in tables of the audit alone
            before = "" if metric.applies == "every run" else f"{metric.applies}: "
            assert rows.pop(metric.name) == before + metric.meaning


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_a_meaning_is_one_line(metric):
    assert metric.meaning == metric.meaning.strip()
    assert len(metric.meaning) < 90
    assert "\n" not in metric.meaning
