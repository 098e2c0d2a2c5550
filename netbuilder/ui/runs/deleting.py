"""Deleting runs with a way back: set aside at once, thrown away when Undo is no longer offered. All on threads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netbuilder.train import trash
from netbuilder.ui import errand
from netbuilder.ui.runs.offer_toast import OfferToast

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class Deleting(QObject):
    """`changed` when runs are gone or back. One deletion can be undone: the last, as long as its toast is shown."""

    changed = Signal()

    def __init__(self, bench: Workbench, toast: OfferToast, parent: QObject | None = None):
        super().__init__(parent)
        self._bench, self._toast = bench, toast
        self._aside: list[trash.SetAside] = []
        toast.taken.connect(self._undo)
        toast.expired.connect(self._throw_away)

    def throw_left_overs_away(self) -> None:
        """What an earlier window has set aside, and was closed before it threw it away."""
        errand.send(self._bench.bridge, self, "trash", _throw_left_overs, lambda _, __: None)

    def delete(self, runs: Sequence[tuple[Path, str]]) -> None:
        """Each a folder, and what people call the run in it. What is being trained here stays."""
        training = self._bench.training
        mine = training.folder if training.alive else None
        kept = [title for folder, title in runs if folder == mine]
        wanted = [(folder, title) for folder, title in runs if folder != mine]
        if kept:
            self._bench.say(f"{kept[0]} is being trained. Stop it first, and delete it then.")
        if not wanted:
            return
        self._throw_away()

        def work() -> tuple[list[trash.SetAside], list[str]]:
            aside, refused = [], []
            for folder, _ in wanted:
                try:
                    aside.append(trash.set_aside(folder))
                except trash.NotDeleted as why:
                    refused.append(str(why))
            return aside, refused

        def deliver(told: tuple[list[trash.SetAside], list[str]] | None, error: Exception | None) -> None:
            aside, refused = told or ([], [f"The runs can't be deleted: {error}"])
            self._aside = aside
            if aside:
                titles = dict(wanted)
                what = titles[aside[0].origin] if len(aside) == 1 else f"{len(aside)} runs"
                self._toast.offer(f"Deleted {what}.")
            if refused:
                self._bench.say(refused[0])
            self.changed.emit()

        errand.send(self._bench.bridge, self, "delete", work, deliver)

    def _undo(self) -> None:
        aside, self._aside = self._aside, []

        def work() -> list[str]:
            refused = []
            for run in aside:
                try:
                    trash.put_back(run)
                except trash.NotPutBack as why:
                    refused.append(str(why))
            return refused

        def deliver(refused: list[str] | None, error: Exception | None) -> None:
            if refused or error is not None:
                self._bench.say(refused[0] if refused else f"It can't be undone: {error}")
            self.changed.emit()

        errand.send(self._bench.bridge, self, "put back", work, deliver)

    def _throw_away(self) -> None:
        aside, self._aside = self._aside, []
        if aside:
            errand.send(
                self._bench.bridge, self, "trash", lambda: [trash.throw_away(run) for run in aside], lambda _, __: None
            )


def _throw_left_overs() -> None:
    for run in trash.left_over():
        trash.throw_away(run)
