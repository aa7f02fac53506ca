"""Pictures of outcomes as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lm_eval_abstain.logs import Run
from lm_eval_abstain.printing.short_texts import short
from lm_eval_abstain.printing.tables import printable
from lm_eval_abstain.reports.drawn_runs import by_model
from lm_eval_abstain.reports.figures.style import INK, OUTCOMES, styled
from lm_eval_abstain.rubric import ORDER

__all__ = ["outcome_bars", "subject_bars"]

_HEADING = 0.9  # the room for a model's name, where a bar with its gap takes 1


@styled
def outcome_bars(entries: Sequence[Run]) -> Figure:
    """The outcomes of the documents: one bar a run, under its model's name.

    Args:
        entries: The runs, at least one.
    """
    models = by_model(entries)
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    place = 0.0
    for model, runs, _ in models:
        headings.append((place, short(model, 60)))
        places += [place + _HEADING + step for step in range(len(runs))]
        place = places[-1] + 1
    ordered = [run for _, runs, _ in models for run in runs]
    figure = _figure(0.8 + 0.27 * place)
    axes = figure.subplots()
    _stack(axes, places, np.array([run.counts for run in ordered]))
    axes.set_yticks(places, [f"{short(run.label, 60)}  (n = {run.n:,})" for run in ordered])
    axes.set_ylim(place - 0.4, -0.5)
    for height, name in headings:
        axes.text(0, height, name, va="center", fontweight="bold")
    _legend(figure, axes)
    return figure


@styled
def subject_bars(entries: Sequence[Run], subjects: Sequence[str], names: Sequence[str]) -> Figure:
    """The outcomes of the documents of each subject: one panel a run, one bar a subject.

    Args:
        entries: Up to three runs.
        subjects: The subjects, first the one on top.
        names: Their names as they are shown.
    """
    figure = _figure(1.1 + 0.2 * len(subjects))
    grid = figure.subplots(1, len(entries), sharey=True, squeeze=False)[0].tolist()
    nothing = np.zeros(len(ORDER), dtype=np.int64)
    for axes, entry in zip(grid, entries):
        rows = dict(zip(entry.subjects, entry.table))
        table = np.array([rows.get(subject, nothing) for subject in subjects])
        _stack(axes, range(len(subjects)), table)
        axes.set_title(short(entry.model, 24))
    grid[0].set_yticks(range(len(subjects)), [printable(name) for name in names])
    grid[0].set_ylim(len(subjects) - 0.5, -0.5)
    _legend(figure, *grid)
    return figure


def _figure(height: float) -> Figure:
    figure = Figure(figsize=(7.8, height))
    figure.set_layout_engine("constrained")
    return figure


def _stack(axes: Axes, places: Sequence[float], counts: npt.NDArray[np.int64]) -> None:
    """Horizontal bars of the shares of outcomes; a bar without documents is empty."""
    n = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, n, out=np.zeros(counts.shape), where=n > 0)
    left = np.zeros(len(counts))
    for outcome, share in zip(ORDER, shares.T):
        if share.any():
            axes.barh(
                places,
                share,
                left=left,
                height=0.76,
                label=outcome.value,
                edgecolor=INK,
                linewidth=0.5,
                **OUTCOMES[outcome],
            )
        left = left + share
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "50%", "100%"])
    axes.set_xticks([0.25, 0.75], minor=True)
    axes.grid(axis="x", which="both")
    axes.spines["left"].set_visible(False)
    axes.tick_params("y", length=0)


def _legend(figure: Figure, *grid: Axes) -> None:
    found = {
        label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels())
    }
    names = [outcome.value for outcome in ORDER if outcome.value in found]
    figure.legend(
        [found[name] for name in names],
        names,
        loc="outside upper center",
        ncols=6,
        handlelength=1.4,
    )
