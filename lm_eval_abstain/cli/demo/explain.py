"""What the demo's table says, for somebody who has never seen such a score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval_abstain.rubric import Outcome, Rubric
from lm_eval_abstain.statistics import mcnemar

__all__ = ["DemoResults", "explain"]

FEWEST = 10
"""With fewer documents or answers the demo draws no conclusion."""


@dataclass(frozen=True)
class DemoResults:
    """The demo's three runs on the same questions.

    Attributes:
        guesses: Without a rubric: whether each answer is right.
        free: The outcomes at t = 0, where a mistake costs nothing.
        staked: The outcomes under the stakes.
    """

    guesses: Sequence[bool]
    free: Sequence[Outcome]
    staked: Sequence[Outcome]

    @property
    def n(self) -> int:
        """The number of questions."""
        return len(self.guesses)

    def count(self, outcome: Outcome) -> int:
        """How many questions have this outcome under the stakes."""
        return sum(one is outcome for one in self.staked)


def explain(results: DemoResults, rubric: Rubric, who: str) -> list[str]:
    """Say in words what the rows of the table show.

    Args:
        results: The three runs.
        rubric: The stakes of the third one.
        who: The model's name.

    Returns:
        Paragraphs.
    """
    n = results.n
    guessing = sum(results.guesses) / n
    questions = "1 question" if n == 1 else f"{n} questions"
    first = (
        f"How to read this. {who} answered {questions} of four options each. Without a word about "
        f"stakes (mmlu_demo) it is right on {guessing:.1%}; blind guessing gets about 25%."
    )
    paragraphs = [first, _reaction(results, rubric), _score(results, rubric, guessing)]
    if n < FEWEST:
        return [*paragraphs, f"{questions} are too few to tell more: ask at least {FEWEST}."]
    return [*paragraphs, _answers(results, rubric, guessing)]


def _reaction(results: DemoResults, rubric: Rubric) -> str:
    """How much of the abstention is there because of the stakes."""
    n, idk = results.n, f'"{rubric.abstain_text}"'
    abstained = [one is Outcome.ABSTAINED for one in results.staked]
    before = [one is Outcome.ABSTAINED for one in results.free]
    if rubric.penalty == 0:
        return (
            f"Then the prompt asks for a best guess and a mistake costs nothing (t = 0): the model "
            f"says {idk} on {sum(abstained) / n:.1%}. There are no stakes to react to: ask with "
            "--target 0.75."
        )
    said = (
        f"Then the prompt states a rubric. At t = 0 it asks for a best guess and a mistake costs "
        f"nothing: the model says {idk} on {sum(before) / n:.1%}. At t = {rubric.target_text} a "
        f"mistake costs {_points(rubric)} and {idk} nothing: it says so on "
        f"{sum(abstained) / n:.1%}."
    )
    if not any(abstained) and not any(before):
        return f"{said} It never does: it would rather be wrong than say {idk}."
    more = sum(a and not b for a, b in zip(abstained, before))
    fewer = sum(b and not a for a, b in zip(abstained, before))
    change = (more - fewer) / n
    if n < FEWEST:
        return f"{said} The difference of {change:+.1%} is from too few questions to tell."
    p = mcnemar(more, fewer)
    if p >= 0.05:
        return (
            f"{said} The difference of {change:+.1%} is within chance (McNemar's exact test, "
            f"p = {p:.2f}): nothing here shows a reaction to the stakes."
        )
    if change < 0:
        return f"{said} It abstains less where a mistake costs more ({change:+.1%}, p = {p:.2g})."
    return (
        f"{said} The reaction to the stakes is the difference, {change:+.1%} (p = {p:.2g}); the "
        f"other {sum(before) / n:.1%} is there without any."
    )


def _score(results: DemoResults, rubric: Rubric, guessing: float) -> str:
    n = results.n
    right, wrong = results.count(Outcome.CORRECT), results.count(Outcome.WRONG)
    score = rubric.total(right / n, wrong / n)
    always = rubric.total(guessing, 1 - guessing)
    return (
        f"Under the rubric at t = {rubric.target_text} it is right on {right / n:.1%} and wrong on "
        f"{wrong / n:.1%}, which scores {score:+.3f} a question. Always abstaining scores 0; the "
        f"answers of the first run, under the same stakes, score {always:+.3f}."
    )


def _answers(results: DemoResults, rubric: Rubric, guessing: float) -> str:
    """Whether the answers are worth their risk, and better than all guesses are."""
    right = results.count(Outcome.CORRECT)
    answered = right + results.count(Outcome.WRONG)
    if answered == 0:
        return "It never answered, so nothing can be said about its answers."
    if answered < FEWEST:
        return f"It answered {answered} times: too few to tell how good its answers are."
    share = right / answered
    if rubric.penalty == 0:
        worth = f"Of what it answered {share:.1%} is right; without a penalty every answer pays."
    elif share >= float(rubric.target):
        worth = (
            f"Of what it answered {share:.1%} is right, not below the {float(rubric.target):.0%} "
            "from which on answering pays."
        )
    else:
        worth = (
            f"Of what it answered only {share:.1%} is right, where answering pays from "
            f"{float(rubric.target):.0%} on: it answers more than it should."
        )
    if answered == results.n:
        return worth
    noise = 2 * math.sqrt(max(guessing * (1 - guessing), 1e-9) / answered)
    if share - guessing > noise:
        return f"{worth} It abstains rather where it would have been wrong, as it should."
    return (
        f"{worth} Its {answered} answers are not clearly better than its guesses were: nothing "
        "here shows that it knows which answers to leave out."
    )


def _points(rubric: Rubric) -> str:
    return f"{rubric.penalty:g} {'point' if rubric.penalty == 1 else 'points'}"
