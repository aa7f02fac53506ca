"""The sentences that can state the rubric in a prompt, by name and version."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_WORDING", "WORDINGS", "Wording"]


@dataclass(frozen=True)
class Wording:
    """How the stakes are put to the model.

    Attributes:
        stakes: The sentence, with `{percent}` for the target, `{penalty}` for the points that a
            mistake costs, `{unit}` for what they are called and `{text}` for the abstain text.
        free: The sentence at target 0, where a mistake costs nothing.
        units: What one and what several points are called.
        option: The text of the extra option where it is not the abstain text: an option that
            is no abstention. None where it is.
    """

    stakes: str
    free: str
    units: tuple[str, str] = ("point", "points")
    option: str | None = None


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
