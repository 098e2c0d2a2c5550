"""The samples on the device, and the order in which they are looked at. It knows nothing about what is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from netbuilder.data.arguments import MissingInput
from netbuilder.data.dataset import Dataset


class Batch(NamedTuple):
    """The numbers of a step's samples, and the seed of the random numbers that the step draws."""

    numbers: torch.Tensor
    seed: int


class Batches:
    """The training samples in batches, in a new order each epoch.

    A last batch of one sample joins the one before: a BatchNorm can't learn from a single sample, and all are used.
    Order and seeds come from a generator of their own, so nobody else's random numbers have a say in them.
    """

    def __init__(self, numbers: torch.Tensor, size: int, seed: int, device: torch.device, *, shuffle: bool = True):
        self._numbers, self._device, self._shuffle = numbers, device, shuffle
        self._random = torch.Generator().manual_seed(seed)
        if not len(numbers):
            raise MissingInput("The data has no training samples. Keep fewer of them for validation.")
        self.sizes = [len(part) for part in numbers.split(size)]
        if len(self.sizes) > 1 and self.sizes[-1] == 1:
            self.sizes[-2:] = [self.sizes[-2] + 1]

    def __len__(self) -> int:
        return len(self.sizes)

    def epoch(self) -> list[Batch]:
        """The batches of the next epoch."""
        numbers = self._numbers
        if self._shuffle:
            numbers = numbers[torch.randperm(len(numbers), generator=self._random)]
        seeds = torch.randint(2**32, (len(self),), generator=self._random).tolist()
        return list(map(Batch, numbers.to(self._device).split(self.sizes), seeds))


class Samples:
    """The inputs of these names and the targets, by sample number.

    They are put on the device once, and a batch is taken from there. What does not fit there stays where it is and
    follows batch by batch.
    """

    def __init__(self, dataset: Dataset, names: Sequence[str], device: torch.device):
        inputs = [dataset.inputs[name] for name in names]
        tensors = [*inputs, *dataset.others.values(), dataset.targets]
        self._device = device
        try:
            tensors = [tensor.to(device) for tensor in tensors]
        except torch.OutOfMemoryError:
            tensors = [tensor.pin_memory() if device.type == "cuda" else tensor for tensor in tensors]
        *tensors, self._targets = tensors
        self._inputs = tensors[: len(inputs)]
        self._others = dict(zip(dataset.others, tensors[len(inputs) :], strict=True))

    def take(self, numbers: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        """The inputs and the targets of these samples, on the device."""
        numbers = self._there(numbers)
        inputs = [tensor[numbers].to(self._device, non_blocking=True) for tensor in self._inputs]
        return inputs, self._targets[numbers].to(self._device, non_blocking=True)

    def others(self, numbers: torch.Tensor) -> dict[str, torch.Tensor]:
        """The further targets of these samples by name, on the device."""
        numbers = self._there(numbers)
        return {name: all[numbers].to(self._device, non_blocking=True) for name, all in self._others.items()}

    def _there(self, numbers: torch.Tensor) -> torch.Tensor:
        return numbers if self._targets.device == numbers.device else numbers.to(self._targets.device)

    def check_numbers(self, numbers: torch.Tensor) -> None:
        """Raises `MissingInput` if the data of these samples is not all finite numbers."""
        inputs, targets = self.take(numbers)
        for tensor in (*inputs, targets):
            bad = ~tensor.reshape(len(numbers), -1).isfinite().all(1)
            if bad.any():
                number = int(numbers[bad.nonzero()[0, 0]])
                raise MissingInput(
                    f"Sample {number} of the data holds values that are not numbers. Mend it or leave it out."
                )


def seed_step(seed: int, device: torch.device) -> None:
    """Set the random numbers that layers such as Dropout draw, on the CPU and on `device`.

    Those layers know only torch's process-wide generators, from which a probe or another thread of the window may
    draw between two steps. Seeding every step anew (1 µs on the CPU) makes a step depend on its number alone: the
    same run comes out whoever hosts it, and a run can go on from any step. `torch.manual_seed` would do the same for
    every device at 80 times the cost.
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        number = torch.cuda.current_device() if device.index is None else device.index
        torch.cuda.default_generators[number].manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)
