"""Arithmetic as people type it: 64, 64*2, 1e-3, and within a block `channels * 4`. Nothing else is ever evaluated.

A setting that is such an expression is kept as `{"=": "channels * 4"}`. `resolve` gives its value where the names
have values; `write` gives a value that remembers its text, so that the source can show what was typed.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

SIGN = "="
# A number with letters stuck to it, which Python would read as two words and warn about: "1if x".
STUCK = re.compile(
    r"(?<![\w.])(?>0x[\da-f_]+|0[ob]\d+|\d[\d_]*\.?[\d_]*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(?=[^\W\d_])", re.IGNORECASE
)
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
    """The text is not arithmetic on numbers and known names, or its result is out of all bounds."""


class UnknownName(NotANumber):
    """The expression uses a name that has no value here. `name` is it."""

    def __init__(self, name: str):
        super().__init__(f"{name} is no setting of this block")
        self.name = name


def calculate(text: str, names: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression of numbers, `names`, + - * / // % ** and parentheses. Raises `NotANumber`.

    A lone name may stand for a value of any type; in a calculation it must be a number.
    """
    try:
        body = _parsed(text)
        if isinstance(body, ast.Name):
            return _named(body.id, names or {})
        return _value(body, names or {})
    except NotANumber:
        raise
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise NotANumber(text) from error


def names_in(text: str) -> tuple[str, ...]:
    """The names an expression uses, in order. Raises `NotANumber` where it is none."""
    try:
        found = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotANumber(text) from error
    return tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda node: node.col_offset)))


def expression(text: str) -> dict[str, str]:
    """`text` as a setting that is worked out where the node stands."""
    return {SIGN: text}


def text_of(value: Any) -> str | None:
    """The text of a setting that is an expression; None for any other value."""
    if isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get(SIGN), str):
        return value[SIGN]
    return None


def resolve(settings: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the value of every expression in place of it, also within lists.

    One that can't be worked out stays as it is, for its field to refuse.
    """
    return {name: _resolved(value, names, None) for name, value in settings.items()}


def write(settings: Mapping[str, Any], names: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """As `resolve`, with values that remember how they were written: `prefix` goes before each name ("self.")."""
    return {name: _resolved(value, names, prefix) for name, value in settings.items()}


def spelled(text: str, names: Mapping[str, str]) -> str:
    """The expression in Python's own spelling, with other words in place of some names. Raises `NotANumber`."""
    try:
        body = _parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotANumber(text) from error
    for node in ast.walk(body):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return tight(ast.unparse(body))


def tight(text: str) -> str:
    """Source with the powers of plain names and numbers as ruff writes them: `x**2`, but `x ** (y + 1)`."""
    if " ** " not in text or '"' in text or "'" in text:
        return text
    return re.sub(r"(?<![\w.)\]])([\w.]+) \*\* (-?[\w.]+)(?![\w.(\[])", r"\1**\2", text)


def with_names(value: Any, names: Mapping[str, str]) -> Any:
    """A setting with the names in its expressions replaced by others; otherwise spelled as it was."""
    return _put(value, lambda text: expression(_replaced(text, names)))


def put_in(value: Any, names: Mapping[str, Any]) -> Any:
    """A setting with what `names` stand for put in: values, or further expressions. Other names stay.

    What can then be worked out is. Raises `NotANumber` where an expression would become too long.
    """

    def put(text: str) -> Any:
        used = [name for name in _names(text) if name in names]
        if not used:
            return expression(text)
        body = _parsed(text)
        if isinstance(body, ast.Name):
            return names[body.id]
        texts = {name: _spelled(names[name]) for name in used}
        replaced = _replaced(text, {name: spelled for name, spelled in texts.items() if spelled is not None})
        if len(replaced) > LONGEST:
            raise NotANumber(replaced)
        try:
            return calculate(replaced)
        except NotANumber:
            return expression(replaced)

    return _put(value, put)


class WrittenInt(int):
    """A whole number (or, as 0 and 1, off and on) that is written as `text` in the source."""

    text: str


class WrittenFloat(float):
    """A number that is written as `text` in the source."""

    text: str


class WrittenText(str):
    """A word that is written as `text` in the source."""

    text: str


class WrittenTuple(tuple[Any, ...]):
    """Several values that are written as `text` in the source."""

    text: str


def is_written(value: Any) -> bool:
    """Whether a value, or one of several, remembers how it is written."""
    if isinstance(value, (WrittenInt, WrittenFloat, WrittenText, WrittenTuple)):
        return True
    return isinstance(value, tuple) and any(is_written(part) for part in value)


def written(value: Any, text: str) -> Any:
    """`value`, remembering that it is written as `text`. A list can't, and stays what it is."""
    kinds: tuple[tuple[type, Any], ...] = (
        (int, WrittenInt),
        (float, WrittenFloat),
        (str, WrittenText),
        (tuple, WrittenTuple),
    )
    for plain, kind in kinds:
        if isinstance(value, plain):  # bool is an int
            made = kind(value)
            made.text = text
            return made
    return value


def _resolved(value: Any, names: Mapping[str, Any], prefix: str | None) -> Any:
    if isinstance(value, (list, tuple)):
        return [_resolved(part, names, prefix) for part in value]
    text = text_of(value)
    if text is None:
        return value
    try:
        found = calculate(text, names)
    except NotANumber:
        return value
    return found if prefix is None else written(found, _prefixed(text, prefix))


def _put(value: Any, change: Callable[[str], Any]) -> Any:
    """The setting with every expression in it changed, also within lists."""
    if isinstance(value, (list, tuple)):
        return [_put(part, change) for part in value]
    text = text_of(value)
    return value if text is None else change(text)


def _names(text: str) -> tuple[str, ...]:
    try:
        return names_in(text)
    except NotANumber:
        return ()


def _spelled(value: Any) -> str | None:
    """A value as it can stand within a calculation; None if it can't."""
    text = text_of(value)
    if text is not None:
        try:
            used = names_in(text)
        except NotANumber:
            return None
        plain = ast.unparse(_parsed(text)) if "#" in text else text  # what follows a # would swallow the bracket
        return plain if used == (plain.strip(),) else f"({plain})"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return repr(value) if value >= 0 else f"({value!r})"


def _replaced(text: str, names: Mapping[str, str]) -> str:
    """The expression with other words in place of some names, and nothing else of it touched."""
    if not any(name in names for name in _names(text)):
        return text
    spelled = _normal(text).encode()
    found = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name) and node.id in names]
    for node in sorted(found, key=lambda node: node.col_offset, reverse=True):
        spelled = spelled[: node.col_offset] + names[node.id].encode() + spelled[node.end_col_offset :]
    return spelled.decode()


def _prefixed(text: str, prefix: str) -> str:
    """The expression in Python's own spelling, with `prefix` before each name."""
    body = _parsed(text)
    for node in ast.walk(body):
        if isinstance(node, ast.Name):
            node.id = prefix + node.id
    return ast.unparse(body)


def _parsed(text: str) -> ast.expr:
    spelled = _normal(text)
    if not spelled or len(spelled) > LONGEST or STUCK.search(spelled):
        raise NotANumber(text)
    return ast.parse(spelled, mode="eval").body


def _normal(text: str) -> str:
    return re.sub(r"[\r\n]", " ", text.strip()).replace("×", "*").replace("−", "-").replace("^", "**")


def _named(name: str, names: Mapping[str, Any]) -> Any:
    if name not in names:
        raise UnknownName(name)
    return names[name]


def _value(node: ast.expr, names: Mapping[str, Any]) -> int | float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return _bounded(node.value)
    if isinstance(node, ast.Name):
        value = _named(node.id, names)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise NotANumber(f"{node.id} is no number")
        return _bounded(value)
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](_value(node.operand, names))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = _value(node.left, names), _value(node.right, names)
        if isinstance(node.op, ast.Pow) and abs(right) > MOST_POWER:
            raise NotANumber("too large a power")
        return _bounded(OPERATIONS[type(node.op)](left, right))
    raise NotANumber("not arithmetic")


def _bounded(value: int | float) -> int | float:
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > LARGEST:
        raise NotANumber("out of bounds")
    return value
