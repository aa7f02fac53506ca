"""The stages in which a response is read, and the version of each."""

from __future__ import annotations

from enum import Enum

__all__ = ["DETECTOR_VERSION", "STAGE_VERSIONS", "Stage", "with_judge", "without_judge"]


class Stage(str, Enum):
    """What decided that a response abstains or refuses, in the order of the stages."""

    PHRASE = "phrase"  # the words that the prompt asks for
    RULES = "rules"  # phrases.yaml: few words, and nearly never wrong
    CLASSIFIER = "classifier"  # where no answer stands and the first two say nothing
    JUDGE = "judge"  # a model that was asked afterwards; its version is in each file of verdicts


STAGE_VERSIONS = {
    Stage.PHRASE: "phrase-v2",
    Stage.RULES: "rules-v3",
    Stage.CLASSIFIER: "classifier-v1",
}
"""The version of each stage that every response goes through."""

DETECTOR_VERSION = "+".join(STAGE_VERSIONS.values())
"""All of them, as signatures name the detector."""


_JUDGE = "+judge-"


def with_judge(version: str, judge: str) -> str:
    """The version of a detector whose readings a judge has replaced.

    Args:
        version: The detector's.
        judge: Who judged: `judge-v1(MODEL)`.
    """
    return f"{without_judge(version)}+{judge}"


def without_judge(version: str) -> str:
    """The version of the detector by itself."""
    return version.split(_JUDGE, 1)[0]
