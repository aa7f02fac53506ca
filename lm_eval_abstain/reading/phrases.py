"""The phrases of `phrases.yaml` as regular expressions over folded text, and what they need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.reading.demands import Demand
from lm_eval_abstain.reading.folding import fold_characters, fold_text
from lm_eval_abstain.reading.needles import Needles
from lm_eval_abstain.reading.pattern_needs import demands_of, starts_of
from lm_eval_abstain.reading.stages import STAGE_VERSIONS, Stage

__all__ = [
    "CLAIMS",
    "LABEL",
    "SCRIPTS",
    "WRAPPERS",
    "claim_pattern",
    "cue_starts",
    "languages_in",
    "literal",
    "needles_for",
    "pattern_of",
]

CLAIMS = ("know", "undetermined", "weak", "bare")
"""The kinds of claims not to know, in the order in which they are tried."""

Languages = tuple[str, ...]
"""Keys of the data file, in its order."""

# Letters of scripts that put spaces between words: only there a phrase has to be whole words.
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
# Where a language's letters are. The others are written in Latin letters and always looked for.
SCRIPTS = {
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
    r"resposta|ответ|答案|回答|答え|정답|답|답변|الاجابة|उत्तर)[\"']\s*:"
)
_HEADING_CUE = (
    r"^\W*(?:the\s|my\s)?(?:final\s)?(?:answer|antwort|reponse|respuesta|risposta|resposta|ответ|"
    r"答案|回答|答え|정답|답변|الاجابة|उत्तर)\W*\n"
)
WRAPPERS = r"[\s\"'()\[\]{<$:=>#.\-]*"
LABEL = r"(?:(?:option\s+)?\(?[^\W_]{1,2}[).:]\s*[\s\"'({$\-]*)?"
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
    rf"|[،、]|\s(?:{_REASON})(?!\w)|\s?-|\s?\(|\s?</?[a-z]|:))"
)


@cache
def _languages() -> dict[str, dict[str, list[str]]]:
    """The phrases by language and kind."""
    from importlib.resources import files  # late, as these two take longer than all the rest

    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("lm_eval_abstain.reading").joinpath("phrases.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=loader)
    version = STAGE_VERSIONS[Stage.RULES]
    if data["version"] != version:
        raise AbstainError(
            f"phrases.yaml has version {data['version']}, but reading/stages.py says "
            f"{version}: give both the same."
        )
    return data["languages"]


@cache
def languages_in(scripts: frozenset[str]) -> Languages:
    """The languages that a text may be written in.

    Args:
        scripts: Those of `SCRIPTS` of which it has letters. The others are written in Latin
            letters, which are never missed.
    """
    return tuple(name for name in _languages() if name not in SCRIPTS or name in scripts)


@cache
def pattern_of(kind: str, languages: Languages) -> re.Pattern[str]:
    """The phrases of one kind; see the data file for the kinds.

    A `lead` may come any number of times, a `conclude` ends where the text does.
    """
    if kind == "lead":
        return re.compile(_leads(languages))
    if kind == "conclude":
        leads = _leads(languages)
        return re.compile(rf"(?:{_any_of(kind, languages)})[\s,:\"'(]*(?:{leads})$")
    if kind == "cue":
        return re.compile(_any_of(kind, languages, _HEADING_CUE, _MARKUP_CUES), re.MULTILINE)
    if kind == "others":  # ends with a mark, and not with a word
        lines = (_pattern(line) for name in languages for line in _languages()[name][kind])
        return re.compile("|".join(lines))
    return re.compile(_any_of(kind, languages))


@cache
def cue_starts(languages: Languages) -> re.Pattern[str] | None:
    """The beginnings of cues, and the ends of lines, behind which a heading may be a cue.

    Each branch begins with a character of its own, so that they are found much faster than the
    cues themselves.

    Args:
        languages: Those of the cues.

    Returns:
        None where a cue may begin with anything.
    """
    lines = [_pattern(line) for name in languages for line in _languages()[name]["cue"]]
    starts: set[str] = set()
    for line in [_MARKUP_CUES, *lines]:
        some = starts_of(line)
        if some is None:
            return None
        starts |= some
    # The first word of each, with the white space behind it.
    words = {re.sub(r"(?<=\S) .*", " ", start, flags=re.DOTALL) for start in starts}
    return re.compile(
        "|".join(["\n", *(re.escape(w).replace(r"\ ", r"\s") for w in sorted(words))])
    )


@cache
def claim_pattern(languages: Languages, tails: Languages, asked: str) -> re.Pattern[str]:
    """A claim that abstains, with what may follow it.

    Args:
        languages: Those of the claim.
        tails: Those of what follows.
        asked: The pattern of what the model was asked to say; see `literal`.
    """
    claims = "|".join(
        f"(?P<{kind}>{_any_of(kind, languages, *([asked] if kind == 'know' else []))})"
        for kind in CLAIMS
    )
    return re.compile(rf"(?:{claims})(?:[ ,]*(?:{_any_of('tail', tails)})){{0,3}}{_END}")


@cache
def needles_for(kinds: tuple[str, ...]) -> Needles:
    """Finds the languages in Latin letters of which a phrase of some kinds may be in a text."""
    return Needles({name: _demands(language, kinds) for name, language in _latin().items()})


def _latin() -> dict[str, dict[str, list[str]]]:
    return {name: language for name, language in _languages().items() if name not in SCRIPTS}


def _demands(language: dict[str, list[str]], kinds: Sequence[str]) -> list[Demand]:
    return [
        demand
        for kind in kinds
        for line in language[kind]
        for demand in demands_of(_pattern(line), whole=True)
    ]


def _any_of(kind: str, languages: Languages, *more: str) -> str:
    found = list(more)
    for name in languages:
        lines = _languages()[name].get(kind)
        if not lines:
            continue
        one = "|".join(_guarded(_pattern(line)) for line in lines)
        spaced = name not in _UNSPACED
        found.append(rf"(?<!{_LETTER})(?:{one})(?!{_LETTER})" if spaced else f"(?:{one})")
    return "|".join(found) or "(?!)"


@cache
def _guarded(pattern: str) -> str:
    """A pattern that fails at once where none of its matches can begin."""
    starts = starts_of(pattern)
    if starts is None:
        return pattern
    first = {r"\s" if start[0] == " " else re.escape(start[0]) for start in starts}
    return f"(?=[{''.join(sorted(first))}])(?:{pattern})"


def _leads(languages: Languages) -> str:
    leads = _any_of("lead", languages)
    return rf"(?:[\s\"'(\[{{\-]*(?:{leads})[\s,.:!;\-\"'،、，]*){{0,6}}{WRAPPERS}"


def _pattern(line: str) -> str:
    """A line of the data file over folded text."""
    return fold_characters(line).replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?")


@cache
def literal(phrase: str) -> str:
    """A phrase as it stands, whatever the spaces and apostrophes."""
    words = [re.escape(word).replace("'", "'?") for word in fold_text(phrase).split()]
    pattern = r"\s+".join(words).rstrip(".!?\\")
    left = rf"(?<!{_LETTER})" if re.match(_LETTER, phrase) else ""
    right = rf"(?!{_LETTER})" if re.match(_LETTER, phrase[-1]) else ""
    return f"{left}{pattern}{right}"
