"""A call that no layer does, as a plain expression of torch: what a custom node holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.compile.trace.recording import Call, Ref, Size, is_module

HOMES = ("torch.nn.functional.", "torch.Tensor.", "torch.")


class _Unwritable(Exception):
    """A value has no text."""


def as_expression(call: Call) -> tuple[str, dict[str, int]] | None:
    """The call as a plain expression of torch, and which values its names are. None: it can't be written as one."""
    if is_module(call):
        return None
    names: dict[int, str] = {}
    try:
        text = _call(call, names)
    except _Unwritable:
        return None
    return text, {name: value for value, name in names.items()}


def _call(call: Call, names: dict[int, str]) -> str:
    last = call.target.rpartition(".")[2]
    if not last.isidentifier() or last == "__setitem__":
        raise _Unwritable
    if last == "__getitem__":
        return f"{_text(call.args[0], names, call)}[{_index(call.args[1], names, call)}]"
    args = [_text(arg, names, call) for arg in call.args]
    kwargs = [f"{name}={_text(value, names, call)}" for name, value in call.kwargs.items()]
    if call.target.startswith("torch.Tensor."):
        if not args:
            raise _Unwritable
        if len(args) == 1 and not kwargs and last in ATTRIBUTES:
            return f"{args[0]}.{last}"
        return f"{args[0]}.{last}({', '.join([*args[1:], *kwargs])})"
    if call.target.startswith("torch.nn.functional."):
        return f"F.{last}({', '.join([*args, *kwargs])})"
    if not call.target.startswith("torch."):
        raise _Unwritable
    return f"{call.target}({', '.join([*args, *kwargs])})"


ATTRIBUTES = frozenset({"real", "imag", "mT", "T", "mH", "H"})


def _text(value: Any, names: dict[int, str], call: Call) -> str:
    if isinstance(value, Ref):
        return names.setdefault(value.value, f"x{len(names) + 1}")
    if isinstance(value, Size):
        if call.like < 0:
            raise _Unwritable
        like = names.setdefault(call.like, f"x{len(names) + 1}")
        times = f"{value.per_sample} * {like}.shape[0]" if value.per_sample != 1 else f"{like}.shape[0]"
        return f"{times} + {value.fixed}" if value.fixed else times
    if isinstance(value, float):
        return repr(value) if value - value == 0 else f'float("{value}")'
    if value is None or isinstance(value, (bool, int, complex)):
        return repr(value)
    if isinstance(value, str):
        return value if value.startswith("torch.") else repr(value)
    if value is ...:
        return "..."
    if isinstance(value, tuple):
        inside = ", ".join(_text(part, names, call) for part in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{', '.join(_text(part, names, call) for part in value)}]"
    if isinstance(value, slice):
        ends = (value.start, value.stop, value.step)
        return f"slice({', '.join(_text(end, names, call) for end in ends)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_text(part, names, call)}" for key, part in value.items()) + "}"
    raise _Unwritable


def _index(value: Any, names: dict[int, str], call: Call) -> str:
    pieces = value if isinstance(value, tuple) else (value,)
    if not pieces:
        return "()"
    return ", ".join(_piece(piece, names, call) for piece in pieces)


def _piece(piece: Any, names: dict[int, str], call: Call) -> str:
    if not isinstance(piece, slice):
        return _text(piece, names, call)
    start, stop, step = (
        "" if end is None else _text(end, names, call) for end in (piece.start, piece.stop, piece.step)
    )
    return f"{start}:{stop}" + (f":{step}" if step else "")
