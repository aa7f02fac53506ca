"""The source of a task's own functions, read and never run.

A definition names functions: resolved as the functions themselves, in the harness's index as their
paths. What they return can often be told from their source, before there is a document.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

__all__ = ["assigned", "function_of", "functions_in", "module_of", "picks_best", "returned"]

Functions = Mapping[str, ast.FunctionDef]


def function_of(value: Any) -> tuple[Path, str] | None:
    """Where a function of a task file stands: its file and its name; None if it is no function.

    Args:
        value: What a definition holds: a function, its path in the index, or anything else.
    """
    if isinstance(value, str):
        path, _, name = value.rpartition(".")
        if os.path.isabs(path) and os.path.isfile(f"{path}.py"):  # noqa: PTH113, PTH117 - any text
            return Path(f"{path}.py"), name
        module = path.rsplit("/", 1)[-1]  # the index puts the task file's folder before a module
        return _of_module(module, name) if module.startswith("lm_eval.tasks.") else None
    code = getattr(cast("Callable[..., Any]", value), "__code__", None)
    return None if code is None else (Path(code.co_filename), code.co_name)


def _of_module(module: str, name: str) -> tuple[Path, str] | None:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    return (Path(spec.origin), name) if spec is not None and spec.origin else None


@cache
def functions_in(file: Path) -> Functions:
    """The functions of a file by their names; none where it cannot be read."""
    return {one.name: one for one in module_of(file).body if isinstance(one, ast.FunctionDef)}


@cache
def module_of(file: Path) -> ast.Module:
    """A file's source as a tree; an empty one where it cannot be read."""
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def returned(function: ast.FunctionDef) -> list[ast.expr | None]:
    """What a function returns, in each place."""
    return [one.value for one in _own_nodes(function) if isinstance(one, ast.Return)]


def assigned(function: ast.FunctionDef, name: str) -> list[ast.expr | None]:
    """What a name stands for in a function, in each place; None for what is not told here."""
    found: list[ast.expr | None] = []
    for node in _own_nodes(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    found += _bound(target, value, name)
            case ast.AnnAssign(target=ast.Name(id=known), value=value) if known == name:
                found.append(value)
            case ast.AugAssign(target=ast.Name(id=known)) if known == name:
                found.append(None)
            case ast.For(target=target) | ast.comprehension(target=target):
                found += [None for one in ast.walk(target) if _is_name(one, name)]
            case _:
                pass
    return found


def _bound(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr | None]:
    if _is_name(target, name):
        yield value
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, one in enumerate(target.elts):
            if _is_name(one, name):
                yield ast.Subscript(value, ast.Constant(number), ast.Load())


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, those of functions inside it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)


def picks_best(value: Any) -> bool:
    """Whether a function looks for the best of several values, as far as its source tells.

    A function whose source is not known may: who has documents can ask it.
    """
    place = function_of(value)
    if place is None or place[1] not in functions_in(place[0]):
        return True
    file, name = place
    return _mentions(functions_in(file), name, frozenset())


def _mentions(functions: Functions, name: str, seen: frozenset[str]) -> bool:
    for node in ast.walk(functions[name]):
        called = getattr(node, "attr", getattr(node, "id", ""))
        if called in ("argmax", "argsort", "max", "sorted"):
            return True
        if called in functions and called not in seen | {name}:  # noqa: SIM102
            if _mentions(functions, called, seen | {name}):
                return True
    return False
