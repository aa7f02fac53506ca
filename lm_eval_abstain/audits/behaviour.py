"""What was answered, and whether answering was right, at each target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.audits.sweep_outcomes import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.outcomes.answers import Codes, codes_of_answers
from lm_eval_abstain.rubric import CODE, ORDER, Outcome, UnparsedPolicy, withheld
from lm_eval_abstain.statistics.counts import Floats

__all__ = [
    "Behaviour",
    "Masks",
    "behaviour_of",
    "implied_behaviour",
    "outcomes_if_answered",
]

Masks = npt.NDArray[np.bool_]
_UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Behaviour:
    """A model's behaviour at K targets on n documents.

    Attributes:
        targets: The targets, lowest first.
        counted: Shape (K, n): documents that the policy for unparsed answers does not exclude.
        answered: Shape (K, n), within `counted`.
        right: Shape (K, n), within `answered`.
        known: Shape (K, n), within the abstentions: it is known what an answer would have been.
        missed: Shape (K, n), within `known`: the answer would have been right.
    """

    targets: tuple[float, ...]
    counted: Masks
    answered: Masks
    right: Masks
    known: Masks
    missed: Masks

    @property
    def abstained(self) -> Masks:
        """Shape (K, n)."""
        return self.counted & ~self.answered


def _answered_and_right(codes: Codes, unparsed: UnparsedPolicy) -> tuple[Masks, Masks, Masks]:
    """Which documents count, are answered, are answered right; each of the shape of `codes`."""
    scored = [outcome.scored_as(unparsed) for outcome in ORDER]
    counts = np.array([kind is not None for kind in scored])
    answers = np.array([kind in (Outcome.CORRECT, Outcome.WRONG) for kind in scored])
    return counts[codes], answers[codes], codes == CODE[Outcome.CORRECT]


def outcomes_if_answered(sweep: SweepOutcomes, run: TargetOutcomes) -> Codes | None:
    """The outcomes if the model had always answered, as far as they are known.

    Multiple choice has the forced answer under the same prompt. Elsewhere the closed run stands
    in, which answers another prompt, and in which a model may abstain too.

    Returns:
        Shape (n,), columns in `ORDER`; None if that is not known of every document.
    """
    forced = np.isfinite(run.forced)
    if not forced.all() and sweep.closed is None:
        return None
    codes = np.full(sweep.n, _UNKNOWN, dtype=np.int8) if sweep.closed is None else sweep.closed
    answers = codes_of_answers(run.forced == 1)
    return np.where(forced, answers, codes).astype(np.int8)


def behaviour_of(sweep: SweepOutcomes, unparsed: UnparsedPolicy) -> Behaviour:
    """The behaviour that a sweep shows."""
    codes = np.stack([run.outcome for run in sweep.runs])
    counted, answered, right = _answered_and_right(codes, unparsed)
    known, missed = np.zeros_like(counted), np.zeros_like(counted)
    for place, run in enumerate(sweep.runs):
        other = outcomes_if_answered(sweep, run)
        if other is not None:
            _, would_answer, would_be_right = _answered_and_right(other, unparsed)
            idle = counted[place] & ~answered[place]
            known[place] = idle & would_answer
            missed[place] = idle & would_be_right
    return Behaviour(sweep.targets, counted, answered, right, known, missed)


def implied_behaviour(targets: tuple[float, ...], confidence: Floats, correct: Masks) -> Behaviour:
    """The behaviour of a model that answers exactly where its confidence is above the target.

    Args:
        targets: Lowest first.
        confidence: Shape (n,), in [0, 1].
        correct: Shape (n,): whether the answer is right, if it is given.
    """
    answered = ~withheld(confidence, np.array(targets)[:, None])
    counted = np.ones_like(answered)
    return Behaviour(targets, counted, answered, answered & correct, ~answered, ~answered & correct)
