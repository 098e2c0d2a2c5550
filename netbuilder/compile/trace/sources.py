"""The nodes of a parameter, a buffer or a constant that is used as a value: written out where that is exact.

A constant that is a number, a short table, a range or the same everywhere is written as that. Any other becomes a
buffer, whose numbers come with the weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from netbuilder.compile.trace.parts import Piece
from netbuilder.compile.trace.recording import Value
from netbuilder.layers import Catalog

SHORT = 16  # numbers that are written out one by one
ALIKE = 4  # and where all of them are the same
USUAL = {torch.float32, torch.int64, torch.bool}  # types that numbers have as they are written


def source_pieces(value: Value, content: int, made: int, fresh: Callable[[], int], catalog: Catalog) -> list[Piece]:
    """The pieces that give `value` as the value `made`, in order; `content` is the value that has its numbers."""
    writing = _Writing(catalog, fresh, made)
    tensor = value.tensor.detach()
    if value.origin == "constant":
        written = writing.constant(tensor)
        if written:
            written[-1].hint = value.name
            return written
    path = value.name if value.origin != "constant" else ""
    if value.origin == "parameter" and (tensor.dtype.is_floating_point or tensor.dtype == torch.complex64):
        settings = {"shape": list(tensor.shape), "trainable": value.trainable, **_start(tensor)}
        if tensor.dtype != torch.float32:
            settings["dtype"] = value.dtype
        piece = writing.piece("parameter", settings)
    else:
        piece = writing.piece("buffer", {"shape": list(tensor.shape), "dtype": value.dtype})
    piece.path, piece.weights = path, {"": content}
    piece.hint = value.name if value.origin == "constant" else ""
    return [piece]


def _start(tensor: torch.Tensor) -> dict[str, Any]:
    """What a parameter starts from where it is trained afresh: the number it has everywhere, or small random ones."""
    if not tensor.numel() or tensor.is_complex() or not bool((tensor == tensor.reshape(-1)[0]).all()):
        return {}
    number = float(f"{float(tensor.reshape(-1)[0]):.6g}")
    if number in (0, 1):
        return {"init": "ones" if number else "zeros"}
    return {"init": "constant", "value": number} if tensor.isfinite().all() else {}


class _Writing:
    """Pieces one after the other, the last of which gives the value `made`."""

    def __init__(self, catalog: Catalog, fresh: Callable[[], int], made: int):
        self._catalog, self._fresh, self._made = catalog, fresh, made

    def constant(self, tensor: torch.Tensor) -> list[Piece]:
        """The constant written out; nothing where that would be long, or not exact."""
        row = tensor.reshape(-1)
        alike = bool(row.numel()) and bool((row == row[0]).all())
        if row.numel() > ALIKE and not alike and (counted := self._counted(tensor, row)):
            return counted
        if row.numel() and row.numel() <= (ALIKE if alike else SHORT):
            return [found] if (found := self._table(tensor)) else []
        if alike:
            one = self._table(row[0], self._fresh())
            return [one, self.piece("expand", {"size": list(tensor.shape)}, _output(one))] if one else []
        return []

    def _counted(self, tensor: torch.Tensor, row: torch.Tensor) -> list[Piece]:
        """The constant as a range, where its numbers lie at even distances in one row."""
        lead = tensor.shape[:-1]
        if any(size != 1 for size in lead):
            return []
        made = self._made if not lead else self._fresh()
        counted = self._range(row, made)
        if counted is None:
            return []
        return [counted] if not lead else [counted, self.piece("expand", {"size": list(tensor.shape)}, made)]

    def _table(self, tensor: torch.Tensor, made: int | None = None) -> Piece | None:
        if tensor.is_complex() or not bool(tensor.isfinite().all()):
            return None
        values = tensor.tolist()
        dtype = None if tensor.dtype in USUAL else _name(tensor.dtype)
        if not _same(torch.tensor(values, dtype=tensor.dtype if dtype else None), tensor):
            return None
        return self.piece("constant", {"value": repr(values), "dtype": dtype}, made=made)

    def _range(self, row: torch.Tensor, made: int) -> Piece | None:
        if row.numel() < 2 or row.dtype not in (torch.int64, torch.int32, torch.float32):
            return None
        start, step = row[0].item(), (row[1] - row[0]).item()
        if step == 0 or step != int(step) or start != int(start):
            return None
        start, step = int(start), int(step)
        dtype = None if row.dtype == torch.int64 else _name(row.dtype)
        end = start + step * row.numel()
        if not _same(torch.arange(start, end, step, dtype=row.dtype), row):
            return None
        return self.piece("arange", {"start": start, "end": end, "step": step, "dtype": dtype}, made=made)

    def piece(self, kind: str, settings: dict[str, Any], given: int | None = None, made: int | None = None) -> Piece:
        layer = self._catalog.find(kind)
        assert layer is not None, kind
        full = layer(**settings)
        inputs = {full.inputs()[0].name: given} if given is not None else {}
        (output,) = full.outputs()
        return Piece(kind, dict(full.settings), inputs, {output.name: self._made if made is None else made})


def _output(piece: Piece) -> int:
    (value,) = piece.outputs.values()
    return value


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors are the same bit by bit, so that -0.0 is not 0.0."""
    if (one.dtype, one.shape) != (other.dtype, other.shape):
        return False
    return one.contiguous().numpy(force=True).tobytes() == other.contiguous().numpy(force=True).tobytes()


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
