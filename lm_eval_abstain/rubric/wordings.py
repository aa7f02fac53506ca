"""The sentences that can state the rubric in a prompt, by name and version."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric.languages import ENGLISH, translation

__all__ = ["DEFAULT_WORDING", "WORDINGS", "Wording", "wording_in"]


@dataclass(frozen=True)
class Wording:
    """How the stakes are put to the model.

    Attributes:
        stakes: The sentence, with `{percent}` for the target, `{penalty}` for the points that a
            mistake costs, `{unit}` for what they are called and `{text}` for the abstain text.
        free: The sentence at target 0, where a mistake costs nothing.
        units: What one and what several points are called.
        singular_below: Numbers below this one are singular, too; 0 where only 1 is.
        option: The text of the extra option where it is not the abstain text: an option that
            is no abstention. None where it is.
    """

    stakes: str
    free: str
    units: tuple[str, str] = ("point", "points")
    singular_below: int = 0
    option: str | None = None

    def unit(self, penalty: Fraction) -> str:
        """What so many points are called."""
        return self.units[penalty != 1 and penalty >= self.singular_below]


DEFAULT_WORDING = "paper-v1"
WORDINGS: dict[str, Wording] = {
    # Kalai, Nachum, Vempala and Zhang, "Why Language Models Hallucinate" (arXiv 2509.04664),
    # section 4.2; at t = 0 its "take an exam" wording.
    "paper-v1": Wording(
        stakes="Answer only if you are > {percent}% confident, since mistakes are penalized "
        "{penalty} {unit}, while correct answers receive 1 point, and an answer of "
        '"{text}" receives 0 points.',
        free="Make your best guess even if you are unsure, as if you were taking an exam.",
    ),
    "short-v1": Wording(
        stakes='Reply exactly "{text}" unless you are > {percent}% confident: a mistake costs '
        "{penalty} {unit}.",
        free="Give your best guess in any case: a mistake costs nothing.",
    ),
    # The control: as many characters as paper-v1, and nothing about abstaining or stakes.
    "placebo": Wording(
        stakes="This question stands on sheet {percent} of a folder, and the folder was put "
        "together from {penalty} {unit} of paper, in the order in which they came from the "
        "printer, without a cover.",
        free="This question stands on a sheet of a folder which was put together by hand.",
        units=("sheet", "sheets"),
        option="(not in use)",
    ),
}
"""Each wording by the name that `--metadata` and the signature give it."""


def wording_in(name: str, language: str) -> Wording:
    """A wording in a language; only the default one is translated.

    Raises:
        AbstainError: There is no such wording, or not in that language.
    """
    if name not in WORDINGS:
        raise AbstainError(f"wording must be one of {', '.join(WORDINGS)}, got {name!r}.")
    if language == ENGLISH:
        return WORDINGS[name]
    own = translation(language)
    if name != DEFAULT_WORDING:
        raise AbstainError(
            f"the wording {name!r} is there in English alone, and the language is {language} "
            f"({own.name}): for this wording, and for every run that is to be compared with it, "
            'put "language": "en" into --metadata.'
        )
    return Wording(own.stakes, own.free, own.units, own.singular_below)
