"""In which numbers a training computes: how many digits they have, and whether the same ones come out again.

It knows nothing of what is learned. torch keeps some of this in settings of the whole process; they are set for a step
and put back after it, so that whoever computes between two steps finds them as they were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.recipes.recipe import RecipeError

if TYPE_CHECKING:
    from netbuilder.train.recipes.recipe import Recipe

Forward = Callable[..., Any]

AUTO, TF32 = "auto", "tf32"
HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"  # without it, sums of cuBLAS come out in any order


def half_of(recipe: Recipe, device: torch.device) -> torch.dtype | None:
    """The type of half the digits that networks compute in, or None. Raises `RecipeError` if the device has none."""
    half = HALVES.get(recipe.precision)
    if half is None or device.type == "cpu":
        return half
    able = torch.amp.is_autocast_available(device.type)
    if able and device.type == "cuda" and half == torch.bfloat16:
        able = torch.cuda.is_bf16_supported()
    if not able:
        other = "float16" if device.type == "cuda" else "float32"
        raise RecipeError(
            f"The device {device} can't compute in {recipe.precision}. Set the precision to {other}.", "precision"
        )
    return half


def in_half(forward: Forward, device: torch.device, half: torch.dtype) -> Forward:
    """A network that computes in `half` where that does no harm (torch's autocast), and answers in float32: losses
    are computed in that."""

    def computed(*inputs: torch.Tensor) -> Any:
        with torch.autocast(device.type, half):
            given = forward(*inputs)
        return tuple(map(_whole, given)) if isinstance(given, tuple) else _whole(given)

    return computed


def _whole(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.dtype in HALVES.values() else tensor


def likes_channels_last(recipe: Recipe, device: torch.device) -> bool:
    """Whether convolutions are faster there when the channels of a pixel lie side by side: with tensor cores, which
    full float32 has nothing of."""
    return device.type == "cuda" and (recipe.precision in (AUTO, TF32) or recipe.precision in HALVES)


def set_layout(networks: Iterable[torch.nn.Module], layout: torch.memory_format) -> bool:
    """Lay out the filters of two-dimensional convolutions so; what comes out of one then is laid out as they are.
    Returns whether there are any. Shapes and values stay as they were."""
    there = False
    for network in networks:
        for module in network.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d)):
                weight = module._parameters.get("weight")  # another one is computed of something (weight norm)
                if weight is not None:
                    weight.data, there = weight.data.contiguous(memory_format=layout), True
    return there


def computing(recipe: Recipe, device: torch.device) -> AbstractContextManager[None]:
    """What a step is computed in. It can be entered again and again, and costs nothing where there is nothing to set:
    the settings are those of NVIDIA's libraries."""
    return Settings(recipe.precision, recipe.reproducible) if device.type == "cuda" else nullcontext()


class Settings:
    """Sets what NVIDIA's libraries go by, and puts back what was there."""

    def __init__(self, precision: str, reproducible: bool):
        cudnn: Any = torch.backends.cudnn
        self._reproducible = reproducible
        # Tried out for each shape, the fastest algorithm is another one from run to run.
        self._wanted: list[tuple[Any, str, Any]] = [(cudnn, "benchmark", not reproducible)]
        if reproducible:
            self._wanted.append((cudnn, "deterministic", True))
        digits = "tf32" if precision in (AUTO, TF32) else "ieee"  # torch's own choice differs from part to part
        parts = (torch.backends.cuda.matmul, cudnn.conv, cudnn.rnn)
        self._wanted += [(part, "fp32_precision", digits) for part in parts]
        self._before: list[tuple[list[Any], bool, str | None]] = []

    def __enter__(self) -> None:
        before = [getattr(place, name) for place, name, _ in self._wanted]
        self._before.append((before, torch.are_deterministic_algorithms_enabled(), os.environ.get(WORKSPACE)))
        for place, name, value in self._wanted:
            setattr(place, name, value)
        if self._reproducible:
            os.environ.setdefault(WORKSPACE, ":4096:8")
            torch.use_deterministic_algorithms(True)

    def __exit__(self, *error: object) -> None:
        before, deterministic, workspace = self._before.pop()
        for (place, name, _), value in zip(self._wanted, before, strict=True):
            setattr(place, name, value)
        if self._reproducible:
            torch.use_deterministic_algorithms(deterministic)
            if workspace is None:
                os.environ.pop(WORKSPACE, None)
