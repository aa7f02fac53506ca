"""One paragraph that reads the demo's table to somebody who has never seen such a score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lm_eval_abstain.rubric import Rubric

__all__ = ["explain"]


def explain(base: Mapping[str, Any], variant: Mapping[str, Any], rubric: Rubric, who: str) -> str:
    """Say in words what the two rows of the table show.

    Args:
        base: The harness's results of the base task.
        variant: The harness's results of the variant, on the same questions.
        rubric: The variant's rubric.
        who: The model's name.

    Returns:
        One paragraph.
    """
    n = int(variant["sample_len"])
    guessing = float(base["acc,none"])
    value = {name: float(variant[f"{name},none"]) for name in ("score", "acc", "error_rate")}
    abstained = float(variant["abstain_rate,none"])
    answered = float(variant["acc_answered,none"])
    always = rubric.total(guessing, 1 - guessing)
    points = "point" if rubric.penalty == 1 else "points"
    said = [
        f"How to read this. {who} answered {n} questions of four options each. When guessing "
        f"costs nothing (mmlu_demo) it is right on {guessing:.1%}; blind guessing gets about 25%. "
        f"Then the prompt says that a mistake costs {rubric.penalty:g} {points} and "
        f'"{rubric.abstain_text}" nothing (mmlu_demo_abstain): it says so on {abstained:.1%}, is '
        f"right on {value['acc']:.1%} and wrong on {value['error_rate']:.1%}, which scores "
        f"{value['score']:+.3f} a question. Always abstaining scores 0; its answers from the "
        f"first run, under the same stakes, score {always:+.3f}."
    ]
    if math.isnan(answered):
        said.append("It never answered, so nothing can be said about its answers.")
    elif answered >= float(rubric.target):
        said.append(
            f"Of what it answered {answered:.1%} is right, not below the {rubric.target:.0%} that "
            "makes answering worth its risk."
        )
    else:
        said.append(
            f"Of what it answered only {answered:.1%} is right, where answering pays from "
            f"{rubric.target:.0%} on: it answers more than it should."
        )
    if 0 < abstained < 1 and not math.isnan(answered):
        said.append(_selective(answered - guessing, n, abstained, guessing))
    return " ".join(said)


def _selective(gain: float, n: int, abstained: float, guessing: float) -> str:
    """Whether the model abstains where it would have been wrong, as far as n tells."""
    answered = max(1.0, n * (1 - abstained))
    noise = 2 * math.sqrt(max(guessing * (1 - guessing), 1e-9) / answered)
    if gain > noise:
        return "It abstains rather where it would have been wrong, as it should."
    return (
        f"Its {answered:.0f} answers are not clearly better than its guesses were, so nothing here "
        "shows that it knows what it knows: what it gains, it gains by saying less."
    )
