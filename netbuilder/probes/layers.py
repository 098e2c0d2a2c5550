"""Which parts of a model have weights to look at, by the names the generated source gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def layers_with_weights(model: nn.Module) -> list[str]:
    """The dotted names of the modules that own parameters, in the order of the source.

    A module inside one of those (the projection in an attention) belongs to it and is not listed by itself.
    """
    found: list[str] = []
    for name, module in model.named_modules():
        if name and not _inside(name, found) and next(module.parameters(recurse=False), None) is not None:
            found.append(name)
    return found


def parameters_of(model: nn.Module, layer: str) -> list[str]:
    """The names of a layer's parameters ("weight", "bias", "weight_ih_l0"); none if there is no such layer."""
    module = dict(model.named_modules()).get(layer)
    return [] if module is None else [name for name, _ in module.named_parameters()]


def _inside(name: str, layers: list[str]) -> bool:
    return any(name.startswith(f"{layer}.") for layer in layers)
