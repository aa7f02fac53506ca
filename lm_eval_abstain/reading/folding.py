"""Text as it is compared: one form for each character, with the way back to the original.

Apostrophes come in half a dozen code points, letters in full width, accents composed or not, and
markup stands between words. Folding removes these differences; positions in the folded text can
be translated to the original, so that a finding can be shown where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

__all__ = ["Folded", "fold", "fold_characters", "fold_text"]

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
_COMBINING = rf"{_ACCENTS}\u0900-\u0903\u093c\u3099\u309a\u1160-\u11ff"
_CLUSTER = rf"[^\x00-\x7f][{_COMBINING}]*|[a-z][\u0300-\u036f]+"

# Letters of Hindi, Japanese, Chinese and Korean: they stay if nothing combines with them.
_SAME_LETTERS = "\u0904-\u0939\u093d-\u0957\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7a3"

_NOTHING = (
    rf"[*_]+|[{_INVISIBLE}{_PICTURES}]|\\(?:text(?:bf|it|rm|sf)?|mathrm|mathbf|mathsf|mbox)\b"
    r"|\\[!()\[\]]"
)
_QUOTE_MARKS = (
    r"(?P<apostrophe>&(?:#39|apos|rsquo|#8217|#x27|#x2019);|\\u2019|\\'|`+)"
    r"|(?P<quote>&quot;|\\\")"
)
_NEWLINE = r"\\n(?![a-z])"
_SPACE = r"(?:\\[ ,;:]|\\quad\b|&nbsp;|~|[^\S\n])"
_TOKEN = (
    rf"(?P<nothing>{_NOTHING}|^[ \t]*>+)|{_QUOTE_MARKS}"
    rf"|(?P<newline>{_NEWLINE}|[ \t\r]*\n)|(?P<space>{_SPACE}+)"
    rf"|(?P<letters>[{_SAME_LETTERS}]+(?![{_COMBINING}]))|(?P<cluster>{_CLUSTER})"
    r"|(?P<plain>[a-z0-9.,:;?!(){}$]+)|(?P<other>.)"
)
# The tokens that change, but for single characters and what `_RARE` finds, cut as above. Each
# branch begins with a character of its own, which makes the search five times as fast.
_CHANGED = re.compile(
    r"\*[*_]*|_[*_]*|`+| [ ]*\n|&(?:#39|apos|rsquo|#8217|#x27|#x2019|quot);"
    r"|\\(?:(?:text(?:bf|it|rm|sf)?|math(?:rm|bf|sf)|mbox)\b|[!()\[\]'\"]|u2019|n(?![a-z]))"
    rf"| {_SPACE}+|\\(?:[ ,;:]|quad\b){_SPACE}*|&nbsp;{_SPACE}*|~{_SPACE}*",
    re.IGNORECASE,
)
# A text without these is folded one character at a time: no markup of several characters, no white
# space but spaces and new lines, nothing that combines, and none of the letters that [a-z] matches
# beside ASCII where case is ignored.
_UNUSUAL = (
    r">\t\r\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"{_COMBINING}\u0130\u0131\u017f\u212a"
)
_RARE, _JOINED = re.compile(f"[{_UNUSUAL}]"), re.compile(rf"[\\&`~{_UNUSUAL}]")
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
    for match in _tokens().finditer(text):
        kind = str(match.lastgroup)
        piece = match[0]
        if kind == "letters" or (kind == "plain" and piece.isascii()):
            pieces.append(piece.lower())
            starts.extend(range(match.start(), match.end()))
            continue
        if kind == "plain":
            for start, character in enumerate(piece, match.start()):  # [a-z] matches "İ" and "ſ"
                folded = fold_characters(character)
                pieces.append(folded)
                starts.extend([start] * len(folded))
            continue
        folded = _FIXED[kind] if kind in _FIXED else fold_characters(piece)
        pieces.append(folded)
        starts.extend([match.start()] * len(folded))
    starts.append(len(text))
    return Folded("".join(pieces), tuple(starts))


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.MULTILINE | re.DOTALL | re.IGNORECASE)  # 4 ms: not at import


def fold_text(text: str) -> str:
    """The same as `fold(text).text`, but ten times as fast: no position is kept."""
    if not _JOINED.search(text):
        while "  " in text:
            text = text.replace("  ", " ")
        return text.replace(" \n", "\n").translate(_SINGLE)
    if _RARE.search(text):
        return fold(text).text
    return _CHANGED.sub(lambda match: _token(match[0]), text).translate(_SINGLE)


@lru_cache(maxsize=1024)
def _token(text: str) -> str:
    return fold(text).text


class _Single(dict[int, str]):
    """Each character folded on its own, as `str.translate` wants it; filled when it is used."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = "" if re.fullmatch(_NOTHING, character) else fold_characters(character)
        return self.setdefault(code, folded)


_SINGLE = _Single()


@lru_cache(maxsize=8192)
def fold_characters(text: str) -> str:
    """Fold characters alone: no markup is removed, and no position is kept."""
    if text in _SAME:
        return _SAME[text]
    same = "".join(_SAME.get(character, character) for character in text)
    plain = unicodedata.normalize("NFKC", same).casefold()
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", plain)))
