"""Where the final answer of a response stands, and whether it is an abstention.

Three places hold a final answer: behind an answer cue ("The answer is ..."), in the closing
sentences, and at the beginning of a response that goes on to explain itself. Doubt anywhere else
is reasoning and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lm_eval_abstain.folding import fold
from lm_eval_abstain.phrases import Phrases, phrases_for

__all__ = ["Found", "Reader"]

_SENTENCE = re.compile(r"[^.!?。！？؟।\n]+(?:[.](?=[^\s\"')\]])[^.!?。！？؟।\n]*)*[.!?。！？؟।\n]*")
_LABEL = re.compile(r"\(([a-j])\)|(?<!\w)(?:option|choice) \(?([a-j])(?!\w)")
# What is nothing but an answer: a label, a number; in a sentence of its own also up to three words.
_SHORT = re.compile(r"\W*(?:[a-j]|[-+]?\d[\d.,/]*)\W*")
_BARE = re.compile(rf"{_SHORT.pattern}|\W*[^\W\d_]+(?:\s[^\W\d_]+){{0,2}}\W*")
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
_TAG = re.compile(r"</?[\w\s-]+>|```\w*|\bp\. ?(?:p\. ?)?s\.")
_ENDING = " \n\"')]}>$.!?。！？؟।`|"


class Found(NamedTuple):
    """A final answer.

    Attributes:
        position: Where it begins in the folded text.
        where: `answer`, `closing` or `opening`.
        claim: The words that abstain; None for an answer.
    """

    position: int
    where: str
    claim: re.Match[str] | None


class Reader:
    """Reads one folded response.

    Args:
        text: The folded response.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question, not folded; empty if not known.
    """

    def __init__(self, text: str, abstain_text: str, question: str) -> None:
        self.text, self._question = text, fold(question).text
        self.phrases: Phrases = phrases_for(text, abstain_text)
        self.sentences = [
            match.span() for match in _SENTENCE.finditer(text) if re.search(r"\w", match[0])
        ]

    def statements(self) -> Iterator[Found]:
        """Everything that stands behind an answer cue, in order."""
        for cue in self.phrases.cue.finditer(self.text):
            claim = self._claim_near(cue.end())
            if claim:
                line_end = self.text.find("\n", claim.end())
                rest = self.text[claim.end() : None if line_end < 0 else line_end]
                yield Found(cue.end(), "answer", None if self._answers(rest) else claim)
                continue
            content = self.text[self._skipped(cue.end()) :].split("\n", 1)[0]
            if not re.search(r"\w|\\", content[:80]) or _BEGINS.match(content):
                continue
            if not self.phrases.refusal.match(content):
                yield Found(cue.end(), "answer", None)

    def closing(self, answered: bool) -> Found | None:
        """An abstention that ends one of the last two sentences.

        Args:
            answered: Whether an answer was stated; then only a plain claim takes it back.
        """
        for back, (start, end) in enumerate(reversed(self.sentences[-2:])):
            for claim in self._claims(start, end):
                if claim.end() < start + len(self.text[start:end].rstrip(_ENDING)) - 1:
                    continue
                if self._closes(claim, start, answered):
                    if back and self._answers(self.text[end:]):
                        continue
                    return Found(claim.start(), "closing", claim)
        return None

    def opening(self, *, paragraph: bool = False) -> Found | None:
        """An abstention that a response begins with, giving no answer after that.

        Args:
            paragraph: Whether "after that" ends with the paragraph.
        """
        for start, end in self.sentences[:2]:
            begin = self._lead_end(start)
            cue = self.phrases.cue.match(self.text, begin)
            alone = len(self.sentences) == 1
            claim = self._claim_near(start, bare=alone)
            if not claim and cue:
                claim = self._claim_near(cue.end())
            if claim:
                rest = self.text[claim.end() :]
                if _SPOKEN.match(rest) or self._answers(
                    rest.split("\n\n")[0] if paragraph else rest
                ):
                    return None
                return Found(claim.start(), "opening", claim)
            if begin < end and re.search(r"\w", self.text[begin:end]):
                return None  # the sentence says something else
        return None

    def begins_with_answer(self) -> bool:
        """Whether the first sentence is nothing but an answer."""
        return bool(self.sentences) and self._is_bare(self.text[slice(*self.sentences[0])])

    def refuses(self) -> bool:
        """Whether a response begins by declining for safety's sake."""
        return any(
            self.phrases.refusal.search(self.text, start, end) for start, end in self.sentences[:3]
        )

    # ------------------------------------------------------------------ claims

    def _claims(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """All claims of a sentence, also those inside another's tail, the plainest first."""
        found: list[re.Match[str]] = []
        position = start
        while claim := self.phrases.claim.search(self.text, position, end):
            position = claim.start() + 1
            if not claim["bare"] and not self._offered(claim):
                found.append(claim)
        yield from sorted(found, key=lambda claim: not claim["know"])

    def _claim_near(self, start: int, *, bare: bool = True) -> re.Match[str] | None:
        """A claim that begins here, behind brackets, an option's label or a lead."""
        for skipped in (self._skipped(start), self._label_end(start)):
            for begin in dict.fromkeys((skipped, self._lead_end(skipped))):
                claim = self.phrases.claim.match(self.text, begin)
                if claim and claim["bare"] and not (bare and self._ends(claim.end())):
                    continue
                if claim and not self._offered(claim):
                    return claim
        return None

    def _ends(self, position: int) -> bool:
        """Whether an answer ends here."""
        return bool(re.match(r"[\s\"')\]}>$.!|`]*(?:$|\n|,\s*\"|<)", self.text[position:]))

    def _closes(self, claim: re.Match[str], start: int, answered: bool) -> bool:
        """Whether a claim at a sentence's end is the answer, by what stands before it."""
        prefix = self.text[start : claim.start()]
        if prefix.rstrip(" \"'").endswith(":") and self.text[claim.end() :].strip(_ENDING):
            return False  # somebody's words, and the text goes on
        led = bool(self.phrases.leads.fullmatch(prefix))
        concluded = bool(self.phrases.conclude.search(prefix))
        if answered and not (claim["know"] and (led or concluded) and not self._about(claim)):
            return False
        if not led and not concluded and (self._chosen(prefix) or _REPORTED.search(prefix)):
            return False
        if not led and not concluded and claim["weak"]:
            return False
        before = [span for span in self.sentences if span[1] <= start]
        # "Paris. I don't know.": an answer with doubt
        return not (len(before) == 1 and self._is_bare(self.text[slice(*before[0])]))

    def _about(self, claim: re.Match[str]) -> bool:
        """Whether a claim is about something else than the answer: "I don't know why"."""
        return bool(self.phrases.about.search(claim[0]))

    def _offered(self, claim: re.Match[str]) -> bool:
        """Whether the question offers what a claim says as an answer."""
        named = claim["undetermined"] or claim["bare"]
        if not named:
            # In a passage of the question somebody may not know; only as an option it is offered.
            option = rf"^\W*(?:[a-j]|\d)[).:]\W*{re.escape(claim[0])}"
            return bool(re.search(option, self._question, re.MULTILINE))
        return named in self._question or any(
            match["undetermined"] for match in self.phrases.claim.finditer(self._question)
        )

    # ------------------------------------------------------------------ answers

    def _chosen(self, text: str) -> bool:
        """Whether a text chooses: with doubt, by one label, or behind a cue."""
        text = self.phrases.claim.sub(" ", text)  # "I will not guess" holds a hedge's word
        labels = {match[1] or match[2] for match in _LABEL.finditer(text)}
        return bool(
            self.phrases.hedge.search(text) or len(labels) == 1 or self.phrases.cue.search(text)
        )

    def _answers(self, rest: str) -> bool:
        """Whether what follows a claim gives an answer after all."""
        rest = _TAG.sub(" ", rest)
        if self._chosen(rest):
            return True
        if any(_SHORT.fullmatch(piece) for piece in re.split(r"[.!?。؟।\n,;،、]+", rest)):
            return True
        return any(
            self._is_bare(piece) and not self.phrases.claim.search(piece)
            for piece in re.split(r"[.!?。؟।\n;]+", rest)[1:]
            if re.search(r"\w", piece)
        )

    def _is_bare(self, sentence: str) -> bool:
        if not _BARE.fullmatch(sentence):
            return False
        return not self.phrases.leads.fullmatch(sentence.strip() + " ")

    # ------------------------------------------------------------------ positions

    def _skipped(self, start: int) -> int:
        match = self.phrases.wrapping.match(self.text, start)
        return match.end() if match else start

    def _label_end(self, start: int) -> int:
        match = self.phrases.labelled.match(self.text, start)
        return match.end() if match else start

    def _lead_end(self, start: int) -> int:
        match = self.phrases.leads.match(self.text, start)
        return match.end() if match else start
