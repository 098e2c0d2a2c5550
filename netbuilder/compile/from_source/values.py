"""What a name stands for while source is read: a number, a size, a value that flows, a module that was made."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.expression import expression
from netbuilder.layers.layer import Layer

LARGEST = 10**12
MOST = 10_000  # entries of a list, rounds of a loop


class Training:
    """Whether the model is being trained: known to nobody before it is."""


TRAINING = Training()


@dataclass(frozen=True)
class Wire:
    """A value that flows: an output of a node."""

    node: str
    port: str


@dataclass(frozen=True)
class Parts:
    """Several values that come together, by place, and by name where torch names them."""

    items: tuple[Any, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class BatchSize:
    """The size of the batch of a value, so many times."""

    of: Wire
    times: int = 1


@dataclass(frozen=True)
class ShapeOf:
    """The shape of a value, of which only the batch is known."""

    of: Wire


@dataclass(frozen=True)
class SizesOf:
    """The sizes of a value behind batch and channels: `x.shape[2:]`."""

    of: Wire


@dataclass(frozen=True)
class Shown:
    """An expression of the settings that a class takes when it is made."""

    tree: ast.expr

    @property
    def setting(self) -> dict[str, str]:
        return expression(ast.unparse(self.tree))


@dataclass
class Made:
    """A module that `__init__` has made: a layer with its settings, or a block. `node` once it was used."""

    layer: type[Layer] | None
    settings: dict[str, Any]
    stem: str = ""
    block: str = ""
    node: str = ""
    repeated: bool = False
    line: ast.AST | None = None


@dataclass
class Row:
    """Modules one after the other (`nn.Sequential`), or a list of them to be called one by one."""

    modules: list[Made | Row] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    callable: bool = True
    whole: Made | None = None  # a list that is one block, so many times


OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def calculated(left: Any, node: ast.BinOp, right: Any) -> Any:
    """A calculation of numbers, or of what is not known before a block stands somewhere. Raises `CannotRead`."""
    if isinstance(left, Shown) or isinstance(right, Shown):
        return Shown(ast.BinOp(_tree(left, node), node.op, _tree(right, node)))
    if isinstance(left, BatchSize) and isinstance(node.op, ast.Mult) and isinstance(right, int):
        return BatchSize(left.of, left.times * right)
    if isinstance(right, BatchSize) and isinstance(node.op, ast.Mult) and isinstance(left, int):
        return BatchSize(right.of, right.times * left)
    do = OPERATORS.get(type(node.op))
    if do is None or not (is_number(left) and is_number(right)):
        raise CannotRead(f"{quoted(node)} is no calculation of numbers.", node)
    if isinstance(node.op, ast.Pow) and (abs(right) > 64 or abs(left) > 10_000):
        raise CannotRead(f"{quoted(node)} is too large a number.", node)
    try:
        result = do(left, right)
    except (ArithmeticError, ValueError):
        raise CannotRead(f"{quoted(node)} can't be calculated.", node) from None
    if isinstance(result, complex) or abs(result) > LARGEST:
        raise CannotRead(f"{quoted(node)} is too large a number.", node)
    return result


def _tree(value: Any, node: ast.AST) -> ast.expr:
    if isinstance(value, Shown):
        return value.tree
    if is_number(value):
        return ast.Constant(value)
    raise CannotRead(f"{quoted(node)} is no calculation of numbers.", node)


def as_setting(value: Any) -> Any:
    """A value as a node's setting has it, or ... where it is none."""
    if isinstance(value, Shown):
        return value.setting
    if isinstance(value, BatchSize):
        return "N" if value.times == 1 else f"{value.times}N"
    if isinstance(value, (tuple, list)):
        parts = [as_setting(part) for part in value]
        return ... if any(part is ... for part in parts) else parts
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return ...


def is_open(value: Any) -> bool:
    """Whether a setting names something that is known only where the block stands."""
    if isinstance(value, list):
        return any(map(is_open, value))
    return isinstance(value, dict)
