"""The audit: does a model act on the stakes that it is told?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.audits.acted import ActedTarget
from lm_eval_abstain.audits.bounds import rate
from lm_eval_abstain.audits.conditions import Condition
from lm_eval_abstain.audits.lines import PairLine, TargetLine, pair_lines, target_lines
from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes
from lm_eval_abstain.audits.verdict import Verdict, decide, documents_to_decide, evidence_of
from lm_eval_abstain.printing.audit_statement import statement
from lm_eval_abstain.rubric import ORDER, UNPARSED_POLICIES, UnparsedPolicy
from lm_eval_abstain.statistics import Interval

__all__ = ["Audit", "Brief", "audit", "brief"]

_SEED = 0


@dataclass(frozen=True)
class Audit:
    """The audit of one sweep.

    Attributes:
        model: The model's name.
        task: The base task's or the group's name.
        filter: The filter's name.
        setting: What the open prompts have in common.
        n: How many documents there are.
        tasks: How many base tasks they come from.
        level: How sure each verdict is.
        unparsed: What documents without an answer are scored as.
        verdict: The verdict.
        statement: The verdict in sentences.
        documents_needed: If undecided: roughly how many documents would decide; else None.
        targets: One line a target, lowest first.
        pairs: One line for each pair of targets that is compared.
        conditions: What following the targets asks.
        own: The same of a model that acts on the closed confidence; empty without one.
        acted: The targets that are acted on, as the closed confidence tells; empty without one.
        otherwise: The verdict if documents without an answer are scored in another way, by that
            way; empty where every document has an answer.
        missing: What could not be audited, and why.
        notes: What else a reader has to know.
    """

    model: str
    task: str
    filter: str
    setting: str
    n: int
    tasks: int
    level: float
    unparsed: UnparsedPolicy
    verdict: Verdict
    statement: tuple[str, ...]
    documents_needed: int | None
    targets: tuple[TargetLine, ...]
    pairs: tuple[PairLine, ...]
    conditions: tuple[Condition, ...]
    own: tuple[Condition, ...]
    acted: tuple[ActedTarget, ...]
    otherwise: Mapping[str, Verdict]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """The verdict of an audit without its lines.

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


def brief(sweep: SweepOutcomes, level: float = 0.95, unparsed: UnparsedPolicy = "wrong") -> Brief:
    """The verdict alone, which takes milliseconds; the arguments are those of `audit`."""
    evidence = evidence_of(sweep, level, unparsed)
    behaviour = evidence.behaviour
    return Brief(
        model=sweep.model,
        task=sweep.task,
        filter=sweep.filter,
        setting=sweep.setting,
        n=sweep.n,
        targets=sweep.targets,
        coverage=evidence.reaction.coverage,
        acc_answered=tuple(
            rate(int(right.sum()), int(answered.sum()), level)
            for right, answered in zip(behaviour.right, behaviour.answered)
        ),
        verdict=decide(evidence),
    )


def audit(
    sweep: SweepOutcomes,
    level: float = 0.95,
    unparsed: UnparsedPolicy = "wrong",
    replicates: int = 10_000,
    rng: np.random.Generator | None = None,
) -> Audit:
    """Audit a sweep.

    Args:
        sweep: The runs.
        level: How sure each verdict has to be, in (0, 1).
        unparsed: What documents without an answer are scored as.
        replicates: How many bootstrap replicates are drawn for differences of scores.
        rng: Their generator; without one the same sweep gives the same audit.

    Raises:
        AbstainError: The level is not in (0, 1), or the policy is unknown.
    """
    rng = rng or np.random.default_rng(_SEED)
    evidence = evidence_of(sweep, level, unparsed)
    verdict = decide(evidence)
    needed = documents_to_decide(evidence) if verdict is Verdict.UNDECIDED else None
    return Audit(
        model=sweep.model,
        task=sweep.task,
        filter=sweep.filter,
        setting=sweep.setting,
        n=sweep.n,
        tasks=sweep.tasks,
        level=level,
        unparsed=unparsed,
        verdict=verdict,
        statement=statement(verdict, evidence, needed),
        documents_needed=needed,
        targets=target_lines(sweep, evidence, level, unparsed, replicates, rng),
        pairs=pair_lines(sweep, evidence, level, unparsed, replicates, rng),
        conditions=evidence.conditions,
        own=evidence.own or (),
        acted=evidence.acted,
        otherwise=_otherwise(sweep, level, unparsed),
        missing=tuple(_missing(sweep)),
        notes=tuple(_notes(sweep)),
    )


def _otherwise(sweep: SweepOutcomes, level: float, unparsed: UnparsedPolicy) -> dict[str, Verdict]:
    """The verdict under the other policies, where they make a difference to any document."""
    answerless = np.array([outcome.answerless for outcome in ORDER])
    if not any(answerless[run.outcome].any() for run in sweep.runs):
        return {}
    others: list[UnparsedPolicy] = [policy for policy in UNPARSED_POLICIES if policy != unparsed]
    return {policy: decide(evidence_of(sweep, level, policy)) for policy in others}


def _missing(sweep: SweepOutcomes) -> list[str]:
    missing: list[str] = []
    if len(sweep.runs) < 2:
        missing.append(
            "there is one target only, so whether the model reacts to the stakes cannot be seen: "
            "run <base>_abstain_sweep."
        )
    if sweep.closed is None:
        missing.append(
            "there is no closed run, so there is no comparison with it, and no closed confidence: "
            "add <base>_closed, or the base task itself, with --log_samples."
        )
    unforced = any(np.isnan(run.forced).any() for run in sweep.runs)
    if unforced and sweep.closed is None:
        missing.append(
            "what would have been answered instead of abstaining is not known, so abstentions "
            "cannot be judged."
        )
    elif unforced:
        missing.append(
            "there are no forced answers: the closed run's answers stand in for them, which come "
            "from another prompt."
        )
    known = np.isfinite(sweep.confidence)
    if sweep.closed is not None and not known.all():
        few = f" ({int(known.sum())} of {sweep.n} documents have one)" if known.any() else ""
        missing.append(
            f"there is no closed confidence{few}: what the model acts on, and the best fixed "
            "policy, are left out."
        )
    return missing


def _notes(sweep: SweepOutcomes) -> list[str]:
    notes = list(sweep.notes)
    if sweep.tasks > 1:
        notes.append(
            f"the documents of {sweep.tasks} tasks are pooled and taken as independent: the "
            "intervals are about other documents of these tasks, not about other tasks."
        )
    answerless = np.array([outcome.answerless for outcome in ORDER])
    most = max(sweep.runs, key=lambda run: answerless[run.outcome].mean())
    share = answerless[most.outcome].mean()
    if share > 0:
        notes.append(
            f"at t = {most.target:g}, {100 * share:.1f}% of the responses hold no answer; see "
            "--unparsed for how they are scored."
        )
    return notes
