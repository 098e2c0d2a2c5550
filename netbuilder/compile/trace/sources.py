"""The node of a parameter, a buffer or a constant that is used as a value: written out where that is exact."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.trace.parts import Piece
from netbuilder.compile.trace.recording import Value
from netbuilder.layers import Catalog


def source_piece(value: Value, content: int, made: int, catalog: Catalog) -> Piece:
    """The piece that gives `value` as the value `made`; the numbers it needs are those of the value `content`."""
    shape = [int(size) for size in value.tensor.shape]
    path = value.name if value.origin != "constant" else ""
    hint = value.name if value.origin == "constant" else ""
    if value.origin == "parameter":
        settings: dict[str, Any] = {"shape": shape, "trainable": value.trainable}
        return _piece("parameter", settings, made, catalog, path, hint, {"": content})
    return _piece("buffer", {"shape": shape, "dtype": value.dtype}, made, catalog, path, hint, {"": content})


def _piece(
    kind: str, settings: dict[str, Any], made: int, catalog: Catalog, path: str, hint: str, weights: dict[str, int]
) -> Piece:
    layer = catalog.find(kind)
    assert layer is not None, kind
    full = layer(**settings)
    (output,) = full.outputs()
    return Piece(kind, dict(full.settings), {}, {output.name: made}, path=path, hint=hint, weights=weights)
