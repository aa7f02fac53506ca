"""Scores as text: for people two tables a model, for programs every metric with its limits."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from lm_eval_abstain.printing.tables import TableFormat, jsonable, p_value, render
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.scores.compare import Comparison
from lm_eval_abstain.scores.rescore import Scores
from lm_eval_abstain.scores.score import CONFIDENCE_METRICS, KEYS, Score
from lm_eval_abstain.statistics import Interval

__all__ = ["comparisons_text", "remarks", "text_of"]

_HEADINGS = {
    "task": "task",
    "filter": "filter",
    "rubric": "rubric",
    "t": "t",
    "n": "n",
    "score": "score [95%]",
    "acc": "acc",
    "error_rate": "error_rate",
    "abstain_rate": "abstain_rate",
    "unparsed_rate": "unparsed_rate",
    "bounds": "score, unparsed wrong to abstain",
    "acc_answered": "acc_answered",
    "policy_score": "policy_score",
    "policy_coverage": "policy_coverage",
}
_CURVES = ("aurc", "augrc", "ece", "brier")
_POLICIES = {
    "wrong": "Documents without an answer are scored as wrong.",
    "abstain": "Documents without an answer are scored as abstentions.",
    "exclude": "Documents without an answer are left out of all rates but unparsed_rate.",
}


def text_of(scores: Scores, how: TableFormat) -> str:
    """All scores in one of the formats for people or programs."""
    if how == "csv":
        return render([score.record() for score in scores.scores], how, dict(zip(KEYS, KEYS)))
    if how == "json":
        content = {
            "unparsed": scores.unparsed,
            "level": scores.level,
            "scores": [score.record() for score in scores.scores],
            "notes": scores.notes,
            "skipped": scores.skipped,
        }
        return json.dumps(jsonable(content), indent=2, ensure_ascii=False) + "\n"
    blocks: list[str] = []
    for model in dict.fromkeys(score.model for score in scores.scores):
        own = [score for score in scores.scores if score.model == model]
        title = f"## {model}\n\n" if how == "markdown" else f"{model}\n"
        blocks.append(title + render([_row(score) for score in own], how, _HEADINGS))
        confidence = _confidence_rows(own)
        if confidence:
            blocks.append(render(confidence, how))
    ending = "\n\n" if how == "markdown" else "\n"
    return "\n".join([*blocks, "".join(f"{line}{ending}" for line in remarks(scores))])


def comparisons_text(comparisons: Sequence[Comparison], how: TableFormat) -> str:
    """Comparisons in one of the formats; for people one column a difference and one a p-value."""
    if how in ("csv", "json"):
        return render([one.record() for one in comparisons], how)
    rows = [
        {
            **{key: one.record()[key] for key in ("task", "filter", "one", "other")},
            "t": Rubric(one.target).target_text,
            "n": one.n,
            "score: other - one [95%]": one.score.interval,
            "p": p_value(one.score.p),
            "acc: other - one [95%]": one.acc.interval,
            "p (McNemar)": p_value(one.acc.p),
        }
        for one in comparisons
    ]
    ending = (
        f"p-values are corrected after Holm for {len(comparisons)} comparisons; documents are "
        "paired, and drawn within each task.\n"
    )
    return f"{render(rows, how)}\n{ending}"


def _row(score: Score) -> dict[str, Any]:
    """One score as people read it, with limits for the score alone."""
    record = {
        name: value.value if isinstance(value, Interval) and name != "score" else value
        for name, value in score.record().items()
    }
    lowest, highest = record.get("score_unparsed_wrong"), record.get("score_unparsed_abstain")
    return record | {
        "task": f"{score.name} (group)" if score.group else score.name,
        "filter": None if score.filter == "none" else score.filter,
        "rubric": score.rubric
        if math.isnan(score.shown)
        else f"{score.rubric}, t = {Rubric(score.shown).target_text}",
        "t": Rubric(score.target).target_text,
        # Where options are compared there is always an answer.
        "unparsed_rate": None if "forced_acc" in record else record["unparsed_rate"],
        "bounds": None if lowest is None else f"{lowest:.4f} to {highest:.4f}",
    }


def _confidence_rows(scores: list[Score]) -> list[dict[str, Any]]:
    """What does not depend on the target, once a task."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for score in scores:
        found = {name: score.metrics[name] for name in CONFIDENCE_METRICS if name in score.metrics}
        record = _row(score)
        key = tuple(str(record[name]) for name in ("task", "filter", "rubric"))
        if found and key not in rows:
            rows[key] = {name: record[name] for name in ("task", "filter", "rubric", "n")} | {
                name: value if name in _CURVES else value.value for name, value in found.items()
            }
    return list(rows.values())


def remarks(scores: Scores) -> list[str]:
    """What has to be known to read the numbers."""
    lines = list(scores.notes)
    if any(score.metrics["unparsed_rate"].value > 0 for score in scores.scores):
        lines.append(_POLICIES[scores.unparsed])
    if scores.skipped:
        counts = ", ".join(f"{reason}: {count}" for reason, count in scores.skipped.items())
        lines.append(f"{sum(scores.skipped.values())} samples were skipped ({counts}).")
    return lines
