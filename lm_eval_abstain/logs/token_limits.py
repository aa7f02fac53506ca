"""How long the responses of a run could be, and how that is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from lm_eval_abstain.logs.cut_limits import CutLimit, Ends, infer_cut
from lm_eval_abstain.reading.visible import is_cut_off
from lm_eval_abstain.rubric import Outcome

__all__ = ["LimitsByModel", "RunLimit", "TokenLimit", "limit_of"]

_FAR, _MANY = 2, 0.01  # so much longer than what was assumed, so many responses: it was another


@dataclass(frozen=True)
class TokenLimit:
    """The most tokens that the responses of a run could have.

    Attributes:
        tokens: So many; None if that is not known. Where it was inferred, about so many.
        source: Whether it is `logged`, `assumed` or `inferred` from the responses' lengths.
        cut: Where it was inferred, where the responses end.
    """

    tokens: int | None
    source: Literal["logged", "assumed", "inferred"]
    cut: CutLimit | None = None

    def of(self, response: str) -> int | None:
        """The limit to judge a response by; None where it does not reach it."""
        return self.cut.of(response) if self.cut else self.tokens

    def cuts(self, response: str) -> bool:
        """Whether a response ends inside a sentence where the limit is."""
        limit = self.of(response)
        return limit is not None and is_cut_off(response, limit)


@dataclass(frozen=True)
class RunLimit:
    """A limit, of whom it was, and what it did.

    Attributes:
        model: The model's name.
        task: The task's or the group's name.
        limit: The limit.
        truncated: How many responses end at it inside a sentence and are `truncated`.
    """

    model: str
    task: str
    limit: TokenLimit
    truncated: int

    def record(self) -> dict[str, Any]:
        """The same as plain values."""
        cut = self.limit.cut
        return {
            "model": self.model,
            "task": self.task,
            "tokens": self.limit.tokens,
            "source": self.limit.source,
            "truncated": self.truncated,
            **({"characters": cut.characters, "ends": cut.ends} if cut else {}),
        }

    @property
    def sentence(self) -> str:
        """What a reader has to know of it; empty where it was logged or assumed as usual."""
        cut = self.limit.cut
        if cut:
            return (
                f"{self.model}, {self.task}: the token limit is not logged. From the lengths: "
                f"about {cut.characters} characters ({cut.tokens} tokens). {cut.ends} responses "
                f"end there inside a sentence; the {self.truncated} of them that state no answer "
                "count as truncated."
            )
        if self.limit.tokens is None:
            return (
                f"{self.model}, {self.task}: the token limit is not logged, and the responses are "
                "longer than it usually is: none is assumed, and no text counts as cut by it."
            )
        return ""


def limit_of(ends: Ends, usual: int | None) -> TokenLimit:
    """The limit of a run that does not log it.

    Args:
        ends: Its responses.
        usual: What such runs usually have; None if nobody knows.
    """
    cut = infer_cut(ends)
    if cut:
        return TokenLimit(cut.tokens, "inferred", cut)
    tokens, *_ = ends.columns()
    if usual is not None and (tokens > _FAR * usual).sum() > _MANY * len(tokens):
        usual = None
    return TokenLimit(usual, "assumed")


class LimitsByModel:
    """The limits that the responses of a file with several models show.

    Args:
        responses: Each with its model's name.
    """

    def __init__(self, responses: Iterable[tuple[str, str]]) -> None:
        ends: defaultdict[str, Ends] = defaultdict(Ends)
        for model, response in responses:
            ends[model].add(response)
        found = {model: limit_of(own, None) for model, own in ends.items()}
        self._limits = {model: limit for model, limit in found.items() if limit.cut}
        self._truncated: Counter[str] = Counter()

    def of(self, model: str, response: str) -> int | None:
        """The limit to judge a response by; see `TokenLimit.of`."""
        limit = self._limits.get(model)
        return limit.of(response) if limit else None

    def judged(self, model: str, response: str, outcome: Outcome) -> None:
        """Take note of what became of a response."""
        limit = self._limits.get(model)
        if limit and outcome is Outcome.TRUNCATED and limit.cuts(response):
            self._truncated[model] += 1

    def found(self, task: str) -> list[RunLimit]:
        """The limits, with what they did so far."""
        return [
            RunLimit(model, task, limit, self._truncated[model])
            for model, limit in self._limits.items()
        ]
