"""The answer that a response states, where the base task would compare the whole text.

Of high precision: what may be read in two ways is not read. An article is no option's letter, nor
is a pronoun, and who states two options states none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lm_eval_abstain.reading.final_answer import Reader
from lm_eval_abstain.reading.folding import fold, fold_text
from lm_eval_abstain.reading.option_labels import REASON, SEVERAL, OptionReader
from lm_eval_abstain.reading.visible import visible_part

__all__ = ["STATED_VERSION", "is_bare_answer", "stated_option", "stated_text"]

STATED_VERSION = "stated-v2"
"""The version of these rules, as signatures name it."""

# A base model goes on with a question of its own.
_NEXT_QUESTION = re.compile(r"^\W*(?:question|q)\s*\d*\s*[:.]", re.IGNORECASE | re.MULTILINE)
_SENTENCE = re.compile(r"^(?:I |The answer\b)")
_VERB = re.compile(
    r"\b(?:is|was|are|were|has|have|had|will|would|can|could|did|does|do)(?:n['’]t)?\b"
)
_MOST_WORDS = 5

# In the clause before a cue these make it somebody else's answer, or none.
_NOT_MEANT = re.compile(
    r"\b(?:not|never|if|whether|unless|suppose|assum\w+|why|unlike|wrong|incorrect|false)\b"
    r"|n't\b|\bin$"
)
_CLAUSE = re.compile(r"[.,;:!?\n]")

_QUOTED = re.compile(r"[\"“'](.+?)[\"”'](?=\s*(?:[,.}\]]|$))")
_ENDS = " \t\"'“”‘’*_`$:=#"
_PAIRS = ("()", "[]", "{}")


def stated_option(
    text: str, options: Mapping[str, str], *, abstain_text: str, question: str = ""
) -> str | None:
    """The letter of the one option that a response states.

    It is stated by its letter or its text: as the whole response, or as its first or last line;
    at the beginning of a response that goes on ("C. Urethra, because ..."); behind an answer cue
    ("The answer is **C**."); or as what is said to be correct ("Option C is correct.").

    Args:
        text: The response, or the part of it that is its answer.
        options: The text of each listed option by its letter, a capital one.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question; see `detect_abstention`.

    Returns:
        One of the letters; None where no option is stated, or more than one.
    """
    reader = OptionReader(_own_part(text), options)
    stated = reader.at_ends() | reader.said()
    stated |= {reader.at(position) for position in _meant(reader.folded, abstain_text, question)}
    stated.discard(None)
    found = stated.pop() if len(stated) == 1 else SEVERAL
    return found if found in options else None


def stated_text(text: str, *, abstain_text: str, question: str = "") -> tuple[str, ...]:
    """The answer that a response states behind a cue ("The answer is Paris."), as a bare answer.

    Args:
        text: The response, or the part of it that is its answer.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question; see `detect_abstention`.

    Returns:
        Its readings, the longest first: the rest of the line, and that up to the end of its
        sentence or to its reason. Empty where none is stated, or several that differ.
    """
    own = _own_part(text)
    folded = fold(own)
    found: dict[str, tuple[str, ...]] = {}
    for position in _meant(folded.text, abstain_text, question):
        readings = _readings(own[folded.starts[position] :])
        if readings:
            found[fold_text(readings[-1])] = readings
    return next(iter(found.values())) if len(found) == 1 else ()


def is_bare_answer(text: str) -> bool:
    """Whether a response is an answer and nothing else: a letter, a name, a phrase.

    A sentence is none. It has more than five words and, in small letters, an auxiliary verb (is,
    was, has, will, can, did, ...), or it begins with "I" or "The answer".

    Args:
        text: The response, or the part of it that is its answer.
    """
    own = _own_part(text).strip()
    if _SENTENCE.match(own):
        return False
    return len(own.split()) <= _MOST_WORDS or not _VERB.search(own)


def _own_part(text: str) -> str:
    """A response without reasoning and without a next question that it goes on with."""
    own = visible_part(text).text
    following = (match.start() for match in _NEXT_QUESTION.finditer(own))
    return own[: next((start for start in following if own[:start].strip()), None)]


def _meant(folded: str, abstain_text: str, question: str) -> Iterator[int]:
    """Where an answer begins that stands behind a cue and is meant."""
    for statement in Reader(folded, abstain_text, question).statements():
        before = folded[: statement.position].rstrip(" :")
        clause = _CLAUSE.split(before)[-1]
        if statement.claim is None and not _NOT_MEANT.search(clause):
            yield statement.position


def _readings(rest: str) -> tuple[str, ...]:
    line = rest.lstrip(" :").split("\n", 1)[0].split("</", 1)[0].strip()
    quoted = _QUOTED.match(line)
    whole = quoted[1] if quoted else line
    sentence = re.split(r"[.!](?=\s)", whole, maxsplit=1)[0]
    if whole.endswith("?") or sentence.endswith("?"):
        return ()
    readings = (_bare(one) for one in (whole, sentence, REASON.split(sentence, maxsplit=1)[0]))
    return tuple(dict.fromkeys(one for one in readings if re.search(r"\w", one)))


def _bare(text: str) -> str:
    """An answer without quotes, markup and punctuation around it."""
    before = ""
    while before != text:
        before = text
        text = text.strip(_ENDS).rstrip(".,;!")
        for left, right in _PAIRS:
            if text.endswith(right) and text.count(left) < text.count(right):
                text = text[:-1]
            elif text.startswith(left) and text.count(right) < text.count(left):
                text = text[1:]
            elif text.startswith(left) and text.endswith(right) and text.count(left) == 1:
                text = text[1:-1]
    return text
