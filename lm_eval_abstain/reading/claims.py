"""Claims not to know, and what counts as an answer, in a folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from lm_eval_abstain.reading.folding import fold_text
from lm_eval_abstain.reading.text_phrases import TextPhrases

__all__ = ["Claims"]

_LABEL = re.compile(r"\(([a-j])\)|(?<!\w)(?:option|choice) \(?([a-j])(?!\w)")
# The same at the beginning of a sentence, its lead and bracket taken off.
_FIRST = re.compile(r"[a-j]\)|(?:option|choice) \(?[a-j](?!\w)")
# Begins a short sentence that is no answer: "It needs data.", "Please ask somebody."
_TALK = (
    r"(?:it|i|we|you|there|this|that|please|no|not|sorry|thanks?|needs?|more|good|have|hope|let"
    r"|ask)\b"
)
# What is nothing but an answer: a label, a number; in a sentence of its own also up to three words.
_SHORT = re.compile(r"\W*(?:[a-j]|[-+]?\d[\d.,/]*)\W*")
_BARE = re.compile(rf"{_SHORT.pattern}|\W*(?!{_TALK})[^\W\d_]+(?:\s[^\W\d_]+){{0,2}}\W*")
# Behind a single word that is the whole answer; in brackets it may be followed by a sentence.
_ANSWER_ENDS = re.compile(r"[\s\"')\]}>$.!|`]*(?:\Z|\n|,\s*\"|<)|[)\]][.!]\s")
_TAG = re.compile(
    r"<(?:confidence|certainty|probability)>[^<]{0,40}|</?[\w\s-]{1,40}>|```\w*"
    r"|\bp\. ?(?:p\. ?)?s\."
)
# What can only be an answer: a label with what stands behind it, a number with a unit, a formula,
# a word for true or false.
_LABELLED = re.compile(r"\(?[a-j](?:[).:]|\W*$)")
_NUMBER = re.compile(r"[-+~≈]?[$€£¥]?\s*[-+]?[\d०-९٠-٩][^.!?]{0,20}(?:$|[.!?\s])")
_FORMULA = re.compile(r"[^\w]*\\[a-z]|[\w\s.,+*/^()-]{1,20}(?:[=<>≤≥^]|\\[a-z])")
_SAYS_SO = re.compile(
    r"(?:true|false|yes|no|correct|incorrect|ja|nein|oui|non|si|sim|nao|да|нет|是|否|对|错|不是"
    r"|はい|いいえ|예|네|아니요|نعم|لا|हां|हा|नही|नहीं)(?=$|\W)"
)


class Claims:
    """Finds claims and answers in one folded text.

    Args:
        text: The folded text.
        abstain_text: What the prompt asked the model to say when it abstains.
        question: The question, not folded; empty if not known.
    """

    def __init__(self, text: str, abstain_text: str, question: str) -> None:
        self.text, self._raw_question = text, question
        self.phrases = TextPhrases(text, abstain_text)

    @cached_property
    def _question(self) -> str:
        return fold_text(self._raw_question)

    @cached_property
    def options(self) -> list[str]:
        """What stands behind a label at the beginning of a line of the question, folded."""
        return re.findall(r"^\W*(?:[a-j]|\d)[).:]\W*(.*)$", self._question, re.MULTILINE)

    @property
    def offers_abstention(self) -> bool:
        """Whether the question has an answer such as "Cannot be determined" or "Unknown"."""
        return any(match["undetermined"] or match["bare"] for match in self._question_claims)

    @cached_property
    def _question_claims(self) -> list[re.Match[str]]:
        """The claims that stand in the question."""
        pattern = self.phrases.claim_for(self._question) if self._raw_question else None
        return list(pattern.finditer(self._question)) if pattern else []

    def near(self, start: int, *, bare: bool = True) -> re.Match[str] | None:
        """A claim that begins here, behind brackets, an option's label or a lead.

        Args:
            start: Where to look.
            bare: Whether a single word such as "unknown" may be a claim.
        """
        claim_here = self.phrases.claim_here
        if not claim_here:
            return None
        for pattern in (self.phrases.wrapping, self.phrases.labelled):
            match = pattern.match(self.text, start)
            skipped = match.end() if match else start
            for begin in dict.fromkeys((skipped, self.lead_end(skipped))):
                claim = claim_here.match(self.text, begin)
                if claim and claim["bare"] and not (bare and self._ends(claim.end())):
                    continue
                if claim and not self._offered(claim):
                    return claim
        return None

    def within(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """All claims of a sentence, also those inside another's tail, the plainest first."""
        found: list[re.Match[str]] = []
        pattern, position = self.phrases.claim_for(self.text[start:end]), start
        while pattern and (claim := pattern.search(self.text, position, end)):
            position = claim.start() + 1
            if not claim["bare"] and not self._offered(claim):
                found.append(claim)
        yield from sorted(found, key=lambda claim: not claim["know"])

    def chosen(self, text: str) -> bool:
        """Whether a text chooses: with doubt, by one label, or behind a cue."""
        labels = {match[1] or match[2] for match in _LABEL.finditer(text)}
        return len(labels) == 1 or self._states(text)

    def answered(self, rest: str) -> bool:
        """Whether what follows a claim gives an answer after all."""
        rest = _TAG.sub(" ", rest)
        if self._states(rest):
            return True
        if any(_SHORT.fullmatch(piece) for piece in re.split(r"[.!?。؟।\n,;،、]+", rest)):
            return True
        # A label that a sentence mentions is none: "(B) or (F)", "while (C) has some support".
        return any(
            _FIRST.match(self.phrases.leads.sub("", piece, count=1))
            or (self.is_bare(piece) and not self.phrases.claim.search(piece))
            for piece in re.split(r"[.!?。؟।\n;]+", rest)[1:]
            if re.search(r"\w", piece)
        )

    def _states(self, text: str) -> bool:
        """Whether a text gives an answer, with doubt or behind a cue."""
        text = self.phrases.claim.sub(" ", text)  # "I will not guess" holds a hedge's word
        return bool(self.phrases.hedge.search(text) or self.phrases.cue.search(text))

    def is_bare(self, sentence: str) -> bool:
        """Whether a sentence is nothing but an answer."""
        if not _BARE.fullmatch(sentence):
            return False
        return not self.phrases.leads.fullmatch(sentence.strip() + " ")

    def is_firm(self, before: str, content: str) -> bool:
        """Whether what stands behind a cue is an answer beyond doubt; see `Statement`.

        Args:
            before: The brackets and quotes before it.
            content: It and the rest of its line.
        """
        if _LABELLED.match(content) or _NUMBER.match(content) or _FORMULA.match(content):
            return True
        return "$" in before or bool(_SAYS_SO.match(content))

    def others(self, before: str, claim: re.Match[str]) -> bool:
        """Whether the words before a claim make it somebody else's: "He was unable to say"."""
        own = claim["know"] or claim["weak"] or claim["undetermined"]
        return bool(own and self.phrases.others.search(f"{before[-60:]}¦{own}"))

    def lead_end(self, start: int) -> int:
        """Where the leads that begin here end."""
        match = self.phrases.leads.match(self.text, start)
        return match.end() if match else start

    def _ends(self, position: int) -> bool:
        """Whether an answer ends here."""
        return bool(_ANSWER_ENDS.match(self.text, position))

    def _offered(self, claim: re.Match[str]) -> bool:
        """Whether the question offers what a claim says as an answer."""
        named = claim["undetermined"] or claim["bare"]
        if not named:
            # In a passage of the question somebody may not know; only as an option it is offered.
            return any(option.startswith(claim[0]) for option in self.options)
        if named in self._question:
            return True
        return any(match["undetermined"] for match in self._question_claims)
