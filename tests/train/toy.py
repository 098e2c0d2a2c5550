"""Small data and small networks that train in milliseconds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_digits

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import DataSource, Tell
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.launch import Launch
from netbuilder.train.recipes import Supervised

SOURCE = """import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(64, 32)
        self.drop = nn.Dropout(0.3)
        self.digit = nn.Linear(32, 10)

    def forward(self, image):
        x = image.flatten(1)
        x = self.dense(x)
        x = torch.relu(x)
        x = self.drop(x)
        x = self.digit(x)
        return x
"""
LINES = {13: "flatten", 14: "dense", 15: "relu", 16: "drop", 17: "digit"}


@functools.cache
def digits(samples: int = 400) -> Dataset:
    pictures, classes = load_digits(return_X_y=True)
    inputs = torch.tensor(pictures[:samples] / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
    spec = DataSpec(
        "digits", {"image": TensorSpec((1, 8, 8))}, TargetSpec("class", classes=tuple(str(n) for n in range(10)))
    )
    kept = samples * 3 // 4
    numbers = torch.arange(samples)
    return Dataset(spec, {"image": inputs}, torch.tensor(classes[:samples]), numbers[:kept], numbers[kept:])


def points(samples: int = 50, *, validation: int = 10) -> Dataset:
    """y = 2a - b, to be learnt from a and b."""
    inputs = torch.randn(samples, 2, generator=torch.Generator().manual_seed(1))
    targets = inputs @ torch.tensor([[2.0], [-1.0]])
    spec = DataSpec("points", {"x": TensorSpec((2,))}, TargetSpec("number", names=("y",)))
    numbers = torch.arange(samples)
    return Dataset(spec, {"x": inputs}, targets, numbers[validation:], numbers[:validation])


class Digits(DataSource):
    """The digits as the toy has them."""

    kind = "toy"

    def read(self, tell: Tell = lambda what, done, total: None) -> Dataset:
        tell("Reading", 0, 1)
        return digits()


def job(folder: Path, recipe: Supervised | None = None, **changes: Any) -> Launch:
    settings: dict[str, Any] = {
        "source_text": SOURCE,
        "node_lines": LINES,
        "project_text": "{}\n",
        "data": Digits(),
        "recipe": recipe or Supervised(epochs=3),
        "device": "cpu",
        "folder": folder,
        "title": "toy",
        "node_names": {"dense": "dense", "drop": "drop", "digit": "digit"},
    }
    return Launch(**(settings | changes))


def seeded(make: Callable[[], torch.nn.Module], seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return make()
