"""The listed options of a question ("A. ...", "(B) ...", "- ..."), found as text.

Pure text functions: nothing here knows the harness. A listing is read from its end backwards,
because questions quote lists of their own ("A. ... B. ...") before the real options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from lm_eval_abstain.prompts.label_scripts import CORE, ENCLOSED, order_of
from lm_eval_abstain.prompts.labels import CLOSE, OPEN, label_after

__all__ = ["Listing", "Marker", "find_inline", "find_labelled", "find_texts", "following"]

_MARKER = (
    r"^(?P<indent>[ \t]*)(?P<open>[(\[]?)(?P<core>{core})"
    r"(?P<close>[)\].:]+|[ \t]*[-–])(?P<gap>[ \t]+|$)"
)
# One word before the label ("Option A: "), no gap behind it, marks of East Asian scripts.
_LOOSE_MARKER = (
    rf"^(?P<indent>[ \t\u3000]*(?:[^\W\d_]{{2,15}}[ \t]+)?)(?P<open>{OPEN}?)(?P<core>{{core}})"
    rf"(?P<close>{CLOSE}+{{none}}|[ \t]*[-–—])(?P<gap>[ \t\u3000]+|(?<![.:])|(?!\d))"
)
_INLINE_MARKER = (
    rf"(?P<indent>)(?<![^\s,;/|،、。])(?P<open>{OPEN}?)(?P<core>{{core}})"
    rf"(?P<close>{CLOSE}+{{none}})(?P<gap>[ \t\u3000]+|(?<![.:])|(?!\d))"
)
# What stands before the text of an option: a label, a bullet, a word ("choice:"), or nothing.
_BULLET = r"^(?P<indent>[ \t]*)(?P<bullet>[-*•–]?|[^\W\d_]{2,15}:)(?P<gap>[ \t]*)"
_HEADS = tuple(
    re.compile(head.replace("{core}", CORE).replace("{none}", ""), re.MULTILINE)
    for head in (_MARKER, _LOOSE_MARKER, _BULLET)
)
# What may stand between two options.
_BETWEEN = re.compile(r"[ \t]*[,;]?\s*")
# What may stand behind the text of an option on its line.
_LINE_END = re.compile(r"[ \t]*[,;]?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Marker:
    """What stands before an option's text: indent, brackets or bullet, core, gap.

    Attributes:
        start: Where it begins in the question.
        end: Where the option's text begins.
        stop: Where the option's text ends, where the text is known; else -1.
    """

    start: int
    end: int
    indent: str
    open: str
    core: str
    close: str
    gap: str
    stop: int = -1

    def with_core(self, core: str) -> str:
        """The same marker for another label; a bullet has no label and stays as it is."""
        return f"{self.indent}{self.open}{core if self.core else ''}{self.close}{self.gap}"

    @property
    def style(self) -> tuple[str, str, str]:
        """What the markers of one listing share."""
        return (self.indent, self.open, self.close)

    @property
    def loose_style(self) -> tuple[str, str, str]:
        """The same, however far it is indented."""
        return (self.indent.strip(), self.open, self.close.strip())


@dataclass(frozen=True)
class Listing:
    """The markers of the listed options, in order; they follow one another in the text.

    Attributes:
        markers: The markers.
        inline: Whether the options stand on one line.
        sure: Whether no other text could be a marker of this listing.
    """

    markers: tuple[Marker, ...]
    inline: bool = False
    sure: bool = True

    def __len__(self) -> int:
        """How many options are listed."""
        return len(self.markers)

    @property
    def cores(self) -> list[str]:
        """The labels of the listed options; empty texts where they have none."""
        return [marker.core for marker in self.markers]

    @property
    def typical(self) -> Marker:
        """The last marker, or the first one where the last is indented unlike the others."""
        styles = [marker.style for marker in self.markers]
        return max(reversed(self.markers), key=lambda marker: styles.count(marker.style))


def find_labelled(
    text: str, cores: Sequence[str], bracket: str = "", *, loosely: bool = False
) -> Listing | None:
    """The lines of `text` that list options under these labels, all of them and in order.

    Args:
        text: The question.
        cores: The labels.
        bracket: Where it is not empty, only labels that begin with it count.
        loosely: Whether the lines may be indented differently, begin with a word before the
            label ("Option A: ") and have the label's marks in any script.
    """
    pattern = _LOOSE_MARKER if loosely else _MARKER
    spots = [_spots(pattern, core, text, bracket) for core in cores]
    return _last_chain(spots, loosely=loosely)


def find_inline(text: str, cores: Sequence[str], bracket: str = "") -> Listing | None:
    """The options under these labels that stand in one line: "A. x B. y C. z"."""
    spots = [_spots(_INLINE_MARKER, core, text, bracket) for core in cores]
    listing = _last_chain(spots, loosely=True)
    if listing is None:
        return None
    first, last = listing.markers[0], listing.markers[-1]
    if not bracket and "\n" in text[first.start : last.start]:
        return None
    # Another "D." between the first label and the end of the line may be a part of an option.
    stop = text.find("\n", last.start)
    places = range(first.start, len(text) if stop < 0 else stop)
    alike = [
        one
        for found in spots
        for one in found
        if one.start in places and one.loose_style == first.loose_style
    ]
    return replace(listing, inline=True, sure=len(alike) == len(listing))


def find_texts(text: str, choices: Sequence[str]) -> Listing | None:
    """The lines of `text` that list these option texts in any order.

    As bullets, behind a word ("choice: x"), as numbered or as plain lines.
    """
    spots = [list(_texts(text, choice)) for choice in choices]
    listing = _last_chain(spots) or _last_chain(spots, loosely=True) or _last_block(spots)
    if listing is None:
        return None
    for one, after in pairwise(listing.markers):
        if not _BETWEEN.fullmatch(text, one.stop, after.start):
            return None
    return None if any(listing.cores) and order_of(listing.cores) is None else listing


def following(text: str, listing: Listing) -> Listing:
    """The listing with the lines behind it that carry its next labels in the same style."""
    while not listing.inline and (core := label_after(listing.cores)):
        last = listing.markers[-1]
        found = [
            marker
            for marker in _spots(_MARKER, core, text, start=last.end)
            if marker.style == listing.typical.style
        ]
        if not found:
            break
        listing = replace(listing, markers=(*listing.markers, found[0]))
    return listing


@cache
def _compiled(pattern: str, core: str) -> re.Pattern[str]:
    # A label that carries its own mark needs none behind it.
    text = pattern.replace("+{none}", "*" if core in ENCLOSED else "+")
    return re.compile(text.replace("{core}", re.escape(core)), re.MULTILINE)


def _spots(pattern: str, core: str, text: str, bracket: str = "", start: int = 0) -> list[Marker]:
    matches = _compiled(pattern, core).finditer(text, start)
    return [_marker(match) for match in matches if match["open"].startswith(bracket)]


def _texts(text: str, choice: str) -> Iterable[Marker]:
    """The lines that hold one option's text and no more than a marker before it."""
    place = text.find(choice) if choice else -1
    while place >= 0:
        start, stop = text.rfind("\n", 0, place) + 1, place + len(choice)
        if _LINE_END.match(text, stop):
            for head in _HEADS:
                if match := head.fullmatch(text, start, place):
                    yield replace(_marker(match), stop=stop)
        place = text.find(choice, place + 1)


def _marker(match: re.Match[str]) -> Marker:
    groups = match.groupdict()
    return Marker(
        start=match.start(),
        end=match.end("gap"),
        indent=groups["indent"],
        open=groups.get("open", groups.get("bullet", "")),
        core=groups.get("core", ""),
        close=groups.get("close", ""),
        gap=groups["gap"],
    )


def _last_chain(spots: Sequence[Sequence[Marker]], *, loosely: bool = False) -> Listing | None:
    """The last run of markers of one style, one a label, each after the one before it."""

    def style(marker: Marker) -> tuple[str, str, str]:
        return marker.loose_style if loosely else marker.style

    for last in sorted(spots[-1], key=lambda marker: marker.start, reverse=True):
        chain = [last]
        for candidates in reversed(spots[:-1]):
            before = [
                marker
                for marker in candidates
                if marker.end <= chain[-1].start and style(marker) == style(last)
            ]
            if not before:
                break
            chain.append(max(before, key=lambda marker: marker.start))
        if len(chain) == len(spots):
            return Listing(tuple(reversed(chain)))
    return None


def _last_block(spots: Sequence[Sequence[Marker]]) -> Listing | None:
    """The last lines of one style, one an option, in any order."""
    last = max((one for found in spots for one in found), key=lambda one: one.start, default=None)
    alike = [[one for one in found if last and one.style == last.style] for found in spots]
    if not all(alike):
        return None
    return Listing(tuple(sorted((found[-1] for found in alike), key=lambda one: one.start)))
