"""What there is to train on, and how many threads to take. Torch is imported when somebody asks."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache

from netbuilder.train import heap


class DeviceError(ValueError):
    """There is no such device here. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Device:
    """`name` is torch's ("cuda:0"), `title` what people call it ("NVIDIA H200")."""

    name: str
    title: str


def devices() -> tuple[Device, ...]:
    """What there is, the best first. The CPU is always there."""
    import torch

    found = []
    if torch.cuda.is_available():
        found += [Device(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU"))
    threads = threads_for_training()
    return (*found, Device("cpu", f"CPU · {threads} {'thread' if threads == 1 else 'threads'}"))


def best() -> str:
    """The name of the device that "auto" stands for."""
    return devices()[0].name


def resolve(name: str) -> str:
    """The device of this name; "auto" is the best, "cuda" the first GPU. Raises `DeviceError`."""
    there = [device.name for device in devices()]
    if name == "auto":
        return there[0]
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in there:
        raise DeviceError(f"This machine has no device {name[:40]!r}. It has: auto, {', '.join(reversed(there))}.")
    return wanted


def ready(name: str) -> None:
    """Make the calling thread ready to train on the device `name` with the number of threads that training takes, and
    the process keep the memory of a step for the next one. `give_back` ends that."""
    import torch

    torch.set_num_threads(threads_for_training())
    if name.startswith("cuda"):
        torch.cuda.set_device(torch.device(name))
    if name == "cpu":
        heap.keep()


def give_back() -> None:
    """Let others have the memory that nothing is in: that of the process, and of graphics cards. After a training."""
    heap.give_back()
    torch = sys.modules.get("torch")  # where nobody has imported it, it holds nothing
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


@cache
def threads_for_training() -> int:
    """How many CPU threads torch computes with; the same in the window and on the command line, because sums are
    taken in another order with another number of threads, and the curves would differ in the last digits.

    It is torch's own choice (the cores) less one, which is left to the window and to whatever else runs; or
    OMP_NUM_THREADS. Measured on two cores with the digits sample: alone, two threads take 2.3 s and one 3.3 s; beside
    other work two threads wait for each other at every operation and take 40 s, one 4 s.
    """
    import torch

    chosen = torch.get_num_threads()
    return chosen if "OMP_NUM_THREADS" in os.environ else max(1, chosen - 1)
