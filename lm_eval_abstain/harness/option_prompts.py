"""Bases whose options make a prompt each (`winogrande`), told from the definition alone.

The harness scores the one continuation after each option where `doc_to_text` gives the number of
the right option and no text. It finds out on the first document. Here that is told before there
is one: refusing the variant then costs neither data nor a model.

Only what is certain counts. `OpenMultipleChoice` refuses the others once it has a document.
`tests/harness/test_option_prompts.py` lists those of the installed harness.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lm_eval_abstain.harness.sources import function_of, functions_in, module_of, returned

__all__ = ["OPTION_PROMPTS", "option_prompts"]

OPTION_PROMPTS = (
    "each of its options makes a prompt of its own, and all are scored on the same continuation; "
    "an abstain text has no prompt to stand in, and another continuation's likelihood cannot be "
    "compared with theirs."
)
"""Why such a base has no variant under the open rubric."""

# A column that by its name is the number of the right option, or a template that finds it.
_NUMBER = re.compile(r"label|gold|\{\{\s*(label|gold|[^{}]*\.index\([^{}]*\))\s*\}\}")


def option_prompts(config: Mapping[str, Any]) -> bool:
    """Whether each option makes a prompt of its own, as far as the definition tells.

    Args:
        config: The definition; functions may be resolved, or paths as in the harness's index.
    """
    text: Any = config.get("doc_to_text")
    if config.get("doc_to_choice") is None:
        return False
    place = function_of(text)
    if place is not None:
        return _gives_number(*place)
    if isinstance(text, str):
        return _NUMBER.fullmatch(text) is not None
    return isinstance(text, int)


@cache
def _gives_number(file: Path, name: str) -> bool:
    """Whether a function of a file returns nothing but whole numbers."""
    function = functions_in(file).get(name)
    if function is None:
        return False
    known = {
        one.targets[0].id: one.value
        for one in (*module_of(file).body, *ast.walk(function))
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    values = returned(function)
    return bool(values) and all(_is_number(value, known) for value in values)


def _is_number(value: ast.expr | None, known: Mapping[str, ast.expr]) -> bool:
    """Whether an expression is a whole number: itself, `int(...)`, `.index(...)`, from a table."""
    match value:
        case ast.Constant(value=int()):
            return True
        case ast.Name(id=name):
            return _is_number(known.get(name), {k: v for k, v in known.items() if k != name})
        case ast.Call(func=ast.Name(id="int") | ast.Attribute(attr="index")):
            return True
        case ast.Subscript(value=table):
            table = known.get(table.id) if isinstance(table, ast.Name) else table
            entries = table.values if isinstance(table, ast.Dict) else []
            return bool(entries) and all(_is_number(entry, {}) for entry in entries)
        case _:
            return False
