"""One more option in a question's own style, and what each option is then called.

Pure text functions. `Style.read` looks at a sample of a task's questions once and decides how the
task offers its options; `Style.extend` adds the abstain option to one question. Whatever does not
fit is refused with a sentence: nothing is guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.labels import (
    Listing,
    cores_of,
    find_labelled,
    find_texts,
    label,
    next_core,
)

__all__ = ["Extended", "Form", "Question", "Style"]


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
class Extended:
    """A question with the abstain option.

    Attributes:
        text: The question turn, with the new option where the options are listed.
        choices: The continuation of each real option, in the base task's order.
        abstain: The continuation of the abstain option, different from all of them.
        slot: The place of the abstain option among the listed ones, from 0.
    """

    text: str
    choices: tuple[str, ...]
    abstain: str
    slot: int


@dataclass(frozen=True)
class Style:
    r"""How one task lays out its questions.

    Attributes:
        form: See `Form`.
        head: What every question begins with, up to its last blank line: worked examples
            that the template itself carries. Usually empty.
        cue: What follows the listed options in every question ("\nAnswer:").
        partial: Whether a fixed list of labels may be longer than the listed options.
    """

    form: Form
    head: str
    cue: str
    partial: bool

    @classmethod
    def read(
        cls, sample: Sequence[Question], *, delimiter: str = "\n\n", fixed_choices: bool = False
    ) -> Style:
        """Decide from a sample how a task offers its options.

        Args:
            sample: At least one question; several different ones tell the constant parts of
                the template from the question.
            delimiter: What separates worked examples in this task's prompts.
            fixed_choices: Whether every document has the same choices, written in the task.

        Raises:
            AbstainError: The options are listed in a way that cannot be extended safely.
        """
        texts = sorted({question.text for question in sample})
        several = len(texts) > 1
        common = os.path.commonprefix(texts) if several else ""
        head = common[: common.rfind(delimiter) + len(delimiter)] if delimiter in common else ""
        labels = all(cores_of(question.choices) is not None for question in sample)
        for form in (Form.LABELS, Form.TEXTS) if labels else (Form.TEXTS,):
            found = [_listing(form, question, partial=fixed_choices) for question in sample]
            listings = [listing for listing in found if listing is not None]
            if len(listings) == len(sample):
                cue = _cue([_after(q.text, s) for q, s in zip(sample, listings)])
                return cls(form=form, head=head, cue=cue, partial=fixed_choices)
            if listings:
                odd = sample[found.index(None)]
                raise AbstainError(
                    f"some questions list their options and this one does not:\n{odd.text}"
                )
        _refuse_hidden_list(sample, f"{common}\n{_common_suffix(texts)}" if several else "")
        return cls(form=Form.UNLISTED, head=head, cue="", partial=fixed_choices)

    def extend(self, question: Question, abstain_text: str, place: int | None = None) -> Extended:
        """Add the abstain option to one question.

        Args:
            question: The base task's rendering.
            abstain_text: What the option says.
            place: Any non-negative number: the option goes to this place modulo the number
                of places. None puts it last.

        Raises:
            AbstainError: This question is not laid out as the sample was, it already offers
                the abstain text, or its labels have run out.
        """
        text, choices = question.text, question.choices
        if self.form is not Form.LABELS and _folded(abstain_text) in map(_folded, choices):
            raise AbstainError(_taken(abstain_text, text))
        if self.form is Form.UNLISTED:
            return Extended(text, choices, abstain_text, len(choices))
        listing = _listing(self.form, question, partial=self.partial)
        if listing is None or not text.endswith(self.cue):
            raise AbstainError(f"the options of this question cannot be found:\n{text}")
        markers = listing.markers
        end = len(text) - len(self.cue)
        if end < markers[-1].end:
            raise AbstainError(f"the last option of this question cannot be found:\n{text}")
        # Each option runs to the start of the next one; the last one to the cue.
        stops = [*(marker.start for marker in markers[1:]), end]
        bodies = [text[marker.end : stop] for marker, stop in zip(markers, stops)]
        if self.form is Form.LABELS and _folded(abstain_text) in map(_folded, bodies):
            raise AbstainError(_taken(abstain_text, text))
        between = bodies[-2][len(bodies[-2].rstrip("\n")) :] if len(bodies) > 1 else "\n"
        slot = len(markers) if place is None else place % (len(markers) + 1)
        cores = self._cores(choices, listed=[marker.core for marker in markers], slot=slot)
        if slot == len(markers):
            bodies[-1] += between
            bodies.append(abstain_text)
        else:
            bodies.insert(slot, abstain_text + between)
        # The smallest gap is the template's: an empty option has none, and an option's text
        # may begin with spaces of its own.
        shape = min((m for m in markers if m.gap), key=lambda m: len(m.gap), default=markers[-1])
        shapes = [*markers[:slot], shape, *markers[slot:]]
        lines = [m.with_core(core) + body for m, core, body in zip(shapes, cores, bodies)]
        new_text = text[: markers[0].start] + "".join(lines) + text[end:]
        if self.form is Form.TEXTS:
            return Extended(new_text, choices, abstain_text, slot)
        renamed = [*cores[:slot], *cores[slot + 1 :]]
        unlisted = (cores_of(choices) or [])[len(renamed) :]
        renamed += unlisted if slot == len(markers) else map(_next, unlisted)
        return Extended(
            text=new_text,
            choices=tuple(label(choice, core) for choice, core in zip(choices, renamed)),
            abstain=label(choices[-1], cores[slot]),
            slot=slot,
        )

    def state(self, text: str, sentence: str) -> str:
        """Put the rubric's sentence before the final question, behind the constant head."""
        if not text.startswith(self.head):
            raise AbstainError(f"this question does not begin as the others do:\n{text}")
        return f"{self.head}{sentence}\n\n{text[len(self.head) :]}"

    def _cores(self, choices: Sequence[str], *, listed: list[str], slot: int) -> list[str]:
        """The labels of the listed options and the abstain option, in their new order."""
        if not listed[-1]:
            return [""] * (len(listed) + 1)
        if slot < len(listed):
            return [*listed, _next(listed[-1])]
        # Last: no real option is renamed, not even one that the base task scores unlisted.
        scored = cores_of(choices) if self.form is Form.LABELS else None
        return [*listed, _next((scored or listed)[-1])]


def _next(core: str) -> str:
    following = next_core(core)
    if following is None:
        raise AbstainError(f"there is no option label after {core!r}")
    return following


def _taken(abstain_text: str, text: str) -> str:
    return f"the option {abstain_text!r} is already there; choose another abstain_text:\n{text}"


def _folded(text: str) -> str:
    return text.strip().rstrip(".").replace("’", "'").casefold()


def _listing(form: Form, question: Question, *, partial: bool) -> Listing | None:
    """The listed options, in full; of a fixed list of labels, as many as are there."""
    if form is Form.TEXTS:
        return find_texts(question.text, question.choices)
    cores = cores_of(question.choices)
    if cores is None:
        return None
    # Bracketed labels are unmistakable: even one alone is a listing ("A:" begins an answer).
    bracket = question.choices[0][0] if question.choices[0][0] in "([" else ""
    fewest = len(cores) if not partial else 1 if bracket else 2
    for count in range(len(cores), fewest - 1, -1):
        listing = find_labelled(question.text, cores[:count], bracket)
        if listing is not None:
            rest = question.text[listing.markers[-1].end :]
            skipped = cores[count : count + 1]
            return None if skipped and find_labelled(rest, skipped, bracket) else listing
    return None


def _after(text: str, listing: Listing) -> str:
    """What follows the first line of the last listed option."""
    newline = text.find("\n", listing.markers[-1].end)
    return "" if newline < 0 else text[newline:]


def _cue(rests: Sequence[str]) -> str:
    """The constant end of every question, from the start of a line on."""
    common = _common_suffix(rests)
    start = common.find("\n")
    return common[start:] if start >= 0 else ""


def _common_suffix(texts: Sequence[str]) -> str:
    return os.path.commonprefix([text[::-1] for text in texts])[::-1]


def _refuse_hidden_list(sample: Sequence[Question], constant: str) -> None:
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
