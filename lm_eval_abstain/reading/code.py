"""What a response of code says beside code: a program that does nothing may say why.

`pass` under a comment "I don't know how to do this" declines to answer; the same words over a
program that returns something do not.
"""

from __future__ import annotations

import ast
import re
import textwrap

__all__ = ["said_in_code"]

_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
# The words of a comment or a string.
_WORDS = re.compile(r"#+(?P<comment>[^\n]*)|(\"{3}|'{3}|[\"'])(?P<string>.*?)\2", re.DOTALL)


def said_in_code(text: str) -> str:
    """The words of a response that may be a program, each where it stands in the response.

    Args:
        text: The response.

    Returns:
        A text of the same length. Of a Python program that does nothing the comments and
        messages; of one that does something the program without its comments. A text that is no
        program is itself.
    """
    bare = _FENCE.sub(_blank, text)
    try:
        program = ast.parse(textwrap.dedent(bare))
    except (SyntaxError, ValueError):  # a null character is a ValueError
        return text
    if not all(map(_does_nothing, _steps(program.body))):
        return _COMMENT.sub(_blank, bare)
    said = [" "] * len(text)
    for found in _WORDS.finditer(bare):
        start, end = found.span("string" if found["comment"] is None else "comment")
        said[start:end] = bare[start:end]
    words = "".join(said)
    return words if words.strip() else text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _steps(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a program; where it is one function, those of the function."""
    (*before, last) = body or [ast.Pass()]
    if isinstance(last, ast.FunctionDef):
        return [*before, *_steps(last.body)]
    return body


def _does_nothing(step: ast.stmt) -> bool:
    match step:
        case ast.Pass() | ast.Raise() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Return(value=value):
            return value is None or (isinstance(value, ast.Constant) and value.value is None)
        case ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False
