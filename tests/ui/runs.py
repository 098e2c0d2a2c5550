"""Real runs to test with: a sample project, trained for a few epochs in the bench's own worker."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from netbuilder import resources
from netbuilder.project import Part
from netbuilder.project.file import open_file
from netbuilder.ui.series import Smoothed
from netbuilder.ui.workbench import Workbench


def open_sample(bench: Workbench, name: str, **settings: object) -> None:
    """Open a sample project, with some settings of its recipe changed."""
    path = next(sample.path for sample in resources.samples() if sample.name == name)
    project = open_file(path).project
    recipe = Part(project.recipe.kind, {**project.recipe.settings, **settings})
    bench.document.open(project.with_recipe(recipe), None)


def start(bench: Workbench, qtbot: QtBot, name: str = "iris-mlp", **settings: object) -> None:
    """Open a sample and start its training; returns once it runs."""
    open_sample(bench, name, **settings)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.record is not None and bench.training.state != "preparing", timeout=60_000)


def train(bench: Workbench, qtbot: QtBot, name: str = "iris-mlp", **settings: object) -> None:
    """Open a sample, train it and wait for the end."""
    start(bench, qtbot, name, **({"epochs": 3} | settings))
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=90_000)
    record = bench.training.record
    assert record is not None
    assert record.failed is None, json.dumps(record.failed.sentence)


def smoothing_threads(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """On which threads losses are smoothed from now on, one entry each time that there are any."""
    on: list[threading.Thread] = []
    smooth = Smoothed.extend

    def extend(self: Smoothed, numbers: np.ndarray) -> None:
        on.extend([threading.current_thread()] if len(numbers) else [])
        smooth(self, numbers)

    monkeypatch.setattr(Smoothed, "extend", extend)
    return on
