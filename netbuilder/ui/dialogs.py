"""The larger dialogs of the window, made when they are asked for. None of them holds the window up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from netbuilder.ui import boxes
from netbuilder.ui.workbench import Workbench

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

Opens = Callable[[Path, Callable[[], object]], object]  # opens a project, and calls what follows once it is open


def export(bench: Workbench, window: QWidget) -> None:
    """Take the trained network away."""
    from netbuilder.ui.export_dialog import ExportDialog

    _open(ExportDialog(bench, window))


def export_drawing(canvas: Canvas, window: QWidget) -> None:
    """Take the drawing away as a picture."""
    from netbuilder.ui.picture_dialog import PictureDialog

    _open(PictureDialog(canvas, window))


def import_model(bench: Workbench, window: QWidget, open_project: Opens, fit: Callable[[], object]) -> None:
    """Bring a PyTorch model in, then open the project and say what was found."""
    from netbuilder.ui.import_dialog import ImportDialog

    def imported(path: Path, sentence: str, notes: list[str]) -> None:
        def show() -> None:
            fit()
            if notes:
                boxes.tell_notes(window, sentence, notes)
            else:
                bench.say(sentence)

        bench.workspaceRequested.emit("design")
        open_project(path, show)

    dialog = ImportDialog(bench, window)
    dialog.imported.connect(imported)
    _open(dialog)


def shortcuts(bench: Workbench, window: QWidget) -> None:
    """The cheat-sheet of keys and gestures; from it, other keys can be chosen."""
    from netbuilder.ui.shortcuts_dialog import ShortcutsDialog

    dialog = ShortcutsDialog(bench, window)
    dialog.change_wanted.connect(lambda: change_keys(bench, dialog))
    _open(dialog)


def change_keys(bench: Workbench, window: QWidget) -> None:
    """Choose other keys."""
    from netbuilder.ui.keys_dialog import KeysDialog

    _open(KeysDialog(bench, window))


def find_rate(bench: Workbench, window: QWidget) -> None:
    """Find a learning rate by a few steps."""
    from netbuilder.ui.train import before_training

    if (dialog := before_training.find_rate(bench, window)) is not None:
        _open(dialog)


def learn_one_batch(bench: Workbench, window: QWidget) -> None:
    """See whether the network can learn one batch by heart."""
    from netbuilder.ui.train import before_training

    if (dialog := before_training.learn_one_batch(bench, window)) is not None:
        _open(dialog)


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
