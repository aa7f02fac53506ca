"""How a question asks for a letter: the request, and the cue that stands at its end.

Pure text functions over the base task's own rendering of its documents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["CHOOSE", "GO_ON", "asks", "cue_of", "last_line", "with_request"]

# In English, whatever the language of the task.
CHOOSE = "Answer with the letter of the correct option."
"""The request for the right answer."""
GO_ON = "Answer with the letter of the option that goes on best."
"""The request for the right continuation of a text that asks nothing."""
_CUE = "\nAnswer:"

# What stands at the end of every question and only asks for the answer: "Answer:", "Antwort: ".
_CUE_LINE = re.compile(r"\n[^\n.!?。！？؟]{1,60}[:：][ \t]*$")
_CUE_WORD = re.compile(r"[ \t]+[^\s.!?。！？؟]{1,20}[:：][ \t]*$")
# A cue like this one would look like an option: "A:".
_LIKE_A_LABEL = re.compile(r"\s*[(\[]?[A-Za-z][)\].:：]*\s*")
_ENDS_SENTENCE = re.compile(r"[.!?。！？؟।]\s*$")
_ASKS = re.compile(r"[?？؟;][\"'”’)\]\s]*$")


def last_line(common: str) -> str:
    """The last line of what all questions end with, if it waits for an answer.

    Args:
        common: What follows the listed options in every question.
    """
    line = common[common.rfind("\n") :] if "\n" in common else ""
    return line if line.strip() and not _ENDS_SENTENCE.search(line) else ""


def cue_of(common: str) -> str:
    """What asks for the answer at the end of questions that list no options.

    Args:
        common: What all questions end with.
    """
    found = _CUE_LINE.search(common) or _CUE_WORD.search(common)
    return found[0] if found else ""


def asks(texts: Sequence[str]) -> bool:
    """Whether at least half of some questions end with a question mark."""
    return 2 * sum(1 for text in texts if _ASKS.search(text)) >= len(texts)


def with_request(body: str, request: str, cue: str) -> str:
    """A question with its list, the request, and the cue that it had or the usual one.

    Args:
        body: The question with its list, without the cue.
        request: What is asked for.
        cue: The cue; empty where there was none.
    """
    cue = cue.strip()
    cue = _CUE if not cue or _LIKE_A_LABEL.fullmatch(cue) else f"\n{cue}"
    return f"{body.rstrip()}\n{request}{cue}"
