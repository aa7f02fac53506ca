"""Metrics of one document and over documents."""

import json
import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import Outcome, Rubric
from lm_eval_abstain.choice import Choice
from lm_eval_abstain.tasks.metrics import (
    CHOICE_METRICS,
    GENERATION_METRICS,
    HIGHER_IS_BETTER,
    SampleMetrics,
    acc_answered,
    choice_metrics,
    generation_metrics,
    group_metrics,
)


def document(abstained, forced, target=0.75):
    choice = Choice(abstained=abstained, forced=0, probabilities=(0.5, 0.3, 0.2))
    return choice_metrics(Rubric(target), choice, forced, "signature")


@pytest.mark.parametrize(
    ("abstained", "forced", "outcome", "score"),
    [(False, 1.0, "correct", 1), (False, 0.0, "wrong", -3), (True, 1.0, "abstained", 0)],
)
def test_one_document(abstained, forced, outcome, score):
    logged = {}
    logged.update(document(abstained, forced))
    assert (logged["outcome"], logged["score"]) == (outcome, score)
    assert logged["acc"] + logged["error_rate"] + logged["abstain_rate"] == 1
    assert (logged["forced_acc"], logged["abstain_prob"]) == (forced, 0.2)
    assert (logged["confidence_target"], logged["penalty"]) == (0.75, 3.0)
    assert json.loads(json.dumps(logged)) == logged  # no NaN, which JSON does not have


def test_facts_are_logged_and_not_aggregated():
    metrics = SampleMetrics({"acc": 1.0}, {"outcome": "correct"})
    assert list(metrics.items()) == [("acc", 1.0)]
    assert list(metrics.keys()) == ["acc"]
    sample = {"doc_id": 0}
    sample.update(metrics)  # what the harness does
    assert sample == {"doc_id": 0, "acc": 1.0, "outcome": "correct"}


def test_accuracy_of_the_answered_is_undefined_rather_than_zero():
    assert math.isnan(acc_answered([None, None]))
    assert math.isnan(acc_answered([]))
    assert acc_answered([None, 1.0, 0.0, 1.0]) == pytest.approx(2 / 3)


def test_every_metric_is_aggregated_and_groups_have_no_ratio():
    metrics = set(document(False, 1.0).keys())
    assert metrics == set(CHOICE_METRICS)
    assert set(CHOICE_METRICS) | set(GENERATION_METRICS) == set(HIGHER_IS_BETTER)
    assert set(group_metrics([CHOICE_METRICS])) == metrics - {"acc_answered"}
    both = group_metrics([CHOICE_METRICS, GENERATION_METRICS])
    assert both == ["score", "acc", "error_rate", "abstain_rate"]


OUTCOMES = st.lists(st.sampled_from(["correct", "wrong", "abstained"]), min_size=1, max_size=30)


@given(OUTCOMES, st.sampled_from([0, 0.2, 0.5, 0.75, 0.9]))
def test_over_documents_against_counts(outcomes, target):
    rows = [document(o == "abstained", float(o == "correct"), target) for o in outcomes]
    value = {name: CHOICE_METRICS[name]([row[name] for row in rows]) for name in CHOICE_METRICS}
    n = len(outcomes)
    assert value["acc"] == outcomes.count("correct") / n
    assert value["error_rate"] == outcomes.count("wrong") / n
    assert value["abstain_rate"] == outcomes.count("abstained") / n
    penalty = Rubric(target).penalty
    points = [{"correct": 1, "wrong": -penalty, "abstained": 0}[o] for o in outcomes]
    assert value["score"] == pytest.approx(statistics.fmean(points))
    assert value["score"] == pytest.approx(value["acc"] - penalty * value["error_rate"])
    answered = n - outcomes.count("abstained")
    if answered:
        assert value["acc_answered"] == outcomes.count("correct") / answered


@given(OUTCOMES, st.sampled_from([0, 0.2, 0.5]), st.sampled_from([0.75, 0.9]))
def test_the_score_never_rises_with_the_penalty(outcomes, low, high):
    scores = [
        sum(Rubric(target).points(Outcome(outcome)) for outcome in outcomes)
        for target in (low, high)
    ]
    assert scores[1] <= scores[0]


@pytest.mark.parametrize(
    ("policy", "score", "error", "abstained"),
    [("wrong", -3, 1, 0), ("abstain", 0, 0, 1), ("exclude", None, None, None)],
)
@pytest.mark.parametrize("outcome", [Outcome.UNPARSED, Outcome.EMPTY, Outcome.TRUNCATED])
def test_a_response_without_an_answer_is_scored_by_the_policy(
    outcome, policy, score, error, abstained
):
    row = generation_metrics(Rubric(0.75), outcome, policy, "signature", {})
    metrics = dict(row.items())
    assert metrics["unparsed_rate"] == 1
    assert (metrics.get("score"), metrics.get("error_rate")) == (score, error)
    assert metrics.get("abstain_rate") == abstained
    assert row["outcome"] == outcome.value
