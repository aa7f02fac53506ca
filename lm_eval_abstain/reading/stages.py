"""The stages in which a response is read, and the version of each."""

from __future__ import annotations

from enum import Enum

__all__ = ["DETECTOR_VERSION", "STAGE_VERSIONS", "Stage"]


class Stage(str, Enum):
    """What decided that a response is no answer, in the order in which the stages are asked."""

    PHRASE = "phrase"  # the words that the prompt asks for
    RULES = "rules"  # phrases.yaml: few words, and nearly never wrong
    CLASSIFIER = "classifier"  # what the two before it leave open
    JUDGE = "judge"  # a model that was asked, where somebody wanted it


STAGE_VERSIONS = {
    Stage.PHRASE: "phrase-v2",
    Stage.RULES: "rules-v2",
    Stage.CLASSIFIER: "classifier-v1",
}
"""The versions of the stages that need no model."""

DETECTOR_VERSION = "+".join(STAGE_VERSIONS.values())
"""All of them, as signatures name the reader."""
