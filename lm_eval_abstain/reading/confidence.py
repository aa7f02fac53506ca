"""The confidence that a model states in its answer.

One pure function over the response. What is not a number between 0 and 100 per cent, or a word
with an agreed one, is no confidence: nothing is rounded, clipped or assumed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from word2number.w2n import american_number_system, word_to_num

from lm_eval_abstain.reading.visible import Visible, visible_part
from lm_eval_abstain.rubric.languages import ENGLISH, translation

__all__ = [
    "CONFIDENCE_SENTENCE",
    "CONFIDENCE_WORDING",
    "StatedConfidence",
    "confidence_sentence",
    "read_confidence",
]

CONFIDENCE_WORDING = "confidence-v1"
CONFIDENCE_SENTENCE = (
    'Write "Confidence: N%" right after your answer, where N, from 0 to 100, says how likely '
    "your answer is to be correct."
)

# Sherman Kent, "Words of Estimative Probability" (Studies in Intelligence, 1964), with the ends.
_WORDS = {
    "certain": 1.0,
    "almost certain": 0.93,
    "probable": 0.75,
    "chances about even": 0.5,
    "about even": 0.5,
    "probably not": 0.3,
    "almost certainly not": 0.07,
    "impossible": 0.0,
}
_TENS = range(20, 100, 10)

# What stands before a statement and after it goes with it: "(Confidence: 85%)."
_BEFORE = (" \t\n\r([*_\"'", " \t\n\r,;")
_AFTER = re.compile(r"""[*_"')\].]*""")
_ABOUT = r"(?:(?:about|around|approximately|roughly)\s+|~\s*)?"
_PERCENT = r"\s*(?:%|per\s?cent\b)"
_ANSWER = r"(?:final\s+)?(?:answer|response|choice|solution|result|conclusion|prediction|guess)"
_LABEL = re.compile(
    rf"""\b(?:(?:my|the)\s+)?confidence(?:\s+(?:level|score|rating))?
        (?:\s+(?:in|of|for|about)\s+(?:it|(?:this|that|the|my|our)(?:\s+{_ANSWER})?))?
        ["*_\s]*(?:[:=]|\bis\b)["*_\s]*{_ABOUT}""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(
    rf"(?P<sign>-)?(?P<number>\d+(?:[.,]\d+)?|\.\d+)(?P<rest>(?:\s*/\s*|\s+out\s+of\s+)"
    rf"(?P<scale>100?)\b|{_PERCENT})?",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"\s*(?:-|–|—|to\b)\s*\d[\d.,]*(?:{_PERCENT})?", re.IGNORECASE)
_SPOKEN = re.compile(r"[a-z]+(?:[ -][a-z]+){0,3}", re.IGNORECASE)
# "I'm 85% sure."
_SENTENCE = re.compile(
    rf"\bI(?:\s+am|['’]m)\s+{_ABOUT}(?P<value>[\w.,-]{{1,40}}{_PERCENT})"
    r"\s+(?:confident|certain|sure)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StatedConfidence:
    """What a response says of its own answer.

    Attributes:
        value: In [0, 1]; None where nothing that can be read is stated.
        phrase: The words that were read, as they stand in the response; empty where the word
            "confidence" does not introduce anything.
        start: Where the statement begins in the response.
        end: Where it ends.
    """

    value: float | None
    phrase: str = ""
    start: int = 0
    end: int = 0

    def removed_from(self, text: str) -> str:
        """The response without the statement, which is not part of the answer.

        Blanks take its place, so that what is found in the rest stands where it stood; at the
        end of the response nothing does.
        """
        if not self.phrase:
            return text
        before, after = text[: self.start], text[self.end :]
        if not after.strip():
            return before.rstrip()
        return f"{before}{' ' * (self.end - self.start)}{after}"


def confidence_sentence(language: str = ENGLISH) -> str:
    """The request for a confidence; the label that is read is English in every language."""
    return CONFIDENCE_SENTENCE if language == ENGLISH else translation(language).confidence


def read_confidence(text: str) -> StatedConfidence:
    """Read the confidence that a response states behind the word; the last number of several.

    Read are per cent ("85%", "85 per cent", "eighty-five percent"), fractions ("0.85"), numbers
    out of 10 or 100 ("85/100"), a bare number from 2 to 100 as the per cent that were asked for,
    and words with an agreed probability ("almost certain"). A bare 1 may be either end of
    either scale, a range is no number, and 150% is none that a confidence can be: these are
    read as None. Finished reasoning is not looked at, nor is the middle of a very long response
    (see `visible_part`). Where no number stands behind the word "confidence", a sentence like "I'm
    85% sure" counts.

    Args:
        text: The model's whole output.

    Returns:
        The value in [0, 1] or None, and where the statement stands.
    """
    visible = visible_part(text)
    plain = visible.text
    if not plain.isascii():
        plain = "".join(map(_plain, plain))
    labels = [(label.start(), label.end()) for label in _LABEL.finditer(plain)]
    for start, end in reversed(labels):
        value, behind = _value(plain, end)
        if behind > end:
            return _stated(value, text, visible, plain, start, behind)
    for sentence in reversed(list(_SENTENCE.finditer(plain))):
        value, _ = _value(plain, sentence.start("value"))
        return _stated(value, text, visible, plain, sentence.start(), sentence.end())
    if labels:
        return _stated(None, text, visible, plain, *labels[-1])
    return StatedConfidence(None)


def _stated(
    value: float | None, text: str, visible: Visible, plain: str, start: int, end: int
) -> StatedConfidence:
    before = len(plain[:start].rstrip(_BEFORE[0]).rstrip(_BEFORE[1]))
    first, last = visible.original(before, start)
    if last - first == start - before:  # nothing hidden is between
        start = before
    after = _AFTER.match(plain, end)
    start, end = visible.original(start, after.end() if after else end)
    return StatedConfidence(value, text[start:end].strip(), start, end)


def _plain(character: str) -> str:
    """Full-width forms and other digits and signs as ASCII, one for one."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _value(text: str, start: int) -> tuple[float | None, int]:
    """The value that begins at a place, and where it ends."""
    number = _NUMBER.match(text, start)
    if number:
        more = _RANGE.match(text, number.end())
        return (None, more.end()) if more else (_of_number(number), number.end())
    spoken = _SPOKEN.match(text, start)
    words = re.split("[ -]", spoken[0].lower()) if spoken else []
    for count in range(len(words), 0, -1):  # the longest phrase that is known
        phrase = " ".join(words[:count])
        end = start + len(phrase)
        percent = re.compile(_PERCENT, re.IGNORECASE).match(text, end)
        if phrase in _WORDS:
            return _WORDS[phrase], end
        if percent and (number := _spelled(words[:count])) is not None:
            return number / 100, percent.end()
    return None, start


def _spelled(words: list[str]) -> int | None:
    """A whole number from 0 to 100 that is spelled out; None for other words.

    `word_to_num` skips the words that it does not know and adds up the others: "five eighty" would
    be 85.
    """
    values = [american_number_system.get(word) for word in words]
    if len(words) == 1:
        spelled = values[0] in range(101)
    elif len(words) == 2 and values[1] == 100:
        spelled = words[0] in ("a", "one")
    else:
        spelled = len(words) == 2 and values[0] in _TENS and values[1] in range(1, 10)
    return int(word_to_num(" ".join(words))) if spelled else None


def _of_number(match: re.Match[str]) -> float | None:
    written = match["number"].replace(",", ".")
    number, scale = float(written), 100
    if match["sign"]:
        return None
    if match["scale"]:
        scale = int(match["scale"])
    elif not match["rest"] and "." in written and number <= 1:
        scale = 1
    elif not match["rest"] and 1 <= number < 2:
        return None
    value = number / scale
    return value if value <= 1 else None
