"""The languages that the stakes can be stated in, and what the prompt says in each.

English is written down in the code (`wordings.py`, `DEFAULT_ABSTAIN_TEXT`); all others are in
`translations.json`, which is read when the first of them is needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from lm_eval_abstain.errors import AbstainError

__all__ = [
    "DEFAULT_ABSTAIN_TEXT",
    "ENGLISH",
    "Translation",
    "abstain_text_in",
    "check_language",
    "language_part",
    "languages",
    "translation",
]

ENGLISH = "en"
DEFAULT_ABSTAIN_TEXT = "I don't know"


@dataclass(frozen=True)
class Translation:
    """What a prompt says in one language that is not English.

    Attributes:
        name: The language's name, in English.
        stakes: The sentence of the default wording; see `Wording`.
        free: The same at target 0.
        abstain: What the model is asked to say when it abstains.
        confidence: The request for a confidence. The label that is read stays English in it.
        units: What one and what several points are called; empty where the sentence is right for
            every number as it stands.
        singular_below: Numbers below this one are singular, too; 0 where only 1 is.
    """

    name: str
    stakes: str
    free: str
    abstain: str
    confidence: str
    units: tuple[str, str] = ("", "")
    singular_below: int = 0


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, in alphabetical order: ISO 639-1, and `zh-tw`."""
    return tuple(sorted([ENGLISH, *_data()]))


def check_language(code: Any) -> str:
    """Refuse what is no code of a language.

    Raises:
        AbstainError: There is no translation; the text lists all codes.
    """
    if code == ENGLISH or (isinstance(code, str) and code in _data()):
        return code
    raise AbstainError(f"language must be one of {', '.join(languages())}, got {code!r}.")


@cache
def translation(code: str) -> Translation:
    """What a prompt says in a language other than English.

    Raises:
        AbstainError: See `check_language`.
    """
    entry = _data()[check_language(code)]
    fields = {key: value for key, value in entry.items() if key not in ("back", "units")}
    one, several = entry.get("units", ("", ""))
    return Translation(**fields, units=(one, several))


def abstain_text_in(code: str) -> str:
    """What the model is asked to say when it abstains, where the user has no words of his own."""
    return DEFAULT_ABSTAIN_TEXT if code == ENGLISH else translation(code).abstain


def language_part(code: str) -> dict[str, str]:
    """What a signature says of the language: nothing of English."""
    return {} if code == ENGLISH else {"lang": code}


@cache
def _data() -> dict[str, dict[str, Any]]:
    from importlib.resources import files  # late: most runs are in English

    text = files("lm_eval_abstain.rubric").joinpath("translations.json").read_text("utf-8")
    return json.loads(text)
