"""The samples that the page holds, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs import Samples
from lm_eval_abstain.printing.tables import Table, printable, table_of
from lm_eval_abstain.reports.entries import QuestionSet
from lm_eval_abstain.reports.sample_selection import Selection
from lm_eval_abstain.reports.sample_view import shown_sample
from lm_eval_abstain.rubric import ORDER

__all__ = ["browser_data", "shown_counts"]


def browser_data(
    samples: Samples, selection: Selection, sets: Sequence[QuestionSet]
) -> dict[str, Any]:
    """The selected samples with their texts, which are read from the files now.

    Args:
        samples: All samples.
        selection: Which of them.
        sets: All runs.

    Returns:
        `models`, `questions`, `runs` and `outcomes`, lists of names; and `samples`, each with
        indices into them, the document's name, and what `shown_sample` says.
    """
    runs: dict[str, int] = {}
    labels = np.full(len(samples), -1)
    for questions in sets:
        if not questions.group:
            for entry in questions.entries:
                labels[entry.rows] = runs.setdefault(entry.label, len(runs))
    shown: dict[int, dict[str, Any]] = {}
    # By file and place, so that a file is read once and forwards.
    for row in sorted(selection.rows.tolist(), key=lambda r: (samples.file[r], samples.place[r])):
        outcome = int(samples.outcome[row])
        shown[row] = {
            "model": int(samples.model[row]),
            "questions": int(samples.base[row]),
            "run": int(labels[row]),
            "outcome": outcome,
            "document": printable(str(samples.name_of(row))[:200]),
            **_shown(samples, row),
        }
    return {
        "models": [printable(name) for name in samples.models],
        "questions": [printable(name) for name in samples.bases],
        "runs": [printable(name) for name in runs],
        "outcomes": [outcome.value for outcome in ORDER],
        "samples": [shown[row] for row in selection.rows.tolist()],
    }


def _shown(samples: Samples, row: int) -> dict[str, Any]:
    """What is shown of a sample; if it cannot be read, that."""
    outcome = ORDER[int(samples.outcome[row])]
    signature = samples.signatures[samples.signature[row]]
    try:
        return shown_sample(samples.text(row), outcome, signature)
    except OSError as error:
        raise AbstainError(
            f"{samples.files[samples.file[row]]} cannot be read any more: {error}"
        ) from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # What is scored was checked when it was read; what else a record holds was not.
        nothing = {"prompt": [], "gold": "", "responses": [], "options": []}
        return {**nothing, "facts": [["its texts cannot be shown", repr(error)[:300]]]}


def shown_counts(samples: Samples, selection: Selection) -> Table:
    """How many of the samples of each model and outcome the page holds."""
    rows: list[dict[str, Any]] = []
    for model, shown, every in zip(samples.models, selection.shown, selection.all):
        counts = {
            outcome.value: f"{part:,} of {whole:,}" if whole else None
            for outcome, part, whole in zip(ORDER, shown.tolist(), every.tolist())
        }
        rows.append({"model": model, **counts})
    return table_of("Samples on this page", rows)
