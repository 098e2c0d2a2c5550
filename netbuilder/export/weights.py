"""The weights alone, as one safetensors file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.export.exporter import Exporter, Trained

if TYPE_CHECKING:
    import torch


class Weights(Exporter):
    """Only the weights, for model.py or code of your own: one safetensors file that holds numbers and no code."""

    kind = "safetensors"
    title = "Weights (safetensors)"
    suffix = ".safetensors"
    runner = """
import runpy
import torch
from safetensors.torch import load_file

network = runpy.run_path(str(source))["Network"]()
network.load_state_dict(load_file(written))
network.eval()


def run(arrays):
    with torch.no_grad():
        told = network(*map(torch.from_numpy, arrays))
    return [t.numpy() for t in (told if isinstance(told, tuple) else [told])]
"""

    def write(self, trained: Trained, out: Path) -> None:
        write_weights(trained.model, out)


def write_weights(model: torch.nn.Module, out: Path) -> None:
    """The model's parameters and buffers, by the names `load_state_dict` knows them by."""
    from safetensors.torch import save

    state = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in model.state_dict().items()}
    out.write_bytes(save(state, metadata={"format": "pt"}))  # save_file makes files that only their owner can read
