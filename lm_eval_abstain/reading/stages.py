"""The stages in which a response is read, and the version of each."""

from __future__ import annotations

from enum import Enum

__all__ = ["DETECTOR_VERSION", "STAGE_VERSIONS", "Stage"]


class Stage(str, Enum):
    """What decided that a response abstains or refuses, in the order of the stages."""

    PHRASE = "phrase"  # the words that the prompt asks for
    RULES = "rules"  # phrases.yaml: few words, and nearly never wrong
    CLASSIFIER = "classifier"  # where no answer stands and the first two say nothing


STAGE_VERSIONS = {
    Stage.PHRASE: "phrase-v2",
    Stage.RULES: "rules-v3",
    Stage.CLASSIFIER: "classifier-v1",
}
"""The version of each stage."""

DETECTOR_VERSION = "+".join(STAGE_VERSIONS.values())
"""All of them, as signatures name the detector."""
