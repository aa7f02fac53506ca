"""The results of an audit for each pair of targets that is compared."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from lm_eval_abstain.audits.findings import Direction
from lm_eval_abstain.audits.reaction import CoverageChange, Reaction, compared_pairs
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.rubric import UnparsedPolicy
from lm_eval_abstain.statistics import Difference, holm, joint, paired_bootstrap

__all__ = ["PairResult", "pair_results"]


@dataclass(frozen=True)
class PairResult:
    """The runs at two targets, on the same documents.

    Attributes:
        coverage: How coverage changes.
        acc_answered: The accuracy of the answered at the higher target less that at the lower;
            its p-value is corrected for the number of pairs.
        accuracy: Where that accuracy goes; `UNKNOWN` if nothing is answered at one of the two.
    """

    coverage: CoverageChange
    acc_answered: Difference
    accuracy: Direction


def pair_results(
    sweep: SweepOutcomes,
    reaction: Reaction,
    level: float,
    unparsed: UnparsedPolicy,
    replicates: int,
    rng: np.random.Generator,
) -> tuple[PairResult, ...]:
    """One result for each pair of `compared_pairs`.

    Args:
        sweep: The sweep.
        reaction: How its coverage changes.
        level: In (0, 1).
        unparsed: What documents without an answer are scored as.
        replicates: How many bootstrap replicates are drawn.
        rng: The generator.
    """
    differences: list[Difference] = []
    for low, high in compared_pairs(sweep.targets):
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
    corrected = [replace(one, p=p) for one, p in zip(differences, adjusted)]
    return tuple(
        PairResult(change, difference, _direction(difference, level))
        for change, difference in zip(reaction.changes, corrected)
    )


def _direction(difference: Difference, level: float) -> Direction:
    if math.isnan(difference.value):
        return Direction.UNKNOWN
    if difference.p >= 1 - level:
        return Direction.UNDECIDED
    return Direction.RISES if difference.value > 0 else Direction.FALLS
