"""The outcome of a generated response: the text is read, and the base task says what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lm_eval_abstain.outcomes.headline import CHECKED, CODE, COMPARES_WORDS, WHOLE_TEXT
from lm_eval_abstain.outcomes.judged import Verdict, judged
from lm_eval_abstain.outcomes.objections import OBJECTIONS, outcome_of_objection, the_other
from lm_eval_abstain.outcomes.stated import Stated, stated_in
from lm_eval_abstain.outcomes.unread import Unread, unread_in
from lm_eval_abstain.reading.code import said_in_code
from lm_eval_abstain.reading.detect import Kind, Reading, detect_abstention
from lm_eval_abstain.reading.stated_answer import is_bare_answer
from lm_eval_abstain.reading.visible import is_cut_off
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT, ObjectionPolicy, Outcome

__all__ = ["Judge", "Judgement", "judge", "outcome_of_samples"]


@dataclass(frozen=True)
class Judgement:
    """What became of one response.

    Attributes:
        outcome: Its outcome.
        reading: The abstention, refusal or cut end that was read in it.
        stated: The answer that was read in it where the base task compares the whole text and
            calls it wrong; empty where none was, or where the response is this answer and no more.
        unread: The answer that it states and that the base task's filter does not read; the
            outcome is `unparsed` all the same. None where there is no such answer.
        otherwise: Of an objection to the question the outcome under the other policy.
    """

    outcome: Outcome
    reading: Reading
    stated: str = ""
    unread: Unread | None = None
    otherwise: Outcome | None = None

    @property
    def if_read(self) -> Outcome | None:
        """The outcome if the base task read what its filter does not; None where it reads all."""
        return self.unread.outcome if self.unread else None


Judge = Callable[..., Judgement]
"""`judge` below, or what stands for it: it takes the same arguments."""


def judge(
    response: str,
    *,
    correct: bool,
    headline: str,
    answer: Any = None,
    unanswered: bool = False,
    part: str | None = None,
    question: str = "",
    abstain_text: str = DEFAULT_ABSTAIN_TEXT,
    select: Literal["first", "last"] = "last",
    token_limit: int | None = None,
    states: Callable[[str], bool] | None = None,
    searched: bool = False,
    objections: ObjectionPolicy = "answer",
    verdict: Verdict | None = None,
) -> Judgement:
    """The one outcome of a response: the same for a task, its logs and published files.

    Nothing written, reasoning that never came to an answer, and abstentions are decided by what
    the model wrote. Everything else is the base task's to judge: what it calls correct is
    correct, even where the text is cut behind the answer. A cut response that came to no stated
    answer is truncated, whatever the filter picked out of its reasoning.

    A response that says that none of the listed options is right has given an answer, and a wrong
    one, unless the base task calls it right ("The answer is (A, B, and C are correct)"). One that
    objects to its question counts as `objections` says.

    An abstention that is word for word the right answer ("Unknown") is correct, where the base
    task compares words: a likeness such as BLEU's would call an abstention right. What passes its
    tests, or a check of its form, is correct, too, whatever is said in it.

    Where the base task compares the whole text, it calls "The answer is **B.**" wrong, whatever the
    right answer is. With `states` such a response is judged by the answer that it states
    (see `stated_in`). One that states none, and is no bare answer, is unparsed.

    Args:
        response: The model's whole output, as it came.
        correct: Whether the base task's headline metric is 1.
        headline: That metric. Where it says whether instructions were followed, the whole text is
            the answer.
        answer: What the base task's filter made of the response.
        unanswered: Whether that filter found no answer in the response.
        part: The part of the response that is its answer; None for all of it. The reading and its
            positions are those of this part.
        question: The question with its options, if known; see `detect_abstention`.
        abstain_text: What the prompt asked the model to say when it abstains.
        select: Which of several answers counts, as in the base task's filter.
        token_limit: The most tokens that the model could write; None if not known.
        states: What the base task says of a bare answer; None where that is not known, or where
            its own comparison of the whole text is to stand.
        searched: Whether the base task's filter searches the text for its answer. A stated answer
            then changes no outcome: where that filter found none, it is only told as `unread`.
        objections: What a response counts as that objects to its question.
        verdict: What a judge says of the response, or of that part; it replaces the reading.
    """
    own = response if part is None else part
    reading = detect_abstention(
        said_in_code(own) if headline in CODE else own,
        abstain_text=abstain_text,
        question=question,
        select=select,
        whole=headline in WHOLE_TEXT,
        # Where something follows that part, it was not cut.
        token_limit=token_limit if response.rstrip().endswith(own.rstrip()) else None,
    )
    if verdict:
        reading = judged(reading, verdict, own)
    stated: Stated | None = None
    unread: Unread | None = None
    otherwise: Outcome | None = None
    right = correct
    if states and not searched and not correct and reading.kind is Kind.OTHER:
        stated = stated_in(own, question, abstain_text)
        right = stated is not None and any(map(states, stated.forms))
        unanswered = unanswered or (stated is None and not is_bare_answer(own))
    words = headline in COMPARES_WORDS and _word_for_word(answer, reading)
    right_words = correct and (words or headline in CHECKED)
    if reading.kind is Kind.EMPTY:
        outcome = Outcome.EMPTY
    elif reading.kind is Kind.TRUNCATED and reading.where == "reasoning":
        outcome = Outcome.TRUNCATED
    elif reading and not right_words:
        outcome = Outcome.ABSTAINED
    elif reading.kind is Kind.NONE_LISTED and not right:
        outcome = Outcome.WRONG
    elif reading.kind in OBJECTIONS and not right_words:
        outcome = outcome_of_objection(objections, right=right)
        otherwise = outcome_of_objection(the_other(objections), right=right)
    elif right:
        outcome = Outcome.CORRECT
    elif reading.kind is Kind.TRUNCATED or (
        not (reading.stated or stated) and is_cut_off(response, token_limit)
    ):
        outcome = Outcome.TRUNCATED
    elif reading.kind is Kind.REFUSED or unanswered:
        outcome = Outcome.UNPARSED
    else:
        outcome = Outcome.WRONG
    if states and searched and outcome is Outcome.UNPARSED and reading.kind is Kind.OTHER:
        unread = unread_in(own, question, abstain_text, states=states)
    more = stated is not None and not _is_no_more_than(own, stated.answer)
    said = stated.answer if stated and more else ""
    return Judgement(outcome, reading, said, unread, otherwise)


def _is_no_more_than(text: str, answer: str) -> bool:
    """Whether a text is an answer as it stands, case and punctuation around it aside."""
    return text.strip(" \n.,:!()").casefold() == answer.casefold()


def _word_for_word(answer: Any, reading: Reading) -> bool:
    """Whether a filtered response is nothing but the words that were read in it."""
    bare = str(answer).strip(" \n.\"'").casefold()
    return bool(reading.phrase) and bare == reading.phrase.casefold()


def outcome_of_samples(outcomes: Sequence[Outcome], same: Callable[[int, int], bool]) -> Outcome:
    """The one outcome of several samples of a question: their answer if they agree on one.

    They disagree, and the question counts as abstained, where two of them answer differently, or
    one answers and another one abstains. A sample without an answer is no disagreement, and
    no abstention: it keeps the others from agreeing, and its outcome is the question's.

    Args:
        outcomes: One a sample, at least one.
        same: Whether two samples, by their numbers, give the same answer.
    """
    answered = [i for i, one in enumerate(outcomes) if one in (Outcome.CORRECT, Outcome.WRONG)]
    if Outcome.ABSTAINED in outcomes or any(not same(answered[0], i) for i in answered[1:]):
        return Outcome.ABSTAINED
    answerless = [one for one in outcomes if one.answerless]
    return answerless[0] if answerless else outcomes[answered[0]]
