"""The formats a network can be taken away in, in the order of the dialog. Imported by the window: no torch here."""

from __future__ import annotations

from netbuilder.export.bundle import Bundle
from netbuilder.export.exporter import Exporter
from netbuilder.export.onnx import Onnx
from netbuilder.export.program import Program
from netbuilder.export.weights import Weights

EXPORTERS: tuple[type[Exporter], ...] = (Bundle, Onnx, Program, Weights)


def find(kind: str) -> type[Exporter] | None:
    """The exporter called `kind`, or None if this version has no such format."""
    return next((exporter for exporter in EXPORTERS if exporter.kind == kind), None)
