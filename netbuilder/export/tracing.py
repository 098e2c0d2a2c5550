"""What the formats that trace a model have in common: example inputs, a batch of any size, and a quiet PyTorch."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netbuilder.export.exporter import Trained

if TYPE_CHECKING:
    import torch

EXAMPLES = 4  # a batch of one would be taken for a constant


def examples(trained: Trained) -> tuple[torch.Tensor, ...]:
    """A small batch of real samples, repeated where there are too few."""
    first = []
    for tensor in trained.inputs.values():
        times = -(-EXAMPLES // len(tensor))
        first.append(tensor.repeat(times, *[1] * (tensor.dim() - 1))[:EXAMPLES])
    return tuple(first)


def batch_dimension(trained: Trained) -> Any:
    """The first dimension of every input is the batch, the same for all, and of any size."""
    from torch.export import Dim

    batch = Dim("batch")
    return tuple({0: batch} for _ in trained.inputs)


@contextmanager
def quietly() -> Iterator[None]:
    """PyTorch's exporters warn about packages that nobody needs here and about their own insides, and one of them
    shows a progress bar to nobody, whose watching thread would outlive it."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    interval, tqdm.monitor_interval = tqdm.monitor_interval, 0
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            tqdm.monitor_interval = interval
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
