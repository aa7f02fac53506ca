"""Where the final answer of a response stands, and whether it is an abstention.

Three places hold a final answer: behind an answer cue ("The answer is ..."), in the closing
sentences, and at the beginning of a response that goes on to explain itself. Doubt anywhere else
is reasoning and is not looked at.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from lm_eval_abstain.reading.claims import Claims

__all__ = ["Reader", "Statement"]

_SENTENCE = re.compile(r"[^.!?。！？؟।\n]+(?:[.](?=[^\s\"')\]])[^.!?。！？؟।\n]*)*[.!?。！？؟।\n]*")
# After a cue, this begins a solution and not an answer.
_BEGINS = re.compile(
    r"(?:let'?s|let us|let me|we (?:need|can|will|start|first|have to)|to (?:answer|solve|find|"
    r"determine)|first|step 1|given|based on|following|as follows|below)\b"
)
# Before a claim, this makes it the words of another, or words that are not to be said.
_REPORTED = re.compile(
    r"(?:\b(?!i\b)\w+\s(?:says|said|say|replied|replies|asks|asked|answers|answered|thinks|claims)"
    r"(?:\s*that)?"
    r"|\b(?:than|instead of|not|never|without|avoid|rather than)(?:\sto)?\s"
    r"(?:say|saying|answer|answering|respond|responding)(?:\swith)?)\W*$"
)
# Behind a claim: `I don't know," said ...`
_SPOKEN = re.compile(r"[,.!?]*[\"'],?[ ][^\W\d_]")
# Cues that begin with these mark no more than the answer.
_MARKS = "<\\\"'#"
_TAG_END = r"</(?:final[\s_]?)?(?:answer|response|choice)\s*>"
# Where an answer ends on its line, and where what follows a claim ends: with a JSON value, with its
# tag, or with the line. A claim may stand at the end of a value, and its quotes are behind it.
_ANSWER_END = re.compile(rf"\"\s*[,}}]|{_TAG_END}")
_VALUE_END = re.compile(rf"\n|^\"\s*[,}}]|{_TAG_END}")
# A JSON value that is none; the name in quotes before it is the cue.
_NO_VALUE = re.compile(r"\s*(?:null|none|\"\s*(?:null|n/a)?\s*\")(?=\s*(?:[,}]|$))")
_NAMED = re.compile(r"[\"'].*[\"']\s*:")
_NEW_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？؟।\n]")
_CONTENT = re.compile(r"\w|\\")
_ENDING = " \n\"')]}>$.!?。！？؟।`|"
# However long a text is, no more than this is looked at: characters of a sentence, of the line
# behind a cue and of what follows a claim; cues at either end of the text.
_SENTENCE_READ, _LINE_READ, _REST_READ, _CUES_READ = 600, 400, 2_000, 12


class Statement(NamedTuple):
    """A final answer.

    Attributes:
        position: Where it begins in the folded text.
        where: `answer`, `closing` or `opening`.
        claim: The words that abstain; None for an answer.
        firm: Whether it is an answer beyond doubt: an option's label, a number, a formula, true,
            false, yes or no. Anything else may abstain in words that no rule knows.
        value: What stands behind the cue, where it is not firm; else empty.
        marked: Whether a tag, a JSON key or a box marks the value, and no words introduce it.
    """

    position: int
    where: str
    claim: re.Match[str] | None
    firm: bool = False
    value: str = ""
    marked: bool = False


class Reader:
    """Reads one folded response.

    Args:
        text: The folded response.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question, not folded; empty if not known.
    """

    def __init__(self, text: str, abstain_text: str, question: str) -> None:
        self._text = text
        self._claims = Claims(text, abstain_text, question)
        self._phrases = self._claims.phrases

    @property
    def may_abstain(self) -> bool:
        """Whether there may be a claim in the text; if not, there is none."""
        return self._phrases.claim_here is not None

    @property
    def offers_abstention(self) -> bool:
        """Whether the question has an option that says that it cannot be answered."""
        return self._claims.offers_abstention

    @property
    def options(self) -> list[str]:
        """The options that the question lists, folded."""
        return self._claims.options

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        return [
            match.span() for match in _SENTENCE.finditer(self._text) if re.search(r"\w", match[0])
        ]

    def asked_for(self, claim: re.Match[str]) -> bool:
        """Whether a claim has the words that the prompt asked for."""
        return bool(self._phrases.asked.search(claim[0]))

    def statements(self) -> Iterator[Statement]:
        """What stands behind answer cues, in order; of very many the first and the last ones."""
        cue: re.Match[str] | None = None
        for following in self._some_cues():
            if cue and (statement := self._behind(cue, following.start())):
                yield statement
            cue = following
        if cue and (statement := self._behind(cue, len(self._text))):
            yield statement

    def _some_cues(self) -> Iterator[re.Match[str]]:
        """The first and the last cues; the first ones at once, as often no more are wanted."""
        cues = self._phrases.cues()
        yield from islice(cues, _CUES_READ)
        yield from deque(cues, maxlen=_CUES_READ)

    def _behind(self, cue: re.Match[str], following: int) -> Statement | None:
        """What stands behind a cue, if anything does.

        Args:
            cue: The cue.
            following: Where the next one begins.
        """
        start = cue.end()
        if _NAMED.fullmatch(cue[0]) and (nothing := _NO_VALUE.match(self._text, start)):
            return Statement(start, "answer", nothing)
        claim = self._claims.near(start)
        if claim:
            line = self._text[claim.end() : claim.end() + _LINE_READ]
            rest = self._before(following, claim.end(), _VALUE_END.split(line, maxsplit=1)[0])
            answered = self._claims.answered(rest)
            return Statement(start, "answer", None if answered else claim, firm=answered)
        skipped = self._phrases.wrapping.match(self._text, start)
        begin = skipped.end() if skipped else start
        content = self._text[begin : begin + _LINE_READ].split("\n", 1)[0]
        if not _CONTENT.search(content, 0, 80) or _BEGINS.match(content):
            return None
        if self._phrases.refusal.match(content):
            return None
        value = _ANSWER_END.split(content, maxsplit=1)[0].strip()
        firm = self._claims.is_firm(self._text[start:begin], value)
        marked = cue[0][0] in _MARKS
        return Statement(start, "answer", None, firm, "" if firm else value, marked)

    def _before(self, following: int, start: int, rest: str) -> str:
        """What follows a claim, without the sentence in which the next cue states another answer.

        Args:
            following: Where the next cue begins.
            start: Where `rest` begins.
            rest: What follows the claim.
        """
        ends = [m.end() for m in _NEW_SENTENCE.finditer(rest, 0, max(following - start, 0))]
        return rest[: ends[-1]] if ends and following < start + len(rest) else rest

    def closing(self, answered: bool) -> Statement | None:
        """An abstention that ends one of the last two sentences.

        Args:
            answered: Whether an answer was stated; then only a plain claim takes it back.
        """
        for back, (begin, end) in enumerate(reversed(self._sentences[-2:])):
            start = max(begin, end - _SENTENCE_READ)
            for claim in self._claims.within(start, end):
                if claim.end() < start + len(self._text[start:end].rstrip(_ENDING)) - 1:
                    continue
                if self._closes(claim, start, end, answered):
                    if back and self._claims.answered(self._text[end : end + _REST_READ]):
                        continue
                    return Statement(claim.start(), "closing", claim)
        return None

    def opening(self, *, paragraph: bool = False) -> Statement | None:
        """An abstention that a response begins with, giving no answer after that.

        Args:
            paragraph: Whether "after that" ends with the paragraph.
        """
        claim = self._first_claim
        if claim is None or self._goes_on_to_answer(claim, paragraph=paragraph):
            return None
        return Statement(claim.start(), "opening", claim)

    def is_settled(self) -> bool:
        """Whether a claim in it is no abstention: an answer follows, or it is somebody else's."""
        if self.may_abstain and self._sentences[1:] and self.begins_with_answer():
            return True  # "Paris. I don't know."
        if self._first_claim is not None and self._goes_on_to_answer(self._first_claim):
            return True
        for begin, end in self._sentences[-1:]:
            start = max(begin, end - _SENTENCE_READ)
            for claim in self._claims.within(start, end):
                prefix = self._text[start : claim.start()]
                if self._claims.others(prefix, claim) or self._claims.chosen(prefix):
                    return True
        return False

    def asks_back(self) -> bool:
        """Whether a response begins by asking what is meant, and gives no answer after that."""
        start, end = next(iter(self._sentences), (0, 0))
        asking = self._phrases.asking.match(self._text, self._claims.lead_end(start), end)
        return asking is not None and not self._claims.answered(
            self._text[asking.end() : asking.end() + _REST_READ]
        )

    @cached_property
    def _first_claim(self) -> re.Match[str] | None:
        """The claim that a response begins with."""
        for start, end in self._sentences[:2]:
            begin = self._claims.lead_end(start)
            claim = self._claims.near(start, bare=len(self._sentences) == 1)
            cue = self._phrases.cue_here.match(self._text, begin)
            if not claim and cue:
                claim = self._claims.near(cue.end())
            # Else, unless it is only a lead, the sentence says something else.
            if claim or re.search(r"\w", self._text[begin:end]):
                return claim
        return None

    def _goes_on_to_answer(self, claim: re.Match[str], *, paragraph: bool = False) -> bool:
        rest = self._text[claim.end() : claim.end() + _REST_READ]
        rest = rest.split("\n\n")[0] if paragraph else rest
        return bool(_SPOKEN.match(rest) or self._claims.answered(rest))

    def begins_with_answer(self) -> bool:
        """Whether the first sentence is nothing but an answer."""
        return bool(self._sentences) and self._claims.is_bare(self._sentence(0))

    def refuses(self) -> bool:
        """Whether a response begins by declining for safety's sake."""
        return self._phrases.refusals and any(
            self._phrases.refusal.search(self._text, start, min(end, start + _SENTENCE_READ))
            for start, end in self._sentences[:3]
        )

    def _sentence(self, number: int) -> str:
        return self._text[slice(*self._sentences[number])]

    def _closes(self, claim: re.Match[str], start: int, end: int, answered: bool) -> bool:
        """Whether a claim at a sentence's end is the answer, by what stands before it."""
        prefix = self._text[start : claim.start()]
        led = bool(self._phrases.leads.fullmatch(prefix))
        concluded = bool(self._phrases.conclude.search(prefix))
        quoted = prefix.count('"') % 2 == 1 and not led and not concluded
        if quoted and self._phrases.title.search(prefix):
            return False
        if (quoted or prefix.rstrip(" \"'").endswith(":")) and self._text[end:].strip(_ENDING):
            return False  # somebody's words, and the text goes on
        if answered:
            # "I don't know why" is about something else than the answer.
            about = self._phrases.about.search(claim[0])
            return bool(claim["know"] and (led or concluded) and not about)
        if not led and not concluded:
            if claim["weak"] or self._claims.others(prefix, claim):
                return False
            if self._claims.chosen(prefix) or _REPORTED.search(prefix):
                return False
        second = [span[0] for span in self._sentences[1:2]] == [start]
        return not (second and self.begins_with_answer())  # "Paris. I don't know."
