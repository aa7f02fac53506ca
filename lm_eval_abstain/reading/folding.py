"""Text as it is compared: one form for each character, with the way back to the original.

Apostrophes come in half a dozen code points, letters in full width, accents composed or not, and
markup stands between words. Folding removes these differences; positions in the folded text can
be translated to the original, so that a finding can be shown where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Folded", "fold", "fold_characters"]

_APOSTROPHES = dict.fromkeys("'’‘ʼ′‛`´＇ʹ՚", "'")
_QUOTES = dict.fromkeys('"“”„‟«»″＂「」『』', '"')
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_SAME = {**_APOSTROPHES, **_QUOTES, **_DASHES}

# Accents of Latin, Greek and Cyrillic letters, and the vowel signs of Arabic. Those of Devanagari
# and Kana are letters in their own right and stay.
_ACCENTS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640"
_ACCENT = re.compile(f"[{_ACCENTS}]")

# Invisible characters: zero-width spaces and joiners, directions, soft hyphen, byte order mark.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"  # emoji
# A letter and what combines with it, conjoining Hangul included.
_CLUSTER = (
    rf"[^\x00-\x7f][{_ACCENTS}\u0900-\u0903\u093c\u3099\u309a\u1160-\u11ff]*|[a-z][\u0300-\u036f]+"
)

_TOKEN = re.compile(
    rf"(?P<nothing>[*_]+|[{_INVISIBLE}{_PICTURES}]|\\(?:text(?:bf|it|rm|sf)?|mathrm|mathbf|mathsf|mbox)\b"
    r"|^[ \t]*>+|\\[!()\[\]])"
    r"|(?P<apostrophe>&(?:#39|apos|rsquo|#8217|#x27|#x2019);|\\u2019|\\'|`+)"
    r"|(?P<quote>&quot;|\\\")"
    r"|(?P<newline>\\n(?![a-z])|[ \t\r]*\n)"
    r"|(?P<space>(?:\\[ ,;:]|\\quad\b|&nbsp;|~|[^\S\n])+)"
    rf"|(?P<cluster>{_CLUSTER})"
    r"|(?P<plain>[a-z0-9.,:;?!(){}$]+)"
    r"|(?P<other>.)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_FIXED = {"nothing": "", "apostrophe": "'", "quote": '"', "newline": "\n", "space": " "}


@dataclass(frozen=True)
class Folded:
    """A folded text and where each of its characters comes from.

    Attributes:
        text: Case-folded, of one kind of apostrophe, quote, dash and space, without accents,
            emphasis, LaTeX text commands and invisible characters.
        starts: One position in the original for each character of `text`, and the original's
            length at the end.
    """

    text: str
    starts: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text for a span of the folded one."""
        if start >= end:
            return self.starts[start], self.starts[start]
        return self.starts[start], self.starts[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text, keeping track of positions."""
    pieces: list[str] = []
    starts: list[int] = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        piece = match[0]
        if kind == "plain":
            pieces.append(piece.casefold())
            starts.extend(range(match.start(), match.end()))
            continue
        folded = _FIXED[kind] if kind in _FIXED else fold_characters(piece)
        pieces.append(folded)
        starts.extend([match.start()] * len(folded))
    starts.append(len(text))
    return Folded("".join(pieces), tuple(starts))


def fold_characters(text: str) -> str:
    """Fold characters alone: no markup is removed, and no position is kept."""
    if text in _SAME:
        return _SAME[text]
    same = "".join(_SAME.get(character, character) for character in text)
    plain = unicodedata.normalize("NFKC", same).casefold()
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", plain)))
