"""Reading the outcome back from a logged sample."""

import pytest

from lm_eval_abstain import AbstainError, Outcome, outcome_of


def test_the_named_field_comes_first():
    sample = {"outcome": "abstained", "acc": 1, "error_rate": 0, "abstain_rate": 0}
    assert outcome_of(sample) is Outcome.ABSTAINED


@pytest.mark.parametrize(
    ("acc", "error_rate", "abstain_rate", "outcome"),
    [(1, 0, 0, "correct"), (0, 1.0, 0, "wrong"), (0, 0, 1, "abstained")],
)
def test_the_one_hot_metrics_are_read(acc, error_rate, abstain_rate, outcome):
    sample = {"acc": acc, "error_rate": error_rate, "abstain_rate": abstain_rate}
    assert outcome_of(sample) == outcome


@pytest.mark.parametrize(
    "sample",
    [
        {},
        {"acc": 1.0},
        {"acc": 0, "error_rate": 0, "abstain_rate": 0},
        {"acc": 1, "error_rate": 1, "abstain_rate": 0},
    ],
)
def test_a_sample_without_one_outcome_is_an_error(sample):
    with pytest.raises(AbstainError, match="outcome"):
        outcome_of({"doc_id": 7, **sample})
