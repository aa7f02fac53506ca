"""The pictures of a report, each with words that say what is in it, and a table of its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from lm_eval_abstain.audits import SweepAudit
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Run
from lm_eval_abstain.printing.short_texts import listed
from lm_eval_abstain.printing.tables import Table
from lm_eval_abstain.reports import figures, picture_tables
from lm_eval_abstain.reports.drawn_runs import MODELS, answer_points, by_model
from lm_eval_abstain.reports.entries import QuestionSet
from lm_eval_abstain.reports.figures.style import SETTINGS, quiet
from lm_eval_abstain.rubric import CODE, Outcome, UnparsedPolicy
from lm_eval_abstain.statistics import metrics

__all__ = ["Picture", "save_pictures", "set_pictures", "sweep_picture"]

_BARS = 40  # runs in one picture
_PANELS = 3  # models beside each other
_SUBJECTS = 60


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture.

    Attributes:
        name: A name that no other picture has: letters, digits and hyphens.
        title: What it shows.
        description: How to read it, and what there is to be seen.
        figure: The picture itself.
        table: Its data.
    """

    name: str
    title: str
    description: str
    figure: Figure
    table: Table


def set_pictures(
    questions: QuestionSet, name: str, unparsed: UnparsedPolicy = "wrong"
) -> Iterator[Picture]:
    """The pictures of the runs on some questions; those that have nothing to show are left out.

    Args:
        questions: The runs; those of the first eight models are drawn.
        name: What the pictures' names begin with.
        unparsed: What documents without an answer are scored as.
    """
    kept = set(questions.models[:MODELS])
    entries = [entry for entry in questions.entries if entry.model in kept]
    yield Picture(
        f"{name}-outcomes",
        "The outcomes of the documents",
        "One bar a run, divided by outcome: the longer the hatched orange part, the more "
        "mistakes; the dotted grey part was left unanswered." + _cut(len(entries), _BARS, "runs"),
        figures.outcome_bars(entries[:_BARS]),
        picture_tables.outcomes(entries),
    )
    scored = [run for run in entries if metrics(run.counts, 0, unparsed)["score"] >= 0]
    yield from _curves(scored, name, unparsed)
    if questions.group:
        yield _subjects(entries, questions.name, name)


def _curves(entries: Sequence[Run], name: str, unparsed: UnparsedPolicy) -> Iterator[Picture]:
    """The pictures with lines, of runs that have a score."""
    models = by_model(entries)
    drawn = [run for _, _, run in models]
    lines = f"Lines: {listed(f'{run.model}, {run.label}' for run in drawn)}."
    sure = any(run.confidence.size for run in drawn)
    if len(models) > 1:
        yield Picture(
            f"{name}-scores",
            "The score of each model over the confidence target",
            "The more a mistake costs, the more it matters how often a model is wrong: where "
            "lines cross, ranks change. Below the dotted line, saying nothing at all would have "
            "scored more.",
            figures.score_comparison(entries, unparsed),
            picture_tables.comparison(entries, unparsed),
        )
    if sure or any(entry.open for entry in entries):
        yield Picture(
            f"{name}-policies",
            "The score of each policy over the confidence target",
            "Always abstaining scores 0 (dotted), and whoever answers loses more with each mistake "
            "as the target rises. "
            + (
                "The best fixed policy answers above one threshold on the confidence, chosen in "
                "hindsight for each target. "
                if sure
                else ""
            )
            + f"Markers are runs that were told the target. {lines}",
            figures.score_over_target(entries, unparsed),
            picture_tables.policies(entries, unparsed),
        )
    told = any(run.open and answer_points([run], unparsed) for run in entries)
    if sure or told:
        yield Picture(
            f"{name}-risk-coverage",
            "Risk over coverage",
            "How often a model is wrong among the documents that it is surest of. A line that "
            "rises to the right means that its confidence tells right from wrong. Markers are "
            f"what a run answered. {lines if sure else 'Without confidences there are no lines.'}",
            figures.risk_coverage(entries, unparsed),
            picture_tables.risks(entries, unparsed),
        )
    if sure:
        yield Picture(
            f"{name}-reliability",
            "Reliability of the confidences",
            "Where the line is below the dotted one, answers are right less often than the "
            f"model's confidence says. The grey bars show where the documents are. {lines}",
            figures.reliability_diagram(entries),
            picture_tables.reliabilities(entries),
        )


def sweep_picture(audits: Sequence[SweepAudit]) -> Picture:
    """The picture of the audits.

    Args:
        audits: At least one, of which the first eight are drawn.
    """
    return Picture(
        "sweeps",
        "The share of documents answered at each stated target, and the share of right answers",
        "A model that follows the stated targets answers less as the target rises (dashed), and "
        "is right at least as often as the target asks: the solid line stays above the dotted one.",
        figures.sweep(audits),
        picture_tables.sweeps(audits),
    )


def save_pictures(
    pictures: Sequence[Picture], folder: Path, kind: Literal["png", "svg"]
) -> list[Path]:
    """Write each picture to a file of its own.

    Args:
        pictures: The pictures.
        folder: Where; it is made if it is not there.
        kind: The format. Letters in SVG files are outlines, which look the same everywhere.

    Returns:
        The files.

    Raises:
        AbstainError: A file cannot be written.
    """
    paths = [folder / f"{picture.name}.{kind}" for picture in pictures]
    metadata = {"Date": None} if kind == "svg" else {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with mpl.rc_context(SETTINGS), quiet():
            for picture, path in zip(pictures, paths):
                picture.figure.savefig(path, format=kind, dpi=150, metadata=metadata)
    except OSError as error:
        raise AbstainError(f"pictures cannot be written to {folder}: {error}") from None
    return paths


def _subjects(entries: Sequence[Run], questions: str, name: str) -> Picture:
    shown = [run for _, _, run in by_model(entries)[:_PANELS]]
    wrong: dict[str, float] = {}
    for run in shown:
        for subject, counts in zip(run.subjects, run.table):
            share = float(counts[CODE[Outcome.WRONG]] / max(1, counts.sum()))
            wrong[subject] = wrong.get(subject, 0.0) + share
    subjects = sorted(wrong, key=wrong.__getitem__, reverse=True)[:_SUBJECTS]
    runs = listed(f"{run.model}: {run.label}" for run in shown)
    return Picture(
        f"{name}-subjects",
        "The outcomes of the documents of each subject",
        f"The subjects with the most mistakes stand on top. {runs}."
        + _cut(len(wrong), _SUBJECTS, "subjects"),
        figures.subject_bars(
            shown, subjects, [subject.removeprefix(f"{questions}_") for subject in subjects]
        ),
        picture_tables.subjects(shown),
    )


def _cut(there: int, drawn: int, what: str) -> str:
    """What to say where a picture has no room for everything."""
    if there <= drawn:
        return ""
    return f" There are {there} {what}, of which {drawn} are drawn; the table has all of them."
