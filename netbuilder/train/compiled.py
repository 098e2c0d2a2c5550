"""A network whose forward pass is compiled while it learns (`torch.compile`). It knows nothing of what is learned.

The compiled program stands beside the network and computes with its weights: whoever looks at the network, keeps or
exports it has the network itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

BACKEND: str | Callable[..., Any] = "inductor"


class Compiled:
    """To be called like the network. Where gradients are off or it is not in training, it is the network.

    `failure` is why it could not be compiled, "" while it can: the network itself is called from then on.
    """

    def __init__(self, model: torch.nn.Module):
        self.model, self.failure = model, ""
        self._program: Callable[..., Any] | None = None

    def __call__(self, *inputs: torch.Tensor) -> Any:
        if self.failure or not self.model.training or not torch.is_grad_enabled():
            return self.model(*inputs)
        try:
            if self._program is None:
                self._program = torch.compile(self.model, backend=BACKEND)
            return self._program(*inputs)
        except Exception as error:
            given = self.model(*inputs)  # what is wrong with the network itself is raised here, and names its node
            self.give_up(error)
            return given

    def give_up(self, error: Exception) -> None:
        """Call the network itself from now on."""
        self.failure, self._program = why(error), None


def why(error: Exception) -> str:
    """What kept a network from being compiled, in a sentence."""
    said = str(error)
    if "compiler" in said.lower() and ("not found" in said.lower() or "no working" in said.lower()):
        return "The network is trained without being compiled: this machine has no C++ compiler. Install one."
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.rstrip().endswith("raised:")]
    first = lines[0] if lines else type(error).__name__
    return f"The network is trained without being compiled, for torch can't: {first[:200].rstrip('.')}."
