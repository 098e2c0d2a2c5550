"""How samples get from the host's memory to the device. All that is CUDA's own about streaming stands here.

It knows nothing about which samples, and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

Tensors = list[torch.Tensor]


def room_on(device: torch.device) -> int | None:
    """Bytes that data may take on a device, or None where there is no telling: half of what is free, for the network,
    its gradients and what is computed need the rest. What torch holds there and does not use is free too."""
    if device.type != "cuda":
        return None
    free, _ = torch.cuda.mem_get_info(device)
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return (free + unused) // 2


def transfer_to(device: torch.device) -> Transfer:
    return CudaTransfer(device) if device.type == "cuda" else Transfer(device)


class Transfer:
    """To the CPU, where there is nothing to do, or to a device that copies only while it is waited for.

    `gather` and `send` may be called on any thread, `receive` on the one that computes.
    """

    def __init__(self, device: torch.device):
        self._device = device

    def gather(self, tensor: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        """These rows of a tensor, both on the host."""
        return tensor.index_select(0, numbers)  # `tensor[numbers]` takes four times as long

    def send(self, tensors: Tensors) -> Any:
        """Let what was gathered be on its way. Returns what `receive` takes."""
        return tensors

    def receive(self, sent: Any) -> Tensors:
        """The tensors on the device, to be computed with at once."""
        return [tensor.to(self._device) for tensor in sent]

    def close(self) -> None:
        """Give back what was kept for the next time."""


class CudaTransfer(Transfer):
    """To a GPU of NVIDIA, beside what it computes: from memory that the system may not move ("pinned"), on a stream of
    its own. What computes waits on the device, not on the host, until the copy is there.

    torch keeps pinned memory from being used anew before the copy out of it is done, and reuses it: to pin some takes
    longer than to copy it. (A guide on good usage of non_blocking and pin_memory(), PyTorch tutorials.)
    """

    def __init__(self, device: torch.device):
        super().__init__(device)
        self._stream = torch.cuda.Stream(device)

    def gather(self, tensor: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        pinned = torch.empty((len(numbers), *tensor.shape[1:]), dtype=tensor.dtype, pin_memory=True)
        return torch.index_select(tensor, 0, numbers, out=pinned)

    def send(self, tensors: Tensors) -> tuple[Tensors, torch.cuda.Event]:
        with torch.cuda.stream(self._stream):
            sent = [tensor.to(self._device, non_blocking=True) for tensor in tensors]
            there = self._stream.record_event()
        return sent, there

    def receive(self, sent: tuple[Tensors, torch.cuda.Event]) -> Tensors:
        tensors, there = sent
        computing = torch.cuda.current_stream(self._device)
        computing.wait_event(there)
        for tensor in tensors:
            # It is of the other stream's memory, which could go to the next copy while this one is computed with.
            tensor.record_stream(computing)
        return tensors

    def close(self) -> None:
        torch.accelerator.empty_host_cache()


def on_host(numbers: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """The same on the host, fetched from a device all at once."""
    if not numbers or numbers[0].device.type == "cpu":
        return numbers
    return torch.cat(list(numbers)).cpu().split([len(some) for some in numbers])
