"""The data of each picture as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.audits import SweepAudit
from lm_eval_abstain.logs import Run
from lm_eval_abstain.printing.tables import Table, table_of
from lm_eval_abstain.reports.curve_data import reliability, risk_curve, target_curves
from lm_eval_abstain.reports.drawn_runs import by_model, shown_scores
from lm_eval_abstain.rubric import ORDER, STANDARD_TARGETS, UnparsedPolicy
from lm_eval_abstain.statistics import metrics

__all__ = [
    "comparison",
    "outcomes",
    "policies",
    "reliabilities",
    "risks",
    "subjects",
    "sweeps",
]

_COVERAGES = (0.25, 0.5, 0.75, 1.0)


def outcomes(entries: Sequence[Run]) -> Table:
    """How many documents of each run had each outcome."""
    rows = [_counts(entry, entry.counts) for entry in entries]
    return table_of("Documents by outcome", rows)


def subjects(entries: Sequence[Run]) -> Table:
    """How many documents of each subject had each outcome."""
    rows = [
        {"subject": subject, **_counts(entry, counts)}
        for entry in entries
        for subject, counts in zip(entry.subjects, entry.table)
    ]
    return table_of("Documents by subject and outcome", rows)


def comparison(entries: Sequence[Run], unparsed: UnparsedPolicy) -> Table:
    """The score of each model at the standard targets."""
    rows: list[dict[str, Any]] = []
    for model, _, run in by_model(entries):
        scores = target_curves(run, unparsed, STANDARD_TARGETS).answered
        rows.append({"model": model, "run": run.label, **_at_targets(scores)})
    return table_of("Score by confidence target", rows)


def policies(entries: Sequence[Run], unparsed: UnparsedPolicy) -> Table:
    """The score of each policy at the standard targets, and of each open run at its own."""
    rows: list[dict[str, Any]] = []
    for model, runs, run in by_model(entries):
        known = target_curves(run, unparsed, STANDARD_TARGETS).policies
        rows += [
            {"model": model, "policy": policy, **_at_targets(values)}
            for policy, values in known.items()
        ]
        told = {f"t = {target:g}": one for target, one in shown_scores(runs, unparsed).items()}
        if told:
            rows.append({"model": model, "policy": "open rubric, as told", **told})
    return table_of("Score by policy and confidence target", rows)


def risks(entries: Sequence[Run], unparsed: UnparsedPolicy) -> Table:
    """How much each run answered, and the risk of each at some coverages."""
    rows: list[dict[str, Any]] = []
    for entry in entries:
        found, curve = metrics(entry.counts, 0, unparsed), risk_curve(entry)
        row: dict[str, Any] = {
            "model": entry.model,
            "run": entry.label,
            "answered / n": float(found["coverage"]),
            "wrong / answered": 1 - float(found["acc_answered"]),
        }
        if curve is not None:
            row |= {"AURC": curve.aurc, "AUGRC": curve.augrc}
            row |= {
                f"risk at {part:.0%}": float(np.interp(part, curve.coverage, curve.risk))
                for part in _COVERAGES
            }
        rows.append(row)
    return table_of("Coverage and risk", rows)


def reliabilities(entries: Sequence[Run]) -> Table:
    """How often the answers of each bin of confidence are right."""
    rows: list[dict[str, Any]] = []
    for model, _, run in by_model(entries):
        found = reliability(run)
        if found is not None:
            rows += [
                {"model": model, "mean confidence": sure, "right": right, "n": n}
                for sure, right, n in zip(
                    found.confidence.tolist(), found.accuracy, found.n.tolist()
                )
            ]
    return table_of("Confidence and accuracy by bin", rows)


def sweeps(audits: Sequence[SweepAudit]) -> Table:
    """How much was answered at each stated target, and how much of it was right."""
    rows = [
        {
            "model": one.model,
            "task": one.task,
            "filter": None if one.filter == "none" else one.filter,
            "stated t": f"{line.target:g}",
            "answered / n": line.coverage.value,
            "right / answered": line.reached,
        }
        for one in audits
        for line in one.targets
    ]
    return table_of("Answered, and right of the answered, by stated target", rows)


def _counts(entry: Run, counts: npt.NDArray[np.int64]) -> dict[str, Any]:
    seen = {outcome.value: int(count) for outcome, count in zip(ORDER, counts)}
    return {"model": entry.model, "run": entry.label, "n": sum(seen.values()), **seen}


def _at_targets(values: npt.NDArray[np.float64]) -> dict[str, float]:
    return {f"t = {target:g}": value for target, value in zip(STANDARD_TARGETS, values.tolist())}
