"""A multiple-choice question to be answered with a letter: listed, lettered, and asked for so.

Pure text functions. Where a task lists its options under letters, its list stays as it is; where
it lists texts, each gets a letter; where it lists nothing, the options are listed.
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
from lm_eval_abstain.prompts.labels import cores_of
from lm_eval_abstain.prompts.layout import (
    Form,
    Question,
    common_prefix,
    common_suffix,
    listing_of,
)
from lm_eval_abstain.prompts.markers import Marker

__all__ = ["LETTERS_VERSION", "NOTHING_ASKED", "ONE_PROMPT_EACH", "LetterStyle", "Lettered"]

LETTERS = ascii_uppercase
LETTERS_VERSION = "letters-v1"
"""The version of what is said and listed, as signatures name it."""

NOTHING_ASKED = "nothing is asked: its options stand alone, without a question."
"""Why options that are compared with one another alone get no letters."""
ONE_PROMPT_EACH = "each of its options makes a prompt of its own, and no question lists them."
"""Why options that stand inside the question, one at a time, get no letters."""
# The two requests, in English whatever the language of the task.
_CHOOSE = "Answer with the letter of the correct option."
_GO_ON = "Answer with the letter of the option that goes on best."
_CUE = "\nAnswer:"

# What stands at the end of every question and only asks for the answer: "Answer:", "Antwort: ".
_CUE_LINE = re.compile(r"\n[^\n.!?。！？؟]{1,60}[:：][ \t]*$")
_CUE_WORD = re.compile(r"[ \t]+[^\s.!?。！？؟]{1,20}[:：][ \t]*$")
# A cue like this one would look like an option: "A:".
_LIKE_A_LABEL = re.compile(r"\s*[(\[]?[A-Za-z][)\].:：]*\s*")
_ENDS_SENTENCE = re.compile(r"[.!?。！？؟।]\s*$")
_ASKS = re.compile(r"[?？؟;][\"'”’)\]\s]*$")
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
        style: How the base task offers its options.
        labelled: Whether the options bring their labels, and stand in the question with them.
        cue: What stands at the end of every question and asks for the answer.
        request: What is asked for.
        shuffled: Whether the options are listed in an order of ours: in the base task's own the
            right one always has the same place, which decides nothing as long as nothing is listed.
    """

    style: Style
    labelled: bool
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
    ) -> LetterStyle:
        """Decide from a sample how a task's questions are lettered.

        Args:
            sample: At least one question.
            right: For each, the places of its right options in the base task's order.
            delimiter: What separates worked examples in this task's prompts.
            fixed_choices: Whether every document has the same choices, written in the task.

        Raises:
            AbstainError: The options cannot be lettered safely, or no letter would be right or
                wrong.
        """
        if all(len(set(one)) >= len(q.choices) for q, one in zip(sample, right)):
            raise AbstainError("all of its options are right, so that no letter is wrong.")
        if not any(right):
            raise AbstainError("none of its options is right, so its answers are not there.")
        if all(map(_labelled, sample)):
            labelled, style = True, Style(Form.UNLISTED, partial=fixed_choices)
        else:
            labelled = False
            style = Style.read(sample, delimiter=delimiter, fixed_choices=fixed_choices)
        listed = labelled or style.form is not Form.UNLISTED
        texts = sorted({question.text for question in sample})
        common = common_suffix(texts) if len(texts) > 1 else ""
        cue = _last_line(common if labelled else style.ending.cue) if listed else _cue_of(common)
        asking = [text for text in texts if _ASKS.search(text)]
        goes_on = not listed and not cue and 2 * len(asking) < len(texts)
        new = cls(
            style=style,
            labelled=labelled,
            cue=cue,
            request=_GO_ON if goes_on else _CHOOSE,
            shuffled=style.form is not Form.LABELS and not labelled and _gives_away(sample, right),
        )
        new._refuse_named_labels(sample, common_prefix(texts) if len(texts) > 1 else "", common)
        return new

    def letter(self, question: Question) -> Lettered:
        """One question, to be answered with a letter.

        Raises:
            AbstainError: This question is not laid out as the sample was, or it cannot be lettered.
        """
        text, choices = question.text, question.choices
        if not text.endswith(self.cue):
            raise AbstainError(f"this question does not end as the others do:\n{text}")
        body = text[: len(text) - len(self.cue)]
        if self.labelled:
            own = [_OWN_LABEL.fullmatch(choice) for choice in choices]
            if not _labelled(question):
                raise AbstainError(f"the options of this question cannot be found:\n{text}")
            options = {match["core"]: match["text"].strip() for match in own if match}
            return self._asked(body, tuple(options), options)
        if self.style.form is Form.UNLISTED:
            return self._listed(body.rstrip(), choices)
        listing = listing_of(self.style.form, question, partial=self.style.partial)
        if listing is None or len(body) < listing.markers[-1].end:
            raise AbstainError(f"the options of this question cannot be found:\n{text}")
        if self.style.form is Form.TEXTS:
            return self._renamed(body, choices, listing.markers)
        return self._under_letters(body, choices, listing.markers)

    def _listed(self, body: str, choices: Sequence[str]) -> Lettered:
        """A question whose options were not listed."""
        if not body.strip():
            raise AbstainError(NOTHING_ASKED)
        letters, order = self._letters(body, choices)
        options = {LETTERS[place]: choices[i].strip() for place, i in enumerate(order)}
        lines = "\n".join(f"{letter}. {option}" for letter, option in options.items())
        return self._asked(f"{body}\n{lines}", letters, options)

    def _renamed(self, body: str, choices: Sequence[str], markers: Sequence[Marker]) -> Lettered:
        """A question that lists its options as texts: each line gets a letter."""
        letters, order = self._letters(body, choices)
        options = {LETTERS[place]: choices[i].strip() for place, i in enumerate(order)}
        pieces: list[str] = []
        done = 0
        for place, (marker, choice) in enumerate(zip(markers, choices)):
            lettered = replace(marker, core=LETTERS[place], gap=" ")
            if not marker.core:  # a bullet
                lettered = replace(lettered, open="", close=".")
            pieces += [body[done : marker.start], lettered.with_core(LETTERS[place])]
            pieces.append(choices[order[place]])
            done = marker.end + len(choice)
        return self._asked("".join([*pieces, body[done:]]), letters, options)

    def _under_letters(
        self, body: str, choices: Sequence[str], markers: Sequence[Marker]
    ) -> Lettered:
        """A question that lists its options under labels: those are letters, or become some."""
        cores = cores_of(choices) or []
        if len(markers) > len(LETTERS) or len(cores) > len(LETTERS):
            raise AbstainError(f"it has more options than there are letters:\n{body}")
        stops = [*(marker.start for marker in markers[1:]), _end_of_last(body, markers[-1])]
        texts = [body[marker.end : stop] for marker, stop in zip(markers, stops)]
        options = {LETTERS[place]: text.strip() for place, text in enumerate(texts)}
        letters = tuple(LETTERS[: len(cores)])
        if cores[0] == LETTERS[0]:
            return self._asked(body, letters, options)
        lines = [m.with_core(core) + text for m, core, text in zip(markers, LETTERS, texts)]
        new = body[: markers[0].start] + "".join(lines) + body[stops[-1] :]
        return self._asked(new, letters, options)

    def _letters(self, text: str, choices: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
        """The letter of each option, and the options in the order in which they are listed."""
        if not 2 <= len(choices) <= len(LETTERS):
            raise AbstainError(f"it has {len(choices)} options, not 2 to {len(LETTERS)}:\n{text}")
        if not all(choice.strip() for choice in choices):
            raise AbstainError(f"one of its options is empty:\n{text}")
        order = list(range(len(choices)))
        if self.shuffled:
            order.sort(key=lambda i: hashlib.sha256(f"{i}\0{text}".encode()).digest())
        return tuple(LETTERS[order.index(i)] for i in range(len(choices))), order

    def _asked(self, body: str, letters: tuple[str, ...], options: dict[str, str]) -> Lettered:
        cue = self.cue.rstrip()
        if not cue or _LIKE_A_LABEL.fullmatch(cue):
            cue = _CUE
        cue = cue if cue[0] == "\n" else f"\n{cue.lstrip()}"
        return Lettered(f"{body.rstrip()}\n{self.request}{cue}", letters, options)

    def _refuse_named_labels(self, sample: Sequence[Question], *constant: str) -> None:
        """Refuse to rename labels that the template's own words name ("Answer with 1 or 2").

        Raises:
            AbstainError: It names them.
        """
        if self.style.form is not Form.LABELS:
            return
        cores = cores_of(sample[0].choices) or []
        named = [c for c in cores if any(re.search(rf"(?<!\w){c}(?!\w)", t) for t in constant)]
        if cores[0] != LETTERS[0] and len(named) > 1:
            raise AbstainError(f"its prompt names the labels {', '.join(named)}, no letters")


def _labelled(question: Question) -> bool:
    """Whether the options bring the labels A, B, C, ... and stand in the question with them."""
    own = [_OWN_LABEL.fullmatch(choice) for choice in question.choices]
    cores = [match["core"] for match in own if match]
    return (
        len(own) > 1
        and cores == list(LETTERS[: len(own)])
        and all(match and match["text"].strip() for match in own)
        and all(choice.strip() in question.text for choice in question.choices)
    )


def _gives_away(sample: Sequence[Question], right: Sequence[Collection[int]]) -> bool:
    """Whether the right one of options that differ is nearly always at the same place."""
    if len({question.choices for question in sample}) == 1:
        return False  # "yes" and "no": that one is more often right is the data's own matter
    places = Counter(place for one in right for place in set(one))
    return max(places.values()) >= _GIVEN_AWAY * len(sample)


def _last_line(cue: str) -> str:
    """The last line of what follows the options in every question, if it waits for an answer."""
    line = cue[cue.rfind("\n") :] if "\n" in cue else ""
    return line if line.strip() and not _ENDS_SENTENCE.search(line) else ""


def _cue_of(common: str) -> str:
    """What asks for the answer at the end of all questions that list no options."""
    found = _CUE_LINE.search(common) or _CUE_WORD.search(common)
    return found[0] if found else ""


def _end_of_last(text: str, last: Marker) -> int:
    end = text.find("\n", last.end)
    return len(text) if end < 0 else end
