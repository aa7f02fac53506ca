"""Pictures of risk, score and accuracy as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lm_eval_abstain.audits import SweepAudit
from lm_eval_abstain.logs import Run
from lm_eval_abstain.printing.short_texts import short
from lm_eval_abstain.reports.curve_data import reliability, risk_curve, target_curves
from lm_eval_abstain.reports.drawn_runs import (
    MODELS,
    answer_points,
    by_model,
    shown_scores,
)
from lm_eval_abstain.reports.figures.style import (
    INK,
    axes_grid,
    below,
    beside,
    errors,
    line_style,
    styled,
)
from lm_eval_abstain.rubric import UnparsedPolicy
from lm_eval_abstain.statistics import Interval

__all__ = [
    "reliability_diagram",
    "risk_coverage",
    "score_comparison",
    "score_over_target",
    "sweep",
]

_BLUE, _RED, _GREEN, _VIOLET, _GREY = "#0072b2", "#d55e00", "#009068", "#7a5fc7", "#8a8a8a"
_POLICY_LINES: dict[str, Any] = {
    "always answering": {"color": _RED, "linestyle": "--"},
    "best fixed policy": {"color": _GREEN, "linestyle": "-."},
    "answering above t": {"color": _BLUE, "linestyle": "-"},
    "as answered": {"color": _VIOLET, "linestyle": (0, (8, 3))},
}


@styled
def risk_coverage(entries: Sequence[Run], unparsed: UnparsedPolicy = "wrong") -> Figure:
    """How often a model is wrong among what it answers, over how much it answers.

    A line shows every threshold on the confidence; a marker what a run did when it was told a
    target. Of a model with several runs that have confidences, one is drawn: the closed one. The
    models share a panel, unless there are markers to be labelled.

    Args:
        entries: The runs, of which the first eight models are drawn.
        unparsed: What documents without an answer are scored as.
    """
    models = by_model(entries)[:MODELS]
    curves = [risk_curve(run) for _, _, run in models]
    names = [
        short(model) if curve is None else f"{short(model, 24)}, AURC {curve.aurc:.3f}"
        for (model, _, _), curve in zip(models, curves)
    ]
    told = any(run.open for run in entries)
    figure, grid = axes_grid(names if told else [""])
    highest = 0.0
    for place, ((_, runs, _), curve, name) in enumerate(zip(models, curves, names)):
        axes, style = grid[place if told else 0], line_style(0 if told else place)
        if curve is not None:
            label = "answering above a threshold" if told else name
            axes.plot(curve.coverage, curve.risk, **(style | {"marker": None}), label=label)
            highest = max(highest, float(curve.risk[curve.coverage > 0.05].max(initial=0)))
        for point in answer_points(runs, unparsed):
            label = "what it answered" if told else name
            axes.plot(point.coverage, point.risk, **(style | {"linestyle": "none"}), label=label)
            if told:
                beside(axes, point.coverage, point.risk, point.label)
            highest = max(highest, point.risk)
    for axes in grid:
        axes.set(xlabel="coverage: answered / n", xlim=(0, 1.04))
        axes.set_ylim(0, min(1.04, 0.05 + 1.15 * highest))
    grid[0].set_ylabel("risk: wrong / answered")
    below(figure, *grid)
    return figure


@styled
def score_comparison(entries: Sequence[Run], unparsed: UnparsedPolicy = "wrong") -> Figure:
    """The score over the confidence target of what was answered: one line a model.

    Args:
        entries: The runs, of which the first eight models are drawn.
        unparsed: What documents without an answer are scored as.
    """
    figure, (axes,) = axes_grid([""], 3.8)
    axes.axhline(0, color=INK, linewidth=1, linestyle=":", label="always abstaining")
    for place, (model, _, run) in enumerate(by_model(entries)[:MODELS]):
        curves = target_curves(run, unparsed)
        label = f"{short(model)}, {short(run.label)}"
        axes.plot(curves.targets, curves.answered, **line_style(place), markevery=0.12, label=label)
    _score_axis(axes)
    axes.set_ylabel("mean score")
    below(figure, axes)
    return figure


@styled
def score_over_target(entries: Sequence[Run], unparsed: UnparsedPolicy = "wrong") -> Figure:
    """The score of each policy over the confidence target: one panel a model.

    Args:
        entries: The runs, of which the first eight models are drawn.
        unparsed: What documents without an answer are scored as.
    """
    models = by_model(entries)[:MODELS]
    figure, grid = axes_grid([short(model) for model, _, _ in models])
    for axes, (_, runs, run) in zip(grid, models):
        curves = target_curves(run, unparsed)
        policies = curves.policies
        if curves.always is not None and np.allclose(curves.always, curves.answered):
            del policies["as answered"]
        axes.axhline(0, color=INK, linewidth=1, linestyle=":", label="always abstaining")
        for policy, values in policies.items():
            axes.plot(curves.targets, values, **_POLICY_LINES[policy], label=policy)
        shown = shown_scores(runs, unparsed)
        if shown:
            errors(axes, list(shown), list(shown.values()), "o", INK, "open rubric, as told (95%)")
        _score_axis(axes)
    grid[0].set_ylabel("mean score")
    below(figure, *grid)
    return figure


@styled
def reliability_diagram(entries: Sequence[Run]) -> Figure:
    """How often answers are right, over the confidence in them: one panel a model.

    Args:
        entries: The runs, at least one with confidences; of each of the first eight models that
            have such a run, one is drawn.
    """
    drawn = [
        (short(model, 24), found)
        for model, _, run in by_model(entries)
        if (found := reliability(run)) is not None
    ][:MODELS]
    figure, grid = axes_grid([f"{model}, ECE {found.ece:.3f}" for model, found in drawn], 3.4)
    for axes, (_, found) in zip(grid, drawn):
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=":", label="calibrated")
        axes.bar(
            found.confidence,
            0.15 * found.n / found.n.max(),
            width=0.03,
            color=_GREY,
            alpha=0.6,
            label="documents (as a share of the fullest bin)",
        )
        errors(
            axes, found.confidence.tolist(), found.accuracy, "o-", _BLUE, "right in the bin (95%)"
        )
        axes.set(xlabel="confidence", xlim=(0, 1.02), ylim=(0, 1.02))
    grid[0].set_ylabel("share that is right")
    below(figure, *grid)
    return figure


@styled
def sweep(audits: Sequence[SweepAudit]) -> Figure:
    """How much is answered at each stated target, and how much of it is right: one panel an audit.

    Args:
        audits: The audits, of which the first eight are drawn.
    """
    titles = [
        f"{short(one.model, 24)}, {short(one.task, 18)}"
        + ("" if one.filter == "none" else f"\n{short(one.filter)}")
        for one in audits[:MODELS]
    ]
    figure, grid = axes_grid(titles, 3.4)
    for axes, one in zip(grid, audits):
        targets = [line.target for line in one.targets]
        coverage = [line.coverage.value for line in one.targets]
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=":", label="the target itself")
        axes.plot(targets, coverage, "s--", color=_GREY, label="answered / n")
        reached: list[Interval] = [line.reached for line in one.targets]
        errors(axes, targets, reached, "o-", _BLUE, f"right / answered ({100 * one.level:g}%)")
        axes.set(xlabel="stated target t", xlim=(-0.03, 1.02), ylim=(0, 1.04))
    grid[0].set_ylabel("share")
    below(figure, *grid)
    return figure


def _score_axis(axes: Axes) -> None:
    """Scores near 0 as they are, and large losses closer together."""
    axes.set_yscale("asinh", linear_width=0.5)
    ticks = [-20, -10, -5, -2, -1, -0.5, 0, 0.5, 1]
    axes.set_yticks(ticks, [f"{tick:g}".replace("-", "−") for tick in ticks])
    axes.set(xlabel="confidence target t", xlim=(0, 0.96), ylim=(-20, 1.1))
