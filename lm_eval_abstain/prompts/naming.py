"""Instructions that name the labels ("Answer with A, B, C or D"), and the new label in them.

Only the labels of all listed options in a row are taken for one; "A to D" or "one of the four
letters" stay as they are. In a question, only lines count that several questions share: a line
about the points A, B, C and D of one question is no instruction.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache

__all__ = ["Naming", "named", "named_in", "shared_lines"]

Naming = frozenset[str]
"""The lines of a template that name all labels."""

# Marks between two labels, and before the last one a short word ("or") where there is one.
_AND = r"""[^\w\n]{1,4}"""
_OR = rf"""{_AND}(?:[^\W\d_]{{1,6}}[^\w\n]{{1,3}})?"""
_LEAST_SHARE = 4  # of the questions, the share that has to have a line: one in four


def named(text: str, cores: Sequence[str], new: str) -> str:
    """A text with one more label wherever it names all of them in a row.

    Args:
        text: An instruction.
        cores: The labels of the listed options, in order; at least two.
        new: The label of the new option.
    """
    return _row(tuple(cores)).sub(lambda match: _longer(match, cores[-1], new), text)


def shared_lines(texts: Iterable[tuple[str, Sequence[str]]]) -> Naming:
    """The lines that name all labels in several questions.

    Args:
        texts: What stands around the list of each question, and its labels.
    """
    counts: Counter[str] = Counter()
    total = 0
    for text, cores in dict.fromkeys((text, tuple(cores)) for text, cores in texts):
        total += 1
        if len(cores) > 1 and all(cores):
            counts.update({line for line in text.split("\n") if _row(cores).search(line)})
    least = max(2, total / _LEAST_SHARE)
    return frozenset(line for line, count in counts.items() if count >= least)


def named_in(text: str, naming: Collection[str], cores: Sequence[str], new: str) -> str:
    """A question's text around its list, with the new label in the lines that name all others."""
    if not naming:
        return text
    return "\n".join(
        named(line, cores, new) if line in naming else line for line in text.split("\n")
    )


@cache
def _row(cores: tuple[str, ...]) -> re.Pattern[str]:
    *most, last = map(re.escape, cores)
    edge = r"[A-Za-z0-9]" if cores[0].isascii() else r"\w"
    row = f"{_AND}".join(most)
    return re.compile(rf"(?<!{edge}){row}(?P<last>{_OR}){last}(?!{edge})")


def _longer(match: re.Match[str], last: str, new: str) -> str:
    """A row of labels with one more: as "A, B or C" becomes "A, B, C or D"."""
    end = match["last"]
    before = match[0][: -len(end) - len(last)]
    # What stands between the first two labels, where there are three.
    mark = re.search(rf"{_AND}(?=[^\W_]+$)", before)
    return f"{before}{mark[0] if mark else end}{last}{end}{new}"
