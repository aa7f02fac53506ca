"""The signature of a sample: one line that names everything that changes its score.

It is written here and read here. Source of the idea: sacrebleu (Post, 2018), where a score without
its signature cannot be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric.languages import ENGLISH, abstain_text_in
from lm_eval_abstain.rubric.outcome import OBJECTION_POLICIES, ObjectionPolicy, check_objections

__all__ = ["LETTERS", "Signature", "in_all_languages", "in_any_language", "objections_part"]

LETTERS = "letters"
"""The part that says how multiple choice is asked for a generated letter, and how it is read."""

_RUBRICS = ("open", "closed", "confidence")
# What says who made the samples, or how a score is made of outcomes, and not what was run.
_NOT_THE_RUN = frozenset({"lm_eval", "v", "detector", "unparsed", "objections"})
_ASKED = ("rubric", "t", "wording", "text", "k")
# The value of a part that is left out. In a pool of several languages English must be seen.
_LEFT_OUT = {"lang": ENGLISH}


def objections_part(policy: ObjectionPolicy) -> dict[str, str]:
    """What a signature says of the policy for objections: nothing of the default."""
    return {} if policy == OBJECTION_POLICIES[0] else {"objections": policy}


def in_any_language(setting: str) -> str:
    """A setting (see `Signature.setting`) without its language: tasks of a group may have several.

    A run of a task in another language is another run all the same.
    """
    return "|".join(part for part in setting.split("|") if not part.startswith("lang:"))


def in_all_languages(settings: Iterable[str]) -> str:
    """One setting for the pooled tasks of several that differ in the language alone."""
    several = list(dict.fromkeys(settings))
    if len(several) == 1:
        return several[0]
    parts = [
        {key: value for key, _, value in (part.partition(":") for part in one.split("|"))}
        for one in several
    ]
    found = sorted({one.get("lang", ENGLISH) for one in parts})
    return f"{in_any_language(several[0])}|lang:{','.join(found)}"


@dataclass(frozen=True)
class Signature:
    """A signature.

    Attributes:
        line: As it is logged, for example `rubric:open|t:0.75|wording:paper-v1|metric:acc`.

    Raises:
        AbstainError: A part is not `key:value`, or the rubric or the target is none.
    """

    line: str

    def __post_init__(self) -> None:
        """Read it once, so that a bad one is refused where it comes from."""
        if self.rubric not in _RUBRICS:
            raise AbstainError(
                f"signature {self.line!r} names no rubric: one of {', '.join(_RUBRICS)} is expected"
            )
        if (self.rubric == "open") != (0 <= self.target < 1):
            raise AbstainError(
                f"signature {self.line!r}: the open rubric has a target in [0, 1), others have none"
            )

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> Signature:
        """The signature of some parts, in their order."""
        return cls("|".join(f"{key}:{value}" for key, value in parts.items()))

    @classmethod
    def merged(cls, signatures: Iterable[Signature]) -> Signature:
        """One signature for pooled samples; a part in which they differ has all values."""
        every = [signature.parts for signature in signatures]
        keys = dict.fromkeys(key for parts in every for key in parts)
        values = {
            key: {parts.get(key, _LEFT_OUT.get(key, "")) for parts in every} - {""} for key in keys
        }
        return cls.of({key: ",".join(sorted(several)) for key, several in values.items()})

    def plus(self, **parts: str) -> Signature:
        """The same signature with more parts, or other values of some."""
        return Signature.of({**self.parts, **parts})

    def with_objections(self, policy: ObjectionPolicy) -> Signature:
        """The same with objections counted so; not named where no text is read."""
        parts: dict[str, str] = {}
        for key, value in self.parts.items():
            if key != "objections":
                parts[key] = value
            if key == "detector":
                parts |= objections_part(policy)
        return Signature.of(parts)

    @cached_property
    def parts(self) -> dict[str, str]:
        """Its parts by name, in order."""
        pairs = [part.partition(":") for part in self.line.split("|")]
        if not all(colon for _, colon, _ in pairs):
            raise AbstainError(f"signature {self.line!r} is not of the form key:value|key:value")
        return {key: value for key, _, value in pairs}

    @property
    def rubric(self) -> str:
        """`open`, `closed`, or `confidence` where the model was asked for its confidence."""
        return self.parts.get("rubric", "")

    @cached_property
    def target(self) -> float:
        """The confidence target t that the prompt stated; NaN if it stated none."""
        try:
            return float(self.parts.get("t", "nan"))
        except ValueError:
            return math.nan

    @property
    def wording(self) -> str:
        """The name of the wording; empty where the prompt is the base's."""
        return self.parts.get("wording", "")

    @property
    def language(self) -> str:
        """The code of the language of our sentence in the prompt."""
        return self.parts.get("lang", ENGLISH)

    @property
    def abstain_text(self) -> str:
        """What the model was asked to say when it abstains."""
        return self.parts.get("text") or abstain_text_in(self.language)

    @property
    def detector(self) -> str:
        """The version of the detector that read the text; empty where no text was read."""
        return self.parts.get("detector", "")

    @property
    def objections(self) -> ObjectionPolicy:
        """What responses that object to their question were counted as."""
        return check_objections(self.parts.get("objections", OBJECTION_POLICIES[0]))

    @cached_property
    def run(self) -> dict[str, str]:
        """The parts that say what was run: samples that share them answer the same question."""
        return {key: value for key, value in self.parts.items() if key not in _NOT_THE_RUN}

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """What the prompt asked: rubric, target, wording, abstain text, samples a question."""
        return tuple(self.parts.get(key, "") for key in _ASKED)

    @cached_property
    def setting(self) -> str:
        """What the runs of a sweep share: the parts of `run` but the rubric and the target."""
        return "|".join(f"{k}:{v}" for k, v in self.run.items() if k not in ("rubric", "t"))
