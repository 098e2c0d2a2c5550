"""Samples that do not fit on the device: they stay where they are, in memory or on the disk, and follow batch by batch.

What is foreseen is read ahead; whatever else is asked for is read then, and the numbers are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

import torch

from netbuilder.data.rows import OnDisk
from netbuilder.train.prefetching import Prefetch
from netbuilder.train.transfer import Transfer, on_host, transfer_to


class Host:
    """Rows of `tensors`, which are read together and sent on their way. `files` has those of the tensors that lie on
    the disk, by their places among them."""

    def __init__(self, tensors: Sequence[torch.Tensor], files: Mapping[int, OnDisk], transfer: Transfer):
        self._tensors, self._files, self._transfer = tensors, files, transfer

    @property
    def width(self) -> int:
        """How many bytes one row of all is."""
        return sum(prod(tensor.shape[1:]) * tensor.element_size() for tensor in self._tensors)

    def read(self, numbers: torch.Tensor) -> Any:
        """What the transfer is to receive of these rows. May be called on any thread."""
        for file in self._files.values():
            file.expect(numbers.tolist())
        return self._transfer.send([self._transfer.gather(tensor, numbers) for tensor in self._tensors])


class Stream:
    """Rows of `tensors` on the host, taken to the device together; see `Host` for `files`."""

    def __init__(self, tensors: Sequence[torch.Tensor], files: Mapping[int, OnDisk], device: torch.device):
        self._transfer = transfer_to(device)
        self._host = Host(tensors, files, self._transfer)
        # Not a method of this one's own: a circle would keep the data until somebody looks for circles.
        self._ahead: Prefetch[Any] = Prefetch(self._host.read, self._host.width)

    def foresee(self, numbers: Iterable[torch.Tensor]) -> None:
        """Read ahead what will be taken by these very tensors of sample numbers, in this order."""
        keys = list(numbers)
        self._ahead.foresee(keys, on_host(keys))

    def take(self, numbers: torch.Tensor) -> list[torch.Tensor]:
        """These rows of all tensors, on the device."""
        sent = self._ahead.take(numbers)
        if sent is None:
            sent = self._host.read(numbers.cpu())
        return self._transfer.receive(sent)

    def close(self) -> None:
        """Read nothing ahead any more. What is taken is still there."""
        self._ahead.close()
        self._transfer.close()


def size_of(tensors: Iterable[torch.Tensor]) -> int:
    """Bytes that they take where nothing is shared between them."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
