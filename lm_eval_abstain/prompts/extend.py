"""One more option in a question's own style, and what each option is then called.

Pure text functions. `Style.read` looks at a sample of a task's questions once and decides how the
task offers its options; `Style.extend` adds the abstain option to one question. Whatever does not
fit is refused with a sentence: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.layout import (
    Form,
    Question,
    common_prefix,
    common_suffix,
    cue_after,
    head_of,
    insert_sentence,
    listing_of,
    refuse_hidden_list,
)
from lm_eval_abstain.prompts.markers import cores_of, label, next_core

__all__ = ["Extended", "Style", "spaced"]


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
        gap: What stands between a label and its option.
        partial: Whether a fixed list of labels may be longer than the listed options.
    """

    form: Form
    head: str
    cue: str
    gap: str
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
        common = common_prefix(texts) if several else ""
        head = head_of(texts, delimiter)
        labels = all(cores_of(question.choices) is not None for question in sample)
        for form in (Form.LABELS, Form.TEXTS) if labels else (Form.TEXTS,):
            found = [listing_of(form, question, partial=fixed_choices) for question in sample]
            listings = [listing for listing in found if listing is not None]
            if len(listings) == len(sample):
                # An empty option has no gap, and an option may begin with spaces of its own.
                gaps = {marker.gap for listing in listings for marker in listing.markers} - {""}
                return cls(
                    form=form,
                    head=head,
                    cue=cue_after(sample, listings),
                    gap=min(gaps, key=len, default=" "),
                    partial=fixed_choices,
                )
            if listings:
                odd = sample[found.index(None)]
                raise AbstainError(
                    f"some questions list their options and this one does not:\n{odd.text}"
                )
        refuse_hidden_list(sample, f"{common}\n{common_suffix(texts)}" if several else "")
        return cls(form=Form.UNLISTED, head=head, cue="", gap="", partial=fixed_choices)

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
            return Extended(text, choices, spaced(choices, abstain_text), len(choices))
        listing = listing_of(self.form, question, partial=self.partial)
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
        shapes = [*markers[:slot], replace(markers[-1], gap=self.gap), *markers[slot:]]
        lines = [m.with_core(core) + body for m, core, body in zip(shapes, cores, bodies)]
        new_text = text[: markers[0].start] + "".join(lines) + text[end:]
        if self.form is Form.TEXTS:
            return Extended(new_text, choices, spaced(choices, abstain_text), slot)
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
        return insert_sentence(text, self.head, sentence)

    def _cores(self, choices: Sequence[str], *, listed: list[str], slot: int) -> list[str]:
        """The labels of the listed options and the abstain option, in their new order."""
        if not listed[-1]:
            return [""] * (len(listed) + 1)
        if slot < len(listed):
            return [*listed, _next(listed[-1])]
        # Last: no real option is renamed, not even one that the base task scores unlisted.
        scored = cores_of(choices) if self.form is Form.LABELS else None
        return [*listed, _next(max(listed, scored or [], key=len)[-1])]


def _next(core: str) -> str:
    following = next_core(core)
    if following is None:
        raise AbstainError(f"there is no option label after {core!r}")
    return following


def spaced(choices: Sequence[str], abstain_text: str) -> str:
    """The abstain text, beginning with the white space that all choices begin with."""
    lead = common_prefix([choice[: len(choice) - len(choice.lstrip())] for choice in choices])
    return lead + abstain_text


def _taken(abstain_text: str, text: str) -> str:
    return f"the option {abstain_text!r} is already there; choose another abstain_text:\n{text}"


def _folded(text: str) -> str:
    return text.strip().rstrip(".").replace("’", "'").casefold()
