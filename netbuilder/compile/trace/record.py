"""Runs a model with example inputs and writes down what it does. It reads no code and knows no graph.

The model runs twice, with batches of different size, so that a number that follows the batch is told from one that
does not. What the example decides (a branch, the number of turns of a loop) is decided for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from netbuilder.compile.trace.compare import Differs, compare
from netbuilder.compile.trace.finish import finish
from netbuilder.compile.trace.folding import fold
from netbuilder.compile.trace.readers import layer_test
from netbuilder.compile.trace.recording import Recording
from netbuilder.compile.trace.trees import flat
from netbuilder.compile.trace.watch import Run, Watch
from netbuilder.layers.catalog import Catalog

LEAST = 2  # with a batch of one, much looks the same that is not
MORE = 2  # by how many samples the second batch is larger


@dataclass(frozen=True)
class Example:
    """What the model is called with. Tensors (also in tuples, lists and dicts) have the batch first."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def record(
    model: nn.Module, example: Example, catalog: Catalog, *, layouts: bool = False, one_batch: bool = False
) -> Recording:
    """Everything that `model` does with `example` in eval mode on the CPU, with all control flow settled by it.

    Modules that are layers of `catalog` are one call each. With `layouts`, copies that only lay the numbers out in
    another order are kept: on them the last bit of a product may depend. With `one_batch`, the batch is that of the
    example for good. The model is left as it was. What the model itself raises comes through.
    """
    notes: list[str] = []

    def note(sentence: str) -> None:
        if sentence not in notes:
            notes.append(sentence)

    is_layer = layer_test(catalog)
    with left_as_it_was(model):
        batch = 0 if one_batch else _batch(example)
        run, other = _runs(example, batch, lambda each: _run(model, each, is_layer, layouts), note)
    recording = fold(run, other, note)
    finish(recording, layouts)
    recording.notes = list(dict.fromkeys([*run.notes, *notes]))
    return recording


def _runs(
    example: Example, batch: int, go: Callable[[Example], Run], note: Callable[[str], None]
) -> tuple[Run, Run | None]:
    """A run, with sizes that follow the batch where a second run shows which do; and that run."""
    first = max(batch, LEAST)
    why = ""
    if batch:
        for one, two in dict.fromkeys([(first, first + MORE), (batch, batch + 1)]):
            try:
                run = go(resized(example, batch, one))
                other = go(resized(example, batch, two))
                compare(run, other, (one, two), note)
            except Differs as differs:
                why = f"it does not do the same ({differs})"
                continue
            except Exception as error:  # what a model can't do with another batch is its own affair
                why = f"it fails ({type(error).__name__})"
                continue
            return run, other
        note(f"The model runs with a batch of {batch} only: with another one {why}. Sizes are those of this batch.")
    return go(example), None


def _run(model: nn.Module, example: Example, is_layer: Any, layouts: bool) -> Run:
    with left_as_it_was(model), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        run, _ = Watch(model, is_layer, layouts).run(example.args, example.kwargs)
    return run


def _batch(example: Example) -> int:
    """How many samples the example has; 0: it has no tensor with dimensions."""
    sizes = [tensor.shape[0] for tensor in flat((example.args, dict(example.kwargs))) if tensor.dim()]
    return int(sizes[0]) if sizes else 0


def resized(example: Example, batch: int, wanted: int) -> Example:
    """The example with `wanted` samples in place of `batch`, the same ones over again."""

    def resize(tree: Any) -> Any:
        if isinstance(tree, torch.Tensor):
            if not tree.dim() or tree.shape[0] != batch:
                return tree.detach().clone()
            times = -(-wanted // batch)
            return tree.detach().repeat(times, *[1] * (tree.dim() - 1))[:wanted].clone()
        if isinstance(tree, tuple) and hasattr(tree, "_fields"):
            return type(tree)(*(resize(part) for part in tree))
        if isinstance(tree, (tuple, list)):
            return type(tree)(resize(part) for part in tree)
        if isinstance(tree, Mapping):
            return {name: resize(part) for name, part in tree.items()}
        return tree

    return Example(resize(example.args), resize(dict(example.kwargs)))


@contextmanager
def left_as_it_was(model: nn.Module) -> Iterator[None]:
    """In eval mode; afterwards modes, buffers, what modules remember and the random state are what they were."""
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    remembered = [(module, dict(vars(module)), dict(module._buffers)) for module in model.modules()]
    dice = torch.get_rng_state()
    model.eval()
    try:
        yield
    finally:
        for module, had, held in remembered:
            vars(module).clear()
            vars(module).update(had)
            module._buffers.clear()
            module._buffers.update(held)
        with torch.no_grad():
            for buffer, was in buffers:
                if buffer.shape == was.shape and not torch.equal(buffer, was):
                    buffer.copy_(was)
        torch.set_rng_state(dice)
