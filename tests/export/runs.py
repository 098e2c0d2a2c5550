"""Small trained networks to take away: real model files, as the compiler writes them, and data for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.model_file import make_model
from tests.probes import toys

HEAD = """\
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
"""

CNN = (
    HEAD
    + """\
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(8)
        self.pool1 = nn.MaxPool2d(2)
        self.dropout1 = nn.Dropout(0.25)
        self.digit = nn.Linear(128, 3)

    def forward(self, image):
        x = self.conv1(image)
        x = self.norm1(x)
        x = self.pool1(x)
        x = self.dropout1(x)
        x = torch.flatten(x, 1)
        return self.digit(x)
"""
)

LSTM = (
    HEAD
    + """\
        self.lstm1 = nn.LSTM(8, 6, num_layers=2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(12, 3)

    def forward(self, image):
        x = torch.squeeze(image, 1)
        x, _ = self.lstm1(x)
        x = torch.mean(x, 1)
        return self.out(x)
"""
)

ATTENTION = (
    HEAD
    + """\
        self.attention1 = nn.MultiheadAttention(8, 2, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, image):
        rows = torch.squeeze(image, 1)
        x, _ = self.attention1(rows, rows, rows, need_weights=False)
        x = torch.mean(x + rows, 1)
        return self.out(x), rows
"""
)

TWO_INPUTS = (
    HEAD
    + """\
        self.embedding1 = nn.Embedding(7, 6)
        self.out = nn.Linear(10, 3)

    def forward(self, text, x):
        y = torch.mean(self.embedding1(text), 1)
        return self.out(torch.cat([y, x], 1))
"""
)

PRICES = (
    HEAD
    + """\
        self.hidden = nn.Linear(4, 16)
        self.out = nn.Linear(16, 2)

    def forward(self, row):
        return self.out(torch.relu(self.hidden(row)))
"""
)

PIXELS = (
    HEAD
    + """\
        self.out = nn.Conv2d(1, 3, 3, padding=1)

    def forward(self, image):
        return self.out(image)
"""
)

LABELS = (
    HEAD
    + """\
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        return self.out(x)
"""
)

KINDS = {
    "pixels": (PIXELS, toys.pixels),
    "labels": (LABELS, toys.labels),
    "unasked": (PIXELS, toys.unasked),
    "cnn": (CNN, toys.pictures),
    "lstm": (LSTM, toys.pictures),
    "attention": (ATTENTION, toys.pictures),
    "two inputs": (TWO_INPUTS, toys.mixed),
    "prices": (PRICES, toys.prices),
}


@dataclass
class TrainedRun:
    """A run's folder and its network, as an exporter needs them."""

    folder: Path
    title: str
    network: nn.Module

    def model(self, checkpoint: str | None = None) -> nn.Module:
        return self.network


def trained_run(folder: Path, kind: str) -> tuple[TrainedRun, Dataset]:
    """A network whose batch statistics have seen the data, in training mode, as it comes out of training."""
    text, make_data = KINDS[kind]
    data = make_data()
    folder.mkdir(exist_ok=True)
    (folder / "model.py").write_text(text, "utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(4)
        model = make_model(folder / "model.py")
        order = ("text", "x") if kind == "two inputs" else tuple(data.inputs)
        model.train()(*(data.inputs[name] for name in order))
    return TrainedRun(folder, f"toy {kind}", model), data
