"""The phrases of `phrases.yaml`, compiled for the languages that a text may be written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lm_eval_abstain.reading.folding import fold_characters

__all__ = ["DETECTOR_VERSION", "Phrases", "phrases_for"]

# Letters of scripts that put spaces between words: only there a phrase has to be whole words.
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
# Where a language's letters are. The others are written in Latin letters and always looked for.
_SCRIPTS = {
    "zh": "[\u3400-\u9fff]",
    "ja": "[\u3040-\u30ff\u3400-\u9fff]",
    "ko": "[\uac00-\ud7af]",
    "ar": "[\u0600-\u06ff]",
    "hi": "[\u0900-\u097f]",
    "ru": "[\u0400-\u04ff]",
}
_UNSPACED = ("zh", "ja", "ko")

# Answer cues that belong to no language: MATH, GSM8K, XML, JSON and a heading on its own line.
_MARKUP_CUES = (
    r"\\(?:boxed|fbox)\s*\{|#{4,}\s*|<(?:final\s*)?(?:answer|response|choice)\s*>|"
    r"[\"'](?:final\s*)?(?:answer|response|choice|solution|output|antwort|reponse|respuesta|risposta|"
    r"resposta|ответ|答案|回答|答え|정답|답|답변|الاجابة|उत्तर)[\"']\s*:|"
    r"^\W*(?:the\s|my\s)?(?:final\s)?(?:answer|antwort|reponse|respuesta|risposta|resposta|ответ|"
    r"答案|回答|答え|정답|답변|الاجابة|उत्तर)\W*\n"
)
_WRAPPERS = r"[\s\"'()\[\]{<$:=>#.\-]*"
_LABEL = r"(?:(?:option\s+)?\(?[^\W_]{1,2}[).:]\s*[\s\"'({$\-]*)?"
_CLOSERS = "[\\s\"')\\]}>$|\u1172\u116e\u1112\u110f]*"  # Korean sighs among them, as folded
# What follows an answer without a space in languages that end the sentence with a verb.
_VERB = r"입니다|이다|라고|으?로\s?(?:하|답)|です|だ(?!け)|と(?:します|いたします|答|回答|す)|है"
# A comma may follow, but not one that takes the claim back.
_BUT = (
    r"but|though|although|yet|however|still|maybe|perhaps|probably|aber|doch|jedoch|mais|pero|aunque"
    r"|ma|però|mas|porem|但|不过|可|しかし|ですが|하지만|그러나|لكن|ولكن|लेकिन|परंतु|но|однако"
)
_REASON = (
    r"because|since|as|so|and|given|due|without|therefore|weil|da|denn|parce|car|puisque|porque|ya"
    r"|pues|pois|perche|poiche|因为|因為|لأن|لان|क्योंकि|потому|так|поскольку|и"
)
_END = (
    rf"(?={_CLOSERS}(?:$|\n|[.!?;。！？؟।…]|(?:{_VERB})|,(?!\s*(?:{_BUT})\b)"
    rf"|[،、]|\s(?:{_REASON})(?!\w)|\s?-|\s?\(|</|:))"
)


@dataclass(frozen=True)
class Phrases:
    """Compiled patterns over folded text.

    Attributes:
        claim: A claim that abstains, with what may follow it; the group that matched (`know`,
            `weak`, `undetermined` or `bare`) says of which kind. `bare` only counts as the
            whole of an answer.
        leads: What may come before a claim, any number of times.
        refusal: A refusal for safety's sake.
        cue: What introduces a final answer.
        wrapping: Brackets and quotes that may stand before a claim.
        labelled: The same and an option's label.
        hedge: What introduces an answer given with doubt.
        conclude: What, at the end of the words before a claim, makes it the conclusion.
        about: What makes a claim one about something else than the answer.
    """

    claim: re.Pattern[str]
    leads: re.Pattern[str]
    refusal: re.Pattern[str]
    cue: re.Pattern[str]
    wrapping: re.Pattern[str]
    labelled: re.Pattern[str]
    hedge: re.Pattern[str]
    conclude: re.Pattern[str]
    about: re.Pattern[str]


def phrases_for(text: str, abstain_text: str) -> Phrases:
    """The patterns for the scripts in a folded text.

    Args:
        text: A folded text.
        abstain_text: What the model was asked to say when it abstains.
    """
    present = frozenset(name for name, script in _SCRIPTS.items() if re.search(script, text))
    return _compile(present, abstain_text)


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(
        files("lm_eval_abstain.reading").joinpath("phrases.yaml").read_text(encoding="utf-8")
    )


DETECTOR_VERSION: str = _data()["version"]


@cache
def _compile(scripts: frozenset[str], abstain_text: str) -> Phrases:
    languages = {
        name: language
        for name, language in _data()["languages"].items()
        if name not in _SCRIPTS or name in scripts
    }

    def any_of(kind: str, *more: str) -> str:
        found = list(more)
        for name, language in languages.items():
            one = "|".join(_pattern(line) for line in language[kind])
            spaced = name not in _UNSPACED
            found.append(rf"(?<!{_LETTER})(?:{one})(?!{_LETTER})" if spaced else f"(?:{one})")
        return "|".join(found)

    asked = _literal(abstain_text)
    tail = rf"(?:[ ,]*(?:{any_of('tail')})){{0,3}}"
    kinds = [("know", asked), ("undetermined", ""), ("weak", ""), ("bare", "")]
    claims = "|".join(f"(?P<{kind}>{any_of(kind, *filter(None, [more]))})" for kind, more in kinds)
    leads = rf"(?:[\s\"'(\[{{\-]*(?:{any_of('lead')})[\s,.:!;\-\"'،、，]*){{0,6}}{_WRAPPERS}"
    return Phrases(
        claim=re.compile(rf"(?:{claims}){tail}{_END}"),
        leads=re.compile(leads),
        refusal=re.compile(any_of("refusal")),
        cue=re.compile(any_of("cue", _MARKUP_CUES), re.MULTILINE),
        wrapping=re.compile(_WRAPPERS),
        labelled=re.compile(_WRAPPERS + _LABEL),
        hedge=re.compile(any_of("hedge")),
        conclude=re.compile(rf"(?:{any_of('conclude')})[\s,:\"'(]*(?:{leads})$"),
        about=re.compile(any_of("about")),
    )


def _pattern(line: str) -> str:
    """A line of the data file over folded text."""
    return fold_characters(line).replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?")


def _literal(phrase: str) -> str:
    """A phrase as it stands, whatever the spaces and apostrophes."""
    words = [re.escape(word).replace("'", "'?") for word in fold_characters(phrase).split()]
    pattern = r"\s+".join(words).rstrip(".!?\\")
    left = rf"(?<!{_LETTER})" if re.match(_LETTER, phrase) else ""
    right = rf"(?!{_LETTER})" if re.match(_LETTER, phrase[-1]) else ""
    return f"{left}{pattern}{right}"
