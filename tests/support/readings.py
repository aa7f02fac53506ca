"""Readings that a test decides itself, in the place of the detector."""

from __future__ import annotations

from typing import Any

import pytest

from lm_eval_abstain.outcomes import judge as judging
from lm_eval_abstain.reading.detect import Kind, Reading, detect_abstention
from lm_eval_abstain.reading.stages import Stage

CLASSIFIED = {
    "None of these fits.": Reading(
        Kind.NONE_LISTED, phrase="None of these", end=13, stage=Stage.CLASSIFIER, probability=0.125
    ),
    "There never was such a war.": Reading(Kind.PREMISE, stage=Stage.CLASSIFIER, probability=0.25),
    "Which year do you mean?": Reading(Kind.ASKS_BACK, stage=Stage.CLASSIFIER, probability=0.5),
    "Ma nafx.": Reading(Kind.OTHER, uncovered="mt"),
}
"""What the classifier is taken to say of a few texts."""


def classify(patch: pytest.MonkeyPatch) -> None:
    """Read `CLASSIFIED` as it stands there, and every other text as ever."""

    def read(text: str, **options: Any) -> Reading:
        # A reading is true only where it abstains.
        return CLASSIFIED[text] if text in CLASSIFIED else detect_abstention(text, **options)

    patch.setattr(judging, "detect_abstention", read)
