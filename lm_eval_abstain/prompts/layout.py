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
from lm_eval_abstain.prompts.labels import bracket_of, cores_of, in_order
from lm_eval_abstain.prompts.markers import (
    Listing,
    find_inline,
    find_labelled,
    find_texts,
    following,
)

__all__ = [
    "Ending",
    "Form",
    "Question",
    "common_prefix",
    "common_suffix",
    "ending_of",
    "listing_of",
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


@dataclass(frozen=True)
class Ending:
    r"""What follows the listed options of every question.

    Attributes:
        cue: What all questions end with ("\nAnswer:").
        before: What stands right behind the options where the question follows them; else empty.
    """

    cue: str = ""
    before: str = ""

    def of(self, text: str, listing: Listing) -> int:
        """Where the last option ends.

        Raises:
            AbstainError: This question does not end as the others do.
        """
        last = listing.markers[-1]
        if last.stop >= 0:
            return last.stop
        end = len(text) - len(self.cue) if text.endswith(self.cue) else -1
        if self.before:
            end = text.find(self.before, last.end)
        if end < last.end:
            raise AbstainError(f"the last option of this question cannot be found:\n{text}")
        return end


def listing_of(form: Form, question: Question, *, partial: bool) -> Listing | None:
    """The listed options, in full; of a fixed list of labels, as many as are there.

    Under labels a question may list more options than its task scores; they belong to the listing.
    """
    text = question.text
    if form is Form.TEXTS:
        texts = find_texts(text, question.choices)
        if texts is None or not texts.markers[-1].core:
            return texts
        return texts if len(following(text, texts)) == len(texts) else None
    cores = in_order(cores_of(question.choices) or [])
    if cores is None:
        return None
    # Bracketed labels are unmistakable: even one alone is a listing ("A:" begins an answer).
    bracket = bracket_of(question.choices)
    fewest = len(cores) if not partial else 1 if bracket else 2
    for count in range(len(cores), fewest - 1, -1):
        listing = find_labelled(text, cores[:count], bracket)
        if listing is None and count == len(cores):
            listing = find_labelled(text, cores, bracket, loosely=True)
            listing = listing or find_inline(text, cores, bracket)
        if listing is not None:
            more = following(text, listing)
            return None if count < len(cores) and len(more) > len(listing) else more
    return None


def ending_of(sample: Sequence[Question], listings: Sequence[Listing]) -> Ending:
    """What follows the listed options in every question, from the start of a line on.

    The last option may be of several lines, so what counts is what all questions share.

    Raises:
        AbstainError: It is not certain where the last option ends.
    """
    rests = list({question.text[one.markers[-1].end :] for question, one in zip(sample, listings)})
    common = common_suffix([rest[rest.find("\n") :] if "\n" in rest else "" for rest in rests])
    cue = common[common.find("\n") :] if "\n" in common else ""
    if all(listing.markers[-1].stop >= 0 for listing in listings):
        return Ending(cue)  # the texts of the options are known
    if not cue and any(listing.inline for listing in listings):
        match = re.search(r"\s+[^\s:：]+\s?[:：]\s*$", common_suffix(rests))
        if match is None and len(rests) > 1:
            raise AbstainError("its options stand in one line, and where the last ends is unclear")
        cue = match[0] if match else ""
    behind = [rest.removesuffix(cue).partition("\n") for rest in rests]
    if len(rests) == 1 or not all(text.strip() for _, _, text in behind):
        return Ending(cue)
    # Each question has lines of its own behind the options: they come before what is asked.
    before = common_prefix([newline + text for _, newline, text in behind])
    if not before.strip() and not before.startswith("\n\n"):
        raise AbstainError("text of its own stands behind the options of each question")
    return Ending(cue, before)


def common_prefix(texts: Sequence[str]) -> str:
    """The longest text that all of these begin with."""
    return os.path.commonprefix(list(texts))


def common_suffix(texts: Sequence[str]) -> str:
    """The longest text that all of these end with."""
    return common_prefix([text[::-1] for text in texts])[::-1]
