"""Which option a model chose, and whether it abstained, from log-likelihoods alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lm_eval_abstain.errors import AbstainError

__all__ = [
    "LENGTHS",
    "Choice",
    "Forced",
    "choose",
    "forced_answer",
    "said_or_forced",
]

LENGTHS: dict[str, Callable[[str], float]] = {
    "acc": lambda text: 1.0,
    "acc_norm": lambda text: float(len(text)),
    "acc_bytes": lambda text: float(len(text.encode("utf-8"))),
}
"""What the harness divides a log-likelihood by, for each metric that says right or wrong.

A metric of another name, which a task's own function reports, compares them as they are.
"""


@dataclass(frozen=True)
class Forced:
    """The answer when abstaining is taken away.

    Attributes:
        index: The best real option.
        probabilities: One a real option in the base task's order; they add up to 1.
    """

    index: int
    probabilities: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """The probability of the answer among the real options, in [0, 1]."""
        return self.probabilities[self.index]


@dataclass(frozen=True)
class Choice:
    """What a model chose where it could abstain.

    Attributes:
        abstained: Whether the model abstained: its abstain option won, or it said the abstain text.
        forced: The index of the best real option, which is the answer when abstaining is
            taken away.
        confidence: The probability of that option among the real ones, in [0, 1]; NaN where
            none of them has any.
        probabilities: One a real option in the base task's order, then the abstain option's;
            they add up to 1.
    """

    abstained: bool
    forced: int
    confidence: float
    probabilities: tuple[float, ...]


def forced_answer(logliks: Sequence[float], texts: Sequence[str], metric: str = "acc") -> Forced:
    """The harness's own choice: the first option with the largest value for one metric.

    That value is the log-likelihood divided by the length that the metric uses. The confidence
    is the probability of the text as it is: divided by their lengths, log-likelihoods are no
    longer those of probabilities.

    Args:
        logliks: Log-likelihoods of the options, natural logarithm, at most 0.
        texts: The texts whose lengths count, one an option.
        metric: The metric that says right or wrong; see `LENGTHS`.

    Raises:
        AbstainError: A log-likelihood is NaN, or none is finite.
    """
    _check(logliks)
    return Forced(_best(logliks, texts, metric)[0], _softmax(logliks))


def choose(
    logliks: Sequence[float],
    abstain_loglik: float,
    texts: Sequence[str],
    abstain_text: str,
    metric: str = "acc",
) -> Choice:
    """Compare the options as the harness does for one metric.

    The forced answer is the harness's own (see `forced_answer`). The abstain option wins only
    if it is strictly better, so a tie is an answer, as in `numpy.argmax` over the real options
    and then this one.

    It is for options that the prompt lists. Where it lists none, see `said_or_forced`.

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
        metric: The metric that says right or wrong; see `LENGTHS`.

    Raises:
        AbstainError: A log-likelihood is NaN, or none is finite.
    """
    every = [*logliks, abstain_loglik]
    _check(every)
    forced, value, size = _best(logliks, texts, metric)
    abstain_normalized = abstain_loglik / min(_length_of(metric)(abstain_text), size)
    answerable = any(math.isfinite(loglik) for loglik in logliks)
    return Choice(
        abstained=abstain_normalized > value,
        forced=forced,
        confidence=_softmax(logliks)[forced] if answerable else math.nan,
        probabilities=_softmax(every),
    )


def said_or_forced(
    logliks: Sequence[float],
    abstain: tuple[float, bool],
    texts: Sequence[str],
    metric: str = "acc",
) -> Choice:
    """Whether a model says the abstain text itself, where the prompt lists no options.

    Between a short fixed phrase and option texts that the prompt does not show, a likelihood says
    which text is the more usual one, and not what the model would do. So the abstain text does not
    compete with the options. The model abstains if it would say this text at temperature 0: if
    each token of it is the most probable one of all. Otherwise its answer is the forced answer.
    `docs/unlisted-options.md` has what else was tried, and the figures.

    Args:
        logliks: Log-likelihoods of the options, natural logarithm, at most 0.
        abstain: The log-likelihood of the abstain text, and whether greedy decoding gives it.
        texts: The texts whose lengths count, one an option.
        metric: The metric that says right or wrong; see `LENGTHS`.

    Returns:
        The abstain text's probability is that of saying it; the options share what is left.

    Raises:
        AbstainError: A log-likelihood is NaN, or no option's is finite.
    """
    loglik, greedy = abstain
    _check([*logliks, loglik])
    forced = forced_answer(logliks, texts, metric)
    said = math.exp(loglik)
    return Choice(
        abstained=bool(greedy),
        forced=forced.index,
        confidence=forced.confidence,
        probabilities=(*((1 - said) * share for share in forced.probabilities), said),
    )


def _length_of(metric: str) -> Callable[[str], float]:
    return LENGTHS.get(metric, LENGTHS["acc"])


def _check(logliks: Sequence[float]) -> None:
    if any(math.isnan(value) for value in logliks):
        raise AbstainError(
            f"the model returned NaN as a log-likelihood ({list(logliks)}): no answer can be read "
            "from that. Half precision that overflows is the usual cause; try dtype=float32."
        )
    if not any(math.isfinite(value) for value in logliks):
        raise AbstainError(f"the model gave no option a finite log-likelihood ({list(logliks)}).")


def _best(logliks: Sequence[float], texts: Sequence[str], metric: str) -> tuple[int, float, float]:
    """The first option with the largest normalised log-likelihood, that value, and its length."""
    lengths = [*map(_length_of(metric), texts)]
    with np.errstate(divide="ignore", invalid="ignore"):
        normalized = np.asarray(logliks, dtype=float) / np.asarray(lengths)
    best = int(np.argmax(normalized))
    # As in the harness an empty option divides to -inf and is not chosen, unless it is 0/0.
    if lengths[best] == 0:
        raise AbstainError(f"option {best} is an empty text, and '{metric}' divides by its length")
    return best, float(normalized[best]), lengths[best]


def _softmax(logliks: Sequence[float]) -> tuple[float, ...]:
    shifted = np.exp(np.asarray(logliks, dtype=float) - max(logliks))
    return tuple(float(value) for value in shifted / shifted.sum())
