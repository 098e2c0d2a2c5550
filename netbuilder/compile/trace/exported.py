"""Programs of torch.export as modules that can be run and recorded like any other.

The program's own graph is what is run: whatever Python once stood behind it is not there any more, and not needed.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import Any

import torch
from torch import nn

from netbuilder.compile.trace.record import Example

UNCHECKED = ("lstm", "gru", "rnn", "as_strided", "_pack", "_pad", "quantized", "mkldnn", "_thnn")


def module_of(program: torch.export.ExportedProgram) -> nn.Module:
    """The program with its modules as they were nested; where that can't be had, as one."""
    try:
        module = torch.export.unflatten(program)
        _run_quietly(module, program)
        if not any(_is_unchecked(node.target) for node in program.graph.nodes):
            module.check_input_constraints = False  # another batch than that of the example is tried, and may work
        return module
    except Exception:  # whatever keeps it from being unflattened, the program itself is still there
        return program.module(check_guards=False)


def _run_quietly(module: Any, program: torch.export.ExportedProgram) -> None:
    """Let nothing be left behind by the progress bar that nobody sees, and the arguments have their names back."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    forward = module.forward

    @wraps(forward)
    def quietly(*args: Any, **kwargs: Any) -> Any:
        interval, tqdm.monitor_interval = tqdm.monitor_interval, 0
        try:
            return forward(*args, **kwargs)
        finally:
            tqdm.monitor_interval = interval

    given, named = program.call_spec.in_spec.children()
    flat = all(part.is_leaf() for part in given.children())
    places = list(program.graph_signature.user_inputs) if flat else []
    names = [str(name) for name, _ in zip(places, given.children(), strict=False)] or [
        f"x{number}" for number, _ in enumerate(given.children(), 1)
    ]
    names += [str(name) for name in named.context]
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    quietly.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    module.forward = quietly


def _is_unchecked(target: Any) -> bool:
    """Whether an operator trusts in sizes that it was exported with, and would read beyond the end with others."""
    name = target._schema.name.partition("::")[2] if isinstance(target, torch._ops.OpOverload) else str(target)
    return name.startswith(UNCHECKED)


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
