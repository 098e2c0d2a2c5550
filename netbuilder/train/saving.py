"""When a training keeps its state, and what is told of that. It knows no files: a `Keeper` writes beside the steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import perf_counter
from typing import Protocol

import torch

from netbuilder.train.events import CheckpointSaved, Event, Noted, Paused, Shown
from netbuilder.train.exhibits import Exhibit
from netbuilder.train.keeping import NotKept
from netbuilder.train.snapshot import Snapshot
from netbuilder.train.standing import Standing
from netbuilder.train.tally import NotFinite


class Keeper(Protocol):
    """Where checkpoints go: they are written beside the training."""

    def save(self, snapshot: Snapshot) -> None:
        """Begin to keep. Raises `NotKept` if the one before could not be."""

    def again(self) -> None:
        """Try again to keep what could not be."""

    def said(self, wait: bool = False) -> list[CheckpointSaved]:
        """What has been kept since the last time. Raises `NotKept`."""
        ...

    def show(self, exhibit: Exhibit, epoch: int) -> str:
        """Keep the file of an exhibit that has one. Returns it, relative to the run's folder. Raises `NotKept`."""
        ...


class Saving:
    """Keeps the state of a training, each once. `steady` is false while a step or an average is half done: such a state
    is never kept, and a training that ends there goes on from the one before.

    Where something can't be written, `Paused` is told, and it is tried again at the next pull.
    """

    def __init__(self, keep: Keeper | None, standing: Standing, *, kept: bool):
        """`kept` says that where it stands now is on disk already."""
        self._keep, self._standing = keep, standing
        self._kept = standing.step if kept else 0
        self._at = standing.pace.seconds
        self.steady = True

    @property
    def due(self) -> bool:
        """Whether so much time has gone by within an epoch that it is time to keep something."""
        standing = self._standing
        return bool(standing.batches.left) and standing.pace.seconds - self._at >= standing.recipe.checkpoint_every

    def save(self) -> Iterator[Event]:
        """Begin to keep the state of now, once the one before is there. Raises `NotFinite` for weights that are not."""
        if self._keep is not None and self._standing.step != self._kept:
            yield from self.told(wait=True)
            self._begin()

    def told(self, wait: bool = False) -> Iterator[Event]:
        """What has been kept by now."""
        while self._keep is not None:
            try:
                yield from self._keep.said(wait)
                return
            except NotKept as why:
                yield from self._held_up(why)
                self._keep.again()
                wait = True

    def last(self) -> list[Event]:
        """Keep the state of now for one who leaves and is not made to wait: what can't be kept is said, and lost.
        Raises `NotFinite`."""
        if self._keep is None:
            return []
        try:
            if self.steady and self._standing.step != self._kept:
                self._begin()
            return [*self._keep.said(wait=True)]
        except NotKept as why:
            return [Noted(f"What was trained since the last checkpoint could not be kept: {why.reason}.")]

    def show(self, exhibit: Exhibit, epoch: int) -> Iterator[Event]:
        """Tell of an exhibit, with its file if it has one."""
        while True:
            try:
                file = self._keep.show(exhibit, epoch) if self._keep is not None and exhibit.suffix else ""
            except NotKept as why:
                yield from self._held_up(why)
            else:
                yield Shown(epoch=epoch, title=exhibit.title, text=exhibit.text, file=file)
                return

    def _begin(self) -> None:
        assert self._keep is not None
        for network in self._standing.learning.networks.values():
            check_weights(network, self._standing.step)
        self._keep.save(self._standing.snapshot())
        self._kept, self._at = self._standing.step, self._standing.pace.seconds

    def _held_up(self, why: NotKept) -> Iterator[Event]:
        before = perf_counter()
        yield Paused(str(why))
        self._standing.pace.hold(perf_counter() - before)


def check_weights(model: torch.nn.Module, step: int) -> None:
    """Raises `NotFinite` if a weight is: such a state is never kept."""
    finite = [weight.isfinite().all() for weight in model.parameters()]
    if finite and not torch.stack(finite).all():
        raise NotFinite("weights", math.nan, step)
