"""The metrics of the implied policy, document by document through the package's own rule."""

from __future__ import annotations

import numpy as np

from lm_eval_abstain.outcomes.answers import codes_if_implied, codes_of_answers
from lm_eval_abstain.statistics import Counts, metrics, tally


def policy_counts(confidence, correct, target) -> Counts:
    given = codes_of_answers(np.asarray(correct, dtype=float) == 1)
    implied = codes_if_implied(given, np.asarray(confidence, dtype=float), target)
    return Counts.from_array(tally(implied))


def policy_score(confidence, correct, target) -> float:
    return float(metrics(policy_counts(confidence, correct, target).array, target)["score"])


def policy_coverage(confidence, target) -> float:
    counts = policy_counts(confidence, np.zeros(len(confidence)), target)
    return float(metrics(counts.array, target)["coverage"])
