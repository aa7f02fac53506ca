"""A text that was cut at its token limit has no closing sentence."""

from __future__ import annotations

import pytest

from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.rubric import Outcome

LONG = "The pressure rises with the depth of the water. " * 8  # 384 characters
CLOSING = "So I cannot determine the answer"


@pytest.mark.parametrize(
    ("text", "limit", "kind"),
    [
        (f"{LONG}{CLOSING} because the", 256, Kind.TRUNCATED),
        (f"{LONG}{CLOSING}. However, the", 256, Kind.TRUNCATED),
        (f"{LONG}{CLOSING}.", 256, Kind.ABSTAINED),
        (f"{LONG}{CLOSING} because the", None, Kind.ABSTAINED),
        (f"{LONG}{CLOSING} because the", 2048, Kind.ABSTAINED),  # far from its limit
        (f"{LONG}The answer is: I don't know. I have tried to", 256, Kind.ABSTAINED),
        (f"I don't know. {LONG}And then the", 256, Kind.ABSTAINED),
        (f"{LONG}The answer is (B). I have tried to", 256, Kind.OTHER),
        # The length is that of the whole response.
        (f"<think>{LONG}</think>{CLOSING} because the", 256, Kind.TRUNCATED),
        # What a thought leaves open says nothing of the end.
        (f"<think>{LONG}\\boxed{{ </think>{CLOSING}.", 256, Kind.ABSTAINED),
        (f"<think>{LONG}\\boxed{{ </think>{CLOSING}.", None, Kind.ABSTAINED),
    ],
)
def test_claims_in_cut_texts(text, limit, kind):
    assert detect_abstention(text, token_limit=limit).kind is kind


@pytest.mark.parametrize(
    ("ending", "part", "outcome"),
    [
        ("", None, Outcome.TRUNCATED),
        ("\n", f"{LONG}{CLOSING} because the", Outcome.TRUNCATED),
        # It went on, so that its answer was not cut.
        ("\nConfidence: 20", f"{LONG}{CLOSING} because the", Outcome.ABSTAINED),
    ],
)
def test_the_judge_hands_on_the_limit(ending, part, outcome):
    text = f"{LONG}{CLOSING} because the{ending}"
    judged = judge(text, correct=False, headline="exact_match", part=part, token_limit=256)
    assert judged.outcome is outcome
