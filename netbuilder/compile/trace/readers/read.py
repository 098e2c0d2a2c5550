"""From a recorded call to the layer that does exactly the same: which reader knows the call."""

from __future__ import annotations

from collections.abc import Callable

from netbuilder.compile.trace.readers import arithmetic, casting, merging, recurrent, shapes, weighted
from netbuilder.compile.trace.readers.generic import read_empty, read_generic
from netbuilder.compile.trace.readers.reading import Desk, Reading
from netbuilder.compile.trace.recording import Call, Recording, is_module
from netbuilder.layers.catalog import Catalog

Reader = Callable[[Call, Desk], Reading | None]

# Calls that need more than their arguments by name. Where one of these can't read a call, the general one may try.
READERS: dict[str, tuple[Reader, ...]] = {
    **dict.fromkeys(arithmetic.OPERATORS, (arithmetic.read_operator,)),
    "torch.masked_fill": (arithmetic.read_masked_fill,),
    "torch.where": (arithmetic.read_where,),
    "torch.max": (arithmetic.read_largest, read_generic),
    "torch.min": (arithmetic.read_largest, read_generic),
    **dict.fromkeys(("torch.norm", "torch.linalg.norm", "torch.linalg.vector_norm"), (arithmetic.read_norm,)),
    **dict.fromkeys(("torch.std", "torch.var"), (arithmetic.read_spread,)),
    "torch.reshape": (shapes.read_reshape,),
    "torch.Tensor.expand": (shapes.read_expand,),
    "torch.Tensor.repeat": (shapes.read_repeat,),
    "torch.empty_like": (read_empty,),
    "torch.arange": (shapes.read_arange,),
    "torch.permute": (shapes.read_permute,),
    "torch.squeeze": (shapes.read_squeeze,),
    "torch.select": (shapes.read_select,),
    "torch.Tensor.__getitem__": (shapes.read_index,),
    **dict.fromkeys(("torch.index_put", "torch.ops.aten.index_put"), (shapes.read_index_put,)),
    **dict.fromkeys(("torch.cat", "torch.stack"), (merging.read_joined,)),
    **dict.fromkeys(("torch.split", "torch.split_with_sizes", "torch.tensor_split"), (merging.read_split,)),
    "torch.chunk": (merging.read_chunk,),
    "torch.unbind": (merging.read_unbind,),
    "torch.einsum": (merging.read_einsum,),
    "torch.meshgrid": (merging.read_meshgrid,),
    "torch.Tensor.to": (casting.read_cast,),
    **dict.fromkeys((f"torch.nn.functional.{n}" for n in ("softmax", "log_softmax")), (casting.read_softmax,)),
    **dict.fromkeys((f"torch.{name}" for name in ("softmax", "log_softmax")), (casting.read_softmax,)),
    **dict.fromkeys(("torch.clamp", "torch.clamp_min", "torch.clamp_max"), (casting.read_clamp, read_generic)),
    "torch.nn.functional.interpolate": (casting.read_interpolate,),
    "torch.nn.functional.one_hot": (casting.read_one_hot,),
    "torch.nn.functional.affine_grid": (casting.read_affine_grid,),
    "torch.nn.functional.dropout": (casting.read_dropout,),
    **dict.fromkeys(recurrent.KINDS, (recurrent.read_recurrent,)),
    **dict.fromkeys(recurrent.CELLS, (recurrent.read_cell,)),
    **dict.fromkeys((*weighted.WEIGHTED, *weighted.SAME), (weighted.read_weighted,)),
}

_desks: list[Desk] = []


def desk_of(recording: Recording, catalog: Catalog) -> Desk:
    """What readers go by; that of the last recording is kept."""
    if not _desks or _desks[0].recording is not recording or _desks[0].catalog is not catalog:
        _desks[:] = [Desk(recording, catalog)]
    return _desks[0]


def read_call(call: Call, recording: Recording, catalog: Catalog) -> Reading | None:
    """The layer that gives bit by bit what the call gave, or None where the catalogue has none."""
    desk = desk_of(recording, catalog)
    if is_module(call):
        return weighted.read_tied(call, desk)
    for reader in READERS.get(call.target, (read_generic,)):
        reading = reader(call, desk)
        if reading is not None:
            return reading
    return None
