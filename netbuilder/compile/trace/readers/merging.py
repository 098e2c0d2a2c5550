"""Several tensors into one, and one into several."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.trace.readers.binding import bound
from netbuilder.compile.trace.readers.reading import Desk, Reading
from netbuilder.compile.trace.recording import Call, Ref, Size


def read_joined(call: Call, desk: Desk) -> Reading | None:
    """cat and stack."""
    given = {**dict(zip(("tensors", "dim"), call.args, strict=False)), **call.kwargs}
    tensors = given.pop("tensors", None)
    dim = given.pop("dim", given.pop("axis", 0))
    if given or not isinstance(tensors, (tuple, list)) or not all(isinstance(part, Ref) for part in tensors):
        return None
    if call.target == "torch.cat" and len(tensors) == 1:
        return desk.single(call, desk.layer("identity"), {"x": tensors[0]})
    kind = "concatenate" if call.target == "torch.cat" else "stack"
    layer = desk.layer(kind, ports=len(tensors), dim=dim)
    return desk.single(call, layer, {f"x{number}": ref for number, ref in enumerate(tensors, 1)})


def read_split(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    x = call.args[0] if call.args else None
    if found is None or not isinstance(x, Ref):
        return None
    given: dict[str, Any] = found.given
    dim = given.get("dim", 0)
    sizes = [_size(desk, number, dim) for number in call.results]
    if isinstance(sizes[0], Size) and all(size == sizes[0] for size in sizes):
        return desk.single(call, desk.layer("chunk", chunks=len(sizes), dim=dim), {"x": x})
    if not all(isinstance(size, int) for size in sizes):
        return None
    layer = desk.layer("split", split_size_or_sections=tuple(sizes), dim=dim)
    return desk.single(call, layer, {"x": x})


def _size(desk: Desk, number: int, dim: int) -> Any:
    return desk.shape(Ref(number))[dim]


def read_chunk(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    chunks, dim = found.given["chunks"], found.given["dim"]
    if chunks != len(call.results):
        return read_split(call, desk)
    return desk.single(call, desk.layer("chunk", chunks=chunks, dim=dim), {"x": found.given["input"]})


def read_unbind(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    layer = desk.layer("unbind", entries=len(call.results), dim=found.given["dim"])
    return desk.single(call, layer, {"x": found.given["input"]})


def read_einsum(call: Call, desk: Desk) -> Reading | None:
    equation, *operands = call.args
    if len(operands) == 1 and isinstance(operands[0], (tuple, list)):
        operands = list(operands[0])
    if not isinstance(equation, str) or call.kwargs or not all(isinstance(ref, Ref) for ref in operands):
        return None
    text = "".join(equation.split())
    if "->" not in text:
        letters = sorted({letter for letter in text if letter.isalpha() and text.count(letter) == 1})
        text = f"{text}->{'...' if '...' in text else ''}{''.join(letters)}"
    layer = desk.layer("einsum", equation=text)
    return desk.single(call, layer, {f"x{number}": ref for number, ref in enumerate(operands, 1)})


def read_meshgrid(call: Call, desk: Desk) -> Reading | None:
    kwargs = dict(call.kwargs)
    indexing = kwargs.pop("indexing", "ij")
    operands = call.args[0] if len(call.args) == 1 and isinstance(call.args[0], (tuple, list)) else call.args
    if kwargs or len(operands) != 2 or not all(isinstance(ref, Ref) for ref in operands):
        return None
    layer = desk.layer("meshgrid", indexing=indexing)
    return desk.single(call, layer, {"x1": operands[0], "x2": operands[1]})
