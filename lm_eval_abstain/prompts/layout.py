"""Where a question lists its options, and which parts of a template are constant.

Pure text functions over the base task's own rendering of its documents.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.markers import Listing, cores_of, find_labelled, find_texts, following

__all__ = [
    "Form",
    "Question",
    "common_prefix",
    "common_suffix",
    "cue_after",
    "head_of",
    "insert_sentence",
    "listing_of",
    "question_behind",
    "refuse_hidden_list",
]


class Form(str, Enum):
    """How a task offers its options."""

    LABELS = "labels"  # the prompt lists "A. text", the model is scored on "A"
    TEXTS = "texts"  # the prompt lists "- text", the model is scored on the text
    UNLISTED = "unlisted"  # the prompt lists nothing, the model is scored on each text


@dataclass(frozen=True)
class Question:
    """The base task's rendering of one document.

    Attributes:
        text: The question turn, up to where the answer begins.
        choices: The continuations that the base task scores, in its order.
    """

    text: str
    choices: tuple[str, ...]


def listing_of(form: Form, question: Question, *, partial: bool) -> Listing | None:
    """The listed options, in full; of a fixed list of labels, as many as are there.

    Under labels a question may list more options than its task scores; they belong to the listing.
    """
    if form is Form.TEXTS:
        texts = find_texts(question.text, question.choices)
        if texts is None or not texts.markers[-1].core:
            return texts
        return texts if len(following(question.text, texts)) == len(texts) else None
    cores = cores_of(question.choices)
    if cores is None:
        return None
    # Bracketed labels are unmistakable: even one alone is a listing ("A:" begins an answer).
    bracket = question.choices[0][0] if question.choices[0][0] in "([" else ""
    fewest = len(cores) if not partial else 1 if bracket else 2
    for count in range(len(cores), fewest - 1, -1):
        listing = find_labelled(question.text, cores[:count], bracket)
        if listing is not None:
            more = following(question.text, listing)
            return None if count < len(cores) and len(more) > len(listing) else more
    return None


def cue_after(sample: Sequence[Question], listings: Sequence[Listing]) -> str:
    """What follows the listed options in every question, from the start of a line on.

    The last option may be of several lines, so what counts is what all questions share.
    """
    rests: list[str] = []
    for question, listing in zip(sample, listings):
        newline = question.text.find("\n", listing.markers[-1].end)
        rests.append("" if newline < 0 else question.text[newline:])
    common = common_suffix(rests)
    start = common.find("\n")
    return common[start:] if start >= 0 else ""


def head_of(texts: Sequence[str], delimiter: str) -> str:
    """What all of several questions begin with, up to its last blank line.

    That is where a template carries worked examples of its own. Usually empty.

    Args:
        texts: The renderings of several documents.
        delimiter: What separates worked examples in this task's prompts.
    """
    common = common_prefix(texts) if len(set(texts)) > 1 else ""
    return common[: common.rfind(delimiter) + len(delimiter)] if delimiter in common else ""


def insert_sentence(text: str, head: str, sentence: str) -> str:
    """Put the rubric's sentence before a question, behind the constant head.

    Raises:
        AbstainError: The question does not begin with the head.
    """
    if not text.startswith(head):
        raise AbstainError(f"this question does not begin as the others do:\n{text}")
    return f"{head}{sentence}\n\n{text[len(head) :]}"


def question_behind(prompt: str, sentence: str) -> str | None:
    """The final question of a prompt, without the sentence that `insert_sentence` put before it.

    Returns:
        None where the prompt does not hold the sentence.
    """
    _, found, question = prompt.rpartition(sentence)
    return question.strip() if found else None


def common_prefix(texts: Sequence[str]) -> str:
    """The longest text that all of these begin with."""
    return os.path.commonprefix(list(texts))


def common_suffix(texts: Sequence[str]) -> str:
    """The longest text that all of these end with."""
    return common_prefix([text[::-1] for text in texts])[::-1]


def refuse_hidden_list(sample: Sequence[Question], constant: str) -> None:
    """Raise where the options stand in the prompt in a form that is not understood."""
    if all(_letters(question.choices) for question in sample):
        raise AbstainError("its choices are labels, and the prompt lists no options under them")
    if all(find_labelled(q.text, ["A", "B"]) or find_labelled(q.text, ["1", "2"]) for q in sample):
        raise AbstainError("its prompt lists options in a form that is not understood")
    if all(all(_names(constant, choice) for choice in q.choices) for q in sample):
        raise AbstainError("its prompt names the options in running text")


def _names(constant: str, choice: str) -> bool:
    """Whether a template's own words hold this option."""
    return bool(re.search(rf"(?<!\w){re.escape(choice.strip())}(?!\w)", constant, re.IGNORECASE))


def _letters(choices: Sequence[str]) -> bool:
    cores = cores_of(choices)
    return cores is not None and not cores[0].isdigit()
