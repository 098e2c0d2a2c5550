"""Small questions about pieces of source that several readers ask."""

from __future__ import annotations

import ast
from typing import Any

from netbuilder.compile.from_source.values import Made, Parts, Row


def parameters(method: ast.FunctionDef) -> list[str]:
    """The names of a method's arguments, without self."""
    listed = [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]
    return [argument.arg for argument in listed if argument.arg != "self"]


def defaults(method: ast.FunctionDef) -> dict[str, ast.expr]:
    taken = [*method.args.posonlyargs, *method.args.args]
    values = method.args.defaults
    found = {argument.arg: value for argument, value in zip(taken[len(taken) - len(values) :], values, strict=True)}
    keywords = zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True)
    return found | {argument.arg: value for argument, value in keywords if value is not None}


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def items_of(value: Any) -> list[Any] | tuple[Any, ...] | None:
    if isinstance(value, Parts):
        return value.items
    return value if isinstance(value, (list, tuple)) else None


def count_of(target: ast.expr) -> int:
    return len(target.elts) if isinstance(target, (ast.Tuple, ast.List)) else 0


def call_so(value: Any, name: str) -> None:
    """A module is called as its attribute is; those in a row after it."""
    if isinstance(value, Made):
        value.stem = value.stem or name
    elif isinstance(value, Row):
        several = len(value.modules) > 1
        if value.whole is not None:
            value.whole.stem = value.whole.stem or name
        for number, module in enumerate(value.modules):
            own = value.names[number] if number < len(value.names) else ""
            call_so(module, f"{name}_{own or number}" if several else name)
