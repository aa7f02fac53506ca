"""What `--metadata` may say, and what is refused."""

import pytest

from lm_eval_abstain import AbstainError, Rubric
from lm_eval_abstain.tasks.settings import Settings


def test_defaults_and_keys_of_others():
    assert Settings.from_metadata(None) == Settings()
    assert Settings.from_metadata({"pretrained": "gpt2", "version": 1.0}) == Settings()


def test_every_key():
    given = {
        "confidence_target": 0.9,
        "abstain_text": "No idea",
        "idk_position": "rotate",
        "headline_metric": "acc_norm",
    }
    assert Settings.from_metadata(given) == Settings(Rubric(0.9, "No idea"), "rotate", "acc_norm")


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"confidence_target": 1}, "must be in"),
        ({"confidence_target": "high"}, "must be a number"),
        ({"idk_position": "first"}, "last, rotate"),
        ({"headline_metric": "f1"}, "acc, acc_norm, acc_bytes"),
        ({"abstain_text": ""}, "abstain_text"),
        ({"confidence_traget": 0.9}, "did you mean 'confidence_target'"),
        ({"idk_postion": "rotate"}, "did you mean 'idk_position'"),
        ({"confidence_targets": [0.5]}, "did you mean 'confidence_target'"),
    ],
)
def test_mistakes_are_errors(metadata, message):
    with pytest.raises(AbstainError, match=message):
        Settings.from_metadata(metadata)
