"""To a GPU samples go from pinned memory, on a stream of their own, and what computes waits for them on the device."""

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from netbuilder.train import samples
from netbuilder.train.samples import Samples
from netbuilder.train.transfer import Transfer, on_host, room_on, transfer_to
from tests.train.test_further import inked

CPU, GPU = torch.device("cpu"), torch.device("cuda:0")
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def test_to_the_cpu_there_is_nothing_to_do():
    way = transfer_to(CPU)
    assert type(way) is Transfer
    rows = way.gather(torch.arange(12).view(4, 3), torch.tensor([2, 0]))
    (there,) = way.receive(way.send([rows]))
    assert there.tolist() == [[6, 7, 8], [0, 1, 2]]
    assert there.data_ptr() == rows.data_ptr()
    assert room_on(CPU) is None


def test_numbers_on_the_host_stay_what_they_are():
    numbers = [torch.tensor([1]), torch.tensor([2, 3])]
    assert on_host(numbers) is numbers
    assert list(on_host([])) == []


class Tape:
    """Stands in for a GPU, and writes down what is asked of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.said: list[Any] = []
        self.now = "computing"
        empty = torch.empty
        copy = torch.Tensor.to

        def to(tensor: torch.Tensor, device: Any, **how: Any) -> torch.Tensor:
            self.said.append(("copied on", self.now, how))
            return copy(tensor, CPU, copy=True)

        def record_stream(tensor: torch.Tensor, stream: Any) -> None:
            self.said.append(("is used by", stream.name))

        def pinned(*shape: Any, pin_memory: bool, **how: Any) -> torch.Tensor:
            self.said.append("pinned" if pin_memory else "not pinned")
            return empty(*shape, **how)

        monkeypatch.setattr(torch.cuda, "Stream", lambda device: self.stream("copying"))
        monkeypatch.setattr(torch.cuda, "current_stream", lambda device: self.stream("computing"))
        monkeypatch.setattr(torch.cuda, "stream", self.on)
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 5000))
        monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 300)
        monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 100)
        monkeypatch.setattr(torch.accelerator, "empty_host_cache", lambda: self.said.append("given back"))
        monkeypatch.setattr(torch.Tensor, "to", to)
        monkeypatch.setattr(torch.Tensor, "record_stream", record_stream)
        monkeypatch.setattr(torch, "empty", pinned)

    def stream(self, name: str) -> Any:
        def wait(event: str) -> None:
            self.said.append((name, "waits for", event))

        return SimpleNamespace(name=name, record_event=lambda: f"an event of {name}", wait_event=wait)

    @contextmanager
    def on(self, stream: Any):
        before, self.now = self.now, stream.name
        yield
        self.now = before


def test_a_copy_is_asked_for_beside_what_computes_which_waits_for_it(monkeypatch):
    tape = Tape(monkeypatch)
    way = transfer_to(GPU)
    sent = way.send([way.gather(torch.arange(12).view(4, 3), torch.tensor([2, 0]))])
    assert tape.said == ["pinned", ("copied on", "copying", {"non_blocking": True})]
    tape.said.clear()
    (there,) = way.receive(sent)
    assert there.tolist() == [[6, 7, 8], [0, 1, 2]]
    assert tape.said == [("computing", "waits for", "an event of copying"), ("is used by", "computing")]
    tape.said.clear()
    way.close()
    assert tape.said == ["given back"]


def test_data_may_take_half_of_what_is_free_on_a_gpu_and_what_torch_holds_unused_is_free(monkeypatch):
    Tape(monkeypatch)
    assert room_on(GPU) == (1000 + 200) // 2


@needs_gpu
@pytest.mark.parametrize("room", [0, 1 << 40])
def test_on_a_gpu_samples_are_the_same_whether_they_are_there_or_follow(room, monkeypatch):
    monkeypatch.setattr(samples, "room_on", lambda device: room)
    data = inked()
    made = Samples(data, list(data.inputs), GPU)
    assert made.resident is bool(room)
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))
    batches = list(order.to(GPU).split(7))
    made.foresee(batches)
    for numbers in batches:
        (image,), targets = made.take(numbers)
        others = made.others(numbers)
        image.mul_(1.0)  # memory that went to another batch too early would show
        assert image.device == targets.device == GPU
        assert torch.equal(image.cpu(), data.inputs["image"][numbers.cpu()])
        assert torch.equal(targets.cpu(), data.targets[numbers.cpu()])
        assert all(torch.equal(others[name].cpu(), data.others[name][numbers.cpu()]) for name in data.others)
    made.close()


@needs_gpu
def test_memory_of_a_batch_is_not_used_anew_while_it_is_computed_with(monkeypatch):
    monkeypatch.setattr(samples, "room_on", lambda device: 0)
    data = inked()
    made = Samples(data, list(data.inputs), GPU)
    batches = list(torch.arange(len(data), device=GPU).split(10))
    made.foresee(batches)
    sums = []
    for numbers in batches:
        torch.cuda._sleep(10_000_000)  # what computes lags behind the copies
        sums.append(made.take(numbers)[0][0].sum())
    made.close()
    expected = [data.inputs["image"][numbers.cpu()].to(GPU).sum() for numbers in batches]
    assert torch.stack(sums).tolist() == torch.stack(expected).tolist()
