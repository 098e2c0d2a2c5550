"""A program of torch.export: the network without its Python source, for PyTorch and what is built on it."""

from __future__ import annotations

from pathlib import Path

from netbuilder.export.exporter import Exporter, ExportError, Trained
from netbuilder.export.tracing import batch_dimension, examples, quietly


class Program(Exporter):
    """One .pt2 file for `torch.export.load`: the network as a program, for PyTorch, ExecuTorch and AOTInductor."""

    kind = "pt2"
    title = "PyTorch program (.pt2)"
    suffix = ".pt2"
    runner = """
import torch

network = torch.export.load(written).module()


def run(arrays):
    with torch.no_grad():
        told = network(*map(torch.from_numpy, arrays))
    return [t.numpy() for t in (told if isinstance(told, (tuple, list)) else [told])]
"""

    def write(self, trained: Trained, out: Path) -> None:
        import torch

        with quietly():
            try:
                program = torch.export.export(trained.model, examples(trained), dynamic_shapes=batch_dimension(trained))
            except Exception as fault:  # torch.export raises many kinds, each its own way of saying "can't"
                raise ExportError(
                    f"torch.export can't read this network ({type(fault).__name__}). Export the Python bundle instead."
                ) from fault
            torch.export.save(program, out)
