"""Lists of options whose texts are known: as bullets, behind a word, numbered, or plain lines.

Pure text functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from lm_eval_abstain.prompts.label_scripts import CORE, order_of
from lm_eval_abstain.prompts.markers import (
    LOOSE_MARKER,
    MARKER,
    Listing,
    Marker,
    last_chain,
    marker_of,
)

__all__ = ["find_texts"]

# What stands before the text of an option: a label, a bullet, a word ("choice:"), or nothing.
_BULLET = r"^(?P<indent>[ \t]*)(?P<bullet>[-*•–]?|[^\W\d_]{2,15}:)(?P<gap>[ \t]*)"
_HEADS = tuple(
    re.compile(head.replace("{core}", CORE).replace("{none}", ""), re.MULTILINE)
    for head in (MARKER, LOOSE_MARKER, _BULLET)
)
# What may stand between two options.
_BETWEEN = re.compile(r"[ \t]*[,;]?\s*")
# What may stand behind the text of an option on its line.
_LINE_END = re.compile(r"[ \t]*[,;]?[ \t]*$", re.MULTILINE)


def find_texts(text: str, choices: Sequence[str]) -> Listing | None:
    """The lines of `text` that list these option texts in any order.

    As bullets, behind a word ("choice: x"), as numbered or as plain lines.
    """
    spots = [list(_texts(text, choice)) for choice in choices]
    listing = last_chain(spots) or last_chain(spots, loosely=True) or _last_block(spots)
    if listing is None:
        return None
    for one, after in pairwise(listing.markers):
        if not _BETWEEN.fullmatch(text, one.stop, after.start):
            return None
    return None if any(listing.cores) and order_of(listing.cores) is None else listing


def _texts(text: str, choice: str) -> Iterable[Marker]:
    """The lines that hold one option's text and no more than a marker before it."""
    place = text.find(choice) if choice else -1
    while place >= 0:
        start, stop = text.rfind("\n", 0, place) + 1, place + len(choice)
        if _LINE_END.match(text, stop):
            for head in _HEADS:
                if match := head.fullmatch(text, start, place):
                    yield replace(marker_of(match), stop=stop)
        place = text.find(choice, place + 1)


def _last_block(spots: Sequence[Sequence[Marker]]) -> Listing | None:
    """The last lines of one style, one an option, in any order."""
    last = max((one for found in spots for one in found), key=lambda one: one.start, default=None)
    alike = [[one for one in found if last and one.style == last.style] for found in spots]
    if not all(alike):
        return None
    return Listing(tuple(sorted((found[-1] for found in alike), key=lambda one: one.start)))
