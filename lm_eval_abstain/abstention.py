"""Whether a model abstained, read from what it wrote.

One pure function over the raw response. It looks where a final answer stands: behind an answer
cue ("The answer is ..."), in the closing sentence, or in a response that opens by abstaining and
gives no answer after that. Doubt in the middle of reasoning is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from lm_eval_abstain.folding import Folded, fold
from lm_eval_abstain.phrases import Phrases, phrases_for
from lm_eval_abstain.reasoning import is_cut_off, visible_part
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT

__all__ = ["Kind", "Reading", "detect_abstention"]

_SENTENCE = re.compile(r"[^.!?。！？؟।\n]+(?:[.](?=[^\s\"')\]])[^.!?。！？؟।\n]*)*[.!?。！？؟।\n]*")
_LABELLED = re.compile(r"\([a-j]\)|(?<![\w])option [a-j](?!\w)")
# A sentence that is nothing but an answer: a label, a number, up to three words.
_BARE = re.compile(r"\W*(?:[a-j]|[-+]?[\d.,/]+|[^\W\d_]+(?:\s[^\W\d_]+){0,2})\W*")
# After a cue, this begins a solution and not an answer.
_BEGINS = re.compile(
    r"(?:let'?s|let us|let me|we (?:need|can|will|start|first|have to)|to (?:answer|solve|find|"
    r"determine)|first|step 1|given|based on|following|as follows|below)\b"
)
_REPORTED = re.compile(
    r"(?:\b(?!i\b)\w+\s(?:says|said|say|replied|replies|asks|asked|answers|answered|thinks|claims)"
    r"(?:\s*that)?"
    r"|\b(?:than|instead of|not|never|without|avoid|rather than)(?:\sto)?\s"
    r"(?:say|saying|answer|answering|respond|responding)(?:\swith)?)\W*$"
)


class Kind(str, Enum):
    """What a response is, before the base task's filters read it."""

    ABSTAINED = "abstained"
    REFUSED = "refused"  # for safety's sake, which says nothing about knowledge
    EMPTY = "empty"
    TRUNCATED = "truncated"
    OTHER = "other"  # whether there is an answer in it is for the base task's filter to say


@dataclass(frozen=True)
class Reading:
    """What was found in a response, and where.

    It is truthy if and only if the response abstains.

    Attributes:
        kind: See `Kind`.
        where: For an abstention `answer` (behind an answer cue), `closing` or `opening`; for
            a cut response `reasoning` (no answer was begun) or `answer`; else empty.
        phrase: The words that were read, as they stand in the response.
        start: Where they begin in the response.
        end: Where they end.
        stated: Whether a final answer is stated behind an answer cue.
    """

    kind: Kind
    where: str = ""
    phrase: str = ""
    start: int = 0
    end: int = 0
    stated: bool = False

    def __bool__(self) -> bool:
        """Whether the response abstains."""
        return self.kind is Kind.ABSTAINED


class _Found(NamedTuple):
    position: int
    where: str
    claim: re.Match[str] | None  # None for an answer


def detect_abstention(
    text: str,
    *,
    abstain_text: str = DEFAULT_ABSTAIN_TEXT,
    question: str = "",
    select: Literal["first", "last"] = "last",
    whole: bool = False,
) -> Reading:
    """Read whether a response abstains.

    Args:
        text: The model's whole output, as it came.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question, if known. Where it offers an option such as "cannot be
            determined", saying so is an answer.
        select: Which of several final statements counts, as in the base task's filter.
        whole: Only a response that abstains as a whole counts. For tasks whose answer is the
            whole text, where a closing sentence is part of the answer.

    Returns:
        What was found; truthy iff the response abstains.
    """
    visible = visible_part(text)
    folded = fold(visible.text)
    if not re.search(r"[^\W_]", folded.text) and not re.search(r"[^\s.,;:!?\-_]", folded.text):
        if visible.unfinished:
            return Reading(Kind.TRUNCATED, where="reasoning")
        return Reading(Kind.EMPTY)
    return _Reader(folded, text, abstain_text, fold(question).text).read(
        select=select, whole=whole, unfinished=visible.unfinished
    )


class _Reader:
    """Reads one folded response."""

    def __init__(self, folded: Folded, raw: str, abstain_text: str, question: str) -> None:
        self.folded, self.raw, self.question = folded, raw, question
        self.text = folded.text
        self.phrases: Phrases = phrases_for(self.text, abstain_text)
        self.sentences = [
            match.span() for match in _SENTENCE.finditer(self.text) if re.search(r"\w", match[0])
        ]

    def read(self, *, select: str, whole: bool, unfinished: bool) -> Reading:
        statements = [] if whole else list(self._statements())
        answered = any(found.claim is None for found in statements)
        if not answered and self._refuses():
            return Reading(Kind.REFUSED)
        closing = None if whole else self._closing(answered)
        if closing:
            statements.append(closing)
        if statements:
            chosen = statements[0] if select == "first" else max(statements)
        else:
            chosen = self._opening()
        if chosen and chosen.claim:
            start, end = self.folded.original(*chosen.claim.span())
            return Reading(Kind.ABSTAINED, chosen.where, self.raw[start:end], start, end)
        if unfinished and not chosen:
            return Reading(Kind.TRUNCATED, where="reasoning")
        if is_cut_off(self.raw[: self.folded.starts[-1]]):
            return Reading(Kind.TRUNCATED, where="answer")
        return Reading(Kind.OTHER, stated=chosen is not None)

    def _claim(self, start: int, *, bare: bool) -> re.Match[str] | None:
        """The claim that begins here, unless the question offers it as an answer."""
        claim = self.phrases.claim.match(self.text, start)
        if claim is None:
            return None
        if claim["bare"] and not (
            bare and re.match(r"[\s\"')\]}>$.!|]*(?:$|\n|,\s*\"|<)", self.text[claim.end() :])
        ):
            return None
        named = claim["undetermined"] or claim["bare"]
        return None if named and self._offered(named) else claim

    def _offered(self, named: str) -> bool:
        if named in self.question:
            return True
        # Offered in other words: any claim of the same kind in the question.
        return any(match["undetermined"] for match in self.phrases.claim.finditer(self.question))

    def _statements(self) -> Iterator[_Found]:
        """Everything that stands behind an answer cue."""
        for cue in self.phrases.cue.finditer(self.text):
            wrapped = self.phrases.wrapped.match(self.text, cue.end())
            assert wrapped
            plain = re.compile(r"[\s\"'(\[{<$:=>#.\-]*").match(self.text, cue.end())
            assert plain
            for start in dict.fromkeys((plain.end(), wrapped.end())):
                lead = self.phrases.leads.match(self.text, start)
                for begin in dict.fromkeys((start, lead.end() if lead else start)):
                    claim = self._claim(begin, bare=True)
                    if claim:
                        break
                else:
                    continue
                break
            else:
                content = self.text[plain.end() : plain.end() + 80].split("\n")[0]
                if re.search(r"\w|\\", content) and not _BEGINS.match(content):
                    yield _Found(cue.end(), "answer", None)
                continue
            line_end = self.text.find("\n", claim.end())
            rest = self.text[claim.end() : None if line_end < 0 else line_end]
            yield _Found(cue.end(), "answer", None if self._answers(rest) else claim)

    def _closing(self, answered: bool) -> _Found | None:
        """An abstention at the end of the last sentence, or of the one before it."""
        for back, (start, end) in enumerate(reversed(self.sentences[-2:])):
            sentence_end = start + len(self.text[start:end].rstrip(" \n\"')]}$.!?。！？؟।"))
            for claim in self.phrases.claim.finditer(self.text, start, end):
                strong = bool(claim["know"])
                if claim["bare"] or (
                    claim["undetermined"] and self._offered(claim["undetermined"])
                ):
                    continue
                if claim.end() < sentence_end - 1 or (answered and not strong):
                    continue
                prefix = self.text[start : claim.start()]
                lead = self.phrases.leads.fullmatch(prefix)
                if not lead and (self._doubted(prefix) or _REPORTED.search(prefix)):
                    continue
                before = [s for s in self.sentences if s[1] <= start]
                if len(before) == 1 and self._bare(*before[0]):
                    return None  # "Paris. I don't know.": an answer with doubt
                if not strong and not lead and not claim["undetermined"]:
                    continue
                if back and self._answers(self.text[end:]):
                    continue
                return _Found(claim.start(), "closing", claim)
        return None

    def _opening(self) -> _Found | None:
        """A response that begins by abstaining and gives no answer after that."""
        for start, _ in self.sentences[:2]:
            lead = self.phrases.leads.match(self.text, start)
            for begin in dict.fromkeys((start, lead.end() if lead else start)):
                whole = begin == start and len(self.sentences) == 1
                claim = self._claim(begin, bare=whole) or self._claim(
                    begin + len(self.text[begin:]) - len(self.text[begin:].lstrip(" \n\"'([{$<>-")),
                    bare=whole or len(self.sentences) == 1,
                )
                if claim:
                    if self._answers(self.text[claim.end() :]):
                        return None
                    return _Found(claim.start(), "opening", claim)
            if not (lead and lead.end() > start):
                return None
        return None

    def _refuses(self) -> bool:
        return any(
            self.phrases.refusal.search(self.text, start, end) for start, end in self.sentences[:3]
        )

    def _doubted(self, text: str) -> bool:
        """Whether a text holds an answer that is given with doubt."""
        return bool(self.phrases.hedge.search(text) or _LABELLED.search(text))

    def _answers(self, rest: str) -> bool:
        """Whether what follows a claim gives an answer after all."""
        if self._doubted(rest):
            return True
        pieces = [
            piece for piece in re.split(r"[.!?。！？؟।\n,;]+", rest) if re.search(r"\w", piece)
        ]
        return any(
            _BARE.fullmatch(piece)
            and not self.phrases.leads.fullmatch(piece.strip() + " ")
            and not self.phrases.claim.search(piece)
            for piece in pieces
        )

    def _bare(self, start: int, end: int) -> bool:
        sentence = self.text[start:end]
        return bool(_BARE.fullmatch(sentence)) and not self.phrases.leads.fullmatch(sentence)
