"""What tells the runs on the same questions apart, in a few words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from lm_eval_abstain.logs.runs import Part
from lm_eval_abstain.rubric import Rubric

__all__ = ["rubric_words", "run_labels"]

# Parts of a signature that say who made the samples, or that are said in another way.
_UNTOLD = frozenset({"rubric", "t", "lm_eval", "v", "detector", "unparsed"})
# Parts whose values say by themselves what they are.
_NAMELESS = frozenset({"filter", "wording"})


def rubric_words(signature: Mapping[str, str], shown: float) -> str:
    """The rubric that a model was shown: `closed`, `open, t = 0.75`.

    Args:
        signature: The signature's parts.
        shown: The confidence target; NaN where none was shown.
    """
    rubric = signature.get("rubric", "closed")
    return rubric if math.isnan(shown) else f"{rubric}, t = {Rubric(shown).target_text}"


def run_labels(parts: Sequence[Part]) -> list[str]:
    """One label a run; those of one model are all different.

    A label says the rubric, and of everything else only what differs between runs under the same
    rubric: the filter, the wording, the metric. Where this is not enough, it names the task.

    Args:
        parts: All runs on the same questions.
    """
    rubrics = [rubric_words(part.signature, part.shown) for part in parts]
    told = [
        {
            "filter": part.filter,
            **{key: value for key, value in part.signature.items() if key not in _UNTOLD},
        }
        for part in parts
    ]
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rubric, facts in zip(rubrics, told):
        for key in {key for each in told for key in each}:
            values[rubric, key].add(facts.get(key, ""))
    labels = [
        ", ".join(
            [
                rubric,
                *(
                    value if key in _NAMELESS else f"{key} {value}"
                    for key, value in facts.items()
                    if len(values[rubric, key]) > 1
                ),
            ]
        )
        for rubric, facts in zip(rubrics, told)
    ]
    seen = Counter((part.model, label) for part, label in zip(parts, labels))
    return [
        f"{label} ({part.name})" if seen[part.model, label] > 1 else label
        for part, label in zip(parts, labels)
    ]
