"""One more option in a question's own style, and what each option is then called.

Pure text functions. `Style.read` looks at a sample of a task's questions once and decides how the
task offers its options; `Style.extend` adds the abstain option to one question. Whatever does not
fit is refused with a sentence: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.heads import Head, stated
from lm_eval_abstain.prompts.labels import cores_of, in_order, label, label_after
from lm_eval_abstain.prompts.layout import (
    Ending,
    Form,
    Question,
    common_prefix,
    common_suffix,
    ending_of,
    listing_of,
)
from lm_eval_abstain.prompts.markers import Listing
from lm_eval_abstain.prompts.naming import Naming, named, named_in, shared_lines
from lm_eval_abstain.prompts.unlisted import refuse_unlisted

__all__ = ["Extended", "Style", "spaced"]


@dataclass(frozen=True)
class Extended:
    """A question with the abstain option.

    Attributes:
        text: The question turn, with the new option where the options are listed.
        choices: The continuation of each real option, in the base task's order.
        abstain: The continuation of the abstain option, different from all of them.
        slot: The place of the abstain option among the listed ones, from 0.
        options: The texts of the real options, as far as the prompt or the choices tell.
        start: Where the final question begins in the text; None where that is not certain.
    """

    text: str
    choices: tuple[str, ...]
    abstain: str
    slot: int
    options: tuple[str, ...]
    start: int | None

    def state(self, sentence: str) -> str:
        """The text with the rubric's sentence before the final question.

        Raises:
            AbstainError: This question does not begin as the sample did.
        """
        return stated(self.text, self.start, sentence)


@dataclass(frozen=True)
class Style:
    """How one task lays out its questions.

    Attributes:
        form: See `Form`.
        head: What stands before the final question.
        ending: What follows the listed options in every question.
        gap: What stands between a label and its option.
        partial: Whether a fixed list of labels may be longer than the listed options.
        naming: The lines of the template that name all labels.
        cores: The labels of the listed options, where all questions have the same ones.
    """

    form: Form
    head: Head = field(default_factory=Head)
    ending: Ending = field(default_factory=Ending)
    gap: str = " "
    partial: bool = False
    naming: Naming = frozenset()
    cores: tuple[str, ...] = ()

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
            AbstainError: The options are listed in a way that cannot be extended safely, or
                nothing is asked.
        """
        head = Head.read([question.text for question in sample], delimiter)
        labels = all(cores_of(question.choices) is not None for question in sample)
        for form in (Form.LABELS, Form.TEXTS) if labels else (Form.TEXTS,):
            found = [listing_of(form, question, partial=fixed_choices) for question in sample]
            listings = [listing for listing in found if listing is not None]
            if len(listings) == len(sample):
                return cls._listed(form, sample, listings, head, fixed=fixed_choices)
            if listings:
                odd = sample[found.index(None)]
                raise AbstainError(
                    f"some questions list their options and this one does not:\n{odd.text}"
                )
        refuse_unlisted(sample)
        return cls(Form.UNLISTED, head, partial=fixed_choices)

    @classmethod
    def _listed(
        cls,
        form: Form,
        sample: Sequence[Question],
        listings: Sequence[Listing],
        head: Head,
        *,
        fixed: bool,
    ) -> Style:
        ending = ending_of(sample, listings)
        # An empty option has no gap, and an option may begin with spaces of its own.
        gaps = {marker.gap for listing in listings for marker in listing.markers} - {""}
        around = [
            (q.text[: one.markers[0].start] + "\n" + q.text[ending.of(q.text, one) :], one.cores)
            for q, one in zip(sample, listings)
        ]
        labels = {
            tuple(one.cores)
            if len(cores_of(q.choices) or ()) <= len(one) and all(one.cores)
            else ()
            for q, one in zip(sample, listings)
        }
        return cls(
            form=form,
            head=head,
            ending=ending,
            gap=min(gaps, key=len, default=" "),
            partial=fixed,
            naming=shared_lines(around),
            cores=labels.pop() if len(labels) == 1 else (),
        )

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
            abstain = spaced(choices, abstain_text)
            return Extended(text, choices, abstain, len(choices), choices, self.head.end(text))
        listing, bodies = self._parts(question)
        markers, end = listing.markers, listing.markers[-1].end + len(bodies[-1])
        options = choices if self.form is Form.TEXTS else tuple(map(str.strip, bodies))
        if self.form is Form.LABELS and _folded(abstain_text) in map(_folded, bodies):
            raise AbstainError(_taken(abstain_text, text))
        slot = len(markers) if place is None else place % (len(markers) + 1)
        if slot < len(markers) and not listing.sure:
            raise AbstainError(f"the labels of this question cannot be told from its text:\n{text}")
        between = _between(bodies, listing)
        cores = self._cores(choices, listed=listing.cores, slot=slot)
        if slot == len(markers):
            bodies[-1] += between
            bodies.append(abstain_text)
        else:
            bodies.insert(slot, abstain_text + between)
        typical = replace(listing.typical, gap=self.gap if listing.typical.gap else "")
        shapes = [*markers[:slot], typical, *markers[slot:]]
        lines = [m.with_core(core) + body for m, core, body in zip(shapes, cores, bodies)]
        begin, listed = markers[0].start, "".join(lines)
        renew = partial(named_in, naming=self.naming, cores=listing.cores, new=cores[-1])
        new_text = renew(text[:begin]) + listed + renew(text[end:])
        start = self.head.end(text)
        if start is not None and start <= begin:
            start = len(renew(text[:start]))
        else:  # what all questions begin with holds the list: it is an instruction, no example
            start = None if start is None or self.head.cue else 0
        if self.form is Form.TEXTS:
            return Extended(new_text, choices, spaced(choices, abstain_text), slot, options, start)
        scored = cores_of(choices) or []
        ordered = in_order(scored) or []
        renamed = [*cores[:slot], *cores[slot + 1 :]]
        unlisted = ordered[len(renamed) :]
        if slot < len(markers):  # those behind it move up by one
            unlisted = [_after(ordered[: ordered.index(core) + 1]) for core in unlisted]
        names = dict(zip(ordered, [*renamed, *unlisted]))
        return Extended(
            text=new_text,
            choices=tuple(label(choice, names[core]) for choice, core in zip(choices, scored)),
            abstain=label(choices[-1], cores[slot]),
            slot=slot,
            options=options,
            start=start,
        )

    def options(self, question: Question) -> tuple[str, ...]:
        """The texts of a question's options.

        Raises:
            AbstainError: This question is not laid out as the sample was.
        """
        if self.form is not Form.LABELS:
            return question.choices
        return tuple(map(str.strip, self._parts(question)[1]))

    def instruct(self, text: str) -> str:
        """An instruction of the task with the new label, where it names all others in a row."""
        return named(text, self.cores, _after(self.cores)) if len(self.cores) > 1 else text

    def _parts(self, question: Question) -> tuple[Listing, list[str]]:
        """The list of a question, and the text of each option up to the next one."""
        text = question.text
        listing = listing_of(self.form, question, partial=self.partial)
        if listing is None:
            raise AbstainError(f"the options of this question cannot be found:\n{text}")
        # Each option runs to the start of the next one; the last one to what follows them all.
        stops = [one.start for one in listing.markers[1:]] + [self.ending.of(text, listing)]
        return listing, [text[one.end : stop] for one, stop in zip(listing.markers, stops)]

    def _cores(self, choices: Sequence[str], *, listed: list[str], slot: int) -> list[str]:
        """The labels of the listed options and the abstain option, in their new order."""
        if not listed[-1]:
            return [""] * (len(listed) + 1)
        if slot < len(listed):
            return [*listed, _after(listed)]
        # Last: no real option is renamed, not even one that the base task scores unlisted.
        scored = in_order(cores_of(choices) or []) if self.form is Form.LABELS else None
        return [*listed, _after(max(listed, scored or [], key=len))]


def spaced(choices: Sequence[str], abstain_text: str) -> str:
    """The abstain text, beginning with the white space that all choices begin with."""
    lead = common_prefix([choice[: len(choice) - len(choice.lstrip())] for choice in choices])
    return lead + abstain_text


def _after(cores: Sequence[str]) -> str:
    following = label_after(cores)
    if following is None:
        raise AbstainError(f"there is no option label after {cores[-1]!r}")
    return following


def _between(bodies: Sequence[str], listing: Listing) -> str:
    """What stands behind an option and before the next one."""
    if len(bodies) < 2:
        return "\n"
    if listing.inline:
        found = re.search(r"[,;/|、،]?\s*$", common_suffix(bodies[:-1]))
        return found[0] if found else " "
    if listing.markers[-1].stop >= 0:  # the texts are known: the rest is what stands between
        one = listing.markers[-2]
        return re.sub(r"[ \t]+(?=\n)", "", bodies[-2][one.stop - one.end :])
    return bodies[-2][len(bodies[-2].rstrip("\n")) :]


def _taken(abstain_text: str, text: str) -> str:
    return f"the option {abstain_text!r} is already there; choose another abstain_text:\n{text}"


def _folded(text: str) -> str:
    return text.strip().rstrip(".").replace("’", "'").casefold()
