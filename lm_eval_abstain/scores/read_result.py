"""How the responses of a scored run were read, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.logs import Run
from lm_eval_abstain.outcomes.read_counts import NO_ABSTENTIONS, ReadBounds, ReadCounts
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import UnparsedPolicy
from lm_eval_abstain.statistics.read_bounds import read_bounds

__all__ = ["READ_KEYS", "ReadResult", "read_result"]

_BOUNDED = ("acc", "abstain_rate", "score")
READ_KEYS = (
    *("unread", "acc_if_read"),
    *(f"read_by_{stage.value}" for stage in Stage),
    *(kind.value for kind in NO_ABSTENTIONS),
    *("uncovered", "uncovered_languages"),
    *(f"{name}_otherwise" for name in _BOUNDED),
)
"""The keys of `ReadResult.row`, in order."""


@dataclass(frozen=True)
class ReadResult:
    """How the responses of a run were read, and its metrics at one target.

    Attributes:
        counts: How many were read as what, and by which stage.
        bounds: The metrics as they are, and if the responses were read in another way.
    """

    counts: ReadCounts
    bounds: ReadBounds

    @property
    def told(self) -> dict[str, float]:
        """The bounds that apply, by name."""
        told: dict[str, float] = {}
        if self.counts.unread:
            told["acc_if_read"] = self.bounds.if_read["acc"]
        if self.counts.objections:
            told |= {f"{name}_otherwise": self.bounds.otherwise[name] for name in _BOUNDED}
        return told

    def row(self) -> dict[str, Any]:
        """Flat values; a bound that does not apply is missing."""
        counts = self.counts
        languages = ", ".join(f"{code} {n}" for code, n in counts.languages.items())
        row = {
            "unread": counts.unread,
            **{f"read_by_{stage.value}": n for stage, n in counts.stages.items()},
            **{kind.value: n for kind, n in counts.kinds.items()},
            "uncovered": counts.uncovered,
            "uncovered_languages": languages or None,
            **self.told,
        }
        return {key: row[key] for key in READ_KEYS if key in row}

    def record(self) -> dict[str, Any]:
        """The same as an object for JSON."""
        return {**self.counts.record, **self.told}


def read_result(run: Run, target: float, unparsed: UnparsedPolicy) -> ReadResult | None:
    """How a run was read; None where no text was.

    Args:
        run: The run of a task or a group.
        target: The confidence target of the score, in [0, 1).
        unparsed: What documents without an answer are scored as.
    """
    counts = run.read
    return counts and ReadResult(counts, read_bounds(counts, target, unparsed))
