"""What changes a tensor in place, said as calls that give a new one: x[:, 0] = v puts an entry into a copy of x."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch

from netbuilder.compile.trace.recording import Ref, Value

GET, SET = "torch.Tensor.__getitem__", "torch.Tensor.__setitem__"
SAMPLED = frozenset({"normal", "uniform", "bernoulli", "exponential", "random", "geometric", "cauchy", "log_normal"})


class Book(Protocol):
    """Where calls are recorded: a call gives the number of its result, which is like the tensor `like`."""

    values: dict[int, Value]
    constants: dict[int, Any]

    def emit(self, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], like: Any) -> int: ...


def written(book: Book, target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], like: Any) -> int:
    """Record what `target` did to its first argument, which is `like` now; the number of what it holds."""
    last = target.rpartition(".")[2]
    if last in SAMPLED:
        return _sampled(book, last, args[1:], kwargs, like)
    if last in ("fill", "zero"):
        return _filled(book, args[1] if len(args) > 1 else kwargs.get("value", 0), like)
    if last == "copy":
        return _copied(book, args[1] if len(args) > 1 else kwargs["src"], like)
    if target == SET:
        whole, index, value = args
        if all(ref.value in book.constants for ref in _refs(args)):
            return book.emit(SET, args, {}, like)
        return _set(book, whole, index, value, like)
    return book.emit(target, args, kwargs, like)


def _refs(tree: Any) -> list[Ref]:
    if isinstance(tree, Ref):
        return [tree]
    return [ref for part in tree for ref in _refs(part)] if isinstance(tree, (tuple, list)) else []


def _sampled(book: Book, last: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], like: Any) -> int:
    usual = {"normal": ((0, 1), "torch.randn"), "uniform": ((0, 1), "torch.rand")}
    given = [*args, *(value for name, value in kwargs.items() if name != "generator")]
    if last in usual and tuple(given) in ((), usual[last][0]):
        dtype = {} if like.dtype == torch.get_default_dtype() else {"dtype": str(like.dtype)}
        return book.emit(usual[last][1], (tuple(like.shape),), dtype, like)
    empty = book.emit("torch.empty", (tuple(like.shape),), {"dtype": str(like.dtype)}, torch.empty_like(like))
    return book.emit(f"torch.Tensor.{last}_", (Ref(empty), *args), kwargs, like)


def _filled(book: Book, value: Any, like: Any) -> int:
    if isinstance(value, Ref):
        return _copied(book, value, like)
    return book.emit("torch.full", (tuple(like.shape), value), {"dtype": str(like.dtype)}, like)


def _copied(book: Book, source: Any, like: Any) -> int:
    if not isinstance(source, Ref):
        return _filled(book, source, like)
    number = source.value
    if book.values[number].dtype != str(like.dtype).removeprefix("torch."):
        shaped = like.new_empty(book.values[number].shape)
        constant = book.constants.get(number)
        shaped = constant.to(like.dtype) if constant is not None else shaped
        number = book.emit("torch.Tensor.to", (Ref(number), str(like.dtype)), {}, shaped)
    if tuple(book.values[number].shape) != tuple(like.shape):
        number = book.emit("torch.Tensor.expand", (Ref(number), tuple(like.shape)), {}, like)
    return number


def _set(book: Book, whole: Ref, index: Any, value: Any, like: Any) -> int:
    """`whole` with `value` at `index`; `like` is the tensor with that done."""
    pieces = _pieces(index, like.dim())
    if pieces is None:
        return _set_by_tensor(book, whole, index, value, like)
    chosen = [(dim, piece) for dim, piece in enumerate(pieces) if piece != slice(None)]
    if not chosen:
        return _copied(book, value, like)
    dim, piece = chosen[0]
    if isinstance(piece, slice):
        piece = slice(*piece.indices(like.shape[dim]))
    at = (slice(None),) * dim + (piece,)
    part = like[at]
    if len(chosen) > 1:
        before = book.constants.get(whole.value, like)[at]
        taken = book.emit(GET, (whole, at), {}, before)
        rest = pieces[dim + 1 :] if isinstance(piece, int) else (slice(None), *pieces[dim + 1 :])
        source = _set(book, Ref(taken), (slice(None),) * dim + tuple(rest), value, part)
    else:
        source = _copied(book, value, part)
    if isinstance(piece, int):
        return book.emit("torch.select_scatter", (whole, Ref(source), dim, piece), {}, like)
    return book.emit("torch.slice_scatter", (whole, Ref(source), dim, piece.start, piece.stop, piece.step), {}, like)


def _pieces(index: Any, rank: int) -> tuple[Any, ...] | None:
    """An index of numbers and slices with a piece for each dimension; None where it is something else."""
    pieces = list(index) if isinstance(index, tuple) else [index]
    if not all(piece is ... or (isinstance(piece, (int, slice)) and not isinstance(piece, bool)) for piece in pieces):
        return None
    if any(isinstance(end, Ref) for piece in pieces if isinstance(piece, slice) for end in (piece.start, piece.stop)):
        return None
    places = [number for number, piece in enumerate(pieces) if piece is ...]
    if places:
        pieces[places[0] : places[0] + 1] = [slice(None)] * (rank - len(pieces) + 1)
    return (*pieces, *[slice(None)] * (rank - len(pieces)))


def _set_by_tensor(book: Book, whole: Ref, index: Any, value: Any, like: Any) -> int:
    pieces = list(index) if isinstance(index, tuple) else [index]
    if len(pieces) == 1 and isinstance(pieces[0], Ref) and book.values[pieces[0].value].dtype == "bool":
        mask = pieces[0]
        if len(book.values[mask.value].shape) == like.dim():
            if not isinstance(value, Ref):
                return book.emit("torch.masked_fill", (whole, mask, value), {}, like)
            if len(book.values[value.value].shape) == 1 and book.values[value.value].shape != (1,):
                return book.emit("torch.masked_scatter", (whole, mask, value), {}, like)
    if _is_in_a_row(book, pieces, value, like):
        return book.emit("torch.scatter", (whole, 0, pieces[0], value), {}, like)
    if all(isinstance(piece, Ref) for piece in pieces):
        if not isinstance(value, Ref):
            made = torch.tensor(value, dtype=like.dtype)
            value = Ref(book.emit("torch.tensor", (value,), {"dtype": str(like.dtype)}, made))
        return book.emit("torch.index_put", (whole, tuple(pieces), value), {}, like)
    return _set_across(book, whole, pieces, value, like)


def _is_in_a_row(book: Book, pieces: list[Any], value: Any, like: Any) -> bool:
    """Whether x[i] = v writes one number for each index into a row of numbers."""
    if like.dim() != 1 or len(pieces) != 1 or not isinstance(pieces[0], Ref) or not isinstance(value, Ref):
        return False
    index, source = book.values[pieces[0].value], book.values[value.value]
    return index.dtype == "int64" and index.shape == source.shape and len(index.shape) == 1


def _set_across(book: Book, whole: Ref, pieces: list[Any], value: Any, like: Any) -> int:
    """x[:, i] = v, where whole dimensions and tensors stand side by side."""
    if ... in pieces:
        place = pieces.index(...)
        given = sum(piece is not None for piece in pieces) - 1
        pieces[place : place + 1] = [slice(None)] * (like.dim() - given)
    plain = all(isinstance(piece, Ref) or piece == slice(None) or type(piece) is int for piece in pieces)
    if not plain:
        return book.emit(SET, (whole, tuple(pieces), value), {}, like)
    if not isinstance(value, Ref):
        made = torch.tensor(value, dtype=like.dtype)
        value = Ref(book.emit("torch.tensor", (value,), {"dtype": str(like.dtype)}, made))
    indices: list[Any] = []
    for piece in pieces:
        if type(piece) is int:
            indices.append(Ref(book.emit("torch.tensor", (piece,), {}, torch.tensor(piece))))
        else:
            indices.append(piece if isinstance(piece, Ref) else None)
    return book.emit("torch.ops.aten.index_put", (whole, indices, value), {}, like)
