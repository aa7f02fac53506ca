"""The third stage: a linear classifier over n-grams, for words that no rule knows.

One logistic regression for each kind against all others, on `ngrams.buckets`. The weights are in
`classifier.npz`; `docs/classifier/` has the texts and the script that made them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.reading.ngrams import buckets

__all__ = ["KINDS", "LEAST", "Classifier", "Guess", "classifier"]

LEAST = {
    "abstained": 0.72,
    "refused": 0.8,
    "none_listed": 0.7,
    "premise": 0.7,
    "asks_back": 0.7,
}
"""From which probability on a kind is read; a text that may be of several is of the likeliest."""

KINDS = tuple(LEAST)
"""The kinds that it tells from an answer, by the value of their `Kind`."""


class Guess(NamedTuple):
    """What the classifier makes of a text.

    Attributes:
        kind: One of `KINDS`; empty for an answer.
        probability: How probable an abstention is, in [0, 1].
    """

    kind: str
    probability: float


class Classifier(NamedTuple):
    """The weights.

    Attributes:
        weights: Those of each kind and feature, shape (kinds, `BUCKETS`), in units of `scale`.
        scale: One a kind.
        bias: One a kind.
        languages: The ISO 639 codes of the languages of its texts.
    """

    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    languages: frozenset[str]

    def probabilities(self, folded: str) -> npt.NDArray[np.float64]:
        """How probable each kind is.

        Args:
            folded: The visible part of a response, folded.

        Returns:
            In [0, 1], shape (kinds,); no distribution, as each kind is judged alone.
        """
        found = buckets(folded)
        sums = np.take(self.weights, found, axis=1).sum(axis=1, dtype=np.int64)
        logits = sums * self.scale / np.sqrt(len(found)) + self.bias
        return 1 / (1 + np.exp(-logits))

    def guess(self, folded: str) -> Guess:
        """The kind of a text.

        Args:
            folded: The visible part of a response, folded.
        """
        probabilities = self.probabilities(folded).tolist()
        likely = [(p, kind) for kind, p in zip(KINDS, probabilities) if p >= LEAST[kind]]
        return Guess(max(likely)[1] if likely else "", probabilities[0])


@cache
def classifier() -> Classifier:
    """The classifier that the package comes with; it is loaded when it is first needed."""
    with (
        as_file(files("lm_eval_abstain.reading") / "classifier.npz") as path,
        np.load(path) as file,
    ):
        return Classifier(
            file["weights"], file["scale"], file["bias"], frozenset(file["languages"].tolist())
        )
