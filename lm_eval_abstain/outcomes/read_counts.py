"""How the responses of a run were read, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lm_eval_abstain.outcomes.objections import OBJECTIONS
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome

__all__ = ["NO_ABSTENTIONS", "ReadBounds", "ReadCounts"]

NO_ABSTENTIONS = (Kind.NONE_LISTED, Kind.PREMISE, Kind.ASKS_BACK, Kind.REFUSED)
"""The kinds that a stage decides and that are no abstentions."""

Outcomes = Mapping[Outcome, int]


@dataclass(frozen=True)
class ReadCounts:
    """Sums over the documents of a run.

    Attributes:
        responses: How many responses were read.
        stages: How many of them each stage decided.
        kinds: How many are of each kind in `NO_ABSTENTIONS`.
        languages: How many are in each language that the classifier does not know, the most
            frequent first.
        unread: How many state an answer that the base task's filter does not read.
        outcomes: How many documents have each outcome.
        otherwise: The same if objections counted as what they do not count as.
        if_read: The same if the unread answers were read.
    """

    responses: int
    stages: Mapping[Stage, int]
    kinds: Mapping[Kind, int]
    languages: Mapping[str, int]
    unread: int
    outcomes: Outcomes
    otherwise: Outcomes
    if_read: Outcomes

    @classmethod
    def of(cls, documents: Mapping[tuple[Trace, Outcome], int]) -> ReadCounts:
        """Sum up.

        Args:
            documents: How many documents have each trace and outcome.
        """
        stages, kinds, languages = Counter[Stage](), Counter[Kind](), Counter[str]()
        outcomes, otherwise, if_read = Counter[Outcome](), Counter[Outcome](), Counter[Outcome]()
        responses = unread = 0
        for (trace, outcome), n in documents.items():
            outcomes[outcome] += n
            otherwise[trace.otherwise or outcome] += n
            if_read[trace.if_read or outcome] += n
            for one in trace.responses:
                responses += n
                unread += n * one.unread
                if one.kind in NO_ABSTENTIONS:
                    kinds[one.kind] += n
                if one.stage:
                    stages[one.stage] += n
                if one.language:
                    languages[one.language] += n
        return cls(
            responses=responses,
            stages={stage: stages[stage] for stage in Stage},
            kinds={kind: kinds[kind] for kind in NO_ABSTENTIONS},
            languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
            unread=unread,
            outcomes=outcomes,
            otherwise=otherwise,
            if_read=if_read,
        )

    @property
    def decided(self) -> int:
        """How many responses a stage decided."""
        return sum(self.stages.values())

    @property
    def objections(self) -> int:
        """How many responses object to their question."""
        return sum(n for kind, n in self.kinds.items() if kind in OBJECTIONS)

    @property
    def uncovered(self) -> int:
        """How many responses are in a language that the classifier does not know."""
        return sum(self.languages.values())

    @property
    def record(self) -> dict[str, Any]:
        """The counts by name, for JSON."""
        return {
            "responses": self.responses,
            "stages": {stage.value: n for stage, n in self.stages.items()},
            "kinds": {kind.value: n for kind, n in self.kinds.items()},
            "uncovered": dict(self.languages),
            "unread": self.unread,
        }


class ReadBounds(NamedTuple):
    """The metrics of a run at one target, by name; see `statistics.metrics`.

    Attributes:
        now: As it was read.
        otherwise: If objections counted as what they do not count as.
        if_read: If the unread answers were read.
    """

    now: Mapping[str, float]
    otherwise: Mapping[str, float]
    if_read: Mapping[str, float]
