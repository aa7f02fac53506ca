"""Scores in the shape of the harness's results file, for tools that read that."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.printing.tables import jsonable
from lm_eval_abstain.rubric import Outcome, Rubric, higher_is_better, target_key
from lm_eval_abstain.scores.rescore import Scores
from lm_eval_abstain.scores.score import Score

__all__ = ["results_of"]

_PROPORTIONS = ("acc", "error_rate", "abstain_rate", "unparsed_rate", "forced_acc")


def results_of(scores: Scores, model: str) -> dict[str, Any]:
    """One model's scores as the harness writes them.

    It has `results`, `groups`, `group_subtasks`, `versions`, `n-shot`, `higher_is_better`,
    `n-samples`, `configs` and `model_name`, which is what the harness's own table is made from.
    `score` is the score at the target that the model was shown; `score_t50` and the like are
    those at other targets. Means over documents have the harness's standard error, ratios and
    curves none.

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
    for score in own:
        row = results[score.name]
        row |= {"alias": score.name, "name": score.name, "sample_len": score.n}
        for name, value, error in _metrics(score):
            row[f"{name},{score.filter}"] = value
            row[f"{name}_stderr,{score.filter}"] = error
            better[score.name][name] = higher_is_better(name)
        sizes[score.name] = {"original": score.n, "effective": score.n}
        configs[score.name] = {"task": score.name, "metadata": {"signature": score.signature}}
    groups = {score.name for score in own if score.group}
    return jsonable(
        {
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
            "model_name": model,
            "lm_eval_abstain_version": __version__,
            "notes": scores.notes,
            "skipped": scores.skipped,
        }
    )


def _metrics(score: Score) -> list[tuple[str, float, float | str]]:
    """Names, values and standard errors."""
    key = target_key(score.target)
    found: list[tuple[str, float, float | str]] = []
    for name, interval in score.metrics.items():
        named = name
        if name.startswith("score_unparsed"):
            continue
        if name.startswith("policy_") or (name == "score" and score.target != score.shown):
            named = f"{name}_{key}"
        found.append((named, float(interval.value), _stderr(score, name)))
    return found


def _stderr(score: Score, name: str) -> float | str:
    """The standard error of a mean over documents, as the harness computes it."""
    interval = score.metrics[name]
    mean, n = interval.value, interval.n
    if n < 2 or name not in ("score", *_PROPORTIONS):
        return "N/A"
    squares = mean
    if name == "score":  # points are 1, 0 and -λ
        right, wrong = (Rubric(score.target).points(o) for o in (Outcome.CORRECT, Outcome.WRONG))
        squares = sum(
            float(points or 0) ** 2 * score.metrics[rate].value
            for points, rate in ((right, "acc"), (wrong, "error_rate"))
        )
    return math.sqrt(max(0.0, squares - mean**2) / (n - 1))
