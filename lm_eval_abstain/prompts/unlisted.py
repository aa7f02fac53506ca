"""Questions in which no list of options was found: whether there is none, or it was not seen.

Pure text functions. Where there is a question and no list, the model can say the abstain text.
Where there is a list that was not read, or no question, a variant would measure something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.labels import CLOSE, OPEN, cores_of
from lm_eval_abstain.prompts.layout import Question, common_prefix, common_suffix
from lm_eval_abstain.prompts.markers import find_labelled, following

__all__ = ["NOTHING_ASKED", "refuse_unlisted"]

NOTHING_ASKED = (
    "nothing is asked: the prompt is empty, and whole sentences are compared with one another; "
    'an abstain text such as "I don\'t know" answers none, and would compete as one more sentence.'
)
"""Why a base whose question is empty has no variant under the open rubric."""

_SAME_FOR_ALL = (
    "nothing is asked: each document has the same prompt, and whole sentences are compared with "
    "one another."
)
_SENTENCES = (
    "its options repeat the question with an answer put in, and such sentences are compared with "
    "one another; an abstain text is no sentence of that kind."
)
_MOST = 0.9  # of the documents: what holds for nearly all is the task's form
_HALF = 0.5
_LONGEST_LABEL = 4
_LEAST_SHARED = 10  # characters that the options of one document have in common


def refuse_unlisted(sample: Sequence[Question]) -> None:
    """Refuse questions without a list that was recognised, unless they are plain questions.

    Raises:
        AbstainError: Nothing is asked, or the options stand in the prompt in a form that is not
            understood.
    """
    if any(not question.text.strip() for question in sample):
        raise AbstainError(NOTHING_ASKED)
    varied = len({question.choices for question in sample}) > 1
    if varied and len({question.text for question in sample}) == 1:
        raise AbstainError(_SAME_FOR_ALL)
    if varied and sum(map(_one_sentence, sample)) >= _MOST * len(sample):
        raise AbstainError(_SENTENCES)
    if all(_letters(question.choices) for question in sample):
        raise AbstainError("its choices are labels, and the prompt lists no options under them")
    if all(map(_ends_with_list, sample)) or all(map(_under_marks, sample)):
        raise AbstainError("its prompt lists options in a form that is not understood")
    if varied and _hidden_list(sample):
        raise AbstainError(
            "the options of each document stand in its question, one behind the other, and no list "
            "of a form that is understood was found"
        )


def _one_sentence(question: Question) -> bool:
    """Whether the options are one text but for a part: "Is 2 the answer? yes" and "... no"."""
    start = common_prefix(question.choices)
    rest = [choice[len(start) :] for choice in question.choices]
    shared = len(start) + len(common_suffix(rest))
    if "\n" in start.strip():
        return True
    return shared >= max(_LEAST_SHARED, _HALF * min(map(len, question.choices)))


def _letters(choices: Sequence[str]) -> bool:
    cores = cores_of(choices)
    return cores is not None and not any(core.isdecimal() for core in cores)


def _ends_with_list(question: Question) -> bool:
    """Whether labelled lines stand at the end, at least as many as options, before a last line."""
    for first in (("A", "B"), ("1", "2")):
        listing = find_labelled(question.text, first)
        if listing is not None:
            listing = following(question.text, listing)
            _, _, rest = question.text[listing.markers[-1].end :].partition("\n")
            lines = [line for line in rest.split("\n") if line.strip()]
            if len(listing) >= len(question.choices) and len(lines) <= 1:
                return True
    return False


def _under_marks(question: Question) -> bool:
    """Whether each option is short and has a line of its own, with a label's mark behind it."""
    return all(
        0 < len(choice.strip()) <= _LONGEST_LABEL
        and re.search(
            rf"^[ \t]*{OPEN}?{re.escape(choice.strip())}[ \t]?(?:{CLOSE}|[-–])",
            question.text,
            re.MULTILINE,
        )
        for choice in question.choices
    )


def _hidden_list(sample: Sequence[Question]) -> bool:
    """Whether half of the questions hold their options, with the same between any two of them.

    In a sentence that names the options ("The nurse told the patient that she ...") that differs
    from question to question, and in a list it does not.
    """
    gaps = [between for question in sample if (between := _gaps(question))]
    every = [gap for between in gaps for gap in between]
    if len(gaps) < _HALF * len(sample):
        return False
    return len(every) == 1 or len(set(every)) <= _HALF * len(every)


def _gaps(question: Question) -> list[str]:
    """What stands between the options in their question, with any label as a number sign."""
    found: list[tuple[int, int]] = []
    for choice in question.choices:
        option = choice.strip()
        places = list(re.finditer(rf"(?<!\w){re.escape(option)}(?!\w)", question.text))
        if not places or not option:
            return []
        found.append(places[-1].span())
    between = [question.text[one[1] : two[0]] for one, two in pairwise(sorted(found))]
    return [re.sub(r"(?<!\w)[^\W_]{1,2}(?!\w)", "#", gap) for gap in between]
