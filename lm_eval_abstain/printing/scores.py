"""Scores as text: for people two tables a model, for programs every metric with its limits."""

from __future__ import annotations

import json
from typing import Any

from lm_eval_abstain.printing.run_labels import rubric_words, run_name
from lm_eval_abstain.printing.tables import TableFormat, jsonable, p_value, render
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.scores import CONFIDENCE_METRICS, Comparison, Comparisons, Score, Scores
from lm_eval_abstain.scores.frames import flat_row
from lm_eval_abstain.scores.score import BOUNDS, CURVES, KEYS, OUTCOME_METRICS, POLICY_METRICS
from lm_eval_abstain.statistics import Interval

__all__ = ["comparisons_text", "remarks", "text_of"]

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
        blocks.append(title + render([_row(score) for score in own], how, _headings(scores.level)))
        confidence = _confidence_rows(own)
        if confidence:
            blocks.append(render(confidence, how))
    ending = "\n\n" if how == "markdown" else "\n"
    return "\n".join([*blocks, "".join(f"{line}{ending}" for line in remarks(scores))])


def comparisons_text(comparisons: Comparisons, how: TableFormat) -> str:
    """Comparisons in one of the formats; for people one column a difference and one a p-value."""
    found = comparisons.comparisons
    if how in ("csv", "json"):
        records = [
            {**_compared(one), "t": one.target, "n": one.n, "score": one.score, "acc": one.acc}
            for one in found
        ]
        return render([flat_row(record) for record in records], how)
    level = f"[{100 * comparisons.level:g}%]"
    rows = [
        {
            **_compared(one),
            "t": Rubric(one.target).target_text,
            "n": one.n,
            f"score: other - one {level}": one.score.interval,
            "p": p_value(one.score.p),
            f"acc: other - one {level}": one.acc.interval,
            "p (McNemar)": p_value(one.acc.p),
        }
        for one in found
    ]
    return "\n".join([render(rows, how), *(f"{note}\n" for note in comparisons.notes)])


def _compared(one: Comparison) -> dict[str, Any]:
    return {
        "task": one.task,
        "filter": None if one.filter == "none" else one.filter,
        "one": run_name(one.one),
        "other": run_name(one.other),
    }


def _headings(level: float) -> dict[str, str]:
    """The columns for people, in order, with the heading of each."""
    names = ["task", "filter", "rubric", "t", "n", *OUTCOME_METRICS, *POLICY_METRICS]
    names.insert(names.index("unparsed_rate") + 1, "bounds")
    words = {
        "score": f"score [{100 * level:g}%]",
        "bounds": "score, unparsed wrong to abstain",
    }
    return {name: words.get(name, name) for name in names}


def _row(score: Score) -> dict[str, Any]:
    """One score as people read it, with limits for the score alone."""
    record = {
        name: value.value if isinstance(value, Interval) and name != "score" else value
        for name, value in score.record().items()
    }
    lowest, highest = (record.get(name) for name in BOUNDS)
    return record | {
        "task": f"{score.name} (group)" if score.group else score.name,
        "filter": None if score.filter == "none" else score.filter,
        "rubric": rubric_words(score.signature),
        "t": Rubric(score.target).target_text,
        # Where options are compared there is always an answer.
        "unparsed_rate": None if "forced_acc" in record else record["unparsed_rate"],
        "bounds": None if lowest is None else f"{lowest:.4f} to {highest:.4f}",
    }


def _confidence_rows(scores: list[Score]) -> list[dict[str, Any]]:
    """The metrics that do not depend on the target, once a task."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for score in scores:
        found = {name: score.metrics[name] for name in CONFIDENCE_METRICS if name in score.metrics}
        record = _row(score)
        key = tuple(str(record[name]) for name in ("task", "filter", "rubric"))
        if found and key not in rows:
            rows[key] = {name: record[name] for name in ("task", "filter", "rubric", "n")} | {
                name: value if name in CURVES else value.value for name, value in found.items()
            }
    return list(rows.values())


def remarks(scores: Scores) -> list[str]:
    """The notes that a reader of the numbers needs."""
    lines = list(scores.notes)
    if any(score.metrics["unparsed_rate"].value > 0 for score in scores.scores):
        lines.append(_POLICIES[scores.unparsed])
    if scores.skipped:
        counts = ", ".join(f"{reason}: {count}" for reason, count in scores.skipped.items())
        lines.append(f"{sum(scores.skipped.values())} samples were skipped ({counts}).")
    return lines
