"""Tables of the models, the runs and the scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lm_eval_abstain.logs import Run, Samples
from lm_eval_abstain.printing.tables import Table, table_of
from lm_eval_abstain.reports.entries import QuestionSet
from lm_eval_abstain.reports.model_names import names_without_folders
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.scores import Score, Scores
from lm_eval_abstain.scores.score import CONFIDENCE_METRICS, OUTCOME_METRICS, POLICY_METRICS

__all__ = ["model_table", "run_table", "score_table"]

_METRICS = (
    *OUTCOME_METRICS,
    *POLICY_METRICS,
    *(name for name in CONFIDENCE_METRICS if name != "abstain_prob"),
)


def model_table(samples: Samples) -> Table:
    """The samples of each model, and where they come from."""
    rows: list[dict[str, Any]] = []
    for code, model in enumerate(samples.models):
        own = samples.select(samples.model == code)
        rows.append(
            {
                "model": model,
                "samples": len(own),
                "tasks": len(set(own.task.tolist())),
                "files": len(set(own.file.tolist())),
                "first file": _file(Path(samples.files[own.file[0]])),
            }
        )
    return table_of("Models", rows)


def run_table(sets: Sequence[QuestionSet], caption: str) -> Table:
    """Every run on some questions, with its signature.

    Args:
        sets: The questions.
        caption: The caption of the table.
    """
    rows = [
        {
            "questions": f"{one.name} (group)" if one.group else one.name,
            "model": entry.model,
            "run": entry.label,
            "tasks": len(entry.subjects) if one.group else None,
            "n": entry.n,
            "signature": _signature(entry),
        }
        for one in sets
        for entry in one.entries
    ]
    return table_of(caption, rows)


def score_table(scores: Scores, sets: Sequence[QuestionSet], caption: str) -> Table:
    """The scores of every run on some questions at every target.

    Args:
        scores: All scores.
        sets: The questions.
        caption: The caption of the table.
    """
    kept = {
        (entry.model, entry.task, questions.group, entry.filter)
        for questions in sets
        for entry in questions.entries
    }
    rows = [
        _row(score)
        for score in scores.scores
        if (score.model, score.name, score.group, score.filter) in kept
    ]
    return table_of(caption, rows)


def _row(score: Score) -> dict[str, Any]:
    """One score as people read it, with limits for the score alone."""
    values = {
        name: score.metrics[name] if name == "score" else score.metrics[name].value
        for name in _METRICS
        if name in score.metrics
    }
    return {
        "task": f"{score.name} (group)" if score.group else score.name,
        "model": score.model,
        "filter": None if score.filter == "none" else score.filter,
        "shown t": None if math.isnan(score.shown) else Rubric(score.shown).target_text,
        "scored at t": Rubric(score.target).target_text,
        "n": score.n,
        **values,
        "acc, unread answers read": score.reading and score.reading.told.get("acc_if_read"),
    }


def _file(path: Path) -> str:
    """A file and its folder, which the harness names after the model."""
    return "/".join([*names_without_folders([path.parent.name]), path.name]).removeprefix("/")


def _signature(entry: Run) -> str:
    return " | ".join(f"{key}: {value}" for key, value in entry.signature.parts.items())
