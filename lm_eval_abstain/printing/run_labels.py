"""The words for a run: its rubric, and what tells it from other runs on the same questions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from lm_eval_abstain.logs import Run
from lm_eval_abstain.rubric import Rubric, Signature
from lm_eval_abstain.rubric.wordings import DEFAULT_WORDING

__all__ = ["rubric_words", "run_labels", "run_name"]

# Parts of a signature that say who made the samples, or that are said in another way.
_LEFT_OUT = frozenset({"rubric", "t", "lm_eval", "v", "detector", "unparsed"})
# Parts whose values say by themselves what they are.
_NAMELESS = frozenset({"filter", "wording"})


def rubric_words(signature: Signature) -> str:
    """The rubric that a model was shown: `closed`, `open, t = 0.75`."""
    if math.isnan(signature.target):
        return signature.rubric
    return f"{signature.rubric}, t = {Rubric(signature.target).target_text}"


def run_name(run: Run) -> str:
    """A run's model and how that was asked: `org/model (open, t = 0.75, k = 5, short-v1)`."""
    words = [rubric_words(run.signature)]
    if samples := run.signature.parts.get("k"):
        words.append(f"k = {samples}")
    if run.signature.wording not in ("", DEFAULT_WORDING):
        words.append(run.signature.wording)
    return f"{run.model} ({', '.join(words)})"


def run_labels(runs: Sequence[Run]) -> list[str]:
    """One label a run; those of one model are all different.

    A label says the rubric, and of everything else only what differs between runs under the same
    rubric: the filter, the wording, the metric. Where this is not enough, it names the task.

    Args:
        runs: All runs on the same questions.
    """
    rubrics = [rubric_words(run.signature) for run in runs]
    facts = [
        {
            "filter": run.filter,
            **{key: value for key, value in run.signature.parts.items() if key not in _LEFT_OUT},
        }
        for run in runs
    ]
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rubric, own in zip(rubrics, facts):
        for key in {key for each in facts for key in each}:
            values[rubric, key].add(own.get(key, ""))
    labels = [
        ", ".join(
            [
                rubric,
                *(
                    value if key in _NAMELESS else f"{key} {value}"
                    for key, value in own.items()
                    if len(values[rubric, key]) > 1
                ),
            ]
        )
        for rubric, own in zip(rubrics, facts)
    ]
    seen = Counter((run.model, label) for run, label in zip(runs, labels))
    return [
        f"{label} ({run.task})" if seen[run.model, label] > 1 else label
        for run, label in zip(runs, labels)
    ]
