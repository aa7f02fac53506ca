"""The phrases that one text may hold: most texts have none of a claim, and are not searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property

from lm_eval_abstain.reading.demands import Demand
from lm_eval_abstain.reading.needles import Squeezed, is_met
from lm_eval_abstain.reading.pattern_needs import demands_of
from lm_eval_abstain.reading.phrases import (
    CLAIMS,
    LABEL,
    SCRIPTS,
    WRAPPERS,
    Languages,
    claim_pattern,
    cue_starts,
    languages_in,
    literal,
    needles_for,
    pattern_of,
)

__all__ = ["TextPhrases"]

_WRAPPING, _LABELLED = re.compile(WRAPPERS), re.compile(WRAPPERS + LABEL)
_FIRST_LETTER = min(letters[1] for letters in SCRIPTS.values())


class TextPhrases:
    """The patterns for one folded text.

    What the text lacks for a claim, a refusal or a cue is found out first, and quickly: see
    `needles`. The patterns for the text itself, `claim_here` and `cue_here`, are those of the
    languages that are left; they find in it what `claim` and `cue` find.

    Args:
        text: The folded text.
        abstain_text: What the model was asked to say when it abstains.
    """

    wrapping = _WRAPPING
    """Brackets and quotes that may stand before a claim."""
    labelled = _LABELLED
    """The same and an option's label."""

    def __init__(self, text: str, abstain_text: str) -> None:
        self._text, self._squeezed = text, Squeezed.of(text)
        self._asked = literal(abstain_text)
        self._scripts = _scripts_in(text)
        self._languages = languages_in(self._scripts)

    @cached_property
    def claim_here(self) -> re.Pattern[str] | None:
        """The same as `claim` for the text and parts of it; None if there is no claim in it."""
        return self._claim_for(self._squeezed)

    def claim_for(self, text: str) -> re.Pattern[str] | None:
        """The same as `claim` for a folded text and parts of it; None if there is none in it."""
        return self._claim_for(Squeezed.of(text))

    @cached_property
    def refusals(self) -> bool:
        """Whether there may be a refusal in the text; if not, there is none."""
        return bool(self._speaking("refusal"))

    @cached_property
    def cue_here(self) -> re.Pattern[str]:
        """The same as `cue`, for the text itself and parts of it."""
        return pattern_of("cue", self._cueing)

    def cues(self) -> Iterator[re.Match[str]]:
        """The same as `cue.finditer(text)`."""
        starts = cue_starts(self._cueing)
        if starts is None:
            yield from self.cue_here.finditer(self._text)
            return
        text, match = self._text, self.cue_here.match
        behind = position = candidate = 0
        while True:
            found = match(text, candidate) if candidate >= behind else None
            if found:
                yield found
                behind = found.end()
                position = behind - 1  # the cue may end with its line
            begins = starts.search(text, position)
            if not begins:
                return
            position = begins.start() + 1
            candidate = position if begins[0] == "\n" else begins.start()

    @cached_property
    def claim(self) -> re.Pattern[str]:
        """A claim that abstains, with what may follow it.

        The group that matched (`know`, `weak`, `undetermined` or `bare`) says of which kind.
        `bare` only counts as the whole of an answer.
        """
        return claim_pattern(self._languages, self._languages, self._asked)

    @cached_property
    def cue(self) -> re.Pattern[str]:
        """What introduces a final answer."""
        return pattern_of("cue", self._languages)

    @cached_property
    def leads(self) -> re.Pattern[str]:
        """What may come before a claim, any number of times."""
        return pattern_of("lead", self._languages)

    @cached_property
    def refusal(self) -> re.Pattern[str]:
        """A refusal for safety's sake."""
        return pattern_of("refusal", self._languages)

    @cached_property
    def asking(self) -> re.Pattern[str]:
        """What says that the question is not understood."""
        return pattern_of("asking", self._languages)

    @cached_property
    def hedge(self) -> re.Pattern[str]:
        """What introduces an answer given with doubt."""
        return pattern_of("hedge", self._languages)

    @cached_property
    def conclude(self) -> re.Pattern[str]:
        """What, at the end of the words before a claim, makes it the conclusion."""
        return pattern_of("conclude", self._languages)

    @cached_property
    def others(self) -> re.Pattern[str]:
        """What, at the seam of a claim and the words before it, makes it somebody else's.

        The seam is written "¦".
        """
        return pattern_of("others", self._languages)

    @cached_property
    def title(self) -> re.Pattern[str]:
        """What makes the words that follow in quotes the name of something."""
        return pattern_of("title", self._languages)

    @cached_property
    def asked(self) -> re.Pattern[str]:
        """What the model was asked to say."""
        return re.compile(self._asked)

    @cached_property
    def about(self) -> re.Pattern[str]:
        """What makes a claim one about something else than the answer."""
        return pattern_of("about", self._languages)

    @cached_property
    def _cueing(self) -> Languages:
        """The languages of which a cue may be in the text."""
        return self._narrowed(self._speaking("cue"))

    def _claim_for(self, text: Squeezed) -> re.Pattern[str] | None:
        """The pattern of the claims that may be in a text; None if none may."""
        languages = self._speaking(*CLAIMS, text=text)
        if not languages and not any(is_met(one, text) for one in _demands_of(self._asked)):
            return None
        return claim_pattern(self._narrowed(languages), self._languages, self._asked)

    def _speaking(self, *kinds: str, text: Squeezed | None = None) -> set[str]:
        """The languages of which a phrase may be in a text.

        Those in a script of their own are not looked for further than that.
        """
        return needles_for(kinds).names_in(text or self._squeezed) | self._scripts

    def _narrowed(self, languages: set[str]) -> Languages:
        """At most one language, or all: patterns of every set of them would be too many."""
        return tuple(languages) if len(languages) <= 1 else self._languages


def _scripts_in(text: str) -> frozenset[str]:
    """The scripts other than Latin of which a folded text has letters."""
    if text.isascii():
        return frozenset()
    letters = "".join(one for one in set(text) if one >= _FIRST_LETTER)
    return frozenset(name for name, script in SCRIPTS.items() if re.search(script, letters))


@cache
def _demands_of(asked: str) -> list[Demand]:
    """What the words that were asked for need."""
    return demands_of(asked, whole=False)
