"""The harness's `exact_match`, for logs, where the harness itself is not asked."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["matcher_of"]

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_DIGITS = str.maketrans("", "", string.digits)


def matcher_of(definition: Mapping[str, Any]) -> Callable[[str, Any], bool]:
    """The comparison of a bare answer with a logged target, as a base task's definition has it.

    It ignores what the definition's `exact_match` ignores: patterns, case, punctuation, digits.

    Args:
        definition: The base task's definition, from a results file.

    Returns:
        A function of an answer and a target as it is logged: a text, or a list of texts (or that
        list as a text) of which one has to be met.
    """
    metrics = definition.get("metric_list") or []
    options = next((one for one in metrics if one.get("metric") == "exact_match"), {})
    fold = _folding(options)
    return lambda answer, target: fold(answer) in map(fold, _texts(target))


def _folding(options: Mapping[str, Any]) -> Callable[[str], str]:
    patterns = options.get("regexes_to_ignore") or []

    def fold(text: str) -> str:
        for pattern in patterns:
            text = re.sub(pattern, "", text)
        if options.get("ignore_case"):
            text = text.lower()
        if options.get("ignore_punctuation"):
            text = text.translate(_PUNCTUATION)
        return text.translate(_DIGITS) if options.get("ignore_numbers") else text

    return fold


def _texts(target: Any) -> list[str]:
    """The right answers that a target names; the harness logs a list of them as its text."""
    if isinstance(target, str) and target.startswith("["):
        try:
            target = ast.literal_eval(target)
        except (SyntaxError, ValueError):
            return [str(target)]
    return [str(one) for one in target] if isinstance(target, list) else [str(target)]
