"""What a variant has put into a prompt, found and taken out without the package's own help."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Inserted", "take_out_label", "take_out_options", "take_out_sentence"]

# What may stand before the text of an inserted option: white space, a bullet or a label.
_BEFORE = re.compile(
    r"\s*(?:[-*•–·]|(?:\w+[ .])?[(\[（【]?[^\W_]{1,3}[)\]）】]?[.:：)、．,，。]*\s?[-–—]?)?\s*"
)
_LONGEST = 60


@dataclass(frozen=True)
class Inserted:
    """An option that a variant has put into a prompt.

    Attributes:
        at: Its place in the base's prompt.
        before: What it has before its text: a line's end and a label, say.
        after: What it has behind it.
    """

    at: int
    before: str
    after: str


def take_out_sentence(prompt: str, sentence: str) -> str | None:
    """A prompt without the sentence and the blank line behind it; None unless it is there once."""
    if prompt.count(sentence) != 1:
        return None
    return prompt.replace(f"{sentence}\n\n", "") if f"{sentence}\n\n" in prompt else None


def take_out_label(prompt: str, base: str, labels: list[str], new: str) -> str:
    """A prompt without a label that stands behind all others: "A, B or C" of "A, B, C or D".

    Args:
        prompt: The prompt.
        base: The base's, where such a row may stand already.
        labels: The base's labels.
        new: The label.
    """
    if len(labels) < 2:
        return prompt
    between = r"([^\w\n]{1,4}(?:[^\W\d_]{1,6}[^\w\n]{1,3})?)"
    row = between.join(map(re.escape, [*labels, new]))

    def shorter(match: re.Match[str]) -> str:
        if match[0] in base:
            return match[0]
        *most, _, last = match.groups()
        return "".join(a + b for a, b in zip(labels, [*most, last])) + labels[-1]

    return re.sub(rf"(?<!\w){row}(?!\w)", shorter, prompt)


def take_out_options(prompt: str, base: str, text: str) -> list[Inserted] | None:
    """Where a prompt has one option more than the base's, each time with the same text.

    Args:
        prompt: A prompt without the sentence.
        base: The base's prompt.
        text: The option's text.

    Returns:
        None unless the prompt is the base's and nothing but such options.
    """
    parts = prompt.split(text)
    return _fitted(parts, base, 0)


def _fitted(parts: list[str], base: str, at: int) -> list[Inserted] | None:
    first, *others = parts
    if not others:
        return [] if base[at:] == first else None
    for before in range(min(len(first), _LONGEST) + 1):
        kept = first[: len(first) - before]
        if not base.startswith(kept, at):
            continue
        if not _BEFORE.fullmatch(first[len(kept) :]):
            continue
        for after in range(min(len(others[0]), 4) + 1):
            if others[0][:after].strip(" \n,;，"):
                break
            rest = _fitted([others[0][after:], *others[1:]], base, at + len(kept))
            if rest is not None:
                one = Inserted(at + len(kept), first[len(kept) :], others[0][:after])
                return [one, *rest]
    return None
