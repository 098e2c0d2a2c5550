"""From a recorded call to the layer that does exactly the same: which reader knows the call."""

from __future__ import annotations

from netbuilder.compile.trace.readers.modules import read_module
from netbuilder.compile.trace.readers.reading import Desk, Reading
from netbuilder.compile.trace.recording import Call, Recording
from netbuilder.layers.catalog import Catalog

_desks: list[Desk] = []


def desk_of(recording: Recording, catalog: Catalog) -> Desk:
    """What readers go by; that of the last recording is kept."""
    if not _desks or _desks[0].recording is not recording or _desks[0].catalog is not catalog:
        _desks[:] = [Desk(recording, catalog)]
    return _desks[0]


def read_call(call: Call, recording: Recording, catalog: Catalog) -> Reading | None:
    """The layer that gives bit by bit what the call gave, or None where the catalogue has none."""
    desk = desk_of(recording, catalog)
    if call.module is not None:
        return read_module(call, desk)
    return None
