"""A stated answer that the base task's filter does not read: counted, and no outcome changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lm_eval_abstain.outcomes.stated import stated_in
from lm_eval_abstain.reading.visible import is_cut_off
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT, Outcome

__all__ = ["Unread", "unread_in"]

_LETTER = re.compile(r"\(([A-Za-z])\)")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_PAIR = re.compile(r"[(\[].*[)\]]")
_ONE_SIGN = re.compile(r"\W*\w\W*")


class Unread(NamedTuple):
    """An answer that a response states, and that the base task's filter does not read.

    Attributes:
        answer: The option's letter, or the bare answer.
        outcome: The response's outcome if it were read: correct or wrong.
    """

    answer: str
    outcome: Outcome


def unread_in(
    response: str,
    question: str,
    abstain_text: str = DEFAULT_ABSTAIN_TEXT,
    *,
    states: Callable[[str], bool],
) -> Unread | None:
    """The answer that a response states, for a response in which the filter found none.

    The base task is the authority, so that the outcome stays `unparsed`. How many such answers
    there are, and how many of them are right, tells how much of a score is the filter's doing.

    It is stricter than `stated_in`, because many of these texts were cut on the way: one that ends
    inside a sentence has to state the answer in its last words, and the last line may name no
    other option in brackets.

    Args:
        response: The response, or the part of it that is its answer.
        question: See `stated_in`.
        abstain_text: What the prompt asked the model to say when it abstains.
        states: What the base task says of a bare answer.

    Returns:
        None where no answer is stated, or more than one.
    """
    stated = stated_in(response, question, abstain_text)
    if stated is None:
        return None
    lines = [line for line in response.split("\n") if line.strip()]
    named = {letter.upper() for letter in _LETTER.findall(lines[-1])}
    if len(stated.answer) == 1 and named - {stated.answer}:
        return None
    if is_cut_off(response, 0):  # as if it had met its limit
        end = stated_in(_last_words(lines), question, abstain_text)
        if end is None or end.answer != stated.answer:
            return None
    answer = _in_brackets(stated.answer, response)
    right = any(map(states, (answer, *stated.forms)))
    return Unread(answer, Outcome.CORRECT if right else Outcome.WRONG)


def _in_brackets(answer: str, response: str) -> str:
    """An interval or a pair with the brackets that it stands in; any other answer as it is."""
    start = response.rfind(answer)
    whole = response[max(0, start - 1) : start + len(answer) + 1]
    return whole if "," in answer and _PAIR.fullmatch(whole) else answer


def _last_words(lines: list[str]) -> str:
    """The last sentence, with the line before it that announces it; nothing for a lone sign.

    A letter alone on the last of several lines may be the beginning of the next option of a list.
    """
    before, last = ["", *lines][-2:]
    if before.rstrip(" *").endswith(":"):
        return f"{before}\n{last}"
    if before and _ONE_SIGN.fullmatch(last):
        return ""
    return _SENTENCES.split(last.strip())[-1]
