"""Whether a drawing is the model it was read from: both are run on the same, and what they give is compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.model_file import make_model

if TYPE_CHECKING:
    import torch
    from torch import nn


class Unlike(ValueError):
    """The two can't be compared. `str()` is a sentence that says why."""


def build(source: str, state: Mapping[str, torch.Tensor]) -> nn.Module:
    """The network of a source that this program wrote, with these weights, in eval mode. Raises `Unlike`."""
    with tempfile.TemporaryDirectory(prefix="netbuilder-") as folder:
        file = Path(folder) / "model.py"
        file.write_text(source, "utf-8")
        network = make_model(file)
    try:
        network.load_state_dict(dict(state), strict=True)
    except RuntimeError as error:
        raise Unlike(f"The weights don't fit the drawing: {' '.join(str(error).split())[:300]}") from error
    return network.eval()


def largest_difference(expected: Iterable[torch.Tensor], found: Iterable[torch.Tensor]) -> float:
    """How far two rows of outputs are apart at most: 0.0 where they are the same bit by bit. Raises `Unlike`."""
    one, other = list(expected), list(found)
    if len(one) != len(other):
        raise Unlike(f"The drawing gives {len(other)} outputs, and the model {len(one)}.")
    return max((_difference(a, b) for a, b in zip(one, other, strict=True)), default=0.0)


def _difference(expected: torch.Tensor, found: torch.Tensor) -> float:
    import torch

    if expected.shape != found.shape or expected.dtype != found.dtype:
        shapes = [f"{'×'.join(map(str, t.shape))} {str(t.dtype).removeprefix('torch.')}" for t in (found, expected)]
        raise Unlike(f"An output of the drawing is {shapes[0]}, and the model's is {shapes[1]}.")
    if torch.equal(expected, found):
        return 0.0
    if expected.is_complex():
        return float((expected - found).abs().max())
    gap = (expected.double() - found.double()).abs()
    gap[(expected == found) | (expected.isnan() & found.isnan())] = 0.0  # equal infinities, and what is no number
    return float(gap.nan_to_num(nan=float("inf")).max())


def run(model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What the model gives in eval mode. Sampling starts from the same random state each time."""
    import torch

    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return model(*args, **kwargs)


def apart(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """The tensors that are not one and the same, in order."""
    found: dict[tuple[Any, ...], torch.Tensor] = {}
    for tensor in tensors:
        where = tensor.data_ptr() if tensor.numel() else id(tensor)
        found.setdefault((where, tensor.shape, tensor.stride(), tensor.dtype), tensor)
    return list(found.values())


def parameters_of(model: nn.Module) -> int:
    """How many numbers a model learns or could learn; what is used twice counts once."""
    return sum(parameter.numel() for parameter in model.parameters())
