"""The kinds of variants that a base task, group or tag may have, by the end of their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.harness.closed_choice import ClosedMultipleChoice
from lm_eval_abstain.harness.closed_generation import ClosedGeneration
from lm_eval_abstain.harness.confidence_generation import ConfidenceGeneration
from lm_eval_abstain.harness.consistent_generation import ConsistentGeneration
from lm_eval_abstain.harness.definition import refusal
from lm_eval_abstain.harness.derived_task import DerivedTask
from lm_eval_abstain.harness.generative_task import GenerativeTask
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.rubric import names

__all__ = ["CHOICE", "ENDINGS", "GENERATION", "KINDS", "SWEEPS", "VariantKind"]

CHOICE, GENERATION = "multiple_choice", "generate_until"


@dataclass(frozen=True)
class VariantKind:
    """One kind of variant.

    Attributes:
        ending: What its names have behind the base's.
        about: What it is, for the first line of a task file.
        classes: The task class for each of the harness's output types that it is made for.
    """

    ending: str
    about: str
    classes: Mapping[str, type[DerivedTask]]

    @property
    def label(self) -> str:
        """What it is called in tables."""
        return next(iter(self.classes.values())).LABEL

    @property
    def states_target(self) -> bool:
        """Whether its prompts state a confidence target."""
        return next(iter(self.classes.values())).STATES_TARGET

    @property
    def speaks(self) -> bool:
        """Whether it adds words of ours to the prompts."""
        return next(iter(self.classes.values())).SPEAKS

    def class_of(self, config: Mapping[str, Any]) -> type[DerivedTask]:
        """The class of a base task's variant; the base has one (see `refusal`)."""
        return self.classes[config.get("output_type", GENERATION)]

    def refusal(self, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base task has no such variant, as far as its definition tells; None if it has.

        Args:
            config: The definition; functions may be resolved or not.
            base: The path of its file.
        """
        reason = refusal(config)
        if reason:
            return reason
        if config.get("output_type", GENERATION) not in self.classes:
            if CHOICE in self.classes:
                return f"its answers are generated, and <base>{self.ending} is for multiple choice."
            asked = f"<base>{names.GENERATIVE}{self.ending} asks multiple choice for such answers"
            return (
                f"it is multiple choice, and <base>{self.ending} is for generated answers: {asked}."
            )
        return self.class_of(config).refusal(config, base)


KINDS = {
    kind.ending: kind
    for kind in (
        VariantKind(
            names.OPEN,
            'Open rubric (an "I don\'t know" option, penalised mistakes)',
            {CHOICE: OpenMultipleChoice, GENERATION: OpenGeneration},
        ),
        VariantKind(
            names.CLOSED,
            "Closed rubric (the base's own prompt, rescored at every target)",
            {CHOICE: ClosedMultipleChoice, GENERATION: ClosedGeneration},
        ),
        VariantKind(
            names.CONSISTENT,
            "Open rubric with several samples a question, abstained where they disagree",
            {GENERATION: ConsistentGeneration},
        ),
        VariantKind(
            names.CONFIDENCE,
            "Verbalised confidence (scored at every target)",
            {GENERATION: ConfidenceGeneration},
        ),
        VariantKind(
            names.GENERATIVE,
            "Multiple choice asked for a generated letter, without stakes",
            {CHOICE: GenerativeTask},
        ),
    )
}
"""All kinds, by the end of their names."""
SWEEPS = {ending + names.SWEEP: KINDS[ending] for ending in (names.OPEN, names.CONSISTENT)}
"""By the end of a sweep's name, what it asks at each target."""
ENDINGS = (*KINDS, *SWEEPS)
"""The ends of all variants' names."""
