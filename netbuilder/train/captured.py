"""A step's way forth and back recorded once and played again, so that Python is not asked for each of its operations.

On a graphics card a small network waits for Python most of the time; there, what is recorded is a CUDA graph. It knows
nothing of what is learned, nor of optimizers: gradients are where it leaves them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from netbuilder.train.samples import Batch, seed_step

if TYPE_CHECKING:
    from netbuilder.train.learning import Told

Replay = Callable[[], object]
Record = Callable[[Callable[[], "Told"]], tuple[Replay, "Told"]]

REHEARSALS = 3  # before a recording, so that libraries have chosen their algorithms and taken their memory
OFF = 1e-3  # by which share of its length a tensor may differ from what it is without a recording


class NotCaptured(RuntimeError):
    """A step can't be recorded, or does not come out the same: it is taken as it is."""


class Captured:
    """Steps of one size. `answer` gives the loss of samples on `device`, by their numbers, in the same operations for
    whatever samples; it is only called while this is made.

    Made with the network in training. `tried` are batches that are computed both ways first: `NotCaptured` is raised
    unless loss, sums, gradients and statistics agree, and where a step draws random numbers on the host, which would
    be the same ones each time. Leaves gradients behind, and statistics changed.
    """

    def __init__(
        self,
        answer: Callable[[torch.Tensor], Told],
        model: torch.nn.Module,
        device: torch.device,
        tried: Iterable[Batch],
        record: Record,
    ):
        self._answer, self._model, self._device = answer, model, device
        self._weights = [weight for weight in model.parameters() if weight.requires_grad]
        first, *others = tried
        self._numbers = first.numbers.to(device, copy=True)
        seed_step(first.seed, device)
        try:
            self._replay, told = record(self._forth_and_back)
        except Exception as error:
            raise NotCaptured(str(error)) from error
        self._told = _detached(told)
        self._gradients = [weight.grad for weight in self._weights]
        self._places = list(self._addresses())
        for batch in (first, *others):
            self._compare(batch)

    def step(self, batch: Batch) -> Told | None:
        """What came of a batch, whose gradients the weights have then. None, and nothing is done, where it is of
        another size, or the network's tensors are no longer those that were recorded."""
        if len(batch.numbers) != len(self._numbers) or list(self._addresses()) != self._places:
            return None
        self._numbers.copy_(batch.numbers)
        seed_step(batch.seed, self._device)
        self._replay()
        for weight, gradient in zip(self._weights, self._gradients, strict=True):
            weight.grad = gradient
        return _copied(self._told)  # the next step writes over it, and losses are read later

    def _forth_and_back(self) -> Told:
        for weight in self._weights:
            weight.grad = None
        told = self._answer(self._numbers)
        told.loss.backward()
        return told

    def _compare(self, batch: Batch) -> None:
        statistics = [(buffer, buffer.clone()) for buffer in self._model.buffers()]
        seed_step(batch.seed, self._device)
        before = host_state(self._device)
        self._numbers.copy_(batch.numbers)
        wanted = self._all_of(_detached(self._forth_and_back()))
        if before is not None and not torch.equal(before, torch.default_generator.get_state()):
            raise NotCaptured("the step draws random numbers on the host")
        for buffer, was in statistics:
            buffer.copy_(was)
        told = self.step(batch)
        found = [] if told is None else self._all_of(told)
        if len(found) != len(wanted) or not all(map(_same, found, wanted)):
            raise NotCaptured("a recorded step does not come out as one that is not")

    def _all_of(self, told: Told) -> list[torch.Tensor]:
        """Copies of all that a step leaves behind."""
        sums = [torch.as_tensor(value) for value in told.sums.values()]
        gradients = [weight.grad for weight in self._weights if weight.grad is not None]
        return [tensor.clone() for tensor in (told.loss, *sums, *gradients, *self._model.buffers())]

    def _addresses(self) -> Iterator[int]:
        for weight in self._weights:
            yield weight.data_ptr()
        for buffer in self._model.buffers():
            yield buffer.data_ptr()


def host_state(device: torch.device) -> torch.Tensor | None:
    """Where the host's random numbers are, if those of the device are others."""
    return None if device.type == "cpu" else torch.default_generator.get_state()


def recorder(device: torch.device) -> Record | None:
    """What records a step on such a device; None where that is not to be had."""
    return cuda_graph if device.type == "cuda" else None


def cuda_graph(work: Callable[[], Told]) -> tuple[Replay, Told]:
    """Record `work` for the current CUDA device. The memory that it works with is kept for it. Raises what torch does
    where a graph can't hold it (it waits for the device, say), and `NotCaptured` where it takes so much memory that
    less than as much is left.

    See "CUDA Graphs" in torch's notes on CUDA for what a graph can hold.
    """
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(REHEARSALS):
            work()
        with _no_waiting():
            work()
    torch.cuda.current_stream().wait_stream(beside)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    graph = torch.cuda.CUDAGraph()
    try:
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # other threads may take memory meanwhile
            told = work()
    except BaseException:
        _renew_random_numbers()
        raise
    left, _ = torch.cuda.mem_get_info()
    if left < free - left:
        raise NotCaptured("too much of the device's memory would be held")
    return graph.replay, told


@contextmanager
def _no_waiting() -> Iterator[None]:
    """Inside, an operation that waits for the device raises: better before a recording, which it would spoil."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not find all of them, and says so
        torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode(before)


def _renew_random_numbers() -> None:
    """After a recording that failed, those of the device think that it still goes on, and refuse to draw: give them
    another state. Each step seeds them anyway."""
    number = torch.cuda.current_device()
    fresh = torch.Generator(torch.device("cuda", number))
    torch.cuda.default_generators[number].graphsafe_set_state(fresh.graphsafe_get_state())


def _detached(told: Told) -> Told:
    sums = {name: one.detach() if isinstance(one, torch.Tensor) else one for name, one in told.sums.items()}
    return told._replace(loss=told.loss.detach(), sums=sums)


def _copied(told: Told) -> Told:
    sums = {name: one.clone() if isinstance(one, torch.Tensor) else one for name, one in told.sums.items()}
    return told._replace(loss=told.loss.clone(), sums=sums)


def _same(found: torch.Tensor, wanted: torch.Tensor) -> bool:
    if found.shape != wanted.shape:
        return False
    off = (found.double() - wanted.double()).norm()
    return bool(off <= OFF * wanted.double().norm() + 1e-7)  # NaN is not the same as anything
