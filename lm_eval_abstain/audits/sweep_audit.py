"""The audit of one sweep: does a model act on the stakes that it is told?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.behaviour import behaviour_of
from lm_eval_abstain.audits.findings import Missing, Verdict
from lm_eval_abstain.audits.pair_results import PairResult, pair_results
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.audits.target_results import TargetResult, target_results
from lm_eval_abstain.audits.verdict import Evidence, decide, documents_to_decide, evidence_of
from lm_eval_abstain.rubric import ORDER, UNPARSED_POLICIES, UnparsedPolicy
from lm_eval_abstain.statistics import Interval
from lm_eval_abstain.statistics.intervals import SEED

__all__ = ["SweepAudit", "SweepVerdict", "audit_sweep", "sweep_verdict"]


@dataclass(frozen=True)
class SweepAudit:
    """The audit of one sweep.

    Attributes:
        model: The model's name.
        task: The base task's or the group's name.
        filter: The filter's name.
        setting: What the open prompts have in common.
        n: How many documents there are.
        tasks: How many base tasks they come from.
        confidences: How many documents have a closed confidence.
        level: How sure each verdict is.
        unparsed: What documents without an answer are scored as.
        verdict: The verdict.
        evidence: What it rests on.
        documents_needed: If undecided: roughly how many documents would decide; None if that
            cannot be told, or if the verdict is another.
        targets: One result a target, lowest first.
        pairs: One result for each pair of targets that is compared.
        otherwise: The verdict if documents without an answer are scored in another way, by that
            way; empty where every document has an answer.
        missing: What the sweep lacks.
        notes: What a reader has to know of how the runs were put together.
    """

    model: str
    task: str
    filter: str
    setting: str
    n: int
    tasks: int
    confidences: int
    level: float
    unparsed: UnparsedPolicy
    verdict: Verdict
    evidence: Evidence
    documents_needed: int | None
    targets: tuple[TargetResult, ...]
    pairs: tuple[PairResult, ...]
    otherwise: Mapping[UnparsedPolicy, Verdict]
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SweepVerdict:
    """The verdict on one sweep without the results at each target.

    Attributes:
        model: The model's name.
        task: The base task's or the group's name.
        filter: The filter's name.
        setting: What the open prompts have in common.
        n: How many documents there are.
        targets: The targets, lowest first.
        coverage: The coverage at each, with its exact interval.
        acc_answered: The accuracy of what is answered at each, with its exact interval.
        verdict: The verdict.
    """

    model: str
    task: str
    filter: str
    setting: str
    n: int
    targets: tuple[float, ...]
    coverage: tuple[Interval, ...]
    acc_answered: tuple[Interval, ...]
    verdict: Verdict


def sweep_verdict(
    sweep: SweepOutcomes, level: float = 0.95, unparsed: UnparsedPolicy = "wrong"
) -> SweepVerdict:
    """The verdict alone, which takes milliseconds; the arguments are those of `audit_sweep`."""
    evidence = evidence_of(sweep, level, unparsed)
    return SweepVerdict(
        model=sweep.model,
        task=sweep.task,
        filter=sweep.filter,
        setting=sweep.setting,
        n=sweep.n,
        targets=sweep.targets,
        coverage=evidence.reaction.coverage,
        acc_answered=evidence.acc_answered,
        verdict=decide(evidence),
    )


def audit_sweep(
    sweep: SweepOutcomes,
    level: float = 0.95,
    unparsed: UnparsedPolicy = "wrong",
    replicates: int = 10_000,
) -> SweepAudit:
    """Audit one sweep; the same sweep always gives the same audit.

    Args:
        sweep: The runs.
        level: How sure each verdict has to be, in (0, 1).
        unparsed: What documents without an answer are scored as.
        replicates: How many bootstrap replicates are drawn for differences of scores.

    Raises:
        AbstainError: The level is not in (0, 1).
    """
    rng = np.random.default_rng(SEED)
    evidence = evidence_of(sweep, level, unparsed)
    behaviour = behaviour_of(sweep, unparsed)
    verdict = decide(evidence)
    undecided = verdict is Verdict.UNDECIDED
    return SweepAudit(
        model=sweep.model,
        task=sweep.task,
        filter=sweep.filter,
        setting=sweep.setting,
        n=sweep.n,
        tasks=sweep.tasks,
        confidences=int(np.isfinite(sweep.confidence).sum()),
        level=level,
        unparsed=unparsed,
        verdict=verdict,
        evidence=evidence,
        documents_needed=documents_to_decide(evidence) if undecided else None,
        # Both draw from one generator, so their order decides the numbers.
        targets=target_results(sweep, behaviour, level, unparsed, replicates, rng),
        pairs=pair_results(sweep, evidence.reaction, level, unparsed, replicates, rng),
        otherwise=_otherwise(sweep, level, unparsed),
        missing=tuple(_missing(sweep)),
        notes=sweep.notes,
    )


def _otherwise(
    sweep: SweepOutcomes, level: float, unparsed: UnparsedPolicy
) -> dict[UnparsedPolicy, Verdict]:
    """The verdict under the other policies, where they make a difference to any document."""
    answerless = np.array([outcome.answerless for outcome in ORDER])
    if not any(answerless[run.outcome].any() for run in sweep.runs):
        return {}
    others: list[UnparsedPolicy] = [policy for policy in UNPARSED_POLICIES if policy != unparsed]
    return {policy: decide(evidence_of(sweep, level, policy)) for policy in others}


def _missing(sweep: SweepOutcomes) -> list[Missing]:
    missing: list[Missing] = []
    if len(sweep.runs) < 2:
        missing.append(Missing.SECOND_TARGET)
    if sweep.closed is None:
        missing.append(Missing.CLOSED_RUN)
    if any(np.isnan(run.forced).any() for run in sweep.runs):
        unknown = sweep.closed is None
        missing.append(Missing.ANSWERS_INSTEAD if unknown else Missing.FORCED_ANSWERS)
    if sweep.closed is not None and not np.isfinite(sweep.confidence).all():
        missing.append(Missing.CLOSED_CONFIDENCE)
    return missing
