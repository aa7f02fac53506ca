"""Some of the demo's samples, to look at."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lm_eval_abstain.rubric import Outcome, Rubric

__all__ = ["EXAMPLES", "examples", "indented", "shown"]

EXAMPLES = (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
"""The outcomes that the demo shows a sample of."""


def examples(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first logged sample of each outcome: right, wrong, abstained, as far as there are any."""
    first = {outcome: _first(rows, outcome) for outcome in EXAMPLES}
    return [row for row in first.values() if row is not None]


def shown(row: Mapping[str, Any], rubric: Rubric) -> str:
    """A sample in a few lines: the question, its options with their probabilities, the outcome."""
    doc, outcome = row["doc"], Outcome(row["outcome"])
    *probabilities, abstaining = row["option_probs"]
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    marks = {best: ["its answer"]}
    marks.setdefault(doc["answer"], []).append("right")
    lines = [_short(str(doc["question"]))]
    for place, (choice, probability) in enumerate(zip(doc["choices"], probabilities)):
        mark = f"   <- {', '.join(marks[place])}" if place in marks else ""
        lines.append(f"  {probability:8.2%}  {choice}{mark}")
    lines.append(f"  {abstaining:8.2%}  {rubric.option_text}")
    lines.append(f"  {outcome.value}: {rubric.points(outcome):+g}".replace("+0", "0"))
    return "\n".join(lines)


def indented(text: str) -> str:
    """A text that stands apart from what the demo itself says."""
    return textwrap.indent(text, "    ")


def _first(rows: Iterable[Mapping[str, Any]], outcome: Outcome) -> Mapping[str, Any] | None:
    return next((row for row in rows if row["outcome"] == outcome.value), None)


def _short(text: str) -> str:
    return textwrap.shorten(text, 200, placeholder=" ...")
