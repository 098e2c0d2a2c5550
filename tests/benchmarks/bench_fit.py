"""Samples per second of `fit` against the training loop people write by hand, in one process, alternating.

The loop by hand: a shuffling DataLoader, Adam, and `.item()` each step to know the loss.
"""

from __future__ import annotations

import statistics
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from netbuilder.data.dataset import Dataset
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train import device
from netbuilder.train.events import StepDone
from netbuilder.train.fit import fit
from netbuilder.train.recipes import Supervised

SAMPLES, BATCH, ROUNDS = 12_800, 64, 21
TARGET = 1.3


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def data() -> Dataset:
    random = torch.Generator().manual_seed(0)
    spec = DataSpec(
        "random", {"x": TensorSpec((784,))}, TargetSpec("class", classes=tuple(str(number) for number in range(10)))
    )
    inputs = {"x": torch.rand(SAMPLES, 784, generator=random)}
    targets = torch.randint(10, (SAMPLES,), generator=random)
    return Dataset(spec, inputs, targets, torch.arange(SAMPLES), torch.arange(0))


def by_hand(dataset: Dataset) -> float:
    """Samples per second of an epoch."""
    model = mlp()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loader = DataLoader(TensorDataset(dataset.inputs["x"], dataset.targets), batch_size=BATCH, shuffle=True)
    total = 0.0
    began = time.perf_counter()
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return SAMPLES / (time.perf_counter() - began)


def by_fit(dataset: Dataset) -> float:
    """Samples per second of an epoch, each event pulled as the window does, losses and accuracy told."""
    events = fit(mlp(), dataset, Supervised(epochs=1, batch_size=BATCH))
    next(events)
    began = time.perf_counter()
    steps = sum(isinstance(event, StepDone) for event in events)
    spent = time.perf_counter() - began
    assert steps == SAMPLES // BATCH
    return SAMPLES / spent


def measure(rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """Samples per second of both, round by round, after one round to warm up."""
    device.ready("cpu")
    dataset = data()
    by_hand(dataset), by_fit(dataset)
    pairs = [(by_hand(dataset), by_fit(dataset)) for _ in range(rounds)]
    hand, ours = zip(*pairs, strict=True)
    return list(hand), list(ours)


def main() -> int:
    hand, ours = measure()
    ratio = statistics.median(ours) / statistics.median(hand)
    print(f"MLP 784-128-10, batch {BATCH}, Adam, CPU, {torch.get_num_threads()} threads, median of {ROUNDS}")
    print("                          samples/s    slowest    fastest")
    for name, speeds in (("loop by hand (DataLoader)", hand), ("netbuilder fit", ours)):
        print(f"{name:<25}{statistics.median(speeds):>10,.0f} {min(speeds):>10,.0f} {max(speeds):>10,.0f}")
    print(f"ratio {ratio:.2f} (wanted: at least {TARGET})")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
