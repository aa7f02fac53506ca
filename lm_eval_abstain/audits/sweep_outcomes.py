"""The input of an audit: one model's outcomes on the same documents at several targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.outcomes.answers import Codes
from lm_eval_abstain.rubric import CODE, ORDER, Outcome, Rubric
from lm_eval_abstain.rubric.signature import in_all_languages, in_any_language
from lm_eval_abstain.statistics.counts import Floats

__all__ = ["Document", "SweepOutcomes", "TargetOutcomes", "pooled"]

Document = tuple[str, "int | str"]
"""The base task and the document's number or name in it."""


@dataclass(frozen=True, eq=False)
class TargetOutcomes:
    """The outcomes under the open rubric at one target.

    Attributes:
        target: The confidence target t that the prompt stated, in [0, 1).
        outcome: Shape (n,): each document's outcome as its column in `rubric.ORDER`.
        forced: Shape (n,): multiple choice, 1 if the forced answer under the same prompt is
            right, else 0; NaN where there is none.
        without_stakes: Shape (n,): 1 if the model abstains at t = 0, too, else 0; NaN where it
            was not asked beside the stakes; None for NaN in all documents.
    """

    target: float
    outcome: Codes
    forced: Floats
    without_stakes: Floats | None = None


@dataclass(frozen=True, eq=False)
class SweepOutcomes:
    """The runs of one model on one task or pooled group, document by document.

    Attributes:
        model: The model's name.
        task: The base task's or the group's name.
        filter: The filter's name.
        setting: What the open runs have in common; see `Signature.setting`.
        documents: Their keys, shape (n,) in all arrays.
        runs: The open runs in the order of their targets; no target twice.
        closed: Outcomes under the closed rubric as columns in `ORDER`; None if it was not run.
        confidence: Shape (n,), in [0, 1]: the closed run's confidence; NaN where there is none.
        notes: What a reader has to know of the way in which the runs were put together.

    Raises:
        AbstainError: There is no document or no open run, a document or a target is there twice,
            targets are out of order or range, or an array does not fit.
    """

    model: str
    task: str
    filter: str
    setting: str
    documents: Sequence[Document]
    runs: tuple[TargetOutcomes, ...]
    closed: Codes | None
    confidence: Floats
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be compared document by document."""
        name = f"{self.model}, {self.task}"
        targets = self.targets
        if not self.runs or not self.documents:
            raise AbstainError(f"{name}: an audit needs an open run with at least one document.")
        if list(targets) != sorted(set(targets)):
            raise AbstainError(f"{name}: targets must increase, got {targets}.")
        for target in targets:
            Rubric(target)
        if len(set(self.documents)) < self.n:
            raise AbstainError(f"{name}: a document is there twice; pair one run with another.")
        outcomes = [run.outcome for run in self.runs]
        outcomes += [] if self.closed is None else [self.closed]
        floats = [self.confidence, *(run.forced for run in self.runs)]
        if any(array.shape != (self.n,) for array in [*outcomes, *floats]):
            raise AbstainError(f"{name}: every run needs one value for each of {self.n} documents.")
        if not all(np.isin(codes, np.arange(len(ORDER))).all() for codes in outcomes):
            raise AbstainError(f"{name}: outcomes must be columns 0 to {len(ORDER) - 1} of ORDER.")
        if not all(np.isin(run.forced[~np.isnan(run.forced)], (0, 1)).all() for run in self.runs):
            raise AbstainError(f"{name}: a forced answer is right (1), wrong (0) or unknown (NaN).")
        known = self.confidence[~np.isnan(self.confidence)]
        if known.size and not (known.min() >= 0 and known.max() <= 1):
            raise AbstainError(f"{name}: confidences must be in [0, 1].")

    @property
    def n(self) -> int:
        """The number of documents."""
        return len(self.documents)

    @property
    def targets(self) -> tuple[float, ...]:
        """The stated targets, lowest first."""
        return tuple(run.target for run in self.runs)

    def free_abstentions(self, place: int) -> npt.NDArray[np.bool_] | None:
        """Whether the model abstains on each document at t = 0, where a mistake costs nothing.

        Args:
            place: The place of a run in `runs`. Without a run at t = 0, what was asked beside
                this run tells.

        Returns:
            Shape (n,); None where it is not known.
        """
        if self.targets[0] == 0:
            return self.runs[0].outcome == CODE[Outcome.ABSTAINED]
        beside = self.runs[place].without_stakes
        return None if beside is None or np.isnan(beside).any() else beside == 1

    @property
    def tasks(self) -> int:
        """The number of base tasks that the documents come from."""
        return len({base for base, _ in self.documents})


def pooled(sweeps: Sequence[SweepOutcomes], task: str) -> SweepOutcomes:
    """One sweep over the documents of several tasks.

    Args:
        sweeps: At least one; of one model, filter, setting (but for the language) and list of
            targets.
        task: The name of the group.

    Raises:
        AbstainError: They differ in more than the documents, or only some have a closed run.
    """
    shared = {
        (s.model, s.filter, in_any_language(s.setting), s.targets, s.closed is None) for s in sweeps
    }
    if len(shared) > 1:
        first, second = sorted(shared, key=str)[:2]
        raise AbstainError(
            f"{task}: its tasks cannot be pooled, because some were run as {first} and others as "
            f"{second} (model, filter, setting, targets, without a closed run)."
        )
    one = sweeps[0]
    closed = [sweep.closed for sweep in sweeps if sweep.closed is not None]
    return SweepOutcomes(
        model=one.model,
        task=task,
        filter=one.filter,
        setting=in_all_languages(sweep.setting for sweep in sweeps),
        documents=[document for sweep in sweeps for document in sweep.documents],
        runs=tuple(
            TargetOutcomes(
                target,
                np.concatenate([sweep.runs[place].outcome for sweep in sweeps]),
                np.concatenate([sweep.runs[place].forced for sweep in sweeps]),
                np.concatenate([_beside(sweep, place) for sweep in sweeps]),
            )
            for place, target in enumerate(one.targets)
        ),
        closed=np.concatenate(closed) if closed else None,
        confidence=np.concatenate([sweep.confidence for sweep in sweeps]),
        notes=tuple(dict.fromkeys(note for sweep in sweeps for note in sweep.notes)),
    )


def _beside(sweep: SweepOutcomes, place: int) -> Floats:
    beside = sweep.runs[place].without_stakes
    return np.full(sweep.n, np.nan) if beside is None else beside
