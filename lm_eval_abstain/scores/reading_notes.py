"""What a reader of scores has to know of how the responses were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lm_eval_abstain.logs import Run
from lm_eval_abstain.outcomes.read_sentences import bound_sentences, read_sentences
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import UnparsedPolicy
from lm_eval_abstain.scores.targets import targets_for
from lm_eval_abstain.statistics.read_bounds import read_bounds

__all__ = ["detector_notes", "reading_notes"]


def reading_notes(
    runs: Iterable[Run], asked: tuple[float, ...], unparsed: UnparsedPolicy
) -> list[str]:
    """How the responses of each run were read, in sentences; nothing where there is nothing.

    Args:
        runs: The runs that are told of.
        asked: The targets that the user asked for.
        unparsed: What documents without an answer are scored as.
    """
    notes: list[str] = []
    for run in runs:
        if run.read is None:
            continue
        bounds = {
            target: read_bounds(run.read, target, unparsed) for target in targets_for(run, asked)
        }
        sentences = [
            *read_sentences(run.read),
            *bound_sentences(run.read, run.signature.objections, bounds),
        ]
        if sentences:
            under = "" if run.filter == "none" else f", filter {run.filter}"
            notes.append(f"{run.model}, {run.task}{under}: {' '.join(sentences)}")
    return notes


def detector_notes(runs: Sequence[Run]) -> list[str]:
    """The versions of the detector that read abstentions in text."""
    versions = sorted({run.signature.detector for run in runs} - {""})
    if not versions:
        return []
    notes = [f"Abstentions in text were read by detector {', '.join(versions)}."]
    if versions != [DETECTOR_VERSION]:
        notes.append(
            f"This version has detector {DETECTOR_VERSION}: outcomes that were logged by another "
            "one stay as they were logged."
        )
    return notes
