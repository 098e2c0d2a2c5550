"""The samples on the device, and the order in which they are looked at. It knows nothing about what is learnt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from netbuilder.data.arguments import MissingInput
from netbuilder.data.dataset import Dataset
from netbuilder.data.memory import gigabytes
from netbuilder.train.streaming import Stream, size_of
from netbuilder.train.transfer import room_on


class Batch(NamedTuple):
    """The numbers of a step's samples, and the seed of the random numbers that the step draws."""

    numbers: torch.Tensor
    seed: int


class Batches:
    """The training samples in batches, in a new order each epoch: iterating gives those of the epoch that are left.

    A last batch of one sample joins the one before: a BatchNorm can't learn from a single sample, and all are used.
    Order and seeds come from a generator of their own, so nobody else's random numbers have a say in them, and where
    it is can be told in a few numbers.
    """

    def __init__(self, numbers: torch.Tensor, size: int, seed: int, device: torch.device, *, shuffle: bool = True):
        self._numbers, self._device, self._shuffle = numbers, device, shuffle
        self._random = torch.Generator().manual_seed(seed)
        if not len(numbers):
            raise MissingInput("The data has no training samples. Keep fewer of them for validation.")
        self.size = size
        self._before = self._random.get_state()  # as it was before the order of this epoch was drawn
        self._first = size  # the size of a batch when this epoch began
        self._cuts: list[tuple[int, int]] = []  # after how many batches of it another size was wanted, and which
        self.order: list[Batch] = []
        self.begun = False  # whether an epoch is under way: until it is ended, also after its last batch
        self.done = 0  # of this epoch

    def __len__(self) -> int:
        """How many there are in an epoch, by the size that is wanted now."""
        return len(self.sizes)

    @property
    def sizes(self) -> list[int]:
        """How many samples each of them has."""
        return _sizes(len(self._numbers), self.size)

    @property
    def left(self) -> int:
        """How many of this epoch are left."""
        return len(self.order) - self.done

    def coming(self) -> Iterator[torch.Tensor]:
        """The numbers of those of this epoch that are left."""
        return (batch.numbers for batch in self.order[self.done :])

    def begin(self) -> list[Batch]:
        """Draw the order of the next epoch. Returns its batches."""
        self._before, self._first, self._cuts, self.done = self._random.get_state(), self.size, [], 0
        self.begun = True
        numbers = self._numbers
        if self._shuffle:
            numbers = numbers[torch.randperm(len(numbers), generator=self._random)]
        self.order = self._cut(numbers.to(self._device))
        return self.order

    def end(self) -> None:
        """Let an epoch be over."""
        self.begun = False

    def __iter__(self) -> Iterator[Batch]:
        while self.done < len(self.order):
            batch = self.order[self.done]
            self.done += 1
            yield batch

    def resize(self, size: int) -> None:
        """Make batches of another size of what is left of this epoch, and in those that come."""
        self.size = size
        if self.left:
            self._cuts.append((self.done, size))
            rest = torch.cat([batch.numbers for batch in self.order[self.done :]])
            self.order[self.done :] = self._cut(rest)

    def state(self) -> tuple[torch.Tensor, dict[str, Any]]:
        """Where it is: the random numbers' state, and plain numbers."""
        if not self.begun:
            return self._random.get_state(), {"size": self.size, "done": 0, "cuts": [], "begun": False}
        cuts = [list(cut) for cut in self._cuts]
        return self._before, {"size": self._first, "done": self.done, "cuts": cuts, "begun": True}

    def restore(self, random: torch.Tensor, numbers: Mapping[str, Any]) -> None:
        """Go on from where another one with the same samples was."""
        self._random.set_state(random)
        self.size, self.order, self.done, self.begun = int(numbers["size"]), [], 0, False
        if not numbers["begun"]:
            return
        self.begin()
        for done, size in numbers["cuts"]:
            self.done = int(done)
            self.resize(int(size))
        self.done = int(numbers["done"])

    def _cut(self, numbers: torch.Tensor) -> list[Batch]:
        sizes = _sizes(len(numbers), self.size)
        seeds = torch.randint(2**32, (len(sizes),), generator=self._random).tolist()
        return list(map(Batch, numbers.split(sizes), seeds))


def _sizes(count: int, size: int) -> list[int]:
    sizes = [size] * (count // size) + ([count % size] if count % size else [])
    if len(sizes) > 1 and sizes[-1] == 1:
        sizes[-2:] = [sizes[-2] + 1]
    return sizes


class Samples:
    """The inputs of these names and the targets, by sample number.

    They are put on the device once, and a batch is taken from there. What does not fit there stays where it is and
    follows batch by batch; `note` says so then.
    """

    def __init__(self, dataset: Dataset, names: Sequence[str], device: torch.device):
        inputs = [dataset.inputs[name] for name in names]
        tensors = [*inputs, *dataset.others.values(), dataset.targets]
        self._stream: Stream | None = None
        self._further: tuple[torch.Tensor | None, list[torch.Tensor]] = None, []  # of what was streamed last
        self.note = ""
        there = _moved(tensors, device, mapped=bool(dataset.on_disk))
        if there is None:
            files = {at: dataset.on_disk[name] for at, name in enumerate(names) if name in dataset.on_disk}
            self._stream = Stream(tensors, files, device)
            if device.type != "cpu":
                size = gigabytes(size_of(tensors))
                self.note = f"The data takes {size}, which {device} has no room for: it follows batch by batch."
        *tensors, self._targets = there or tensors
        self._inputs = tensors[: len(inputs)]
        self._others = dict(zip(dataset.others, tensors[len(inputs) :], strict=True))

    @property
    def resident(self) -> bool:
        """Whether all of them lie on the device."""
        return self._stream is None

    def foresee(self, numbers: Iterable[torch.Tensor]) -> None:
        """Read ahead, where they are streamed, what will be taken by these very tensors of numbers, in this order. It
        holds until something else is foreseen, or `close`."""
        if self._stream is not None:
            self._stream.foresee(numbers)

    def take(self, numbers: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        """The inputs and the targets of these samples, on the device."""
        if self._stream is not None:
            *rows, targets = self._stream.take(numbers)
            count = len(self._inputs)
            self._further = numbers, rows[count:]
            return rows[:count], targets
        # `tensor[numbers]` takes four times as long.
        inputs = [tensor.index_select(0, numbers) for tensor in self._inputs]
        return inputs, self._targets.index_select(0, numbers)

    def others(self, numbers: torch.Tensor) -> dict[str, torch.Tensor]:
        """The further targets of these samples by name, on the device."""
        if self._stream is not None:
            if self._further[0] is not numbers:
                self.take(numbers)
            return dict(zip(self._others, self._further[1], strict=True))
        return {name: all.index_select(0, numbers) for name, all in self._others.items()}

    def close(self) -> None:
        """Read nothing ahead any more. What is asked for is still there."""
        self._further = None, []
        if self._stream is not None:
            self._stream.close()

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


def _moved(tensors: Sequence[torch.Tensor], device: torch.device, *, mapped: bool) -> list[torch.Tensor] | None:
    """All of them on the device, or None where they do not fit there. On devices that do not tell, what is `mapped`
    from a file does not, for their memory is that of the host."""
    room = room_on(device)
    if mapped if room is None else size_of(tensors) > room:
        return None
    try:
        return [tensor.to(device) for tensor in tensors]
    except torch.OutOfMemoryError:
        return None


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
