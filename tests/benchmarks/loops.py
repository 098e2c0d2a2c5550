"""An epoch of training in the ways that are compared: `fit`, the loop people write by hand, Lightning and Keras.

Each is told the network, the data and a device, and says how many samples a second it trains: Adam, a new order each
epoch, the loss known. What is set up once before the first step counts for nobody.

`Served` has a process for each of them, as in a script of one's own: Keras, Lightning and `fit` change what holds for a
whole process (the C library's heap, warnings, the default device), and would else do so for the loop by hand as well.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from netbuilder.data.dataset import Dataset
from netbuilder.train import device as devices
from netbuilder.train.events import StepDone
from netbuilder.train.fit import fit
from netbuilder.train.recipes import Supervised
from tests.benchmarks.networks import BATCH, NETWORKS, Network

Epoch = Callable[[], float]
RATE = 0.001


def done(device: str) -> float:
    """The time at which the device has done all that it was given."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.perf_counter()


def by_fit(network: Network, dataset: Dataset, device: str) -> Epoch:
    """Each event pulled as the window does; losses and accuracy are told."""

    def epoch() -> float:
        events = fit(network.make(), dataset, Supervised(epochs=1, batch_size=BATCH), device=device)
        next(events)
        began = done(device)
        steps = sum(isinstance(event, StepDone) for event in events)
        spent = done(device) - began
        assert steps * BATCH == len(dataset.train)
        return len(dataset.train) / spent

    return epoch


def by_hand(network: Network, dataset: Dataset, device: str) -> Epoch:
    """A shuffling DataLoader, and `.item()` each step to know the loss."""

    def epoch() -> float:
        model = network.make().to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        loader = DataLoader(TensorDataset(dataset.inputs["x"], dataset.targets), batch_size=BATCH, shuffle=True)
        total = 0.0
        began = done(device)
        for inputs, targets in loader:
            inputs, targets = inputs.to(device), targets.to(device)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item()
        return len(dataset.train) / (done(device) - began)

    return epoch


def by_lightning(network: Network, dataset: Dataset, device: str) -> Epoch:
    """With nothing switched on that can be off: no logger, no checkpoints, no bar, no summary, no accuracy."""
    import lightning
    from lightning.pytorch.utilities import disable_possible_user_warnings

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    disable_possible_user_warnings()

    class Trained(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network.make()

        def training_step(self, batch: Any, number: int) -> torch.Tensor:
            inputs, targets = batch
            loss = nn.functional.cross_entropy(self.network(inputs), targets)
            self.log("training_loss", loss)
            return loss

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=RATE)

    class Clock(lightning.Callback):
        spent = 0.0

        def on_train_epoch_start(self, *told: Any) -> None:
            self.began = done(device)

        def on_train_epoch_end(self, *told: Any) -> None:
            self.spent = done(device) - self.began

    def epoch() -> float:
        clock = Clock()
        trainer = lightning.Trainer(
            accelerator="gpu" if device.startswith("cuda") else "cpu",
            devices=1,
            max_epochs=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            callbacks=[clock],
        )
        loader = DataLoader(TensorDataset(dataset.inputs["x"], dataset.targets), batch_size=BATCH, shuffle=True)
        trainer.fit(Trained(), loader)
        return len(dataset.train) / clock.spent

    return epoch


def by_keras(network: Network, dataset: Dataset, device: str) -> Epoch:
    """`model.fit` on torch, with no accuracy asked for. Compiled and built once: the first epoch is not counted."""
    import keras

    assert keras.backend.backend() == "torch"
    with keras.device(device):
        model = network.keras()
        model.compile(keras.optimizers.Adam(RATE), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    inputs, targets = dataset.inputs["x"].numpy(), dataset.targets.numpy()

    def epoch() -> float:
        with keras.device(device):
            began = done(device)
            model.fit(inputs, targets, batch_size=BATCH, epochs=1, verbose=0)
            return len(targets) / (done(device) - began)

    return epoch


WAYS: dict[str, Callable[[Network, Dataset, str], Epoch]] = {
    "fit": by_fit,
    "by hand": by_hand,
    "Lightning": by_lightning,
    "Keras": by_keras,
}


def ways() -> list[str]:
    """What can be compared here."""
    return [name for name in WAYS if name in ("fit", "by hand") or importlib.util.find_spec(name.lower())]


class Served:
    """One way of training in a process of its own, which rests between two epochs."""

    def __init__(self, name: str):
        command = [sys.executable, "-m", "tests.benchmarks.loops", name]
        environment = {**os.environ, "KERAS_BACKEND": "torch", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def begin(self, network: Network, device: str) -> None:
        """Have it build the network, and train an epoch to warm up."""
        self._ask(f"{NETWORKS.index(network)} {device}")

    def epoch(self) -> float:
        """Samples per second of an epoch."""
        return self._ask("epoch")

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, line: str) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        for said in self._process.stdout:  # libraries talk too
            if said.startswith(ANSWER):
                return float(said.removeprefix(ANSWER))
        raise RuntimeError(f"The process of {self._process.args[-1]!r} has ended.")  # type: ignore[index]


ANSWER = "samples per second: "


def serve(name: str) -> None:
    """Do what is asked on the standard input, until that ends."""
    epoch: Epoch | None = None
    for line in sys.stdin:
        if line.strip() != "epoch":
            number, device = line.split()
            network = NETWORKS[int(number)]
            devices.ready(device) if name == "fit" else torch.set_num_threads(devices.threads_for_training())
            dataset = network.data(network.steps if device == "cpu" else network.gpu_steps)
            epoch = WAYS[name](network, dataset, device)
        assert epoch is not None
        print(f"{ANSWER}{epoch()}")


if __name__ == "__main__":
    serve(sys.argv[1])
