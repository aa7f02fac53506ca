"""How documents were read, for a column of codes: -1 stands where no text was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.outcomes.answers import Codes
from lm_eval_abstain.outcomes.read_counts import ReadCounts
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import ORDER

__all__ = ["counted", "in_words"]

Readings = npt.NDArray[np.int32]
"""Indices into a table's traces, shape (n,)."""


def counted(traces: Sequence[Trace], read: Readings, outcome: Codes) -> ReadCounts | None:
    """How the documents of a run were read; None where no text was read.

    Args:
        traces: The table's traces.
        read: The documents' codes.
        outcome: Their outcomes.
    """
    known = read >= 0
    if not known.any():
        return None
    pairs = np.stack([read[known], outcome[known]])
    alike, numbers = np.unique(pairs, axis=1, return_counts=True)
    return ReadCounts.of(
        Counter(
            {
                (traces[trace], ORDER[code]): n
                for trace, code, n in zip(*alike.tolist(), numbers.tolist())
            }
        )
    )


def in_words(traces: Sequence[Trace], read: Readings) -> dict[str, npt.NDArray[Any]]:
    """Columns of a data frame: what each document was read as, and by which stage.

    Args:
        traces: The table's traces.
        read: The documents' codes.

    Returns:
        `read_as`, `read_by` and `uncovered` are texts, empty where there is nothing to say; of a
        question that was asked more than once they name what differs. `unread` is the number of
        its responses that state an answer which the filter does not read.
    """

    def column(of: Callable[[Trace], Any], nothing: Any) -> npt.NDArray[Any]:
        # The last value is that of the code -1.
        return np.array([*map(of, traces), nothing])[read]

    return {
        "read_as": column(lambda trace: trace.kinds, "").astype(object),
        "read_by": column(lambda trace: trace.stages, "").astype(object),
        "unread": column(lambda trace: trace.unread, 0),
        "uncovered": column(lambda trace: trace.languages, "").astype(object),
    }
