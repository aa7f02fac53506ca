"""Which option a model chose, and whether it abstained, from log-likelihoods alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.errors import AbstainError

__all__ = ["LENGTHS", "Choice", "choose"]

LENGTHS: dict[str, Callable[[str], float]] = {
    "acc": lambda text: 1.0,
    "acc_norm": lambda text: float(len(text)),
    "acc_bytes": lambda text: float(len(text.encode("utf-8"))),
}
"""What the harness divides a log-likelihood by, for each metric that says right or wrong."""


@dataclass(frozen=True)
class Choice:
    """What a model chose.

    Attributes:
        abstained: Whether the abstain option won.
        forced: The index of the best real option, which is the answer when abstaining is
            taken away.
        probabilities: One a real option in the base task's order, then the abstain option's;
            they add up to 1.
    """

    abstained: bool
    forced: int
    probabilities: tuple[float, ...]


def choose(
    logliks: Sequence[float],
    abstain_loglik: float,
    texts: Sequence[str],
    abstain_text: str,
    metric: str = "acc",
) -> Choice:
    """Compare the options as the harness does for one metric.

    The forced answer is the harness's own: the first real option with the largest log-likelihood
    divided by the length that the metric uses. The abstain option wins only if it is strictly
    better, so a tie is an answer, as in `numpy.argmax` over the real options and then this one.

    Dividing by length is meant for answers of one kind. It must not decide between an answer and
    the abstain text by length alone, so the abstain text is divided by its own length or by that
    of the answer it competes with, whichever is smaller. It then has to win the harness's
    comparison, and also be the more probable text of the two. With labels, and with `acc`, this
    is exactly the harness's comparison.

    Args:
        logliks: Log-likelihoods of the real options, natural logarithm, at most 0.
        abstain_loglik: The same of the abstain option.
        texts: The texts whose lengths count, one a real option.
        abstain_text: The same of the abstain option.
        metric: A key of `LENGTHS`.

    Raises:
        AbstainError: A log-likelihood is NaN, or none is finite.
    """
    every = [*logliks, abstain_loglik]
    if any(math.isnan(value) for value in every):
        raise AbstainError(
            f"the model returned NaN as a log-likelihood ({every}): no answer can be read from "
            "that. Half precision that overflows is the usual cause; try dtype=float32."
        )
    if not any(math.isfinite(value) for value in every):
        raise AbstainError(f"the model gave no option a finite log-likelihood ({every}).")
    length = LENGTHS[metric]
    lengths = [length(text) for text in texts]
    with np.errstate(divide="ignore", invalid="ignore"):
        normalized = np.asarray(logliks, dtype=float) / np.asarray(lengths)
    forced = int(np.argmax(normalized))
    # As in the harness an empty option divides to -inf and is not chosen, unless it is 0/0.
    if lengths[forced] == 0:
        raise AbstainError(
            f"option {forced} is an empty text, and '{metric}' divides by its length"
        )
    abstain_normalized = abstain_loglik / min(length(abstain_text), lengths[forced])
    shifted = np.exp(np.asarray(every, dtype=float) - max(every))
    return Choice(
        abstained=bool(abstain_normalized > normalized[forced]),
        forced=forced,
        probabilities=tuple(float(value) for value in shifted / shifted.sum()),
    )
