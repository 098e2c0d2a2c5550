"""What the outputs of a class are called, by the variables that hold them where it is called: of
`left, body_side = self.body(x)` the second one is `side`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def output_names(classes: Mapping[str, ast.ClassDef]) -> dict[str, dict[int, str]]:
    """Names of outputs by their place, of each class that gives several and is called so somewhere."""
    found: dict[str, dict[int, str]] = {}
    for node in classes.values():
        made = dict(_made(node, classes))
        for attribute, target in _calls(node):
            name = made.get(attribute)
            if name is not None:
                known = found.setdefault(name, {})
                for place, part in enumerate(target.elts):
                    said = _said(part, attribute)
                    if said and said not in known.values():
                        known.setdefault(place, said)
    return found


def _said(part: ast.expr, attribute: str) -> str:
    if not isinstance(part, ast.Name):
        return ""
    if part.id == attribute:
        return "y"
    return part.id.removeprefix(f"{attribute}_") if part.id.startswith(f"{attribute}_") else ""


def _made(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> Iterator[tuple[str, str]]:
    """The attributes that are made of a class of the text."""
    for line in ast.walk(node):
        target = line.targets[0] if isinstance(line, ast.Assign) else None
        if isinstance(line, ast.Assign) and isinstance(target, ast.Attribute):
            for inner in ast.walk(line.value):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in classes:
                    yield target.attr, inner.func.id


def _calls(node: ast.ClassDef) -> Iterator[tuple[str, ast.Tuple]]:
    """The attributes that are called for several values, also in a loop over them."""
    rounds: dict[str, str] = {}
    for line in ast.walk(node):
        if isinstance(line, ast.For) and isinstance(line.target, ast.Name) and isinstance(line.iter, ast.Attribute):
            rounds[line.target.id] = line.iter.attr
    for line in ast.walk(node):
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call):
            function, target = line.value.func, line.targets[0]
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = rounds.get(function.id, "") if isinstance(function, ast.Name) else name
            if name and isinstance(target, ast.Tuple):
                yield name, target
