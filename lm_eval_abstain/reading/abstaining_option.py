"""Whether an option of a question says that the question cannot be answered."""

from __future__ import annotations

import re
from functools import lru_cache

from lm_eval_abstain.reading.detect import detect_abstention

__all__ = ["abstains"]

# Tests have options that say it of their data, in words in which no response would.
_OF_THE_DATA = re.compile(
    r"(?:the |given )*(?:data|info|information)(?: given| provided)?(?: is| are)? "
    r"(?:inadequate|insufficient|not (?:adequate|sufficient|enough))|not enough info",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def abstains(option: str) -> bool:
    """Whether an option abstains: "Cannot be determined", "Unknown", "无法确定".

    Read by the rules that read responses, in all their languages; "None of the above", "Neither"
    and "Ambiguous" are answers.

    Args:
        option: Its text, without a label.
    """
    text = option.strip()
    if _OF_THE_DATA.fullmatch(text.rstrip(".")):
        return True
    return bool(text) and bool(detect_abstention(text, whole=True))
