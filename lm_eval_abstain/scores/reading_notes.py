"""What a reader of scores has to know of how the responses were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lm_eval_abstain.logs import Run
from lm_eval_abstain.outcomes.read_counts import ReadCounts
from lm_eval_abstain.outcomes.read_sentences import bound_sentences, read_sentences
from lm_eval_abstain.reading.stages import DETECTOR_VERSION, without_judge
from lm_eval_abstain.rubric import UnparsedPolicy
from lm_eval_abstain.scores.targets import targets_for
from lm_eval_abstain.statistics.read_bounds import read_bounds

__all__ = ["bound_notes", "detector_notes", "reading_notes"]


def reading_notes(
    runs: Iterable[Run], asked: tuple[float, ...], unparsed: UnparsedPolicy
) -> list[str]:
    """How the responses of each run were read, and both bounds; nothing where there is nothing.

    Args:
        runs: The runs that are told of.
        asked: The targets that the user asked for.
        unparsed: What documents without an answer are scored as.
    """
    return [
        _note(run, [*read_sentences(run.read), *_bounds(run, run.read, asked, unparsed)])
        for run in runs
        if run.read and (run.read.decided or run.read.uncovered or run.read.unread)
    ]


def bound_notes(runs: Iterable[Run], unparsed: UnparsedPolicy) -> list[str]:
    """Both bounds of each run at the target that it was shown, where they differ."""
    return [
        _note(run, sentences)
        for run in runs
        if run.read and (sentences := _bounds(run, run.read, (), unparsed))
    ]


def _bounds(
    run: Run, counts: ReadCounts, asked: tuple[float, ...], unparsed: UnparsedPolicy
) -> list[str]:
    targets = targets_for(run, asked)
    bounds = {target: read_bounds(counts, target, unparsed) for target in targets}
    return bound_sentences(counts, run.signature.objections, bounds)


def _note(run: Run, sentences: Iterable[str]) -> str:
    under = "" if run.filter == "none" else f", filter {run.filter}"
    return f"{run.model}, {run.task}{under}: {' '.join(sentences)}"


def detector_notes(runs: Sequence[Run]) -> list[str]:
    """The versions of the detector that read abstentions in text."""
    versions = sorted({run.signature.detector for run in runs} - {""})
    if not versions:
        return []
    notes = [f"Abstentions in text were read by detector {', '.join(versions)}."]
    if {*map(without_judge, versions)} != {DETECTOR_VERSION}:
        notes.append(
            f"This version has detector {DETECTOR_VERSION}: outcomes that were logged by another "
            "one stay as they were logged."
        )
    return notes
