"""How much of the abstention is there although a mistake costs nothing."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["MOST", "NO_REACTION", "free_share"]

MOST = 0.5
"""Above this share of the abstentions a reader is warned."""
NO_REACTION = (
    "abstentions are there at t = 0, too, where a mistake costs nothing: most are no reaction to "
    "the stakes."
)
"""The end of that warning, behind how many they are."""


def free_share(abstained: npt.NDArray[np.bool_], free: npt.NDArray[np.bool_]) -> float:
    """The share of the abstentions that are there at t = 0, too: no reaction to the stakes.

    Args:
        abstained: Shape (n,): whether the model abstains under the stakes.
        free: Shape (n,): whether it abstains on the same document at t = 0.

    Returns:
        In [0, 1]; NaN where it never abstains under the stakes.
    """
    n = int(abstained.sum())
    return int((abstained & free).sum()) / n if n else math.nan
