"""What is said, and written into the results file, of how the responses of a run were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lm_eval_abstain.harness.remarks import Remark
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.outcomes.read_counts import ReadCounts
from lm_eval_abstain.outcomes.read_sentences import bound_sentences, read_sentences
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome
from lm_eval_abstain.statistics.read_bounds import read_bounds

__all__ = ["Read", "logged_counts", "on_reading"]

Read = dict[str, Counter[tuple[Trace, Outcome]]]
"""By a filter's name, how many documents have each trace and outcome."""


def logged_counts(read: Read) -> dict[str, Any]:
    """The counts of each filter, for the results file."""
    return {name: ReadCounts.of(documents).record for name, documents in read.items()}


def on_reading(read: Read, targets: Sequence[float], settings: Settings) -> list[Remark]:
    """Remarks on what was decided by more than the words that the prompt asks for.

    How often those words are said is `abstain_rate`, and nothing more is said of it.

    Args:
        read: How the documents were read.
        targets: The targets that the run is scored at.
        settings: The run's settings.
    """
    remarks: dict[str, None] = {}
    for name, documents in read.items():
        counts = ReadCounts.of(documents)
        bounds = {target: read_bounds(counts, target, settings.unparsed) for target in targets}
        sentences = read_sentences(counts) if _beyond_the_phrase(counts) else []
        sentences += bound_sentences(counts, settings.objections, bounds)
        under = f"filter {name!r}: " if len(read) > 1 else ""
        remarks |= {f"{under}{sentence}": None for sentence in sentences}
    return [Remark(sentence, "") for sentence in remarks]


def _beyond_the_phrase(counts: ReadCounts) -> bool:
    return counts.uncovered > 0 or counts.decided > counts.stages[Stage.PHRASE]
