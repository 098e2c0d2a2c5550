"""What the result of a call is called in the code that made it: the variable left of the = sign."""

from __future__ import annotations

import ast
import linecache
import os
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType

import torch

TORCH = str(Path(torch.__file__).parent)
THROUGH = ("_tensor.py", "functional.py", "overrides.py", "_jit_internal.py", "_ops.py", "nn/functional.py")
PASSED = frozenset(str(Path(TORCH, name)) for name in THROUGH)
OWN = str(Path(__file__).parent)
Place = tuple[int | None, int | None, int | None, int | None]


def hint(frame: FrameType | None) -> str:
    """The variable that the call made in this frame, or in the one that led to it, is assigned to; "" for none."""
    while frame is not None and _passed(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None or frame.f_code.co_filename.startswith(TORCH):
        return ""
    places = _places(frame.f_code)
    at = frame.f_lasti // 2
    if at >= len(places):
        return ""
    return _names(frame.f_code.co_filename).get(places[at], "")


@lru_cache(2000)
def _passed(filename: str) -> bool:
    return filename in PASSED or filename.startswith(OWN) or f"{os.sep}einops{os.sep}" in filename


@lru_cache(2000)
def _places(code: CodeType) -> list[Place]:
    return list(code.co_positions())


@lru_cache(500)
def _names(filename: str) -> dict[Place, str]:
    """Names of variables by the place of what is assigned to them, for each assignment in a file."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, UnicodeError, OSError):
        return {}
    found: dict[Place, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            target, value = node.target, node.value
        elif isinstance(node, ast.AugAssign):
            found[_place(node)] = _name(node.target)
            continue
        else:
            continue
        found[_place(value)] = _name(target)
    return found


def _place(node: ast.expr | ast.stmt) -> Place:
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, (ast.Tuple, ast.List)):
        return ", ".join(_name(each) for each in target.elts)
    return ""
