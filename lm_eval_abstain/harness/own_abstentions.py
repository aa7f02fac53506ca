"""Options of a base task that themselves abstain ("Cannot be determined").

Where nearly every question has one, it is the base task's way to abstain, and a second one beside
it would leave open what choosing either means. In single questions it is an answer, and often the
right one: then it is left as it is, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.reading.abstaining_option import abstains

__all__ = ["constant_abstention", "own_abstention", "refuse_own_abstentions"]

_SHARE = 0.5


def own_abstention(options: Iterable[str]) -> str | None:
    """The first of some options that abstains."""
    return next((option.strip() for option in options if abstains(option)), None)


def refuse_own_abstentions(questions: Sequence[Iterable[str]]) -> None:
    """Refuse a task with an option that abstains in most of its questions.

    Args:
        questions: The options of each of some questions.

    Raises:
        AbstainError: It has.
    """
    found = [own for options in questions if (own := own_abstention(options))]
    if len(found) > max(1, _SHARE * len(questions)):
        raise AbstainError(_reason(found[0]))


def constant_abstention(config: Mapping[str, Any]) -> str | None:
    """Why a base cannot be given an abstain option, where its definition lists one of its own."""
    choices: Any = config.get("doc_to_choice")
    own = own_abstention(filter(_is_text, choices)) if isinstance(choices, list) else None
    return _reason(own) if own else None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _reason(own: str) -> str:
    return (
        f"its own options abstain already ({own!r}), which the base task scores as an answer that "
        "may be right; a second one beside it would have no meaning of its own."
    )
