"""How pictures look: colours that colour-blind readers can tell apart, and never colour alone."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lm_eval_abstain.rubric import Outcome
from lm_eval_abstain.statistics import Interval

__all__ = [
    "INK",
    "LINES",
    "OUTCOMES",
    "SETTINGS",
    "axes_grid",
    "below",
    "beside",
    "errors",
    "line_style",
    "quiet",
    "styled",
]

Made = ParamSpec("Made")

INK = "#1a1a1b"
"""Of axes, texts and hatches; on a page it becomes the colour of the page's text."""

# Every colour has a contrast of at least 3 : 1 against white and against a dark page.
OUTCOMES: dict[Outcome, dict[str, Any]] = {
    Outcome.CORRECT: {"color": "#0072b2", "hatch": ""},
    Outcome.WRONG: {"color": "#d55e00", "hatch": "////"},
    Outcome.ABSTAINED: {"color": "#8a8a8a", "hatch": ".."},
    Outcome.UNPARSED: {"color": "#c0699b", "hatch": "xxx"},
    Outcome.EMPTY: {"color": "#b07a00", "hatch": "--"},
    Outcome.TRUNCATED: {"color": "#009068", "hatch": "\\\\\\\\"},
}
"""The colour and the hatch of each outcome."""

LINES: tuple[dict[str, Any], ...] = (
    {"color": "#0072b2", "linestyle": "-", "marker": "o"},
    {"color": "#d55e00", "linestyle": "--", "marker": "s"},
    {"color": "#009068", "linestyle": "-.", "marker": "^"},
    {"color": "#c0699b", "linestyle": ":", "marker": "D"},
    {"color": "#b07a00", "linestyle": (0, (6, 1, 1, 1, 1, 1)), "marker": "v"},
    {"color": "#7a5fc7", "linestyle": (0, (8, 3)), "marker": "P"},
    {"color": "#808080", "linestyle": (0, (1, 1)), "marker": "X"},
    {"color": "#8b5a2b", "linestyle": (0, (4, 1, 1, 1)), "marker": "*"},
)
"""Colour, dashes and marker of each of up to eight models."""

SETTINGS: Any = {
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.15,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.handlelength": 3.0,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5.0,
    "text.parse_math": False,  # a dollar sign in a model's name is a dollar sign
    "svg.hashsalt": "lm_eval_abstain",  # the same data give the same file
    "figure.dpi": 100.0,
}


def styled(draw: Callable[Made, Figure]) -> Callable[Made, Figure]:
    """Draw with these settings, and leave the caller's as they are."""

    @wraps(draw)
    def drawn(*args: Made.args, **kwargs: Made.kwargs) -> Figure:
        with mpl.rc_context(SETTINGS):
            return draw(*args, **kwargs)

    return drawn


def quiet() -> Any:
    """A context in which letters that a font lacks are no warning: names may be in any script."""
    context = warnings.catch_warnings()
    warnings.filterwarnings("ignore", message="Glyph .* missing from")
    return context


def line_style(place: int) -> Any:
    """The style of a model's line by the model's place."""
    return LINES[place % len(LINES)]


def axes_grid(titles: Sequence[str], height: float = 3.0) -> tuple[Figure, list[Axes]]:
    """A figure with one panel a title, at most two beside each other, all with the same axes.

    Args:
        titles: The titles.
        height: The height of a row of panels in inches.
    """
    columns = min(2, len(titles))
    rows = -(-len(titles) // columns)
    figure = Figure(figsize=(7.8, height * rows + 0.6))
    figure.set_layout_engine("constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel().tolist()
    for axes in grid[len(titles) :]:
        axes.remove()
    for axes, title in zip(grid, titles):
        axes.set_title(title)
        axes.grid()
        axes.xaxis.set_tick_params(labelbottom=True)
    return figure, grid[: len(titles)]


def errors(
    axes: Axes, x: Sequence[float], intervals: Sequence[Interval], marks: str, color: str, name: str
) -> None:
    """Values with their intervals; a value that is NaN is not drawn, nor is its interval."""
    drawn = [(place, one) for place, one in zip(x, intervals) if one.value == one.value]
    axes.errorbar(
        [place for place, _ in drawn],
        [one.value for _, one in drawn],
        [
            [one.value - one.low for _, one in drawn],
            [one.high - one.value for _, one in drawn],
        ],
        fmt=marks,
        color=color,
        capsize=2,
        elinewidth=0.9,
        label=name,
    )


def beside(axes: Axes, x: float, y: float, label: str) -> None:
    """A label beside a point, on the side where there is room; x is in [0, 1]."""
    late = x > 0.6
    axes.annotate(
        label,
        (x, y),
        xytext=(-6, 6) if late else (6, -10),
        ha="right" if late else "left",
        textcoords="offset points",
        fontsize=7.5,
    )


def below(figure: Figure, *grid: Axes) -> None:
    """One legend for all panels, below them."""
    named = {
        label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels())
    }
    figure.legend(list(named.values()), list(named), loc="outside lower center", ncols=2)
