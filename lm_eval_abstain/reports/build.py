"""Puts a report together: reads nothing but the samples, and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import samples_of, with_objections
from lm_eval_abstain.logs.load import Source
from lm_eval_abstain.printing.short_texts import listed
from lm_eval_abstain.printing.tables import Table, printable
from lm_eval_abstain.reports.audits import audit_part, audit_samples
from lm_eval_abstain.reports.drawn_runs import MODELS
from lm_eval_abstain.reports.entries import QuestionSet, question_sets
from lm_eval_abstain.reports.leaderboard import leaderboard_data
from lm_eval_abstain.reports.model_names import names_without_folders
from lm_eval_abstain.reports.overview import model_table, run_table, score_table
from lm_eval_abstain.reports.result import Report
from lm_eval_abstain.reports.sample_browser import browser_data, shown_counts
from lm_eval_abstain.reports.sample_selection import PER_OUTCOME, select_samples
from lm_eval_abstain.rubric import DEFAULT_TARGET, METRICS, ObjectionPolicy, Rubric, UnparsedPolicy
from lm_eval_abstain.scores import rescore

if TYPE_CHECKING:
    from lm_eval_abstain.reports.pictures import Picture

__all__ = ["check_libraries", "report"]

_NEEDED = ("matplotlib", "jinja2")
_PICTURED = 6  # sets of questions
_ROWS = 1_500  # of one table


def check_libraries() -> None:
    """Refuse before minutes are spent on reading.

    Raises:
        AbstainError: A library is missing that only reports need.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise AbstainError(
            f"a report needs {' and '.join(missing)}: pip install {' '.join(missing)}."
        )


def report(
    source: Source,
    targets: Iterable[float] | None = None,
    *,
    unparsed: UnparsedPolicy = "wrong",
    objections: ObjectionPolicy = "answer",
    level: float = 0.95,
    per_outcome: int = PER_OUTCOME,
) -> Report:
    """Make one page about all runs: scores, curves, audits, a leaderboard, samples.

    Models that are named by a path are shown, and in the `Report`'s scores, without its folders.

    Args:
        source: A path or several, for `load_samples`; or what it returned, in which case the
            files that the samples come from have to be there still.
        targets: The confidence targets of the table of scores, each in [0, 1); the leaderboard
            begins with the first. By default see `rescore`, and 0.75.
        unparsed: What documents without an answer are scored as.
        objections: What responses that object to their question count as.
        level: The level of intervals and verdicts, in (0, 1).
        per_outcome: How many samples of each model and outcome the page holds; with 0 it has no
            prompts and no responses.

    Raises:
        AbstainError: A library is missing; see `load_samples`; a target is not in [0, 1), or the
            policy or the level is none.
    """
    check_libraries()
    # Only who makes a report needs matplotlib and jinja2, which take their time to load.
    from lm_eval_abstain.reports.page import render_page
    from lm_eval_abstain.reports.pictures import set_pictures, sweep_picture

    samples = with_objections(samples_of(source), objections)
    samples = replace(samples, models=names_without_folders(samples.models))
    asked = None if targets is None else [Rubric(target).target for target in targets]
    scores = rescore(samples, asked, unparsed=unparsed, objections=objections, level=level)
    sets, notes = question_sets(samples)
    main = [one for one in sets if one.main]
    rest = [one for one in sets if not one.main]
    audits = audit_samples(samples, unparsed, objections, level)
    chosen = select_samples(samples, per_outcome)
    pictured = list(zip(main[:_PICTURED], _slugs(main[:_PICTURED])))
    pictures = [(one, list(set_pictures(one, slug, unparsed))) for one, slug in pictured]
    several = [one for one in audits.audits if len(one.targets) > 1]
    swept = [sweep_picture(several)] if several else []
    content: dict[str, Any] = {
        "title": f"Report on {listed(samples.models, 3)}",
        "meanings": {metric.name: metric.meaning for metric in METRICS.values()},
        "n": len(samples),
        "models": model_table(samples),
        "runs": run_table(main, "Runs"),
        "other_runs": _bounded(run_table(rest, "Runs of the tasks and groups in those groups")),
        "notes": [*dict.fromkeys([*scores.notes, *notes, *audits.notes])],
        "skipped": dict(samples.skipped),
        "unparsed": unparsed,
        "level": f"{100 * level:g}%",
        "filtered": any(len(one.ranked) < len(one.entries) for one in sets),
        "sets": [
            {
                "name": printable(one.name),
                "group": one.group,
                "pictures": [_shown(p) for p in drawn],
            }
            for one, drawn in pictures
        ],
        "left_out": _left_out(main),
        "sweeps": [_shown(picture) for picture in swept],
        "audits": [audit_part(one) for one in audits.audits],
        "members": audits.members,
        "scores": score_table(scores, main, "Scores"),
        "other_scores": _bounded(
            score_table(scores, rest, "Scores of the tasks and groups in those groups")
        ),
        "tally": shown_counts(samples, chosen),
        "limit": chosen.limit,
        "browsable": len(chosen.rows),
    }
    data = {
        "leaderboard-data": {
            **leaderboard_data(sets, asked or (), unparsed, level),
            "target": Rubric(asked[0] if asked else DEFAULT_TARGET).target_text,
        },
        "browser-data": browser_data(samples, chosen, sets),
    }
    html = render_page(content, data)
    every = (*(picture for _, drawn in pictures for picture in drawn), *swept)
    return Report(html, every, scores)


def _shown(picture: Picture) -> dict[str, Any]:
    from markupsafe import Markup

    from lm_eval_abstain.reports.figures.svg import inline_svg

    svg = inline_svg(picture.figure, picture.name, picture.title, picture.description)
    return {
        "title": picture.title,
        "description": picture.description,
        "svg": Markup(svg),
        "table": picture.table,
    }


def _slugs(sets: Sequence[QuestionSet]) -> list[str]:
    """Names of files for sets, all different."""
    slugs = [re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-") or "set" for one in sets]
    if len(set(slugs)) < len(slugs):
        return [f"{slug}-{place}" for place, slug in enumerate(slugs, start=1)]
    return slugs


def _left_out(main: Sequence[QuestionSet]) -> list[str]:
    """What the pictures do not show."""
    notes: list[str] = []
    if len(main) > _PICTURED:
        names = listed(one.name for one in main[_PICTURED:])
        notes.append(
            f"There are pictures of the first {_PICTURED} sets of questions, not of {names}."
        )
    for one in main[:_PICTURED]:
        if len(one.models) > MODELS:
            names = listed(one.models[MODELS:])
            notes.append(
                f"The pictures of {printable(one.name)} show {MODELS} models, not {names}."
            )
    return notes


def _bounded(table: Table) -> Table:
    """A table of a size that a page can bear."""
    if len(table.rows) <= _ROWS:
        return table
    caption = f"{table.caption}: the first {_ROWS:,} of {len(table.rows):,} rows"
    return replace(table, caption=caption, rows=table.rows[:_ROWS])
