"""Which of the data's inputs each argument of a network takes: one rule for training, probes and exports."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class MissingInput(ValueError):
    """The data does not have what the network takes, or holds what is not a number. `str()` is a sentence."""


def arguments(model: torch.nn.Module, names: list[str]) -> list[str]:
    """The names of the data's inputs in the order of the network's arguments.

    They are matched by name; where there is one of each, or as many as there are arguments and no name is known, in
    their own order. Raises `MissingInput`.
    """
    taken = [
        name
        for name, parameter in inspect.signature(model.forward).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if taken and all(name in names for name in taken):
        return taken
    if len(taken) == len(names) and not set(taken) & set(names):
        return names
    if not taken and len(names) == 1:
        return names  # forward(*inputs), as nn.Sequential and wrappers have it
    wanted = next((name for name in taken if name not in names), "nothing")
    raise MissingInput(
        f"The network asks for {wanted!r}, but the data has {', '.join(names)}. "
        "Name the Input nodes after what the data has."
    )
