"""Whether a model abstained, read from what it wrote.

One pure function over the raw response, to be called before any filter has touched it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from lm_eval_abstain.reading.final_answer import Reader, Statement
from lm_eval_abstain.reading.folding import fold, fold_text
from lm_eval_abstain.reading.language import uncovered
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.reading.visible import is_cut_off, visible_part
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT

if TYPE_CHECKING:  # NumPy: not at import
    from lm_eval_abstain.reading.classifier import Classifier

__all__ = ["Kind", "Reading", "detect_abstention"]


# More than white space and punctuation.
_SAYS = re.compile(r"[^\s.,;:!?\-_]")
_LEAST_AGAINST_RULES = 0.9
"""How probable an abstention has to be where the rules know a claim, and see an answer, too."""
_LEAST_OF_VALUE = 0.3
"""How probable it has to be by what stands behind an answer cue, without the words before it."""
_LETTER = re.compile(r"[^\W\d_]")


class Kind(str, Enum):
    """What a response is, before the base task's filters read it."""

    ABSTAINED = "abstained"
    REFUSED = "refused"  # for safety's sake, which says nothing about knowledge
    EMPTY = "empty"
    TRUNCATED = "truncated"
    NONE_LISTED = "none_listed"  # it says that none of the listed options is right
    PREMISE = "premise"  # it rejects what the question takes for granted
    ASKS_BACK = "asks_back"  # it asks for clarification and no more
    OTHER = "other"  # whether there is an answer in it is for the base task's filter to say


@dataclass(frozen=True)
class Reading:
    """What was found in a response, and where.

    It is truthy if and only if the response abstains.

    Attributes:
        kind: See `Kind`.
        where: For an abstention `answer` (behind an answer cue), `closing` or `opening`; for
            a cut response `reasoning` (no answer was begun) or `answer`; else empty.
        phrase: The words that were read, as they stand in the response.
        start: Where they begin in the response.
        end: Where they end.
        stated: Whether a final answer is stated behind an answer cue.
        stage: What decided the kind; None for what is empty, cut or of the kind `other`, unless
            a judge says so.
        probability: How probable an abstention is, in [0, 1], by the classifier; None where it was
            not asked.
        uncovered: The language's ISO 639 code, where the classifier should have been asked and
            does not know the language; else empty.
    """

    kind: Kind
    where: str = ""
    phrase: str = ""
    start: int = 0
    end: int = 0
    stated: bool = False
    stage: Stage | None = None
    probability: float | None = None
    uncovered: str = ""

    def __bool__(self) -> bool:
        """Whether the response abstains."""
        return self.kind is Kind.ABSTAINED


def detect_abstention(
    text: str,
    *,
    abstain_text: str = DEFAULT_ABSTAIN_TEXT,
    question: str = "",
    select: Literal["first", "last"] = "last",
    whole: bool = False,
    token_limit: int | None = None,
) -> Reading:
    """Read whether a response abstains.

    Args:
        text: The model's whole output, as it came.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question, if known. Where it offers an option such as "cannot be
            determined", saying so is an answer.
        select: Which of several final statements counts, as in the base task's filter.
        whole: Only a response that abstains as a whole counts. For tasks whose answer is the
            whole text, where a closing sentence is part of the answer.
        token_limit: The most tokens that the model could write, if known. A text that was cut
            there has no closing sentence.

    Returns:
        What was found; truthy iff the response abstains.
    """
    visible = visible_part(text)
    folded = fold_text(visible.text)
    if not _SAYS.search(folded):
        if visible.unfinished:
            return Reading(Kind.TRUNCATED, where="reasoning")
        return Reading(Kind.EMPTY)
    reader = Reader(folded, abstain_text, question)
    found = _final(reader, select=select, whole=whole)
    closing = found is not None and found.where == "closing"
    at_limit = (
        token_limit is not None
        and (closing or not found)
        and is_cut_off(text, token_limit)
        and not is_cut_off(text)
    )
    cut = at_limit or is_cut_off(visible.text)
    if found and found.claim and not (cut and closing):
        start, end = visible.original(*fold(visible.text).original(*found.claim.span()))
        stage = Stage.PHRASE if reader.asked_for(found.claim) else Stage.RULES
        return Reading(Kind.ABSTAINED, found.where, text[start:end], start, end, stage=stage)
    if not found and reader.refuses():
        return Reading(Kind.REFUSED, stage=Stage.RULES)
    if not found and reader.asks_back():
        return Reading(Kind.ASKS_BACK, stage=Stage.RULES)
    if not found and visible.unfinished:
        return Reading(Kind.TRUNCATED, where="reasoning")
    if cut:
        return Reading(Kind.TRUNCATED, where="answer")
    answered = found and (found.firm or any(one.firm for one in reader.statements()))
    if whole or answered or not _LETTER.search(folded):
        return Reading(Kind.OTHER, stated=found is not None)
    return _guessed(folded, reader, found)


def _guessed(folded: str, reader: Reader, found: Statement | None) -> Reading:
    """What the classifier makes of a response that holds no answer beyond doubt.

    Args:
        folded: The text.
        reader: Reads it.
        found: The answer that is stated in it, which may abstain in words of its own.
    """
    from lm_eval_abstain.reading.classifier import classifier  # NumPy: not at import

    model = classifier()
    value = found.value if found else ""
    unread = value if found and found.marked else folded
    if language := uncovered(unread, model.languages):
        return Reading(Kind.OTHER, stated=bool(found), uncovered=language)
    kind, probability = model.guess(unread)
    doubted = kind == Kind.ABSTAINED and (
        (probability < _LEAST_AGAINST_RULES and reader.is_settled())
        or (value and model.guess(value).probability < _LEAST_OF_VALUE)
    )
    if doubted or (kind and _offers(reader, model, kind)):
        kind = ""
    if not kind:
        return Reading(Kind.OTHER, stated=bool(found), probability=probability)
    stage = Stage.CLASSIFIER
    return Reading(Kind(kind), stage=stage, stated=bool(found), probability=probability)


def _offers(reader: Reader, model: Classifier, kind: str) -> bool:
    """Whether the question offers what a response says: then it is an answer.

    Args:
        reader: Reads the response; it knows the question.
        model: Reads the options.
        kind: What was read in the response.
    """
    if kind == Kind.ABSTAINED and reader.offers_abstention:
        return True
    return any(model.guess(one).kind == kind for one in reader.options if _LETTER.search(one))


def _final(reader: Reader, *, select: str, whole: bool) -> Statement | None:
    """The final answer among all that are stated; None where none is."""
    if not reader.may_abstain:
        return None if whole else next(reader.statements(), None)
    if whole:
        return reader.opening()
    first = select == "first"
    if first and (opening := reader.opening(paragraph=True)):
        return opening
    statements = list(reader.statements())
    answered = any(found.claim is None for found in statements)
    if not answered and reader.refuses():
        return None
    closing = None if first and reader.begins_with_answer() else reader.closing(answered)
    stated = {found.claim.end() for found in statements if found.claim}
    if closing and closing.claim and closing.claim.end() not in stated:
        statements.append(closing)
    if not statements:
        return reader.opening()
    return statements[0] if first else max(statements, key=lambda found: found.position)
