"""A multiple-choice question to be answered with a letter: listed, lettered, and asked for so.

Pure text functions. Where a task lists its options under letters, its list stays as it is; where
it lists them under other labels or as texts, each gets a letter; where it lists nothing, the
options are listed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.extend import Style
from lm_eval_abstain.prompts.labels import cores_of, in_order
from lm_eval_abstain.prompts.layout import Form, Question, common_suffix, listing_of
from lm_eval_abstain.prompts.letter_request import (
    CHOOSE,
    GO_ON,
    asks,
    cue_of,
    last_line,
    with_request,
)
from lm_eval_abstain.prompts.markers import Marker

__all__ = ["LETTERS_VERSION", "NO_QUESTION", "ONE_PROMPT_EACH", "LetterStyle", "Lettered"]

LETTERS = ascii_uppercase
LETTERS_VERSION = "letters-v1"
"""The version of what is said and listed, as signatures name it."""
NO_QUESTION = "nothing is asked: its options stand alone, without a question."
"""Why options that are compared with one another alone get no letters."""
ONE_PROMPT_EACH = "each of its options makes a prompt of its own, and no question lists them."
"""Why options that stand inside the question, one at a time, get no letters."""

# An option that brings its label: "(A)five".
_OWN_LABEL = re.compile(r"\s*[(\[]?(?P<core>[A-Z])[)\].:]+\s*(?P<text>.*)", re.DOTALL)
# From this share on of the right options at one place of their lists, the place gives them away.
_GIVEN_AWAY = 0.75


@dataclass(frozen=True)
class Lettered:
    """A question that is to be answered with a letter.

    Attributes:
        text: The question turn.
        letters: The letter of each of the base task's options, in its order.
        options: The text of each listed option by its letter.
    """

    text: str
    letters: tuple[str, ...]
    options: dict[str, str]


@dataclass(frozen=True)
class LetterStyle:
    """How one task's questions are lettered.

    Attributes:
        style: How the base task offers its options; None where they bring their labels, and stand
            in the question with them.
        cue: What stands at the end of every question and asks for the answer.
        request: What is asked for.
        shuffled: Whether the options are listed in an order of ours: in the base task's own the
            right one always has the same place, which decides nothing where no letter is asked for.
    """

    style: Style | None
    cue: str
    request: str
    shuffled: bool

    @classmethod
    def read(
        cls,
        sample: Sequence[Question],
        right: Sequence[Collection[int]],
        *,
        delimiter: str = "\n\n",
        fixed_choices: bool = False,
        instruction: str = "",
    ) -> LetterStyle:
        """Decide from a sample how a task's questions are lettered.

        Args:
            sample: At least one question.
            right: For each, the places of its right options in the base task's order.
            delimiter: What separates worked examples in this task's prompts.
            fixed_choices: Whether every document has the same choices, written in the task.
            instruction: What the task says before all questions.

        Raises:
            AbstainError: The options cannot be lettered safely, or no letter would be right or
                wrong.
        """
        if all(len(set(one)) >= len(q.choices) for q, one in zip(sample, right)):
            raise AbstainError("all of its options are right, so that no letter is wrong.")
        if not any(right):
            raise AbstainError("none of its options is right, so its answers are not there.")
        texts = sorted({question.text for question in sample})
        common = common_suffix(texts) if len(texts) > 1 else ""
        if all(map(_labelled, sample)):
            return cls(None, last_line(common), CHOOSE, shuffled=False)
        style = Style.read(sample, delimiter=delimiter, fixed_choices=fixed_choices)
        gives_away = style.form is not Form.LABELS and _gives_away(sample, right)
        if style.form is Form.UNLISTED:
            cue = cue_of(common)
            return cls(style, cue, CHOOSE if cue or asks(texts) else GO_ON, gives_away)
        new = cls(style, last_line(style.ending.cue), CHOOSE, gives_away)
        named = style.naming or style.instruct(instruction) != instruction
        if named and any(new._renames(question) for question in sample):
            raise AbstainError("its prompt names the labels of its list, which are not letters")
        return new

    def letter(self, question: Question) -> Lettered:
        """One question, to be answered with a letter.

        Raises:
            AbstainError: This question is not laid out as the sample was, or it cannot be lettered.
        """
        text, choices = question.text, question.choices
        if not text.endswith(self.cue):
            raise AbstainError(f"this question does not end as the others do:\n{text}")
        if self.style is None:
            options = _labelled(question)
            if not options:
                raise AbstainError(f"the options of this question cannot be found:\n{text}")
            return self._asked(text, tuple(options), options)
        if self.style.form is Form.LABELS:
            return self._under_labels(self.style, question)
        if not 2 <= len(choices) <= len(LETTERS):
            raise AbstainError(f"it has {len(choices)} options, not 2 to {len(LETTERS)}:\n{text}")
        if not all(choice.strip() for choice in choices):
            raise AbstainError(f"one of its options is empty:\n{text}")
        if self.style.form is Form.TEXTS:
            return self._texts(self.style, question)
        return self._unlisted(question)

    def _unlisted(self, question: Question) -> Lettered:
        """A question whose options were not listed."""
        body = question.text[: len(question.text) - len(self.cue)].rstrip()
        if not body:
            raise AbstainError(NO_QUESTION)
        order = self._ordered(question, list(range(len(question.choices))))
        letters, options = _letters(question, order)
        lines = "\n".join(f"{letter}. {option}" for letter, option in options.items())
        return self._asked(f"{body}\n{lines}{self.cue}", letters, options)

    def _texts(self, style: Style, question: Question) -> Lettered:
        """A question that lists its options as texts: each line gets a letter."""
        text, choices = question.text, question.choices
        markers = _markers(style, question)
        listed: list[int] = []
        for marker in markers:
            option = text[marker.end : marker.stop]
            listed.append(next(i for i, c in enumerate(choices) if c == option and i not in listed))
        order = self._ordered(question, listed)
        letters, options = _letters(question, order)
        lines = [
            _lettered(one, LETTERS[place]) + choices[i]
            for place, (one, i) in enumerate(zip(markers, order))
        ]
        return self._asked(
            _replaced(text, markers, [m.stop for m in markers], lines), letters, options
        )

    def _under_labels(self, style: Style, question: Question) -> Lettered:
        """A question that lists its options under labels: those are letters, or become some."""
        texts = style.options(question)
        scored = cores_of(question.choices) or []
        ordered = in_order(scored) or []
        if max(len(texts), len(scored)) > len(LETTERS):
            raise AbstainError(f"it has more options than there are letters:\n{question.text}")
        options = dict(zip(LETTERS, texts))
        letters = tuple(LETTERS[ordered.index(core)] for core in scored)
        if not self._renames(question):
            return self._asked(question.text, letters, options)
        markers = _markers(style, question)
        heads = [_lettered(marker, letter) for marker, letter in zip(markers, LETTERS)]
        new = _replaced(question.text, markers, [marker.end for marker in markers], heads)
        return self._asked(new, letters, options)

    def _renames(self, question: Question) -> bool:
        """Whether options of a question get other labels than they have, if they have some."""
        if self.style is None or self.style.form is Form.UNLISTED:
            return False
        if self.style.form is Form.LABELS:
            return (in_order(cores_of(question.choices) or []) or [""])[0] != LETTERS[0]
        cores = [marker.core for marker in _markers(self.style, question)]
        return any(cores) and (self.shuffled or cores[0] != LETTERS[0])

    def _ordered(self, question: Question, order: list[int]) -> list[int]:
        """The options in the order in which they are listed."""
        if not self.shuffled:
            return order
        key = question.text
        return sorted(order, key=lambda i: hashlib.sha256(f"{i}\0{key}".encode()).digest())

    def _asked(self, text: str, letters: tuple[str, ...], options: dict[str, str]) -> Lettered:
        body = text[: len(text) - len(self.cue)]
        return Lettered(with_request(body, self.request, self.cue), letters, options)


def _letters(question: Question, order: Sequence[int]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The letter of each option, and the listed options by their letters."""
    choices = question.choices
    letters = tuple(LETTERS[order.index(i)] for i in range(len(choices)))
    return letters, {LETTERS[place]: choices[i].strip() for place, i in enumerate(order)}


def _markers(style: Style, question: Question) -> Sequence[Marker]:
    listing = listing_of(style.form, question, partial=style.partial)
    if listing is None:
        raise AbstainError(f"the options of this question cannot be found:\n{question.text}")
    return listing.markers


def _lettered(marker: Marker, letter: str) -> str:
    """What stands before an option, with a letter in place of another label or a bullet."""
    if not marker.core:
        marker = replace(marker, core=letter, open="", close=".", gap=" ")
    elif not marker.close:  # a label that carries its own mark
        marker = replace(marker, close=".", gap=marker.gap or " ")
    return marker.with_core(letter)


def _replaced(text: str, markers: Sequence[Marker], ends: Sequence[int], new: Sequence[str]) -> str:
    """A text with something else from the beginning of each marker up to an end."""
    pieces: list[str] = []
    done = 0
    for marker, end, piece in zip(markers, ends, new):
        pieces += [text[done : marker.start], piece]
        done = end
    return "".join([*pieces, text[done:]])


def _labelled(question: Question) -> dict[str, str]:
    """The options by their letters, where they bring those and stand in the question with them."""
    own = [_OWN_LABEL.fullmatch(choice) for choice in question.choices]
    options = {match["core"]: match["text"].strip() for match in own if match}
    there = all(choice.strip() in question.text for choice in question.choices)
    in_a_row = len(own) > 1 and list(options) == list(LETTERS[: len(own)])
    return options if there and in_a_row and all(options.values()) else {}


def _gives_away(sample: Sequence[Question], right: Sequence[Collection[int]]) -> bool:
    """Whether the right one of options that differ is nearly always at the same place."""
    if len({question.choices for question in sample}) == 1:
        return False  # "yes" and "no": that one is more often right is the data's own matter
    places = Counter(place for one in right for place in set(one))
    return max(places.values()) >= _GIVEN_AWAY * len(sample)
