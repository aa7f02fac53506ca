"""Scores as text: for people a table a model, for programs every metric with its limits."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from lm_eval_abstain.printing.blocks import Block, blocks_text, wrapped
from lm_eval_abstain.printing.run_labels import rubric_words, run_name
from lm_eval_abstain.printing.tables import (
    TableFormat,
    cell,
    jsonable,
    p_value,
    printable,
    render,
)
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.scores import CONFIDENCE_METRICS, Comparison, Comparisons, Score, Scores
from lm_eval_abstain.scores.frames import flat_row
from lm_eval_abstain.scores.read_result import READ_KEYS
from lm_eval_abstain.scores.score import BOUNDS, CURVES, KEYS, OUTCOME_METRICS, POLICY_METRICS
from lm_eval_abstain.statistics import Interval

__all__ = ["comparisons_text", "remarks", "text_of"]

_WIDE = (*POLICY_METRICS, "forced_acc", "abstain_prob", *CURVES)
"""The metrics that the narrow table does not show."""

_POLICIES = {
    "wrong": "Documents without an answer are scored as wrong.",
    "abstain": "Documents without an answer are scored as abstentions.",
    "exclude": "Documents without an answer are left out of all rates but unparsed_rate.",
}


def text_of(scores: Scores, how: TableFormat, *, wide: bool = False) -> str:
    """All scores in one of the formats for people or programs.

    Args:
        scores: The scores.
        how: The format.
        wide: Whether a `table` shows every metric, whatever its width; else what most people
            need, in a hundred columns. The other formats always have every metric.
    """
    if how == "csv":
        return render([score.record() for score in scores.scores], how, dict(zip(KEYS, KEYS)))
    if how == "json":
        content = {
            "unparsed": scores.unparsed,
            "objections": scores.objections,
            "level": scores.level,
            "scores": [_json_record(score) for score in scores.scores],
            "token_limits": [limit.record() for limit in scores.limits],
            "notes": scores.notes,
            "skipped": scores.skipped,
        }
        return json.dumps(jsonable(content), indent=2, ensure_ascii=False) + "\n"
    narrow = how == "table" and not wide
    blocks: list[str] = []
    for model in dict.fromkeys(score.model for score in scores.scores):
        own = [score for score in scores.scores if score.model == model]
        if narrow:
            blocks.append(f"{printable(model)}\n{_narrow(own, scores.level)}")
            continue
        title = f"## {model}\n\n" if how == "markdown" else f"{printable(model)}\n"
        blocks.append(title + render([_row(score) for score in own], how, _headings(scores.level)))
        confidence = _confidence_rows(own)
        if confidence:
            blocks.append(render(confidence, how))
    lines = remarks(scores)
    more = [name for name in _WIDE if any(name in score.metrics for score in scores.scores)]
    if narrow and more:
        lines.insert(0, f"With --wide also: {', '.join(more)}.")
    if narrow:
        return "\n".join([*blocks, "".join(map(wrapped, lines))])
    ending = "\n\n" if how == "markdown" else "\n"
    return "\n".join([*blocks, "".join(f"{line}{ending}" for line in lines)])


def _json_record(score: Score) -> dict[str, Any]:
    """A score, and how its responses were read as an object of its own."""
    record = {key: value for key, value in score.record().items() if key not in READ_KEYS}
    return record | ({"reading": score.reading.record()} if score.reading else {})


def _narrow(scores: list[Score], level: float) -> str:
    """The metrics that most people need; the rows of a run are one block."""
    blocks: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for score in scores:
        row = _row(score)
        facts = [row["rubric"], f"n = {score.n}"]
        if "abstain_rate_t00" in score.metrics:
            facts.append(f"abstain_rate_t00 = {cell(row['abstain_rate_t00'])}")
        if row["bounds"] is not None:
            row["note"] = f"score, unparsed wrong to abstain: {row['bounds']}"
        if "acc_if_read" in row:
            row["note"] += f"; acc, unread answers read: {cell(row['acc_if_read'])}"
        under = f", filter {row['filter']}" if row["filter"] else ""
        blocks[row["task"] + under, ", ".join(facts)].append(row)
    names = ["t", *OUTCOME_METRICS]
    headings = {name: heading for name, heading in _headings(level).items() if name in names}
    return blocks_text([Block(*key, rows) for key, rows in blocks.items()], headings)


def comparisons_text(comparisons: Comparisons, how: TableFormat, *, wide: bool = False) -> str:
    """Comparisons in one of the formats; for people one column a difference and one a p-value.

    Args:
        comparisons: The comparisons.
        how: The format.
        wide: Whether a `table` has columns for names, too, whatever its width.
    """
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
    if how == "table" and not wide:
        return "\n".join([_paired(rows), *map(wrapped, comparisons.notes)])
    return "\n".join([render(rows, how), *(f"{note}\n" for note in comparisons.notes)])


def _paired(rows: list[dict[str, Any]]) -> str:
    """Differences at all targets under the two runs that they are of."""
    named = ("task", "filter", "one", "other", "n")
    blocks: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        blocks[tuple(row[name] for name in named)].append(row)
    shown = [name for name in rows[0] if name not in named] if rows else []
    listed: list[Block] = []
    for (task, filter_name, one, other, n), own in blocks.items():
        under = f", filter {filter_name}" if filter_name else ""
        runs = (f"one: {one}", f"other: {other}")
        listed.append(Block(f"{task}{under}", f"n = {n}", own, runs))
    return blocks_text(listed, dict(zip(shown, shown)))


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
    place = names.index("unparsed_rate") + 1
    names[place:place] = ["acc_if_read", "bounds"]
    words = {
        "score": f"score [{100 * level:g}%]",
        "bounds": "score, unparsed wrong to abstain",
        "acc_if_read": "acc, unread answers read",
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
