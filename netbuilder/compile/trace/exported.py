"""Programs of torch.export as modules that can be run and recorded like any other.

The program's own graph is what is run: whatever Python once stood behind it is not there any more, and not needed.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from netbuilder.compile.trace.record import Example


def module_of(program: torch.export.ExportedProgram) -> nn.Module:
    """The program with its modules as they were nested; where that can't be had, as one."""
    try:
        return torch.export.unflatten(program)
    except Exception:  # whatever keeps it from being unflattened, the program itself is still there
        return program.module(check_guards=False)


def example_of(program: torch.export.ExportedProgram) -> Example:
    """The example that was saved with the program, or zeros of the sizes it was made for."""
    if program.example_inputs is not None:
        args, kwargs = program.example_inputs
        return Example(tuple(args), dict(kwargs))
    placed = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    return Example(
        tuple(_zeros(placed[name].meta["val"]) for name in program.graph_signature.user_inputs if name in placed)
    )


def _zeros(seen: Any) -> Any:
    if not isinstance(seen, torch.Tensor):
        return seen
    return torch.zeros([int(size) for size in seen.shape], dtype=seen.dtype)
