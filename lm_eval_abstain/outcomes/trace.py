"""What is remembered of how a document was read: written into logs, and read from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.outcomes.judge import Judgement
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome

__all__ = ["ResponseTrace", "Trace", "logged_reading"]


@dataclass(frozen=True)
class ResponseTrace:
    """How one response was read.

    Attributes:
        kind: What it was read as.
        stage: What decided that; None where nothing had to be decided.
        language: The language's code, where the classifier does not know it; else empty.
        unread: Whether it states an answer that the base task's filter does not read.
    """

    kind: Kind
    stage: Stage | None = None
    language: str = ""
    unread: bool = False

    @classmethod
    def of(cls, judgement: Judgement) -> ResponseTrace:
        """What is remembered of a judgement."""
        reading = judgement.reading
        return cls(reading.kind, reading.stage, reading.uncovered, judgement.unread is not None)

    @classmethod
    def of_log(cls, kind: str, stage: str | None, language: str, unread: bool) -> ResponseTrace:
        """What `logged_reading` wrote.

        Args:
            kind: The name of a kind.
            stage: The name of a stage; None where none decided.
            language: See `language`.
            unread: Whether an unread answer was logged.

        Raises:
            ValueError: There is no such kind or stage.
        """
        return cls(Kind(kind), Stage(stage) if stage else None, language, unread)


@dataclass(frozen=True)
class Trace:
    """How the responses to one document were read. Of a run there are few that differ.

    Attributes:
        responses: One a response: several where a question was asked more than once.
        otherwise: The document's outcome if objections counted as what they do not count as;
            None where none objects.
        if_read: Its outcome if the stated answers that the filter does not read were read; None
            where there are none.
    """

    responses: tuple[ResponseTrace, ...]
    otherwise: Outcome | None = None
    if_read: Outcome | None = None

    @classmethod
    def of(cls, judgement: Judgement) -> Trace:
        """The trace of a document with one response."""
        return cls((ResponseTrace.of(judgement),), judgement.otherwise, judgement.if_read)

    @property
    def kinds(self) -> str:
        """What the responses were read as, each kind once."""
        return _listed(one.kind.value for one in self.responses)

    @property
    def stages(self) -> str:
        """What decided that, each stage once; empty where nothing had to be decided."""
        return _listed(one.stage.value for one in self.responses if one.stage)

    @property
    def languages(self) -> str:
        """The languages that the classifier does not know, each once."""
        return _listed(one.language for one in self.responses if one.language)

    @property
    def unread(self) -> int:
        """How many responses state an answer that the base task's filter does not read."""
        return sum(one.unread for one in self.responses)

    @property
    def logged(self) -> Mapping[str, str]:
        """What is logged of a document beside its outcome."""
        others = {"outcome_otherwise": self.otherwise, "outcome_if_read": self.if_read}
        return {name: outcome.value for name, outcome in others.items() if outcome}


def logged_reading(judgement: Judgement) -> dict[str, Any]:
    """What is logged of one response; what does not apply is left out."""
    reading = judgement.reading
    more = {
        "stage": reading.stage.value if reading.stage else None,
        "language": reading.uncovered or None,
        "probability": reading.probability,
        "stated": judgement.stated or None,
        "unread": judgement.unread.answer if judgement.unread else None,
    }
    return {
        "kind": reading.kind.value,
        "where": reading.where,
        "phrase": reading.phrase,
        "start": reading.start,
        "end": reading.end,
        **{name: value for name, value in more.items() if value is not None},
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
