"""The survey's counts as Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from support.survey.reasons import class_of
from support.survey.run import Leaf
from support.survey.verdicts import REFUSED, RIGHT, UNTESTABLE, WRONG

__all__ = ["KINDS", "counts_table", "reason_table", "untested_class"]

KINDS = (RIGHT, WRONG, REFUSED, UNTESTABLE)
_UNTESTED = (
    (
        "a library that is not installed",
        r"needs a library|needs more of the harness|No module named",
    ),
    (
        "its code loads data or a metric from a hub",
        r"on the Hub|Couldn't find|ConnectionError|offline",
    ),
    ("a key for an API", r"API_KEY"),
    ("no rows were made that its own code accepts", r"no rows that it accepts"),
)


def untested_class(why: str) -> str:
    """Why a task could not be tried, in a few words."""
    found = (name for name, pattern in _UNTESTED if re.search(pattern, why, re.IGNORECASE))
    return next(found, "its own code fails on rows that are made up")


def counts_table(leaves: Sequence[Leaf], by: Callable[[Leaf], str], head: str) -> str:
    """Counts by a property of the tasks, the most frequent first."""
    groups = Counter(map(by, leaves))
    lines = [f"| {head} | leaf tasks | {' | '.join(KINDS)} |", f"|---|{'---|' * 5}"]
    for group, total in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        kinds = Counter(leaf.verdict.kind for leaf in leaves if by(leaf) == group)
        cells = [f"{kinds[kind]:,}" if kinds[kind] else "" for kind in KINDS]
        lines.append(f"| {group} | {total:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def reason_table(leaves: Iterable[Leaf], kind: str) -> str:
    """Why tasks are refused or not testable, with the names of some."""
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.verdict.kind == kind:
            found.setdefault(_class(leaf), []).append(leaf)
    lines = ["| reason | leaf tasks | reason checked | for example |", "|---|---|---|---|"]
    for name, some in sorted(found.items(), key=lambda item: -len(item[1])):
        folders = dict.fromkeys(leaf.folder for leaf in some)
        examples = [next(leaf.name for leaf in some if leaf.folder == f) for f in folders]
        checked = Counter(leaf.verdict.true for leaf in some)
        told = f"{checked[True]:,}" if checked[True] else ""
        lines.append(f"| {name} | {len(some):,} | {told} | {', '.join(examples[:4])} |")
    return "\n".join(lines)


def _class(leaf: Leaf) -> str:
    if leaf.verdict.kind == UNTESTABLE:
        return untested_class(leaf.verdict.reason)
    if leaf.verdict.kind == WRONG:
        return ", ".join(sorted(leaf.verdict.faults))
    reason = class_of(leaf.verdict.reason)
    return reason.name if reason else leaf.verdict.reason[:80]
