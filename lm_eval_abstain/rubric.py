"""The open rubric: the stakes that the prompt states and the score applies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.outcome import Outcome

__all__ = ["DEFAULT_ABSTAIN_TEXT", "DEFAULT_TARGET", "WORDING", "Rubric"]

DEFAULT_TARGET = 0.75
DEFAULT_ABSTAIN_TEXT = "I don't know"
WORDING = "paper-v1"


@dataclass(frozen=True)
class Rubric:
    """Scoring in which a wrong answer costs what guessing below the target would gain.

    A correct answer scores 1, abstaining 0, anything else minus the penalty t/(1 - t), so that
    answering has a positive expected score exactly when the answer is right with a probability
    above t. Source: Kalai, Nachum, Vempala and Zhang, "Why Language Models Hallucinate"
    (arXiv 2509.04664), section 4.2.

    Attributes:
        target: The confidence target t, in [0, 1).
        abstain_text: What the model is asked to say when it abstains; one non-empty line.

    Raises:
        AbstainError: The target is not a number in [0, 1), or the text is not one line.
    """

    target: float = DEFAULT_TARGET
    abstain_text: str = DEFAULT_ABSTAIN_TEXT

    def __post_init__(self) -> None:
        """Refuse what cannot be scored."""
        target = cast("Any", self.target)
        if isinstance(target, bool) or not isinstance(target, Real):
            raise AbstainError(
                f"confidence_target must be a number in [0, 1), got {target!r}: write "
                "0.75 for 75% confidence."
            )
        value = float(self.target)
        if not 0 <= value < 1:
            hint = ""
            if value == 1:
                hint = " At 1 the penalty would be infinite."
            elif 1 < value < 100:
                hint = f" Did you mean {value / 100:g}? Targets are fractions, not per cent."
            raise AbstainError(f"confidence_target must be in [0, 1), got {target!r}.{hint}")
        text = cast("object", self.abstain_text)
        if not isinstance(text, str) or not text.strip() or text != text.strip():
            raise AbstainError(
                f"abstain_text must be a non-empty text without outer spaces, got {text!r}."
            )
        if any(character in text for character in "\n\r|"):
            raise AbstainError(f"abstain_text must be one line without '|', got {text!r}.")

    @property
    def exact_target(self) -> Fraction:
        """The target as the decimal that the user wrote: 0.9 is 9/10."""
        return Fraction(str(float(self.target)))

    @property
    def target_text(self) -> str:
        """The target with every digit and no more: 0, 0.5, 0.75."""
        return f"{_plain(self.target):f}"

    @property
    def exact_penalty(self) -> Fraction:
        """t/(1 - t) without rounding."""
        return self.exact_target / (1 - self.exact_target)

    @property
    def penalty(self) -> float:
        """λ = t/(1 - t), at least 0: the points that a wrong answer costs (0.9 gives 9.0)."""
        return float(self.exact_penalty)

    @property
    def sentence(self) -> str:
        """The sentence that states the stakes in the prompt (wording `paper-v1`).

        Source: the same paper, section 4.2; at t = 0 its "take an exam" wording.
        """
        if self.exact_target == 0:
            return "Make your best guess even if you are unsure, as if you were taking an exam."
        points = "point" if self.exact_penalty == 1 else "points"
        return (
            f"Answer only if you are > {_plain(self.target).scaleb(2):f}% confident, since "
            f"mistakes are penalized {_decimal(self.exact_penalty)} {points}, while correct "
            f'answers receive 1 point, and an answer of "{self.abstain_text}" receives 0 points.'
        )

    @property
    def signature(self) -> dict[str, str]:
        """The rubric's part of a run's signature."""
        text = {} if self.abstain_text == DEFAULT_ABSTAIN_TEXT else {"text": self.abstain_text}
        return {"rubric": "open", "t": self.target_text, "wording": WORDING, **text}

    def points(self, outcome: Outcome) -> float:
        """The score of one document: 1, 0 or -λ.

        Outcomes that hold no answer (`unparsed`, `empty`, `truncated`) are scored as wrong.
        """
        if outcome is Outcome.CORRECT:
            return 1.0
        if outcome is Outcome.ABSTAINED:
            return 0.0
        return -self.penalty or 0.0  # "or": at t = 0 a wrong answer scores 0.0, not -0.0


def _plain(target: float) -> Decimal:
    """Every digit of the target: 99.999% must not be rounded to 100%."""
    return Decimal(str(float(target))).normalize()


def _decimal(value: Fraction) -> str:
    """A number as a person writes it: whole, or four significant digits."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = max(0, 3 - math.floor(math.log10(value)))
    return f"{float(value):.{digits}f}".rstrip("0").rstrip(".")
