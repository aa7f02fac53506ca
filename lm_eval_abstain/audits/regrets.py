"""What other policies would have scored on the same documents, at the stakes that were stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lm_eval_abstain.audits.behaviour import outcomes_if_answered
from lm_eval_abstain.audits.findings import AnswerSource, FixedPolicy, RegretVerdict
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.outcomes.answers import Codes, codes_if_implied
from lm_eval_abstain.rubric import CODE, Outcome, UnparsedPolicy
from lm_eval_abstain.statistics import (
    Difference,
    best_threshold,
    holm,
    joint,
    metrics,
    paired_bootstrap,
    tally,
)

__all__ = ["Regret", "regrets_of"]


@dataclass(frozen=True)
class Regret:
    """The score of another policy less the score of the open run.

    Attributes:
        policy: The policy.
        source: Where its answers come from.
        threshold: Only answers whose closed confidence is above it are given; None where the
            policy has no threshold. It may be `ALWAYS_ANSWER` or `ALWAYS_ABSTAIN`.
        score: What it scores.
        difference: Its score less the run's, positive where the run loses; by a paired bootstrap,
            with a p-value corrected after Holm for the number of targets.
        verdict: Whether the run loses or gains against it.
    """

    policy: FixedPolicy
    source: AnswerSource
    threshold: float | None
    score: float
    difference: Difference
    verdict: RegretVerdict


@dataclass(frozen=True, eq=False)
class _Alternative:
    policy: FixedPolicy
    source: AnswerSource
    outcomes: Codes
    threshold: float | None = None


def regrets_of(
    sweep: SweepOutcomes,
    level: float,
    unparsed: UnparsedPolicy,
    replicates: int,
    rng: np.random.Generator,
) -> tuple[tuple[Regret, ...], ...]:
    """The regrets at each target, lowest first; policies whose outcomes are unknown are left out.

    Args:
        sweep: The sweep.
        level: In (0, 1).
        unparsed: What documents without an answer are scored as.
        replicates: How many bootstrap replicates are drawn.
        rng: The generator.
    """
    rows: list[dict[FixedPolicy, Regret]] = []
    for run in sweep.runs:
        rows.append({})
        for other in _alternatives(sweep, run):
            difference = paired_bootstrap(
                joint(run.outcome, other.outcomes),
                "score",
                run.target,
                run.target,
                unparsed,
                level,
                replicates,
                rng,
            )
            rows[-1][other.policy] = Regret(
                policy=other.policy,
                source=other.source,
                threshold=other.threshold,
                score=float(metrics(tally(other.outcomes), run.target, unparsed)["score"]),
                difference=difference,
                verdict=RegretVerdict.UNDECIDED,
            )
    for policy in FixedPolicy:
        known = [row for row in rows if policy in row]
        adjusted = holm([row[policy].difference.p for row in known])
        for row, p in zip(known, adjusted):
            row[policy] = _corrected(row[policy], p, level)
    return tuple(tuple(row.values()) for row in rows)


def _corrected(regret: Regret, p: float, level: float) -> Regret:
    verdict = RegretVerdict.UNDECIDED
    if p < 1 - level:
        verdict = RegretVerdict.LOSES if regret.difference.value > 0 else RegretVerdict.GAINS
    return replace(regret, difference=replace(regret.difference, p=p), verdict=verdict)


def _alternatives(sweep: SweepOutcomes, run: TargetOutcomes) -> Iterator[_Alternative]:
    forced = np.isfinite(run.forced).all()
    always = outcomes_if_answered(sweep, run)
    if always is not None:
        source = AnswerSource.FORCED if forced else AnswerSource.CLOSED
        yield _Alternative(FixedPolicy.ALWAYS_ANSWER, source, always)
    abstained = np.full(sweep.n, CODE[Outcome.ABSTAINED], dtype=np.int8)
    yield _Alternative(FixedPolicy.ALWAYS_ABSTAIN, AnswerSource.NONE, abstained)
    if sweep.closed is None:
        return
    yield _Alternative(FixedPolicy.CLOSED_RUBRIC, AnswerSource.CLOSED, sweep.closed)
    if np.isfinite(sweep.confidence).all():
        correct = sweep.closed == CODE[Outcome.CORRECT]
        threshold, _ = best_threshold(sweep.confidence, correct, run.target)
        kept = codes_if_implied(sweep.closed, sweep.confidence, threshold)
        yield _Alternative(FixedPolicy.BEST_THRESHOLD, AnswerSource.CLOSED, kept, threshold)
