"""Option labels ("A", "(B)", "3.") and the listed options of a question, found as text.

Pure text functions: nothing here knows the harness. A listing is read from its end backwards,
because questions quote lists of their own ("A. ... B. ...") before the real options.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Listing", "cores_of", "find_labelled", "find_texts", "following", "label", "next_core"]

_LABEL = re.compile(r"(?P<open>[(\[]?)(?P<core>[A-Za-z]|\d{1,2})(?P<close>[)\].:]?)")
_MARKER = (
    r"^(?P<indent>[ \t]*)(?P<open>[(\[]?)(?P<core>{core})"
    r"(?P<close>[)\].:]+|[ \t]*[-–])(?P<gap>[ \t]+|$)"
)
_BULLET = r"^(?P<indent>[ \t]*)(?P<bullet>[-*•–]?)(?P<gap>[ \t]*)"


@dataclass(frozen=True)
class Marker:
    """What stands before an option's text: indent, brackets or bullet, core, gap."""

    start: int
    end: int
    indent: str
    open: str
    core: str
    close: str
    gap: str

    def with_core(self, core: str) -> str:
        """The same marker for another label; a bullet has no label and stays as it is."""
        return f"{self.indent}{self.open}{core if self.core else ''}{self.close}{self.gap}"

    @property
    def style(self) -> tuple[str, str, str]:
        """What the markers of one listing share."""
        return (self.indent, self.open, self.close)


@dataclass(frozen=True)
class Listing:
    """The markers of the listed options, in order; they follow one another in the text."""

    markers: tuple[Marker, ...]

    def __len__(self) -> int:
        """How many options are listed."""
        return len(self.markers)


def label(choice: str, core: str) -> str:
    """The label of the same style as `choice` with another core: "(A)" and "E" give "(E)"."""
    match = _LABEL.fullmatch(choice)
    assert match, f"{choice!r} is not a label"
    return f"{match['open']}{core}{match['close']}"


def cores_of(choices: Sequence[str]) -> list[str] | None:
    """The cores of label choices, or None where the choices are not labels.

    Labels are of one style and count up from the first: A, B, C or (1), (2), (3).
    """
    matches = [_LABEL.fullmatch(choice) for choice in choices]
    if len(choices) < 2 or any(match is None for match in matches):
        return None
    found = [match for match in matches if match is not None]
    if len({(match["open"], match["close"]) for match in found}) > 1:
        return None
    cores = [match["core"] for match in found]
    if cores[0] not in ("A", "a", "1", "0"):
        return None
    if any(next_core(before) != after for before, after in pairwise(cores)):
        return None
    return cores


def next_core(core: str) -> str | None:
    """The label after this one: B after A, 10 after 9; None after Z."""
    if core.isdigit():
        return str(int(core) + 1)
    return None if core in "Zz" else chr(ord(core) + 1)


def find_labelled(text: str, cores: Sequence[str], bracket: str = "") -> Listing | None:
    """The lines of `text` that list options under these labels, all of them and in order.

    With a bracket, only labels that begin with it count.
    """
    spots = [
        [
            _marker(match)
            for match in re.finditer(_MARKER.format(core=re.escape(core)), text, re.MULTILINE)
            if match["open"].startswith(bracket)
        ]
        for core in cores
    ]
    return _last_chain(spots)


def find_texts(text: str, choices: Sequence[str]) -> Listing | None:
    """The lines of `text` that list these option texts, as bullets or numbered lines."""
    spots: list[list[Marker]] = []
    for choice in choices:
        numbered = _MARKER.format(core=r"[A-Za-z]|\d{1,2}")
        spots.append(
            [
                _marker(match)
                for head in (numbered, _BULLET)
                for match in re.finditer(
                    rf"{head}(?={re.escape(choice)}[ \t]*$)", text, re.MULTILINE
                )
            ]
        )
    listing = _last_chain(spots)
    if listing is None:
        return None
    numbers = [marker.core for marker in listing.markers]
    if any(numbers) and cores_of(numbers) is None:
        return None
    return listing


def following(text: str, listing: Listing) -> Listing:
    """The listing with the lines behind it that carry its next labels in the same style."""
    while core := next_core(listing.markers[-1].core):
        last = listing.markers[-1]
        pattern = re.compile(_MARKER.format(core=re.escape(core)), re.MULTILINE)
        found = [_marker(match) for match in pattern.finditer(text, last.end)]
        found = [marker for marker in found if marker.style == last.style]
        if not found:
            break
        listing = Listing((*listing.markers, found[0]))
    return listing


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


def _last_chain(spots: Sequence[Sequence[Marker]]) -> Listing | None:
    """The last run of markers of one style, one a label, each after the one before it."""
    for last in sorted(spots[-1], key=lambda marker: marker.start, reverse=True):
        chain = [last]
        for candidates in reversed(spots[:-1]):
            before = [
                marker
                for marker in candidates
                if marker.end <= chain[-1].start and marker.style == last.style
            ]
            if not before:
                break
            chain.append(max(before, key=lambda marker: marker.start))
        if len(chain) == len(spots):
            return Listing(tuple(reversed(chain)))
    return None
