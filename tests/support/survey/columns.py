"""Which columns a task's templates and functions read, and as what: read from their source."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import nodes
from lm_eval.utils import env as template_environment

from lm_eval_abstain.harness.sources import function_of

__all__ = ["Use", "is_name", "uses_of"]

_SPLIT = frozenset({"strip", "lower", "upper", "split", "replace", "rstrip", "lstrip", "format"})
_ROW = frozenset({"doc", "x", "row", "example", "line", "item", "sample", "d", "ex", "doc_", "e"})


@dataclass
class Use:
    """How a column is used.

    Attributes:
        keys: The keys that are taken out of it: it is a dictionary, or a list of them.
        listed: It is indexed by numbers, looped over, or joined.
        index: It is the number or the key of something.
        sought: It is looked for in a list.
        constants: What it is compared with, or the keys of a table that it is looked up in.
    """

    keys: set[str] = field(default_factory=set)
    listed: bool = False
    index: bool = False
    sought: bool = False
    constants: list[Any] = field(default_factory=list)


Uses = defaultdict[str, Use]


def is_name(text: Any) -> bool:
    """Whether a field of a definition is perhaps the name of a column, and no template."""
    return isinstance(text, str) and bool(re.fullmatch(r"[A-Za-z_]\w{0,40}( [A-Z]\w*)?", text))


def uses_of(value: Any) -> dict[str, Use]:
    """The columns that a field of a definition reads.

    Args:
        value: A template, the name of a column, a list of templates, or a function as an index
            holds it.
    """
    uses: Uses = defaultdict(Use)
    function = function_of(value)
    if function is not None:
        _of_function(*function, uses)
    elif isinstance(value, str):
        _of_template(value, uses)
    elif isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, str) and "{" in item:
                _of_template(item, uses)
    return dict(uses)


# ---------------------------------------------------------------------- templates


def _of_template(text: str, uses: Uses) -> None:
    if "{{" not in text and "{%" not in text:
        if is_name(text):
            uses[text]
        return
    try:
        tree = template_environment.parse(text)
    except Exception:
        return
    from jinja2.meta import find_undeclared_variables

    free = find_undeclared_variables(tree)
    for name in free:
        uses[name]
    for node in _template_nodes(tree):
        match node:
            case nodes.Getitem(node=nodes.Name(name=name), arg=nodes.Const(value=key)):
                _taken(uses, free, name, key)
            case nodes.Getattr(node=nodes.Name(name=name), attr=key) if key not in (
                *_SPLIT,
                *("items", "keys", "values", "index"),
            ):
                _taken(uses, free, name, key)
            case nodes.Getitem(node=nodes.Name(name=name), arg=nodes.Slice()):
                pass
            case nodes.Filter(node=nodes.Name(name=name), name="join" | "list" | "length"):
                if name in free:
                    uses[name].listed = True
            case nodes.For(iter=nodes.Name(name=name)) if name in free:
                uses[name].listed = True
            case nodes.Compare(expr=nodes.Name(name=name)) if name in free:
                for operand in node.ops:
                    for const in operand.expr.find_all(nodes.Const):
                        uses[name].constants.append(const.value)
                    if isinstance(operand.expr, nodes.Const):
                        uses[name].constants.append(operand.expr.value)
            case nodes.Call(node=nodes.Getattr(attr="index")) if node.args:
                sought = node.args[0]
                while isinstance(sought, (nodes.Call, nodes.Getattr, nodes.Filter)):
                    sought = sought.node
                if isinstance(sought, nodes.Name) and sought.name in free:
                    uses[sought.name].sought = True
                    uses[sought.name].constants += _constants(node.node.node)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Name):
            if node.arg.name in free:
                uses[node.arg.name].index = True
                uses[node.arg.name].constants += _constants(node.node, keys=True)
            if isinstance(node.node, nodes.Name) and node.node.name in free:
                uses[node.node.name].listed = True


def _template_nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    for node in tree.iter_child_nodes():
        yield node
        yield from _template_nodes(node)


def _taken(uses: Uses, free: set[str], name: str, key: Any) -> None:
    if name in free:
        if isinstance(key, int):
            uses[name].listed = True
        else:
            uses[name].keys.add(str(key))


def _constants(node: nodes.Node, *, keys: bool = False) -> list[Any]:
    match node:
        case nodes.Dict():
            return [pair.key.value for pair in node.items if isinstance(pair.key, nodes.Const)]
        case nodes.List() if not keys:
            return [item.value for item in node.items if isinstance(item, nodes.Const)]
    return []


# ---------------------------------------------------------------------- functions


@cache
def _module(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def _of_function(path: Path, name: str, uses: Uses) -> None:
    try:
        module = _module(path)
    except SyntaxError:
        return
    tables = {
        one.targets[0].id: one.value
        for one in module.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    functions = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
    wanted, seen = [name], set()
    keys: list[Any] = []
    while wanted:
        one = wanted.pop()
        if one in seen:
            continue
        seen.add(one)
        tree = functions.get(one) or tables.get(one)
        if tree is None:
            continue
        wanted += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
        _of_tree(tree, tables, uses)
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                keys += [key.value for key in node.keys if isinstance(key, ast.Constant)]
    for use in uses.values():
        if use.index and not use.constants:  # a table that comes as an argument
            use.constants += [key for key in keys if isinstance(key, str)]


def _column(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """The column that an expression takes out of a row."""
    match node:
        case ast.Name(id=name):
            return aliases.get(name)
        case ast.Subscript(value=ast.Name(id=row), slice=ast.Constant(value=str(key))):
            return key if row not in aliases else None
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=row), attr="get"),
            args=[ast.Constant(value=str(key)), *_],
        ):
            return key if row not in aliases else None
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _SPLIT:
            return _column(inner, aliases)
        case ast.Call(func=ast.Name(id="str" | "int" | "list"), args=[inner]):
            return _column(inner, aliases)
    return None


def _of_tree(tree: ast.AST, tables: dict[str, ast.expr], uses: Uses) -> None:
    aliases: dict[str, str] = {}
    local = dict(tables)
    written: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            column = _column(node.value, {})
            if column is not None:
                aliases[node.targets[0].id] = column
            local[node.targets[0].id] = node.value
        if isinstance(node, ast.Assign):
            written.update(id(target) for target in node.targets)
    for node in ast.walk(tree):
        if id(node) in written:
            continue
        column = _column(node, aliases)
        if column is not None and not isinstance(node, ast.Name):
            uses[column]
        match node:
            case ast.Subscript(value=value, slice=key):
                inner, at = _column(value, aliases), _column(key, aliases)
                if inner is not None:
                    match key:
                        case ast.Constant(value=str(one)):
                            uses[inner].keys.add(one)
                        case ast.Constant(value=int()):
                            uses[inner].listed = True
                if at is not None:
                    uses[at].index = True
                    uses[at].constants += _table(value, local)
            case ast.Call(func=ast.Attribute(value=value, attr="index"), args=[sought, *_]):
                if (at := _column(sought, aliases)) is not None:
                    uses[at].sought = True
                    uses[at].constants += _table(value, local)
                if (at := _column(value, aliases)) is not None:
                    uses[at].listed = True
            case ast.Call(func=ast.Name(id="enumerate" | "zip" | "len"), args=args):
                for arg in args:
                    if (at := _column(arg, aliases)) is not None:
                        uses[at].listed = True
            case ast.Call(func=ast.Attribute(attr="join"), args=[arg]):
                if (at := _column(arg, aliases)) is not None:
                    uses[at].listed = True
            case ast.For(iter=over) | ast.comprehension(iter=over):
                if (at := _column(over, aliases)) is not None:
                    uses[at].listed = True
            case ast.Compare(left=left, comparators=[right]):
                for one, other in ((left, right), (right, left)):
                    if (at := _column(one, aliases)) is not None:
                        uses[at].constants += _table(other, local)


def _table(node: ast.expr, local: dict[str, ast.expr]) -> list[Any]:
    """The constants of a literal, or the keys of a dictionary."""
    if isinstance(node, ast.Name):
        node = local.get(node.id, node)
    match node:
        case ast.Constant(value=value):
            return [value] if isinstance(value, (str, int)) else []
        case ast.Dict(keys=keys):
            return [key.value for key in keys if isinstance(key, ast.Constant)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [one.value for one in elements if isinstance(one, ast.Constant)]
    return []
