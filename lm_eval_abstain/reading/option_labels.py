"""The letters and texts of listed options, as a response gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from lm_eval_abstain.reading.folding import fold, fold_text

__all__ = ["REASON", "SEVERAL", "OptionReader"]

SEVERAL = ""
"""Stands for a statement that names two options."""

# All patterns are over text that is folded but for its capitals.
# What ends a sentence behind the letter: in some languages the verb does.
_IS = "(?:입니다|이다|です)"
_OPEN = r"[\s\"'(\[{<$:=>#\-]*"
_CLOSE = rf"[\s\"')\]}}>$.!。`|]*(?:{_IS}[\s.。]*)?"
_LEAD = (
    r"(?:(?i:so|thus|therefore|hence|probably|likely|maybe|perhaps),? )?"
    r"(?:(?i:(?:the |la )?(?:correct |right |best )?(?:option|choice|letter|answer):? |la ))?"
)
_ALONE = re.compile(rf"{_OPEN}{_LEAD}{_OPEN}(?P<letter>[A-Za-z]){_CLOSE}")
_LABELLED = re.compile(
    rf"{_OPEN}{_LEAD}(?P<open>{_OPEN})(?P<letter>[A-Za-z])"
    rf"(?P<mark>[\"')\]}}>$`]+[.:,]?|[.:,。]|{_IS}[.。]?| -+(?= )|)(?P<rest>(?:\s.*)?)",
    re.DOTALL,
)
# Behind a letter: another one that is named beside it.
_BESIDE = re.compile(
    r"[\s)\]\"'.:$}]*(?P<link>(?:[,;/&+]|\b(?:and|or|nor|versus|vs|but|maybe|perhaps|possibly)\b)"
    r"[\s,/.]*)+(?i:option |choice )?(?P<open>[(\[]?)(?P<letter>[A-Za-z])(?![\w'])(?P<more> \w)?"
)
_SAID_OF = re.compile(
    r"\s*(?:is|was|are|do|does|did|can|could|would|will|may|might|seems|has|cannot)(?:n't)?\b"
)
_DENIED = re.compile(r"\b(?:not|incorrect|wrong|false)\b|n't\b", re.IGNORECASE)
REASON = re.compile(r",?\s+(?:because|since|as)\s|,\s+(?:which|who|where)\s")
"""Where an answer's reason begins."""
_GIVES_REASON = re.compile(r"\s+(?:because|since|as)\b")
# Begins a sentence behind "B.", where another word may be a name: "B. Franklin".
_GOES_ON = re.compile(
    r"\s*(?i:because|since|as|the|this|that|it|in|for|when|if|explanation|reason(?:ing)?)\b"
)
_SENTENCE = re.compile(r"\s*[A-Z](?!\.)\S*(?: \S+){2}", re.DOTALL)
# What the detector's cues lack, because for free answers it introduces anything.
_CHOOSES = re.compile(
    r"(?:^|(?<=[.!?:,] )|(?<=\n))(?:"
    r"(?:so|thus|therefore|hence),? (?=[(\[]?(?-i:[A-Z])[)\]]?\.?\s*(?:\n|$))"
    r"|(?:(?:so|thus|therefore|hence),? )?(?:i (?:think|believe|guess|suppose)(?: that)? )?"
    r"(?:(?:i'd|i would|i'll|i will|i'm|i am|let's|let me) (?:going to )?"
    r"(?:go(?:ing)? (?:with|for)|choose|pick|select|opt for|say)"
    r"|it is|it's|that is|that's|that would be|it would be|it must be"
    r"|(?:the )?(?:correct |right |best )?letter (?:of the [a-z ]{1,30} )?is:?) )",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\(([A-Z])\)")
_CORRECT = re.compile(
    r"(?:^|(?<=[.!?:,] )|(?<=\n))(?:(?i:so|thus|therefore|hence),? )?[\s\"'(\[\-]*"
    r"(?:(?i:option|choice|answer) )?[(\[]?(?P<letter>[A-Z])"
    r"(?:[)\].:]+(?:(?! not |n't)[^\n.!?]){0,80})? is "
    r"(?:(?:therefore|thus|the|only|most) )*(?:correct|right|best|answer)\b"
    r"(?: (?:answer|option|choice|one))?(?=\W*(?:$|\n)|[.!,]| because| since)"
)


class OptionReader:
    """Finds the listed options in a response.

    Args:
        response: The response.
        options: The text of each option by its letter, a capital one.
    """

    def __init__(self, response: str, options: Mapping[str, str]) -> None:
        folded = fold(response)
        self.folded = folded.text
        """The response as the detector folds it; positions are those of this text."""
        self._text = "".join(
            character.upper() if response[start].isupper() else character
            for character, start in zip(folded.text, folded.starts)
        )
        self._options = options
        self._own = {letter: _plain(text) for letter, text in options.items()}
        texts = list(self._own.values())
        self._letters = {
            text: letter
            for letter, text in self._own.items()
            if texts.count(text) == 1 and text.upper() not in options
        }

    @cached_property
    def _lines(self) -> list[str]:
        return [line for line in self._text.split("\n") if re.search(r"\w", line)]

    def at_ends(self) -> set[str | None]:
        """The options that the first and the last line give; None stands for none.

        Where several lines begin with different letters, it is a list, and none of them is stated;
        but for a letter alone that begins or ends it.
        """
        if not self._lines:
            return set()
        first, *_, last = [self._lines[0], *self._lines]
        begun = [_LABELLED.fullmatch(line) for line in self._lines]
        listed = {m["letter"] for m in begun if m and m["mark"].strip() and m["rest"].strip()}
        if len(listed & self._options.keys()) > 1:
            return {self._alone(first), self._alone(last)}
        opening = self._alone(first) or self._by_text(first) or self._by_letter(first, cued=False)
        more = len(self._lines) > 1
        return {opening, (self._alone(last) or self._whole(last)) if more else None}

    def said(self) -> set[str | None]:
        """The options that a sentence chooses, or says to be correct; None stands for none."""
        chosen = {self.at(match.end()) for match in _CHOOSES.finditer(self._text)}
        return chosen | {m["letter"] for m in _CORRECT.finditer(self._text)}

    def at(self, position: int) -> str | None:
        """The option that is stated at a position, behind a cue; None where none is."""
        line = self._text[position:].split("\n", 1)[0].split("</", 1)[0]
        found = self._by_text(line) or self._by_letter(line, cued=True)
        if found is not None:
            return found
        sentence = re.split(r"[.!?](?=\s)", line, maxsplit=1)[0]
        letters = set(_IN_BRACKETS.findall(sentence)) & self._options.keys()
        ends = re.search(r"\([A-Z]\)[\s.\"'$}]*$", sentence)
        if not letters or not ends or _DENIED.search(sentence):
            return None
        return letters.pop() if len(letters) == 1 else SEVERAL

    def _alone(self, line: str) -> str | None:
        """The letter that a line is; a small one must be all that is written."""
        match = _ALONE.fullmatch(line)
        if not match:
            return None
        letter, small = match["letter"].upper(), match["letter"].islower()
        return letter if letter in self._options and not (small and len(self._lines) > 1) else None

    def _whole(self, line: str) -> str | None:
        """The option that a line is, by its letter and text, or by its text."""
        match = _LABELLED.fullmatch(line)
        if match and match["mark"] and self._own.get(match["letter"]) == _plain(match["rest"]):
            return match["letter"]
        return self._by_text(line, whole=True)

    def _by_text(self, line: str, *, whole: bool = False) -> str | None:
        """The option whose text a line is, or its first sentence, or what comes before a reason."""
        line = line.lstrip(" \"'{$:=>#").rstrip(" \"'}$|`")
        sentence = re.split(r"[.!](?=\s)", line, maxsplit=1)[0]
        parts = [line] if whole else [line, sentence, REASON.split(sentence, maxsplit=1)[0]]
        found = (self._letters.get(_plain(part)) for part in parts)
        return next((letter for letter in found if letter), None)

    def _by_letter(self, line: str, *, cued: bool) -> str | None:
        match = _LABELLED.fullmatch(line)
        letter = match["letter"].upper() if match else ""
        if not match or letter not in self._options:
            return None
        rest, mark = match["rest"], match["mark"].strip()
        bracketed = mark[:1] in (")", "]", "}") or match["open"][-1:] in ("(", "[", "{")
        small = match["letter"].islower()
        if small and not bracketed and letter in "AI":
            return None
        if self._has_another(line, match.end("letter"), letter):
            return SEVERAL
        if not self._marks(letter, mark, rest, small=small, bracketed=bracketed, cued=cued):
            return None
        other = self._by_text(rest)
        return SEVERAL if other and other != letter else letter

    def _has_another(self, line: str, end: int, letter: str) -> bool:
        """Whether another letter is named beside the one that ends here."""
        beside = _BESIDE.match(line, end)
        other = beside["letter"] if beside else letter
        if not beside or other.upper() not in self._options or other.upper() == letter:
            return False
        word = other.islower() or (other in "AI" and beside["more"])
        return bool(beside["open"]) or not word

    def _marks(
        self, letter: str, mark: str, rest: str, *, small: bool, bracketed: bool, cued: bool
    ) -> bool:
        """Whether a letter is an option's, by what stands behind it."""
        if not re.search(r"[^\s\"')\]}>$.!`|]", rest):
            return True
        own = self._own[letter]
        if own and re.match(rf"{re.escape(own)}(?!\w)", _plain(rest)):
            return cued or not _DENIED.search(rest)
        if small:  # "(a) is 12, (b) is 7": parts of an answer
            return False
        if _SAID_OF.match(rest) or (not cued and _DENIED.search(rest.split(". ")[0])):
            return False
        if bracketed:
            return True
        if mark == ":":
            return letter != "A" or cued  # "A: " is short for "Answer: "
        if mark == ".":
            return bool(_GOES_ON.match(rest) or (cued and _SENTENCE.match(rest)))
        if letter == "I" or (not cued and (mark or letter == "A")):
            return False
        return mark != "" or bool(_GIVES_REASON.match(rest)) or rest.lstrip().startswith("(")


def _plain(text: str) -> str:
    """An option's text as it is compared: folded, without punctuation around it or an article."""
    plain = re.sub(r",(?!\d)|\"", "", fold_text(text)).strip(" \n.,;:!'$`")
    return re.sub(r"^(?:the|an?) (?=\w)", "", re.sub(r"\s+", " ", plain))
