"""Whether a task's own function says right or wrong: whether its metric is 0 or 1, by its source.

`acc` is a share in one task and right or wrong in another. A function that returns `1.0 if ... else
0.0`, a comparison, or a name that stands for nothing else, says right or wrong, and that is known
before there is a document. A value of another form is not known to be 0 or 1.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lm_eval_abstain.harness.sources import assigned, function_of, functions_in, returned

__all__ = ["gives_zero_or_one"]

# What is 0 or 1 if all that it is made of is.
_KEEPING = frozenset({"max", "min", "nanmax", "nanmin", "int", "float"})
_ALWAYS = frozenset({"any", "all", "bool", "isinstance", "startswith", "endswith", "issubset"})


def gives_zero_or_one(function: Any, key: str | None) -> bool:
    """Whether a function gives 0 or 1 for each answer.

    Args:
        function: A function of a task file, resolved or as its path in the index.
        key: The metric among those of the mapping that it returns; None if it returns a number.
    """
    place = function_of(function)
    if place is None or place[1] not in functions_in(place[0]):
        return False
    file, name = place
    return _Reader(file, key, set()).returns(name)


@dataclass
class _Reader:
    """Reads the functions of one file.

    What is being looked at counts as 0 or 1 meanwhile: `best = max(best, found)` is, if `found` is.
    """

    file: Path
    key: str | None
    asked: set[tuple[str, ...]]

    def returns(self, name: str) -> bool:
        """Whether all that a function returns is 0 or 1, or maps the key to that."""
        question = ("returns", name, str(self.key))
        if question in self.asked:
            return True
        self.asked.add(question)
        function = functions_in(self.file).get(name)
        values = [] if function is None else returned(function)
        return bool(values) and all(
            value is not None and function is not None and self._result(value, function)
            for value in values
        )

    def _result(self, value: ast.expr, inside: ast.FunctionDef) -> bool:
        if self.key is None:
            return self._number(value, inside)
        match value:
            case ast.Dict(keys=keys, values=values):
                named = [v for k, v in zip(keys, values) if _is_constant(k, self.key)]
                return len(named) == 1 and self._number(named[0], inside)
            case ast.Name(id=name):
                given = assigned(inside, name)
                return bool(given) and all(
                    one is not None and self._result(one, inside) for one in given
                )
            case ast.Call(func=ast.Name(id=name)):
                return self.returns(name)
            case _:
                return False

    def _number(self, value: ast.expr, inside: ast.FunctionDef) -> bool:
        """Whether an expression of a function is 0 or 1."""
        match value:
            case ast.Constant(value=constant):
                return constant in (0, 1)
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.IfExp(body=body, orelse=orelse):
                return self._number(body, inside) and self._number(orelse, inside)
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
                return all(self._number(one, inside) for one in values)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                return self._number(element, inside)
            case ast.Name(id=name):
                return self._name(name, inside)
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id=name)), slice=ast.Constant(value=int(place))
            ):
                return self._part(name, place)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
                if name in _ALWAYS:
                    return True
                if name in _KEEPING:
                    return bool(arguments) and all(self._number(one, inside) for one in arguments)
                return isinstance(value.func, ast.Name) and _Reader(
                    self.file, None, self.asked
                ).returns(name)
            case _:
                return False

    def _name(self, name: str, inside: ast.FunctionDef) -> bool:
        question = ("name", inside.name, name)
        if question in self.asked:
            return True
        self.asked.add(question)
        given = assigned(inside, name)
        return bool(given) and all(one is not None and self._number(one, inside) for one in given)

    def _part(self, name: str, place: int) -> bool:
        """Whether one of several values that a function returns is 0 or 1."""
        function = functions_in(self.file).get(name)
        if function is None:
            return False
        parts = [
            value.elts[place]
            for value in returned(function)
            if isinstance(value, ast.Tuple) and place < len(value.elts)
        ]
        return len(parts) == len(returned(function)) > 0 and all(
            self._number(part, function) for part in parts
        )


def _is_constant(node: ast.expr | None, value: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == value
