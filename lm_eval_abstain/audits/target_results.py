"""The results of an audit at each stated target."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.behaviour import Behaviour
from lm_eval_abstain.audits.bounds import rate
from lm_eval_abstain.audits.findings import FixedPolicy, TargetVerdict
from lm_eval_abstain.audits.regrets import Regret, regrets_of
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.outcomes.stakes import free_share
from lm_eval_abstain.rubric import ORDER, Rubric, UnparsedPolicy
from lm_eval_abstain.statistics import Counts, Difference, Interval, tally

__all__ = ["Estimate", "TargetResult", "target_results"]


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
class TargetResult:
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
        verdict: Whether that is above or below the target, after a correction for the number of
            targets.
        false_abstentions: Abstentions where the answer given instead would have been right.
        justified_abstentions: Abstentions where it would have been wrong.
        unknown_abstentions: Abstentions of which that is not known.
        free_share: The share of the abstentions that are there at t = 0, too; NaN where that is
            not known or nothing is abstained.
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
    verdict: TargetVerdict
    false_abstentions: int
    justified_abstentions: int
    unknown_abstentions: int
    free_share: float
    false_rate: Interval
    regrets: tuple[Regret, ...]
    open_minus_closed: Difference | None


def target_results(
    sweep: SweepOutcomes,
    behaviour: Behaviour,
    level: float,
    unparsed: UnparsedPolicy,
    replicates: int,
    rng: np.random.Generator,
) -> tuple[TargetResult, ...]:
    """One result a target, lowest first.

    Args:
        sweep: The sweep.
        behaviour: The behaviour that it shows.
        level: In (0, 1).
        unparsed: What documents without an answer are scored as.
        replicates: How many bootstrap replicates are drawn.
        rng: The generator.
    """
    regrets = regrets_of(sweep, level, unparsed, replicates, rng)
    return tuple(
        _target_result(sweep, behaviour, place, level, regrets[place])
        for place in range(len(sweep.runs))
    )


def _target_result(
    sweep: SweepOutcomes,
    behaviour: Behaviour,
    place: int,
    level: float,
    regrets: tuple[Regret, ...],
) -> TargetResult:
    run = sweep.runs[place]
    rubric = Rubric(run.target)
    answered, right = behaviour.answered[place], behaviour.right[place]
    scored = behaviour.counted[place]
    wrong = answered & ~right
    known, missed = int(behaviour.known[place].sum()), int(behaviour.missed[place].sum())
    free = sweep.free_abstentions(place)
    given, hits = int(answered.sum()), int(right.sum())
    corrected = 1 - (1 - level) / len(sweep.runs)
    closed = {regret.policy: regret for regret in regrets}.get(FixedPolicy.CLOSED_RUBRIC)
    return TargetResult(
        target=run.target,
        penalty=rubric.penalty,
        n=int(scored.sum()),
        counts=Counts.from_array(tally(run.outcome)),
        coverage=_mean(answered[scored]),
        acc_answered=_mean(right[answered]),
        error_rate=_mean(wrong[scored]),
        score=_mean(rubric.total(right, wrong)[scored]),
        unparsed_rate=_mean(np.array([kind.answerless for kind in ORDER])[run.outcome]),
        reached=rate(hits, given, level),
        verdict=_verdict(rate(hits, given, corrected), run.target),
        false_abstentions=missed,
        justified_abstentions=known - missed,
        unknown_abstentions=int(behaviour.abstained[place].sum()) - known,
        free_share=math.nan if free is None else free_share(behaviour.abstained[place], free),
        false_rate=rate(missed, known, level),
        regrets=regrets,
        open_minus_closed=None if closed is None else _reversed(closed.difference),
    )


def _mean(values: np.ndarray) -> Estimate:
    n = len(values)
    if n == 0:
        return Estimate(math.nan, math.nan)
    stderr = float(values.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
    return Estimate(float(values.mean()), stderr)


def _verdict(interval: Interval, target: float) -> TargetVerdict:
    if interval.n == 0:
        return TargetVerdict.UNKNOWN
    if interval.low >= target:
        return TargetVerdict.ABOVE
    return TargetVerdict.BELOW if interval.high < target else TargetVerdict.UNDECIDED


def _reversed(difference: Difference) -> Difference:
    return Difference(
        0 - difference.value,
        0 - difference.high,
        0 - difference.low,
        difference.p,
        difference.n,
        difference.level,
    )
