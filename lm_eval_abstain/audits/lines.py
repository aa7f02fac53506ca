"""The lines of an audit: one a target, and one a pair of targets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.bounds import rate
from lm_eval_abstain.audits.reaction import Move, compared
from lm_eval_abstain.audits.regret import CLOSED, Regret, regrets_of
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.audits.verdict import Evidence
from lm_eval_abstain.outcomes.answers import Codes
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics import (
    Counts,
    Difference,
    Interval,
    holm,
    joint,
    paired_bootstrap,
    tally,
)

__all__ = ["Estimate", "PairLine", "TargetLine", "pair_lines", "target_lines"]


@dataclass(frozen=True)
class Estimate:
    """A metric with its standard error.

    Attributes:
        value: NaN where there is no document to measure it on.
        stderr: From the documents' variance, with n - 1 as in the harness; NaN for n < 2.
    """

    value: float
    stderr: float


@dataclass(frozen=True)
class TargetLine:
    """A run at one target.

    Attributes:
        target: The stated target.
        penalty: The points that a mistake costs.
        n: How many documents are scored.
        counts: How many documents had each outcome; unscored ones are among them.
        coverage: Answered / n.
        acc_answered: Correct / answered.
        error_rate: Wrong / n.
        score: Mean points.
        unparsed_rate: The share of documents without an answer.
        reached: How often the answers are right, with its exact interval.
        verdict: Whether that is `above` or `below` the target, after a correction for the number
            of targets; `undecided`; or `nothing answered`.
        false_abstentions: Abstentions where the answer given instead would have been right.
        justified_abstentions: Abstentions where it would have been wrong.
        unknown_abstentions: Abstentions of which that is not known.
        false_rate: False abstentions among those of which it is known, with its exact interval.
        regrets: What other policies would have scored on the same documents.
        open_minus_closed: The score less that of the closed run at the same stakes; None without
            a closed run. Its p-value is corrected for the number of targets.
    """

    target: float
    penalty: float
    n: int
    counts: Counts
    coverage: Estimate
    acc_answered: Estimate
    error_rate: Estimate
    score: Estimate
    unparsed_rate: Estimate
    reached: Interval
    verdict: str
    false_abstentions: int
    justified_abstentions: int
    unknown_abstentions: int
    false_rate: Interval
    regrets: tuple[Regret, ...]
    open_minus_closed: Difference | None


@dataclass(frozen=True)
class PairLine:
    """The runs at two targets, on the same documents.

    Attributes:
        move: How coverage moves.
        acc_answered: The accuracy of the answered at the higher target less that at the lower;
            its p-value is corrected for the number of pairs.
        accuracy: `rises`, `falls`, `undecided`, or `nothing answered` at one of the two.
    """

    move: Move
    acc_answered: Difference
    accuracy: str


def target_lines(
    sweep: SweepOutcomes,
    evidence: Evidence,
    level: float,
    unparsed: UnparsedPolicy,
    replicates: int,
    rng: np.random.Generator,
) -> tuple[TargetLine, ...]:
    """One line a target, lowest first; the arguments are those of `audit`."""
    behaviour = evidence.behaviour
    corrected = 1 - (1 - level) / len(sweep.runs)
    regrets = regrets_of(sweep, level, unparsed, replicates, rng)
    lines: list[TargetLine] = []
    for place, run in enumerate(sweep.runs):
        counts = _counts(run.outcome)
        answered, right = behaviour.answered[place], behaviour.right[place]
        scored = behaviour.counted[place]
        rubric = Rubric(run.target)
        wrong = answered & ~right
        points = rubric.total(right, wrong)[scored]
        known, missed = int(behaviour.known[place].sum()), int(behaviour.missed[place].sum())
        idle = int(behaviour.abstained[place].sum())
        given, hits = int(answered.sum()), int(right.sum())
        against = {regret.against: regret for regret in regrets[place]}
        closed = against.get(CLOSED)
        lines.append(
            TargetLine(
                target=run.target,
                penalty=rubric.penalty,
                n=int(scored.sum()),
                counts=counts,
                coverage=_mean(answered[scored]),
                acc_answered=_mean(right[answered]),
                error_rate=_mean(wrong[scored]),
                score=_mean(points),
                unparsed_rate=_mean(np.array([kind.answerless for kind in ORDER])[run.outcome]),
                reached=rate(hits, given, level),
                verdict=_reached(rate(hits, given, corrected), run.target),
                false_abstentions=missed,
                justified_abstentions=known - missed,
                unknown_abstentions=idle - known,
                false_rate=rate(missed, known, level),
                regrets=regrets[place],
                open_minus_closed=None if closed is None else _negative(closed.difference),
            )
        )
    return tuple(lines)


def pair_lines(
    sweep: SweepOutcomes,
    evidence: Evidence,
    level: float,
    unparsed: UnparsedPolicy,
    replicates: int,
    rng: np.random.Generator,
) -> tuple[PairLine, ...]:
    """One line for each pair of `compared`; the arguments are those of `audit`."""
    differences: list[Difference] = []
    for low, high in compared(sweep.targets):
        one, other = sweep.runs[low], sweep.runs[high]
        differences.append(
            paired_bootstrap(
                joint(one.outcome, other.outcome),
                "acc_answered",
                one.target,
                other.target,
                unparsed,
                level,
                replicates,
                rng,
            )
        )
    adjusted = holm([difference.p for difference in differences])
    return tuple(
        PairLine(
            move,
            Difference(d.value, d.low, d.high, p, d.n, d.level),
            "nothing answered"
            if math.isnan(d.value)
            else "undecided"
            if p >= 1 - level
            else "rises"
            if d.value > 0
            else "falls",
        )
        for move, d, p in zip(evidence.reaction.moves, differences, adjusted)
    )


def _counts(codes: Codes) -> Counts:
    return Counts.from_array(tally(codes))


def _mean(values: np.ndarray) -> Estimate:
    n = len(values)
    if n == 0:
        return Estimate(math.nan, math.nan)
    stderr = float(values.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
    return Estimate(float(values.mean()), stderr)


def _reached(interval: Interval, target: float) -> str:
    if interval.n == 0:
        return "nothing answered"
    if interval.low >= target:
        return "above"
    return "below" if interval.high < target else "undecided"


def _negative(difference: Difference) -> Difference:
    return Difference(
        0 - difference.value,
        0 - difference.high,
        0 - difference.low,
        difference.p,
        difference.n,
        difference.level,
    )
