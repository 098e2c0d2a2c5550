"""Looks at what each node's line of a model.py gives while the network runs. It knows nothing of what is looked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch.utils._python_dispatch import TorchDispatchMode

T = TypeVar("T")


class NodeResults(TorchDispatchMode, Generic[T]):
    """While it is entered, `found` gets by node what `look(tensors, operation)` makes of the real numbers that the last
    operation of its line has made, in the order in which the lines first made some. The last one only: within a layer
    an infinity can be meant, as in the mask of an attention.

    `lines` has the nodes' names by line number, as JSON has it; `operation` is torch's name ("aten.relu").
    """

    def __init__(self, file: Path, lines: Mapping[str, str], look: Callable[[list[torch.Tensor], str], T]):
        super().__init__()
        self._file, self._names, self._look = str(Path(file).resolve()), lines, look
        self.found: dict[str, T] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        node = self._node()
        if node is not None:
            made = result if isinstance(result, (tuple, list)) else (result,)
            floats = [one for one in made if isinstance(one, torch.Tensor) and one.is_floating_point()]
            if floats and func is not torch.ops.aten.detach.default:  # autograd's own, of what was made before
                self.found[node] = self._look(floats, str(func.overloadpacket))
        return result

    def _node(self) -> str | None:
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._file and str(frame.f_lineno) in self._names:
                return self._names[str(frame.f_lineno)]
            frame = frame.f_back  # type: ignore[assignment]
        return None
