"""The catalogue of metrics, and every place that describes a metric to a reader."""

from __future__ import annotations

import re

import pytest

from lm_eval_abstain.cli.main import main
from lm_eval_abstain.rubric import METRICS, higher_is_better
from lm_eval_abstain.statistics import Counts, metrics
from support.environment import REPOSITORY

LOWER = {"error_rate", "unparsed_rate", "aurc", "augrc", "ece", "brier"}
NEITHER = {"abstain_rate", "abstain_prob", "abstain_rate_t00", "coverage", "policy_coverage"}


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


def described(page):
    """What a page of the docs says of each metric."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return {
        name: meaning
        for name, meaning in re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
        if name in METRICS
    }


@pytest.mark.parametrize("page", ["README.md", "docs/how-it-works.md"])
def test_the_docs_describe_the_metrics_as_the_catalogue_does(page):
    for name, meaning in described(page).items():
        metric = METRICS[name]
        before = "" if metric.applies == "every run" else f"{metric.applies}: "
        assert meaning == before + metric.meaning


def test_the_readme_describes_every_metric_but_coverage():  # which is named by the audit alone
    assert METRICS.keys() - described("README.md").keys() == {"coverage"}


def test_the_help_of_rescore_describes_the_metrics(capsys):
    with pytest.raises(SystemExit):
        main(["rescore", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for metric in METRICS.values():
        assert f"{metric.name} {' '.join(metric.meaning.split())}" in text


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_a_meaning_is_one_line(metric):
    assert metric.meaning == metric.meaning.strip()
    assert len(metric.meaning) < 90
    assert "\n" not in metric.meaning
