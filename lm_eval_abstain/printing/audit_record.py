"""An audit as plain values, for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lm_eval_abstain.audits.conditions import Condition
from lm_eval_abstain.audits.effective_target import EffectiveTarget
from lm_eval_abstain.audits.pair_results import PairResult
from lm_eval_abstain.audits.regrets import Regret
from lm_eval_abstain.audits.sweep_audit import SweepAudit, SweepVerdict
from lm_eval_abstain.audits.target_results import TargetResult
from lm_eval_abstain.printing.audit_remarks import missing_sentences, note_sentences
from lm_eval_abstain.printing.audit_results import (
    condition_sentence,
    effective_target_sentence,
    pair_sentence,
    target_sentence,
)
from lm_eval_abstain.printing.audit_tables import source_text
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.printing.tables import jsonable

__all__ = ["audit_record", "member_record"]


def audit_record(audited: SweepAudit) -> dict[str, Any]:
    """All of an audit: every number, and the sentence that each result makes.

    Returns:
        Texts, numbers, lists and mappings; what is not known is None, so there is no NaN.
    """
    evidence = audited.evidence
    return jsonable(
        {
            "model": audited.model,
            "task": audited.task,
            "filter": audited.filter,
            "setting": audited.setting,
            "n": audited.n,
            "tasks": audited.tasks,
            "level": audited.level,
            "unparsed": audited.unparsed,
            "verdict": audited.verdict,
            "statement": verdict_sentences(audited),
            "documents_needed": audited.documents_needed,
            "targets": [_target(line) for line in audited.targets],
            "pairs": [_pair(line) for line in audited.pairs],
            "conditions": [_condition(one) for one in evidence.conditions],
            "own": [_condition(one) for one in evidence.implied_conditions or ()],
            "acted": [_effective_target(one) for one in evidence.effective_targets],
            "otherwise": audited.otherwise,
            "missing": missing_sentences(audited),
            "notes": note_sentences(audited),
        }
    )


def member_record(member: SweepVerdict) -> dict[str, Any]:
    """All of a verdict without the results at each target."""
    return jsonable(asdict(member))


def _target(line: TargetResult) -> dict[str, Any]:
    regrets = [_regret(regret) for regret in line.regrets]
    return {**asdict(line), "regrets": regrets, "words": target_sentence(line)}


def _regret(regret: Regret) -> dict[str, Any]:
    return {
        "against": regret.policy,
        "how": source_text(regret),
        "score": regret.score,
        "difference": asdict(regret.difference),
        "verdict": regret.verdict,
    }


def _pair(line: PairResult) -> dict[str, Any]:
    return {
        "move": asdict(line.coverage),
        "acc_answered": asdict(line.acc_answered),
        "accuracy": line.accuracy,
        "words": pair_sentence(line),
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {**asdict(condition), "words": condition_sentence(condition)}


def _effective_target(effective: EffectiveTarget) -> dict[str, Any]:
    return {
        "stated": effective.stated,
        "acted": effective.threshold,
        "kappa": effective.kappa,
        "verdict": effective.verdict,
        "words": effective_target_sentence(effective),
    }
