"""What `ls` prints: a table of tasks, groups and tags, or all about one of them."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.printing.short_texts import listed
from lm_eval_abstain.printing.tables import TableFormat, printable, render
from lm_eval_abstain.rubric.names import SWEEP

__all__ = ["closing_line", "details_text", "listing_text"]

_HEADINGS = {"name": "name", "kind": "kind", "languages": "language", "tasks": "tasks"}
_LEAST = 30  # columns for variants and reasons, however narrow the terminal is
_WIDTH = 100
_LANGUAGES = 3  # named in a row; of more their number


def listing_text(rows: Sequence[Listed], how: TableFormat, width: int | None = None) -> str:
    """Rows in one of the formats for people or programs.

    Args:
        rows: The rows.
        how: The format.
        width: Of a `table`, the columns that it may have: variants and reasons are cut off there.
            By default nothing is.
    """
    if how == "json":
        return render([_record(row) for row in rows], how)
    if how == "csv":
        return render([_flat(row) for row in rows], how)
    records = [_row(row) for row in rows]
    if how == "table" and width is not None:
        taken = sum(
            max(len(heading), *(len(str(record[key] or "")) for record in records)) + 2
            for key, heading in _HEADINGS.items()
            if any(record[key] for record in records)
        )
        room = max(width - taken, _LEAST)
        for record in records:
            record["variants"] = _cut(record["variants"], room)
    return render(records, how, {**_HEADINGS, "variants": "variants, or why there are none"})


def details_text(row: Listed, shipped: bool) -> str:
    """All about one row.

    Args:
        row: The row.
        shipped: Whether a task file is shipped for its variants.
    """
    languages = f", {', '.join(row.languages)}" if row.languages else ""
    tasks = f" of {_tasks(row.tasks)}" if row.kind != "task" else ""
    blocks = [f"{printable(row.name)}: a {row.kind}{tasks}{languages}"]
    if row.endings:
        lines = [(row.name + end, _share(row, end)) for end in row.endings]
        lines += [(name, "") for name in row.variants[len(row.endings) :]]
        blocks.append("variants\n" + _aligned(lines))
    lacking: defaultdict[str, list[str]] = defaultdict(list)
    for end, reason in row.refusals.items():
        lacking[reason].append(row.name + end)
    blocks += [_wrapped(f"no {' and no '.join(names)}: ", why) for why, names in lacking.items()]
    blocks += _left_out(row)
    if row.endings:
        blocks.append("to run it\n" + "".join(f"  {line}\n" for line in _commands(row, shipped)))
    return "\n".join(block if block.endswith("\n") else f"{block}\n" for block in blocks)


def closing_line(rows: Sequence[Listed]) -> str:
    """How many there are, and how many of them have variants, in a line."""
    kinds = Counter(row.kind for row in rows)
    counts = ", ".join(
        _counted(kinds[kind], kind) for kind in ("task", "group", "tag") if kinds[kind]
    )
    without = sum(not row.endings for row in rows)
    partial = sum(bool(row.left_out) for row in rows)
    lacking = f"; {without:,} without any variant" if without else ""
    parts = f"; {partial:,} with variants that leave tasks out" if partial else ""
    return f"{counts}{lacking}{parts}."


def _row(row: Listed) -> dict[str, Any]:
    """A row as people read it: what it has or lacks in one column."""
    if row.endings:
        without = _without(row)
        text = _short(row.endings) + (f"; {without}" if without else "")
    else:
        text = f"none: {next(iter(row.refusals.values()), '')}"
    many = len(row.languages) > _LANGUAGES
    languages = f"{len(row.languages)} languages" if many else ", ".join(row.languages)
    return {
        "name": row.name,
        "kind": row.kind,
        "languages": languages or None,
        "tasks": row.tasks,
        "variants": text,
    }


def _flat(row: Listed) -> dict[str, Any]:
    """A row of CSV: lists are separated by spaces."""
    return {
        "name": row.name,
        "kind": row.kind,
        "languages": " ".join(row.languages),
        "tasks": row.tasks,
        "variants": " ".join(row.variants),
        "left_out": " ".join(sorted({task for tasks in row.left_out.values() for task in tasks})),
        "reason": "" if row.endings else next(iter(row.refusals.values()), ""),
    }


def _record(row: Listed) -> dict[str, Any]:
    """A row of JSON, with each reason."""
    return {
        "name": row.name,
        "kind": row.kind,
        "languages": row.languages,
        "tasks": row.tasks,
        "variants": row.variants,
        "refused": {row.name + end: reason for end, reason in row.refusals.items()},
        "left_out": {row.name + end: tasks for end, tasks in row.left_out.items()},
    }


def _short(endings: Iterable[str]) -> str:
    """The endings, a sweep's behind that of what it asks: `_abstain[_sweep] _closed`."""
    every = list(endings)
    shown = [end for end in every if not end.endswith(SWEEP)]
    return " ".join(f"{end}[{SWEEP}]" if end + SWEEP in every else end for end in shown)


def _without(row: Listed) -> str:
    """How many of its tasks its variants leave out, in a clause."""
    counts = sorted({len(tasks) for tasks in row.left_out.values()})
    if not counts:
        return ""
    number = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    return f"without {number} of {row.tasks:,} tasks"


def _share(row: Listed, end: str) -> str:
    """Of how many of the base's tasks a variant is."""
    lacking = len(row.left_out.get(end, {}))
    if row.kind == "task":
        return ""
    return f"{row.tasks - lacking:,} of {row.tasks:,} tasks" if lacking else _tasks(row.tasks)


def _left_out(row: Listed) -> Iterator[str]:
    """Which tasks variants leave out: for each reason, the variants and the tasks."""
    found: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for end, tasks in row.left_out.items():
        by_reason: defaultdict[str, list[str]] = defaultdict(list)
        for task, reason in tasks.items():
            by_reason[reason].append(task)
        for reason, names in by_reason.items():
            found[reason, tuple(sorted(names))].append(row.name + end)
    for (reason, names), variants in found.items():
        yield _wrapped(f"left out of {', '.join(variants)}: ", f"{listed(names, 20)}: {reason}")


def _commands(row: Listed, shipped: bool) -> list[str]:
    name = row.variants[0]
    files = (
        f'lm-eval run --include_path "$(lm-eval-abstain path)" --tasks {name} ...'
        if shipped
        else f"lm-eval-abstain new {name} -o DIR   (a task file for the plain harness)"
    )
    return [f"lm-eval-abstain run --model hf --model_args pretrained=... --tasks {name}", files]


def _aligned(lines: Sequence[tuple[str, str]]) -> str:
    size = max(len(name) for name, _ in lines)
    return "".join(f"  {name:<{size}}  {text}".rstrip() + "\n" for name, text in lines)


def _wrapped(head: str, text: str) -> str:
    whole = printable(head + text)
    return textwrap.fill(whole, _WIDTH, subsequent_indent="  ", break_on_hyphens=False) + "\n"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _tasks(number: int) -> str:
    return _counted(number, "task")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
