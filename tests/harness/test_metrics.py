"""Metrics of one document and over documents."""

import json
import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import Outcome, Rubric
from lm_eval_abstain.harness.closed_choice import ClosedMultipleChoice, closed_row
from lm_eval_abstain.harness.metrics import (
    CHOICE_METRICS,
    GENERATION_METRICS,
    SampleMetrics,
    acc_answered,
    choice_row,
    generated_row,
    group_metrics,
    points_by_target,
)
from lm_eval_abstain.harness.policy_metrics import policy_aggregations, policy_row
from lm_eval_abstain.outcomes.choose import Choice, Forced
from lm_eval_abstain.rubric import higher_is_better


def document(abstained, forced, target=0.75, wording="paper-v1"):
    choice = Choice(abstained=abstained, forced=0, confidence=0.625, probabilities=(0.5, 0.3, 0.2))
    metrics, facts = choice_row(Rubric(target, wording=wording), choice, forced)
    return SampleMetrics(metrics, facts)


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
    assert logged["confidence"] == 0.625
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
    scored, row = generated_row(outcome, policy)
    assert row["unparsed_rate"] == 1
    assert row.get("error_rate") == error
    assert row.get("abstain_rate") == abstained
    assert (None if scored is None else Rubric(0.75).points(scored)) == score


def test_the_extra_option_of_the_control_is_a_wrong_answer():
    row = document(abstained=True, forced=1.0, wording="placebo")
    assert (row["outcome"], row["score"], row["abstain_rate"]) == ("wrong", -3, 0)
    assert document(abstained=True, forced=1.0)["outcome"] == "abstained"


def test_which_way_is_better():
    better = {name: higher_is_better(name) for name in (*CHOICE_METRICS, *GENERATION_METRICS)}
    assert [name for name, way in better.items() if way is None] == ["abstain_rate", "abstain_prob"]
    assert [name for name, way in better.items() if way is False] == ["error_rate", "unparsed_rate"]
    for name in ("aurc", "augrc", "ece", "brier"):
        assert higher_is_better(name) is False
    assert higher_is_better("policy_score_t50") is True
    assert higher_is_better("policy_coverage_t50") is None


# ---------------------------------------------------------------------- every target in one run

TARGETS = (0.0, 0.5, 0.75, 0.9)


def test_scores_at_every_target_by_hand():
    keys = ["score_t00", "score_t50", "score_t75", "score_t90"]
    assert points_by_target(TARGETS, Outcome.WRONG) == dict(zip(keys, [0, -1, -3, -9]))
    assert points_by_target(TARGETS, Outcome.CORRECT) == dict.fromkeys(keys, 1)
    assert points_by_target(TARGETS, Outcome.ABSTAINED) == dict.fromkeys(keys, 0)


def test_the_implied_policy_answers_above_the_target_only():
    # Confidence 0.75: answered at t = 0 and 0.5, not at 0.75 (it is not above) nor at 0.9.
    row = policy_row(TARGETS, Outcome.WRONG, 0.75)
    assert [row[f"policy_score_{t}"] for t in ("t00", "t50", "t75", "t90")] == [0, -1, 0, 0]
    assert [row[f"policy_coverage_{t}"] for t in ("t00", "t50", "t75", "t90")] == [1, 1, 0, 0]
    assert row["aurc"] == (0.75, 0.0)
    # An answer without a confidence keeps its outcome, and is not part of the curves.
    row = policy_row(TARGETS, Outcome.WRONG, None)
    assert [row[f"policy_score_{t}"] for t in ("t00", "t50", "t75", "t90")] == [0, -1, -3, -9]
    assert row["aurc"] is None
    # Nothing is withheld from an abstention.
    row = policy_row(TARGETS, Outcome.ABSTAINED, None)
    assert [row[f"policy_coverage_{t}"] for t in ("t00", "t50", "t75", "t90")] == [0, 0, 0, 0]


DOCUMENTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@given(DOCUMENTS, st.sampled_from(TARGETS))
def test_the_policy_over_documents_against_a_loop(documents, target):
    key = f"t{int(target * 100):02d}"
    rows = [
        policy_row(TARGETS, Outcome.CORRECT if right else Outcome.WRONG, sure)
        for sure, right in documents
    ]
    how = policy_aggregations(TARGETS)
    points, answered = 0.0, 0
    for sure, right in documents:
        if sure > target:
            answered += 1
            points += 1 if right else -target / (1 - target)
    n = len(documents)
    score = how[f"policy_score_{key}"]([row[f"policy_score_{key}"] for row in rows])
    coverage = how[f"policy_coverage_{key}"]([row[f"policy_coverage_{key}"] for row in rows])
    assert score == pytest.approx(points / n)
    assert coverage == pytest.approx(answered / n)
    brier = how["brier"]([row["brier"] for row in rows])
    assert brier == pytest.approx(sum((sure - right) ** 2 for sure, right in documents) / n)


def test_the_curves_leave_out_what_has_no_confidence():
    rows = [policy_row(TARGETS, Outcome.WRONG, None), policy_row(TARGETS, Outcome.CORRECT, 0.6)]
    how = policy_aggregations(TARGETS)
    assert how["brier"]([row["brier"] for row in rows]) == pytest.approx(0.16)
    assert math.isnan(how["aurc"]([None]))


def test_the_closed_rubric_of_multiple_choice():
    metrics, facts = closed_row(TARGETS, Forced(1, (0.3, 0.6, 0.1)), 1.0)
    assert set(metrics) | {"acc_norm"} == set(ClosedMultipleChoice.reported("acc_norm", TARGETS))
    assert (metrics["acc"], metrics["error_rate"], metrics["score_t90"]) == (1, 0, 1)
    assert (metrics["policy_score_t50"], metrics["policy_score_t75"]) == (1, 0)
    assert metrics["brier"] == pytest.approx(0.16)
    assert (facts["outcome"], facts["confidence"]) == ("correct", 0.6)
    grouped = group_metrics([ClosedMultipleChoice.reported("acc", TARGETS)])
    assert {"acc", "brier", "policy_score_t90", "score_t00"} <= set(grouped)
    assert not {"aurc", "augrc", "ece"} & set(grouped)
