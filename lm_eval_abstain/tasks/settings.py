"""What a user may set in `--metadata`, read and checked in one place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lm_eval_abstain.choice import LENGTHS
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.outcome import UNPARSED_POLICIES, UnparsedPolicy
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT, DEFAULT_TARGET, Rubric

__all__ = ["IDK_POSITIONS", "RIGHT_OR_WRONG", "Settings"]

IDK_POSITIONS = ("last", "rotate")
KEYS = ("confidence_target", "abstain_text", "idk_position", "headline_metric", "unparsed")
RIGHT_OR_WRONG = (
    "exact_match",
    "math_verify",
    "exact_match_original",
    "prompt_level_strict_acc",
    "prompt_level_loose_acc",
    "bleu_acc",
    "rouge1_acc",
    "rouge2_acc",
    "rougeL_acc",
)
"""The harness's metrics of generated text whose value for one document is 0 or 1."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run, the same for every variant in it.

    Attributes:
        rubric: The confidence target and the abstain text.
        idk_position: Where the abstain option stands among the listed options: `last`, or
            `rotate` for a place that depends on a hash of the document.
        headline_metric: The base task's metric that says right or wrong; None for its own.
        unparsed: How generated text without an answer is scored.
    """

    rubric: Rubric = field(default_factory=Rubric)
    idk_position: str = "last"
    headline_metric: str | None = None
    unparsed: UnparsedPolicy = "wrong"

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Settings:
        """Read the settings from the harness's metadata; keys of others are left alone.

        Raises:
            AbstainError: A value is out of range, or a key is one of ours misspelt.
        """
        given = dict(metadata or {})
        for key in given:
            close = difflib.get_close_matches(str(key), KEYS, n=1, cutoff=0.8)
            if close and key not in KEYS:
                raise AbstainError(f"--metadata has {key!r}; did you mean {close[0]!r}?")
        position = given.get("idk_position", "last")
        if position not in IDK_POSITIONS:
            raise AbstainError(
                f"idk_position must be one of {', '.join(IDK_POSITIONS)}, got {position!r}."
            )
        metric = given.get("headline_metric")
        known = (*LENGTHS, *RIGHT_OR_WRONG)
        if metric is not None and metric not in known:
            raise AbstainError(
                f"headline_metric must be one of {', '.join(known)}, got {metric!r}."
            )
        unparsed = given.get("unparsed", "wrong")
        if unparsed not in UNPARSED_POLICIES:
            raise AbstainError(
                f"unparsed must be one of {', '.join(UNPARSED_POLICIES)}, got {unparsed!r}."
            )
        return cls(
            rubric=Rubric(
                target=given.get("confidence_target", DEFAULT_TARGET),
                abstain_text=given.get("abstain_text", DEFAULT_ABSTAIN_TEXT),
            ),
            idk_position=position,
            headline_metric=metric,
            unparsed=unparsed,
        )
