"""Simulated models whose behaviour is known; what they do is drawn as an audit looks at it.

Each document has a probability p of being answered right, drawn uniformly from [0, 1], or from
[easy, 1], and is answered right with that probability. A model is confident to the degree
`belief(p)`, and answers at the stated target t where that is above `acts_on(t)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes, Verdict
from lm_eval_abstain.rubric import CODE, Outcome

TARGETS = (0.0, 0.5, 0.75, 0.9)

CORRECT, WRONG, ABSTAINED = (
    CODE[outcome] for outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
)


def odds_times(factor: float) -> Callable[[np.ndarray | float], np.ndarray | float]:
    """Multiplies the odds p / (1 - p)."""
    return lambda p: factor * p / (1 - p + factor * p)


def same(p):
    return p


@dataclass(frozen=True)
class Model:
    """A model.

    Attributes:
        name: Its name.
        acts_on: The target that it acts on, from the one that is stated.
        belief: Its confidence, from the probability that it is right.
        random: The share of documents that it abstains on at random, anew in each run.
        anew: Whether it answers anew in each run, as at a temperature above 0; else its answer
            is the same in all runs.
        easy: The least probability p, which else goes down to 0.
        strength: How many hints on a document's p one prompt gives it; None for p itself. Each
            prompt gives other hints, and the confidence is the calibrated one given these.
    """

    name: str = "synthetic"
    acts_on: Callable = same
    belief: Callable = same
    random: float = 0.0
    easy: float = 0.0
    anew: bool = False
    strength: int | None = None


@dataclass(frozen=True)
class Known:
    """A model and what is true of it.

    Attributes:
        model: The model.
        choice: The verdict that it deserves where its closed confidence is known.
        written: The same where only outcomes are known.
        also: Verdicts that are true of it too, but say less.
        written_also: Further ones of this kind where only outcomes are known.
    """

    model: Model
    choice: Verdict
    written: Verdict
    also: frozenset[Verdict] = frozenset()
    written_also: frozenset[Verdict] = frozenset()

    def judge(self, verdict: Verdict, *, choice: bool) -> str:
        """`named`, `less exact`, `undecided` or `wrong`."""
        if verdict is (self.choice if choice else self.written):
            return "named"
        if verdict in self.also or (verdict in self.written_also and not choice):
            return "less exact"
        return "undecided" if verdict is Verdict.UNDECIDED else "wrong"


def alike(model: Model, verdict: Verdict) -> Known:
    """A model that outcomes alone name as exactly."""
    return Known(model, verdict, verdict)


MUCH, LITTLE = Verdict.ANSWERS_TOO_MUCH, Verdict.ABSTAINS_TOO_MUCH
MODELS = {
    "calibrated": alike(Model(), Verdict.FOLLOWS),
    "calibrated, prompts differ": alike(Model(strength=30), Verdict.FOLLOWS),
    "calibrated, answers drawn anew": alike(Model(anew=True), Verdict.FOLLOWS),
    "calibrated, easy questions": alike(Model(easy=0.95), Verdict.UNTESTED),
    "never abstains": alike(Model(acts_on=lambda t: -1.0), Verdict.NEVER_ABSTAINS),
    "constant rate, at random": alike(
        Model(acts_on=lambda t: -1.0, random=0.3), Verdict.CONSTANT_RATE
    ),
    "constant threshold": alike(Model(acts_on=lambda t: 0.6), Verdict.CONSTANT_RATE),
    "stakes or none": alike(Model(acts_on=lambda t: 0.6 if t else 0.0), Verdict.CONSTANT_RATE),
    "always abstains": alike(Model(acts_on=lambda t: 2.0), Verdict.ALWAYS_ABSTAINS),
    "overconfident": Known(
        Model(belief=odds_times(4)), Verdict.OVERCONFIDENT, MUCH, frozenset({MUCH})
    ),
    "overconfident, prompts differ": Known(
        Model(belief=odds_times(4), strength=30), Verdict.OVERCONFIDENT, MUCH, frozenset({MUCH})
    ),
    "wrong target, t squared": Known(
        Model(acts_on=lambda t: t**2), Verdict.WRONG_TARGET, MUCH, frozenset({MUCH})
    ),
    # Its bands are right less than 5 points too seldom, so to within these it does follow.
    "wrong target, half the odds": Known(
        Model(acts_on=odds_times(1 / 2)),
        Verdict.WRONG_TARGET,
        MUCH,
        frozenset({MUCH}),
        frozenset({Verdict.FOLLOWS}),
    ),
    "wrong target, 4 times the odds": Known(
        Model(acts_on=odds_times(4)), Verdict.WRONG_TARGET, LITTLE, frozenset({LITTLE})
    ),
    "shy": alike(Model(belief=odds_times(1 / 4)), LITTLE),
    "reversed": alike(Model(acts_on=lambda t: 0.9 - t), Verdict.REVERSED),
}
"""Models whose behaviour is beyond doubt, given enough documents."""


def steps(*values: float) -> Callable:
    """Acts on one of these at each of `TARGETS`."""
    return dict(zip(TARGETS, values)).__getitem__


BORDERS = {
    "a band right 5 points too seldom": (
        Model(acts_on=steps(0, 0.3, 0.6, 0.9)),
        False,
        {Verdict.FOLLOWS},
    ),
    "a band right exactly as often as its target": (
        Model(acts_on=steps(0, 0.35, 0.65, 0.9)),
        False,
        {MUCH},
    ),
    "acts 5 points below each target": (
        Model(acts_on=lambda t: t - 0.05),
        True,
        {Verdict.WRONG_TARGET},
    ),
    "coverage falls by 10 points": (
        Model(acts_on=steps(0.6, 0.6, 0.65, 0.7)),
        False,
        {Verdict.CONSTANT_RATE, Verdict.NEVER_ABSTAINS},
    ),
    "coverage is the same, at random": (
        Model(acts_on=lambda t: -1.0, random=0.3),
        False,
        set(Verdict) - {Verdict.CONSTANT_RATE, Verdict.UNDECIDED},
    ),
    "answers 5%": (Model(acts_on=lambda t: 0.95), False, {Verdict.ALWAYS_ABSTAINS}),
}
"""Models just outside what a verdict means: the model, whether its confidence is known, and the
verdicts that would be false."""


def draw(
    model: Model,
    n: int,
    seed: int,
    *,
    choice: bool = True,
    targets: tuple[float, ...] = TARGETS,
    name: str = "synthetic",
) -> SweepOutcomes:
    """One sweep of a model.

    Args:
        model: The model.
        n: How many documents.
        seed: Of everything that is drawn.
        choice: Multiple choice, with forced answers and closed confidence; else outcomes alone.
        targets: The stated targets.
        name: The task's name.
    """
    rng = np.random.default_rng(seed)
    p = model.easy + (1 - model.easy) * rng.random(n)
    once = rng.random(n) < p
    unknown = np.full(n, np.nan)

    def confidence():
        if model.strength is None:
            return model.belief(p)
        # The mean of p given so many successes in `strength` trials, for a uniform prior.
        hints = rng.binomial(model.strength, p)
        return model.belief((hints + 1) / (model.strength + 2))

    def correct():
        return rng.random(n) < p if model.anew else once

    runs = []
    for target in targets:
        right = correct()
        answered = (confidence() > model.acts_on(target)) & (rng.random(n) >= model.random)
        answer = np.where(right, CORRECT, WRONG)
        outcome = np.where(answered, answer, ABSTAINED).astype(np.int8)
        runs.append(TargetOutcomes(target, outcome, right.astype(float) if choice else unknown))
    return SweepOutcomes(
        model=model.name,
        task=name,
        filter="none",
        setting="wording:paper-v1",
        documents=[(name, place) for place in range(n)],
        runs=tuple(runs),
        closed=np.where(correct(), CORRECT, WRONG).astype(np.int8),
        confidence=confidence() if choice else unknown,
    )
