"""What other policies would have scored on the same documents, at the stakes that were stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lm_eval_abstain.audits.behaviour import instead
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.outcomes.answers import Codes, codes_if_implied
from lm_eval_abstain.rubric import CODE, Outcome, UnparsedPolicy
from lm_eval_abstain.statistics import (
    ALWAYS_ABSTAIN,
    ALWAYS_ANSWER,
    Difference,
    best_threshold,
    holm,
    joint,
    metrics,
    paired_bootstrap,
    tally,
)

__all__ = ["CLOSED", "Regret", "regrets_of"]

CLOSED = "the closed rubric"


@dataclass(frozen=True)
class Regret:
    """The score of another policy less the score of the open run.

    Attributes:
        against: The policy: `always answering`, `always abstaining`, `the closed rubric`, or
            `the best fixed policy`, which answers above one threshold on the closed confidence,
            chosen in hindsight so that it scores best.
        how: Where its outcomes come from.
        score: What it scores.
        difference: Its score less the run's, positive where the run loses; by a paired bootstrap,
            with a p-value corrected after Holm for the number of targets.
        verdict: `loses` or `gains` against it, or `undecided`.
    """

    against: str
    how: str
    score: float
    difference: Difference
    verdict: str


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
    rows: list[dict[str, Regret]] = []
    for run in sweep.runs:
        rows.append({})
        for against, how, codes in _policies(sweep, run):
            counts = tally(codes)
            difference = paired_bootstrap(
                joint(run.outcome, codes),
                "score",
                run.target,
                run.target,
                unparsed,
                level,
                replicates,
                rng,
            )
            score = float(metrics(counts, run.target, unparsed)["score"])
            rows[-1][against] = Regret(against, how, score, difference, "undecided")
    for against in {name for row in rows for name in row}:
        known = [row for row in rows if against in row]
        adjusted = holm([row[against].difference.p for row in known])
        for row, p in zip(known, adjusted):
            row[against] = _corrected(row[against], p, level)
    return tuple(tuple(row.values()) for row in rows)


def _corrected(regret: Regret, p: float, level: float) -> Regret:
    verdict = "undecided"
    if p < 1 - level:
        verdict = "loses" if regret.difference.value > 0 else "gains"
    return replace(regret, difference=replace(regret.difference, p=p), verdict=verdict)


def _policies(sweep: SweepOutcomes, run: TargetOutcomes) -> Iterator[tuple[str, str, Codes]]:
    forced = np.isfinite(run.forced).all()
    always = instead(sweep, run)
    if always is not None:
        yield "always answering", "forced answers" if forced else "closed answers", always
    abstained = np.full(sweep.n, CODE[Outcome.ABSTAINED], dtype=np.int8)
    yield "always abstaining", "no answer", abstained
    if sweep.closed is None:
        return
    yield CLOSED, "closed answers", sweep.closed
    if np.isfinite(sweep.confidence).all():
        correct = sweep.closed == CODE[Outcome.CORRECT]
        threshold, _ = best_threshold(sweep.confidence, correct, run.target)
        kept = codes_if_implied(sweep.closed, sweep.confidence, threshold)
        ends = {ALWAYS_ANSWER: "all closed answers", ALWAYS_ABSTAIN: "no answer"}
        how = ends.get(threshold, f"closed answers above {threshold:.3g}")
        yield "the best fixed policy", how, kept
