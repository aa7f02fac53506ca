"""Bases whose question is empty (`blimp`), told from the definition alone.

Their options are whole sentences that are compared with one another. Only what is certain counts:
questions that turn out to be empty are refused once there are documents.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from lm_eval_abstain.harness.sources import function_of, functions_in, returned

__all__ = ["nothing_asked"]

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def nothing_asked(config: Mapping[str, Any]) -> bool:
    """Whether the question of every document is empty, as far as the definition tells.

    Args:
        config: The definition; functions may be resolved, or paths as in the harness's index.
    """
    text: Any = config.get("doc_to_text")
    place = function_of(text)
    if place is None:
        return isinstance(text, str) and not _COMMENT.sub("", text).strip()
    function = functions_in(place[0]).get(place[1])
    values = returned(function) if function else []
    return bool(values) and all(_is_blank(value) for value in values)


def _is_blank(value: ast.expr | None) -> bool:
    return (
        isinstance(value, ast.Constant) and isinstance(value.value, str) and not value.value.strip()
    )
