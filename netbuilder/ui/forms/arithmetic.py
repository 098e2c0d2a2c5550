"""Reads a number as people type it: 64, 64*2, 1e-3, 28*28//4. It never evaluates anything but arithmetic."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

LONGEST = 200  # characters
LARGEST = 1e18  # no step of the calculation may pass it
MOST_POWER = 64

OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
SIGNS: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}


class NotANumber(ValueError):
    """The text is not arithmetic on plain numbers, or its result is out of all bounds."""


def calculate(text: str) -> int | float:
    """The value of an expression of numbers, + - * / // % ** and parentheses. Raises `NotANumber`."""
    written = text.strip().replace("×", "*").replace("−", "-").replace("^", "**")
    if not written or len(written) > LONGEST:
        raise NotANumber(text)
    try:
        value = _value(ast.parse(written, mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise NotANumber(text) from error
    return value


def _value(node: ast.expr) -> int | float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _bounded(node.value)
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > MOST_POWER:
            raise NotANumber("too large a power")
        return _bounded(OPERATIONS[type(node.op)](left, right))
    raise NotANumber("not arithmetic")


def _bounded(value: int | float) -> int | float:
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > LARGEST:
        raise NotANumber("out of bounds")
    return value
