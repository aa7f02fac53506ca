"""Scores in the shape of the harness's results file, for tools that read that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import Outcome, Rubric, higher_is_better, target_key
from lm_eval_abstain.scores.rescore import Scores
from lm_eval_abstain.scores.score import BOUNDS, OUTCOME_METRICS, POLICY_METRICS, Score
from lm_eval_abstain.statistics import standard_error

__all__ = ["results_of"]

# The harness has standard errors for means over documents, and so not for ratios and curves.
_MEANS = {*OUTCOME_METRICS, "forced_acc"} - {"acc_answered"}


def results_of(scores: Scores, model: str) -> dict[str, Any]:
    """One model's scores as the harness writes them.

    It has `results`, `groups`, `group_subtasks`, `versions`, `n-shot`, `higher_is_better`,
    `n-samples`, `configs` and `model_name`, which is what the harness's own table is made from;
    and `reading`, which says of each task and filter how the responses were read.
    `score` is the score at the target that the model was shown; `score_t50` and the like are
    those at other targets. Means over documents have the harness's standard error, ratios and
    curves none. What is not known is NaN.

    Args:
        scores: From `rescore`.
        model: The model's name.

    Raises:
        AbstainError: There is no such model.
    """
    own = [score for score in scores.scores if score.model == model]
    if not own:
        raise AbstainError(f"there are no scores of a model {model!r}.")
    results: dict[str, dict[str, Any]] = defaultdict(dict)
    better: dict[str, dict[str, bool | None]] = defaultdict(dict)
    sizes: dict[str, dict[str, int]] = {}
    configs: dict[str, dict[str, Any]] = {}
    reading: dict[str, dict[str, Any]] = defaultdict(dict)
    for score in own:
        row = results[score.name]
        row |= {"alias": score.name, "name": score.name, "sample_len": score.n}
        for name, value, error in _metrics(score):
            row[f"{name},{score.filter}"] = value
            row[f"{name}_stderr,{score.filter}"] = error
            better[score.name][name] = higher_is_better(name)
        if score.reading:
            reading[score.name][score.filter] = score.reading.counts.record
        sizes[score.name] = {"original": score.n, "effective": score.n}
        configs[score.name] = {"task": score.name, "metadata": {"signature": score.signature.line}}
    groups = {score.name for score in own if score.group}
    return {
        "results": results,
        "groups": {name: results[name] for name in results if name in groups},
        "group_subtasks": {
            name: list(tasks)
            for name, tasks in scores.groups.get(model, {}).items()
            if name in groups
        },
        "configs": configs,
        "versions": {},
        "n-shot": {},
        "higher_is_better": better,
        "n-samples": sizes,
        "reading": reading,
        "model_name": model,
        "lm_eval_abstain_version": __version__,
        "token_limits": [one.record() for one in scores.limits if one.model == model],
        "notes": scores.notes,
        "skipped": scores.skipped,
    }


def _metrics(score: Score) -> Iterator[tuple[str, float, float | str]]:
    """Names, values and standard errors."""
    key = target_key(score.target)
    for name, interval in score.metrics.items():
        if name in BOUNDS:
            continue
        elsewhere = name == "score" and score.target != score.shown
        named = f"{name}_{key}" if elsewhere or name in POLICY_METRICS else name
        yield named, float(interval.value), _stderr(score, name)


def _stderr(score: Score, name: str) -> float | str:
    """The standard error of a mean over documents; `N/A` for everything else."""
    interval = score.metrics[name]
    if interval.n < 2 or name not in _MEANS:
        return "N/A"
    squares = interval.value
    if name == "score":
        rubric = Rubric(score.target)
        squares = sum(
            float(rubric.points(outcome) or 0) ** 2 * score.metrics[rate].value
            for outcome, rate in ((Outcome.CORRECT, "acc"), (Outcome.WRONG, "error_rate"))
        )
    return standard_error(squares - interval.value**2, interval.n)
