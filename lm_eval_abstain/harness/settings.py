"""What a user may set in `--metadata`, read and checked in one place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.outcomes.headline import BY_ITS_NAME, OF_ONE_OPTION, RIGHT_OR_WRONG
from lm_eval_abstain.rubric import (
    DEFAULT_TARGET,
    STANDARD_TARGETS,
    ObjectionPolicy,
    Rubric,
    UnparsedPolicy,
    check_objections,
    check_policy,
)
from lm_eval_abstain.rubric.languages import ENGLISH
from lm_eval_abstain.rubric.wordings import DEFAULT_WORDING

__all__ = ["ANSWERS", "IDK_POSITIONS", "SETTING_KEYS", "Settings", "check_targets"]

IDK_POSITIONS = ("last", "rotate")
ANSWERS = ("stated", "strict")
SETTING_KEYS = (
    "confidence_target",
    "confidence_targets",
    "wording",
    "language",
    "abstain_text",
    "idk_position",
    "abstaining_example",
    "headline_metric",
    "unparsed",
    "objections",
    "answers",
    "k",
    "temperature",
)


@dataclass(frozen=True)
class Settings:
    """The settings of one run, the same for every variant in it.

    Attributes:
        rubric: The confidence target, the wording, its language and the abstain text.
        targets: The targets of a sweep, in rising order.
        idk_position: Where the abstain option stands among the listed options: `last`, or
            `rotate` for a place that depends on a hash of the document.
        abstaining_example: Whether the first worked example of a prompt that lists options
            answers with the abstain option instead of its own answer.
        headline_metric: The base task's metric that says right or wrong; None for its own.
        unparsed: How generated text without an answer is scored.
        objections: What a response counts as that objects to its question.
        answers: Where the base task compares the whole text: `stated` to judge the answer that a
            sentence states, `strict` for the base task's comparison.
        k: How many samples a question the consistency mitigation draws; at least 2.
        temperature: At which temperature; above 0.
    """

    rubric: Rubric = field(default_factory=Rubric)
    targets: tuple[float, ...] = STANDARD_TARGETS
    idk_position: str = "last"
    abstaining_example: bool = False
    headline_metric: str | None = None
    unparsed: UnparsedPolicy = "wrong"
    objections: ObjectionPolicy = "answer"
    answers: str = "stated"
    k: int = 2
    temperature: float = 0.7

    @property
    def rescored_targets(self) -> tuple[float, ...]:
        """The targets that one run is rescored at: the standard ones and all that are named."""
        return tuple(sorted({*STANDARD_TARGETS, *self.targets, float(self.rubric.target)}))

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None, language: str = ENGLISH) -> Settings:
        """Read the settings from the harness's metadata; keys of others are left alone.

        Args:
            metadata: The run's metadata.
            language: The language of our words in the prompt, where the metadata name none.

        Raises:
            AbstainError: A value is out of range, or a key is one of ours misspelt.
        """
        given = dict(metadata or {})
        for key in given:
            close = difflib.get_close_matches(str(key), SETTING_KEYS, n=1, cutoff=0.8)
            if close and key not in SETTING_KEYS:
                raise AbstainError(f"--metadata has {key!r}; did you mean {close[0]!r}?")
        position = _one_of(IDK_POSITIONS, given, "idk_position")
        metric = given.get("headline_metric")
        known = tuple(dict.fromkeys((*OF_ONE_OPTION, *RIGHT_OR_WRONG, *BY_ITS_NAME)))
        if metric is not None and metric not in known:
            raise AbstainError(
                f"headline_metric must be one of {', '.join(known)}, got {metric!r}."
            )
        example = given.get("abstaining_example", False)
        if not isinstance(example, bool):
            raise AbstainError(f"abstaining_example must be true or false, got {example!r}.")
        unparsed = given.get("unparsed", "wrong")
        check_policy(unparsed)
        objections = check_objections(given.get("objections", "answer"))
        return cls(
            rubric=Rubric(
                target=given.get("confidence_target", DEFAULT_TARGET),
                wording=given.get("wording", DEFAULT_WORDING),
                language=given.get("language", language),
                **({"abstain_text": given["abstain_text"]} if "abstain_text" in given else {}),
            ),
            targets=_targets(given.get("confidence_targets", STANDARD_TARGETS)),
            idk_position=position,
            abstaining_example=example,
            headline_metric=metric,
            unparsed=unparsed,
            objections=objections,
            answers=_one_of(ANSWERS, given, "answers"),
            k=_samples(given.get("k", cls.k)),
            temperature=_temperature(given.get("temperature", cls.temperature)),
        )


def check_targets(name: str, metadata: Mapping[str, Any], *, several: bool) -> None:
    """Refuse one target for what asks at several, and the reverse; both may be given.

    Args:
        name: The variant, for the message.
        metadata: The run's metadata.
        several: Whether it is a sweep.

    Raises:
        AbstainError: Only the key for the other kind is there, and would do nothing.
    """
    needed, other = "confidence_target", "confidence_targets"
    if several:
        needed, other = other, needed
    if other in metadata and needed not in metadata:
        kind = "asks at several targets" if several else "states one target"
        raise AbstainError(
            f"'{name}' {kind}, and --metadata has {other}: give {needed} (a "
            f"{'list' if several else 'number'}), for {'a sweep' if several else 'this task'}; "
            f"{other} is for {'<base>_abstain' if several else '<base>_abstain_sweep'}."
        )


def _one_of(known: tuple[str, ...], given: Mapping[str, Any], key: str) -> str:
    """One of some words, the first of them by default."""
    value = given.get(key, known[0])
    if value not in known:
        raise AbstainError(f"{key} must be one of {', '.join(known)}, got {value!r}.")
    return value


def _targets(value: Any) -> tuple[float, ...]:
    """Several targets, each as strict as a single one."""
    if not isinstance(value, (list, tuple)) or not value:
        raise AbstainError(
            f"confidence_targets must be a list such as [0, 0.5, 0.9], got {value!r}."
        )
    targets = [float(Rubric(target).target) for target in cast("list[Any]", value)]
    if len(set(targets)) < len(targets):
        raise AbstainError(f"confidence_targets names a target twice: {value!r}.")
    return tuple(sorted(targets))


def _samples(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 2:
        raise AbstainError(
            f"k, the samples a question, must be a whole number from 2, got {value!r}."
        )
    return value


def _temperature(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise AbstainError(
            f"temperature must be a number above 0, got {value!r}: at 0 all samples are the same."
        )
    return float(value)
