"""The open rubric: the stakes that the prompt states and the score applies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from numbers import Real
from typing import Any, cast

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric.languages import (
    DEFAULT_ABSTAIN_TEXT,
    ENGLISH,
    abstain_text_in,
    check_language,
    language_part,
)
from lm_eval_abstain.rubric.outcome import Outcome, UnparsedPolicy
from lm_eval_abstain.rubric.wordings import DEFAULT_WORDING, Wording, wording_in

__all__ = ["DEFAULT_ABSTAIN_TEXT", "DEFAULT_TARGET", "STANDARD_TARGETS", "Rubric", "target_key"]

Number = Any  # an int, a float, or an array of them

DEFAULT_TARGET = 0.75
STANDARD_TARGETS = (0.0, 0.5, 0.75, 0.9)
"""The targets of the papers: a mistake costs 0, 1, 3 and 9 points."""
_OF_LANGUAGE = cast("str", object())  # no text: that of the language takes its place


@dataclass(frozen=True)
class Rubric:
    """Scoring in which a wrong answer costs what guessing below the target would gain.

    A correct answer scores 1, abstaining 0, anything else minus the penalty t/(1 - t), so that
    answering has a positive expected score exactly when the answer is right with a probability
    above t. Source: Kalai, Nachum, Vempala and Zhang, "Why Language Models Hallucinate"
    (arXiv 2509.04664), section 4.2.

    Attributes:
        target: The confidence target t, in [0, 1).
        abstain_text: What the model is asked to say when it abstains; one non-empty line. That of
            the language by default.
        wording: The name of the sentence that states the stakes, a key of `WORDINGS`.
        language: The code of the sentence's language, one of `languages()`.

    Raises:
        AbstainError: The target is not a number in [0, 1), the text is not one line, or there
            is no such wording, or not in that language.
    """

    target: float = DEFAULT_TARGET
    abstain_text: str = _OF_LANGUAGE
    wording: str = DEFAULT_WORDING
    language: str = ENGLISH

    def __post_init__(self) -> None:
        """Refuse what cannot be scored; without a text of its own, take that of the language."""
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
        check_language(self.language)
        if self.abstain_text is _OF_LANGUAGE:
            object.__setattr__(self, "abstain_text", abstain_text_in(self.language))
        text = cast("object", self.abstain_text)
        if not isinstance(text, str) or not text.strip() or text != text.strip():
            raise AbstainError(
                f"abstain_text must be a non-empty text without outer spaces, got {text!r}."
            )
        if any(character in text for character in "\n\r|"):
            raise AbstainError(f"abstain_text must be one line without '|', got {text!r}.")
        if not self.offers_abstention and text != DEFAULT_ABSTAIN_TEXT:
            raise AbstainError(
                f"the wording {self.wording!r} says nothing about abstaining, and is as long as "
                "the default text makes the others: leave abstain_text out."
            )

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

    @cached_property
    def penalty(self) -> float:
        """λ = t/(1 - t), at least 0: the points that a wrong answer costs (0.9 gives 9.0)."""
        return float(self.exact_penalty)

    @property
    def sentence(self) -> str:
        """The sentence that states the stakes in the prompt."""
        wording = self._words
        if self.exact_target == 0:
            return wording.free
        return wording.stakes.format(
            percent=f"{_plain(self.target).scaleb(2):f}",
            penalty=_decimal(self.exact_penalty),
            unit=wording.unit(self.exact_penalty),
            text=self.abstain_text,
        )

    @property
    def offers_abstention(self) -> bool:
        """Whether the wording is about abstaining: not so in the control."""
        return self._words.option is None

    @property
    def option_text(self) -> str:
        """What the extra option of a multiple-choice question says."""
        return self._words.option or self.abstain_text

    @property
    def _words(self) -> Wording:
        return wording_in(self.wording, self.language)

    @property
    def signature(self) -> dict[str, str]:
        """The rubric's part of a run's signature."""
        own = self.abstain_text != abstain_text_in(self.language)
        return {
            "rubric": "open",
            "t": self.target_text,
            "wording": self.wording,
            **language_part(self.language),
            **({"text": self.abstain_text} if own else {}),
        }

    def points(self, outcome: Outcome, unparsed: UnparsedPolicy = "wrong") -> float | None:
        """The points of one document: 1, 0 or -λ.

        Args:
            outcome: What became of it.
            unparsed: What it is scored as if it holds no answer.

        Returns:
            None where the policy leaves the document out.
        """
        scored = outcome.scored_as(unparsed)
        if scored is None:
            return None
        return float(self.total(int(scored is Outcome.CORRECT), int(scored is Outcome.WRONG)))

    def total(self, correct: Number, wrong: Number) -> Number:
        """The points of several documents: each correct one scores 1, each wrong one -λ.

        Args:
            correct: How many are correct: a number, or an array.
            wrong: How many are wrong.
        """
        return correct - self.penalty * wrong

    def exact_total(self, correct: int, wrong: int) -> Fraction:
        """The same without rounding, so that equal scores are equal."""
        return correct - self.exact_penalty * wrong


@cache
def target_key(target: float) -> str:
    """A target in the name of a metric or task: t00, t50, t75, t90, t995; no two are alike."""
    return "t" + Rubric(target).target_text.removeprefix("0").removeprefix(".").ljust(2, "0")


def _plain(target: float) -> Decimal:
    """Every digit of the target: 99.999% must not be rounded to 100%."""
    return Decimal(str(float(target))).normalize()


def _decimal(value: Fraction) -> str:
    """A number as a person writes it: whole, or four significant digits."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = max(0, 3 - math.floor(math.log10(value)))
    return f"{float(value):.{digits}f}".rstrip("0").rstrip(".")
