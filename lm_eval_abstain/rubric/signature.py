"""The signature of a sample: one line that names everything that changes its score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from lm_eval_abstain.errors import AbstainError

__all__ = ["Signature"]

_RUBRICS = ("open", "closed", "confidence")
# What says who made the samples, or how a score is made of outcomes, and not what was run.
_NOT_THE_RUN = frozenset({"lm_eval", "v", "detector", "unparsed"})


@dataclass(frozen=True)
class Signature:
    """A signature, read.

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

    @property
    def target(self) -> float:
        """The confidence target t that the model was shown; NaN if none was."""
        try:
            return float(self.parts.get("t", "nan"))
        except ValueError:
            return math.nan

    @property
    def wording(self) -> str:
        """The name of the wording; empty where the prompt is the base's."""
        return self.parts.get("wording", "")

    @property
    def detector(self) -> str:
        """The version of the detector that read the text; empty where no text was read."""
        return self.parts.get("detector", "")

    @cached_property
    def run(self) -> str:
        """The parts that say what was run: samples that share them answer the same question."""
        return "|".join(f"{k}:{v}" for k, v in self.parts.items() if k not in _NOT_THE_RUN)
