"""What a model holds that is no module: parameters, buffers, and tensors that are made where they are used."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.values import Made, as_setting, is_number, is_open
from netbuilder.compile.from_source.words import Words
from netbuilder.fields import BadSetting

FILLED = {"zeros": 0, "ones": 1}
Read = Callable[[ast.expr], Any]


def held(kind: str, node: ast.expr, words: Words, read: Read, line: ast.AST) -> Made:
    """A "parameter" (`nn.Parameter(...)`) or a "buffer" (a tensor). Raises `CannotRead`."""
    settings: dict[str, Any] = {}
    if kind == "parameter":
        assert isinstance(node, ast.Call)
        for word in node.keywords:
            if word.arg == "requires_grad":
                settings["trainable"] = bool(read(word.value))
        if len(node.args) != 1:
            raise CannotRead(f"{quoted(node)} starts from nothing that can be read.", line)
        settings |= _start(node.args[0], read, line)
    elif kind == "buffer":
        settings |= _filled(node, read, line)
    else:
        raise CannotRead(f"{quoted(node)} makes numbers out of nothing that flows.", line)
    layer = words.kinds.get(kind)
    if layer is None:
        raise CannotRead(f"NetBuilder has no layer {kind}.", line)
    try:
        made = layer(**{name: value for name, value in settings.items() if not is_open(value)})
    except BadSetting as refused:
        raise CannotRead(str(refused), line) from None
    opened = {name: value for name, value in settings.items() if is_open(value)}
    return Made(layer, made.changed() | opened, line=line)


def _start(node: ast.expr, read: Read, line: ast.AST) -> dict[str, Any]:
    """How a parameter starts: torch.randn(1, 8) * 0.02, torch.zeros(8) ..."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        number, tensor = (node.left, node.right) if _word(node.right) == "randn" else (node.right, node.left)
        if _word(tensor) == "randn":
            return {"init": "normal", "scale": _number(number, read, line), "shape": _shape(tensor, read, line)}
    name = _word(node)
    if name == "randn":
        return {"init": "normal", "scale": 1.0, "shape": _shape(node, read, line)}
    if name == "rand":
        raise CannotRead(f"{quoted(node)} starts a parameter between 0 and 1, which no setting says.", line)
    if name == "uniform_" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        bounds = [_number(argument, read, line) for argument in node.args]
        if len(bounds) == 2 and bounds[0] == -bounds[1]:
            return {"init": "uniform", "scale": bounds[1], "shape": _shape(node.func.value, read, line)}
    if name == "xavier_uniform_" and isinstance(node, ast.Call) and len(node.args) == 1:
        return {"init": "xavier", "shape": _shape(node.args[0], read, line)}
    if name in FILLED:
        return {"init": name, "shape": _shape(node, read, line)}
    filled = _filled(node, read, line)
    return {"init": "constant", **{name: value for name, value in filled.items() if name != "dtype"}}


def _filled(node: ast.expr, read: Read, line: ast.AST) -> dict[str, Any]:
    """A tensor with one number everywhere."""
    name = _word(node)
    if not isinstance(node, ast.Call) or name not in (*FILLED, "full", "tensor"):
        raise CannotRead(f"{quoted(node)} starts from nothing that can be read.", line)
    kinds = [read(word.value) for word in node.keywords if word.arg == "dtype"]
    dtype = {"dtype": str(kinds[0]).removeprefix("torch.")} if kinds else {}
    if name in FILLED:
        return {"shape": _shape(node, read, line), "value": FILLED[name], **dtype}
    if name == "tensor" and len(node.args) == 1:
        return {"shape": [], "value": _number(node.args[0], read, line), **dtype}
    if name == "full" and len(node.args) == 2:
        shape = as_setting(read(node.args[0]))
        return {"shape": shape, "value": _number(node.args[1], read, line), **dtype}
    raise CannotRead(f"{quoted(node)} starts from nothing that can be read.", line)


def _shape(node: ast.expr, read: Read, line: ast.AST) -> Any:
    if not isinstance(node, ast.Call):
        raise CannotRead(f"{quoted(node)} has no shape that can be read.", line)
    if any(word.arg not in ("dtype", "device", "requires_grad") for word in node.keywords):
        raise CannotRead(f"{quoted(node)} has no shape that can be read.", line)
    sizes = [read(argument) for argument in node.args]
    sizes = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
    shape = as_setting(sizes)
    if shape is ...:
        raise CannotRead(f"{quoted(node)} has no shape that can be read.", line)
    return shape


def _number(node: ast.expr, read: Read, line: ast.AST) -> Any:
    value = read(node)
    setting = as_setting(value)
    if is_number(value) or isinstance(value, bool) or is_open(setting):
        return setting
    raise CannotRead(f"{quoted(node)} is no plain number.", line)


def _word(node: ast.expr) -> str:
    """The last part of what is called: randn of torch.randn(...)."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else ""
