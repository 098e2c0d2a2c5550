"""Samples per second of `fit` on data in memory, and on data in a mapped file: read ahead on threads, and only when it
is asked for. Run: python -m tests.benchmarks.bench_streaming

The same network and pictures in turns, an epoch each. Of a file on the disk the system has nothing in memory when an
epoch begins, where it can be told so (Linux); "in cache" is the same file right after that. A ratio is the median of
those of the rounds.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.data.memory import gigabytes
from netbuilder.data.rows import OnDisk, room_in
from netbuilder.places import cache_folder
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train import device
from netbuilder.train.fit import fit
from netbuilder.train.recipes import Supervised
from netbuilder.train.samples import Samples

SHAPE, CLASSES = (3, 64, 64), 10
SAMPLES, BATCH, ROUNDS = 12_000, 64, 7
LEAST = 1.1  # times as fast as without reading ahead, from the disk


def dense() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 64, 64), nn.ReLU(), nn.Linear(64, CLASSES))


def convolutions() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(16 * 49, CLASSES)),
    )


NETWORKS: Mapping[str, Callable[[], nn.Module]] = {"a layer of 64": dense, "two convolutions": convolutions}


@dataclass(frozen=True)
class Way:
    """How an epoch gets its samples."""

    title: str
    on_disk: bool = True
    cold: bool = False
    ahead: bool = True


IN_MEMORY = Way("in memory", on_disk=False)
WITHOUT = Way("from the disk, when asked for", cold=True, ahead=False)
WITH = Way("from the disk, ahead", cold=True)
WAYS = (IN_MEMORY, WITHOUT, WITH, Way("in cache, when asked for", ahead=False), Way("in cache, ahead"))


def made(samples: int, store: OnDisk) -> Dataset:
    """Random pictures in memory, the same as those in the file."""
    pictures = torch.rand((samples, *SHAPE), generator=torch.Generator().manual_seed(0))
    for one in pictures.numpy():
        store.add(one)
    classes = torch.randint(CLASSES, (samples,), generator=torch.Generator().manual_seed(1))
    names = tuple(map(str, range(CLASSES)))
    spec = DataSpec("noise", {"picture": TensorSpec(SHAPE)}, TargetSpec("class", classes=names))
    return Dataset(spec, {"picture": pictures}, classes, torch.arange(samples), torch.arange(0))


def forget(store: OnDisk) -> None:
    """Have the system keep nothing of the file in memory. What is mapped stays, so nothing may be."""
    gc.collect()
    if hasattr(os, "posix_fadvise"):
        number = store._file.fileno()
        os.fsync(number)  # what is not written yet can't be forgotten
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)


def epoch(way: Way, make: Callable[[], nn.Module], there: Dataset, store: OnDisk) -> float:
    """Samples per second of an epoch."""
    dataset = there
    if way.cold:
        forget(store)
    if way.on_disk:
        dataset = replace(there, inputs={"picture": store.tensor()}, on_disk={"picture": store})
    foresee = Samples.foresee
    if not way.ahead:
        Samples.foresee = lambda one, numbers: None  # type: ignore[method-assign]
    torch.manual_seed(0)
    events = fit(make(), dataset, Supervised(epochs=1, batch_size=BATCH))
    try:
        next(events)
        began = time.perf_counter()
        for _ in events:
            pass
        return len(dataset.train) / (time.perf_counter() - began)
    finally:
        Samples.foresee = foresee  # type: ignore[method-assign]


def tell(title: str, speeds: Mapping[Way, list[float]]) -> bool:
    """Whether the bound is met."""
    print(f"\n{title}, {len(speeds[WITH])} rounds")
    good = True
    for way, each in speeds.items():
        other = WITHOUT if way == WITH else IN_MEMORY
        times = statistics.median(mine / others for mine, others in zip(each, speeds[other], strict=True))
        line = f"  {way.title:<32}{statistics.median(each):>9,.0f}{min(each):>9,.0f}{max(each):>9,.0f}"
        if way != IN_MEMORY:
            line += f"   {times:.2f} x {other.title}"
        if way == WITH:
            good = times >= LEAST
            line += f", >= {LEAST:.2f} x  {'met' if good else 'MISSED'}"
        print(line, flush=True)
    return good


def main(samples: int) -> int:
    folder = cache_folder()
    folder = folder if room_in(folder) is not None else Path(tempfile.gettempdir())
    device.ready("cpu")
    store = OnDisk(SHAPE, folder)
    there = made(samples, store)
    print(
        f"{samples:,} pictures of {'×'.join(map(str, SHAPE))}, {gigabytes(there.inputs['picture'].nbytes)}, "
        f"batch {BATCH}, threads: {torch.get_num_threads()}; samples per second"
    )
    print(f"  {'':<32}{'median':>9}{'slowest':>9}{'fastest':>9}")
    good = True
    for title, make in NETWORKS.items():
        speeds: dict[Way, list[float]] = {way: [] for way in WAYS}
        for turn in range(ROUNDS):
            for way in WAYS if turn % 2 else WAYS[::-1]:
                speeds[way].append(epoch(way, make, there, store))
        good &= tell(title, speeds)
    store.close()
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES))
