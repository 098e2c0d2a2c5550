"""Other shapes and parts of a tensor: reshape, expand, permute, x[...]."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.trace.readers.binding import bound
from netbuilder.compile.trace.readers.generic import batch_text
from netbuilder.compile.trace.readers.reading import BATCH, Desk, Reading
from netbuilder.compile.trace.recording import Call, Ref, Size

WHOLE = slice(None)


def read_reshape(call: Call, desk: Desk) -> Reading | None:
    x, shape = call.args[0], call.args[1] if len(call.args) == 2 else None
    if call.kwargs or not isinstance(x, Ref) or not isinstance(shape, tuple):
        return None
    sizes = list(shape)
    follows = [place for place, size in enumerate(sizes) if isinstance(size, Size)]
    before = desk.shape(x)
    if follows == [0] and sizes[0] == BATCH and before and before[0] == BATCH and len(sizes) > 1:
        return desk.single(call, desk.layer("reshape", shape=tuple(sizes[1:])), {"x": x})
    if len(follows) == 1 and -1 not in sizes:
        sizes[follows[0]] = -1
        return desk.single(call, desk.layer("view", shape=tuple(sizes)), {"x": x})
    return _sized(call, desk, "view", "shape", x, sizes)


def _sized(call: Call, desk: Desk, kind: str, setting: str, x: Ref, sizes: list[Any]) -> Reading | None:
    """A layer that takes whole sizes, and where one follows the batch a value that has it."""
    texts = tuple(batch_text(size) if isinstance(size, Size) else size for size in sizes)
    if None in texts:
        return None
    inputs = {"x": x}
    if any(isinstance(text, str) for text in texts):
        if call.like < 0:
            return None
        inputs["like"] = Ref(call.like)
    return desk.single(call, desk.layer(kind, **{setting: texts}), inputs)


def read_expand(call: Call, desk: Desk) -> Reading | None:
    if len(call.args) != 2 or not isinstance(call.args[1], tuple) or call.kwargs:
        return None
    x, sizes = call.args[0], list(call.args[1])
    before = desk.shape(x)
    new = len(sizes) - len(before)
    sizes = [
        -1 if place >= new and isinstance(size, Size) and before[place - new] == size else size
        for place, size in enumerate(sizes)
    ]
    return _sized(call, desk, "expand", "size", x, sizes)


def read_repeat(call: Call, desk: Desk) -> Reading | None:
    if len(call.args) != 2 or not isinstance(call.args[1], tuple) or call.kwargs:
        return None
    return _sized(call, desk, "repeat", "repeats", call.args[0], list(call.args[1]))


def read_permute(call: Call, desk: Desk) -> Reading | None:
    dims = call.args[1] if len(call.args) > 1 else call.kwargs.get("dims")
    rank = len(desk.shape(call.args[0])) if call.args else 0
    if not isinstance(dims, (tuple, list)) or len(dims) != rank:
        return None
    return desk.single(call, desk.layer("permute", dims=tuple(dim % rank for dim in dims)), {"x": call.args[0]})


def read_squeeze(call: Call, desk: Desk) -> Reading | None:
    """A squeeze without a dimension takes out those that are 1 in the example."""
    x = call.args[0] if call.args else None
    dims: Any = call.args[1] if len(call.args) > 1 else call.kwargs.get("dim")
    if dims is None:
        shape = desk.shape(x)
        dims = tuple(place for place, size in enumerate(shape) if size == 1)
        if any(isinstance(size, Size) and size.fixed + size.per_sample == 1 for size in shape[1:]):
            return None
        if not dims:
            return desk.single(call, desk.layer("identity"), {"x": x})
    dims = tuple(dims) if isinstance(dims, (tuple, list)) else dims
    dims = dims[0] if isinstance(dims, tuple) and len(dims) == 1 else dims
    return desk.single(call, desk.layer("squeeze", dim=dims), {"x": x})


def read_select(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    x, dim, index = found.given["input"], found.given["dim"], found.given["index"]
    if isinstance(dim, Size) or isinstance(index, Size):
        return None
    return desk.single(call, desk.layer("select", dim=dim % len(desk.shape(x)), index=index), {"x": x})


def read_index(call: Call, desk: Desk) -> Reading | None:
    """x[...] with numbers, slices, None, ... and tensors."""
    x, index = call.args
    pieces = list(index) if isinstance(index, tuple) else [index]
    if not pieces:
        return None
    each = _read_each(call, desk, x, pieces)
    if each is not None:
        return each
    if all(piece == WHOLE for piece in pieces[:-1]) and type(pieces[-1]) is int and len(pieces) <= 8:
        return desk.single(call, desk.layer("select", dim=len(pieces) - 1, index=pieces[-1]), {"x": x})
    names: dict[int, str] = {}
    texts = [_piece(piece, names, desk) for piece in pieces]
    if any(text is None for text in texts):
        return None
    inputs = {"x": x, **{name: Ref(value) for value, name in names.items()}}
    return desk.single(call, desk.layer("index", index=", ".join(text for text in texts if text)), inputs)


def read_index_put(call: Call, desk: Desk) -> Reading | None:
    """x[:, i] = values, with tensors and whole dimensions."""
    if len(call.args) != 3 or call.kwargs or not isinstance(call.args[1], (tuple, list)):
        return None
    x, pieces, values = call.args
    names: dict[int, str] = {}
    texts = [":" if piece is None else _piece(piece, names, desk) for piece in pieces]
    inputs = {"x": x, "values": values, **{name: Ref(value) for value, name in names.items()}}
    return desk.single(call, desk.layer("index_put", index=", ".join(text or "" for text in texts)), inputs)


def _read_each(call: Call, desk: Desk, x: Ref, pieces: list[Any]) -> Reading | None:
    """x[torch.arange(N), i]: from each sample the step that i names."""
    if len(pieces) != 2 or not all(isinstance(piece, Ref) for piece in pieces):
        return None
    maker = desk.makers.get(pieces[0].value)
    if maker is None or maker.target != "torch.arange" or maker.args not in ((BATCH,), (0, BATCH)):
        return None
    if (desk.shape(x) or (0,))[0] != BATCH or len(desk.shape(pieces[1])) != 1:
        return None
    return desk.single(call, desk.layer("pick_each"), {"x": x, "index": pieces[1]})


def read_arange(call: Call, desk: Desk) -> Reading | None:
    """The numbers from 0 on, one for each sample (or for each step of all samples)."""
    ends = call.args[1:] if len(call.args) > 1 and call.args[0] == 0 else call.args
    dtype = call.kwargs.get("dtype")
    if len(ends) != 1 or not isinstance(ends[0], Size) or dtype not in (None, "torch.int64") or call.like < 0:
        return None
    if desk.shape(Ref(call.like))[0] != ends[0]:
        return None
    return desk.single(call, desk.layer("positions", dim=0), {"x": Ref(call.like)})


def _piece(piece: Any, names: dict[int, str], desk: Desk) -> str | None:
    if piece is None:
        return "None"
    if piece is ...:
        return "..."
    if isinstance(piece, bool):
        return None
    if isinstance(piece, int):
        return str(piece)
    if isinstance(piece, Ref):
        return names.setdefault(piece.value, f"i{len(names) + 1}")
    if isinstance(piece, slice):
        ends = (piece.start, piece.stop, piece.step)
        if not all(end is None or type(end) is int for end in ends):
            return None
        start, stop, step = ("" if end is None else str(end) for end in ends)
        return f"{start}:{stop}:{step}" if step not in ("", "1") else f"{start}:{stop}"
    return None
