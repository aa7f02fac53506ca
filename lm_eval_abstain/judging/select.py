"""Which logged responses a judge is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lm_eval_abstain.judging.prompt import MOST_TOKENS, judge_prompt
from lm_eval_abstain.judging.verdicts import JudgeName
from lm_eval_abstain.outcomes.judge import Judgement, judge
from lm_eval_abstain.outcomes.judged import can_be_judged
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome

__all__ = ["DOUBTFUL", "SELECTIONS", "Case", "Cases", "Selection"]

Selection = Literal["doubtful", "unread", "all"]

DOUBTFUL = (0.05, 0.95)
"""Between these two probabilities of an abstention the classifier is not sure."""

# Of plain English and the tokenizers of today; other scripts have more tokens a character, and
# more bytes a character, too.
_BYTES_PER_TOKEN = 4
_TOKENS_AROUND = 10  # what a chat template puts around a message


@dataclass(frozen=True)
class Case:
    """A response that a judge is asked about.

    Attributes:
        question: The base task's question; empty if not known.
        response: The part of the response that is its answer.
    """

    question: str
    response: str

    @property
    def prompt(self) -> str:
        """What the judge is asked."""
        return judge_prompt(self.question, self.response)

    @property
    def tokens(self) -> int:
        """About how many tokens that is, with the reply."""
        return len(self.prompt.encode()) // _BYTES_PER_TOKEN + _TOKENS_AROUND + MOST_TOKENS // 4


def _is_doubtful(judgement: Judgement) -> bool:
    """Whether no stage is sure: the classifier hesitates, or does not know the language."""
    reading = judgement.reading
    if reading.stage not in (None, Stage.CLASSIFIER) or reading.stated:
        return False
    low, high = DOUBTFUL
    probability = reading.probability
    return bool(reading.uncovered) or (probability is not None and low <= probability <= high)


def _is_unread(judgement: Judgement) -> bool:
    """Whether a text came, and no answer was found in it."""
    return judgement.outcome is Outcome.UNPARSED


def _is_not_prompted(judgement: Judgement) -> bool:
    """Whether it is not said in the words that the prompt asks for, which are never misread."""
    return judgement.reading.stage is not Stage.PHRASE


SELECTIONS: dict[Selection, Callable[[Judgement], bool]] = {
    "doubtful": _is_doubtful,
    "unread": _is_unread,
    "all": _is_not_prompted,
}
"""What can be asked about, by the name that `--of` gives it."""


class Cases:
    """The responses that are to be judged, collected while logs are read.

    Attributes:
        seen: How many responses were read; those under several filters count under each.
    """

    def __init__(self, of: Selection, judge: JudgeName) -> None:
        self._wanted, self._judge = SELECTIONS[of], judge
        self._found: dict[str, Case] = {}
        self.seen = 0

    def judge(
        self, response: str, *, part: str | None = None, question: str = "", **rest: Any
    ) -> Judgement:
        """`outcomes.judge.judge`; responses of the selection are kept."""
        judgement = judge(response, part=part, question=question, **rest)
        self.seen += 1
        if can_be_judged(judgement.reading) and self._wanted(judgement):
            case = Case(question, response if part is None else part)
            self._found[self._judge.key(case.question, case.response)] = case
        return judgement

    def __len__(self) -> int:
        """How many different ones there are."""
        return len(self._found)

    def without(self, known: dict[str, Any]) -> Iterator[tuple[str, Case]]:
        """Those without a verdict, each with its key, in the order of the logs."""
        return ((key, case) for key, case in self._found.items() if key not in known)
