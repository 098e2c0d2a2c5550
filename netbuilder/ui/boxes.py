"""The small questions and notices of the window. Each is opened beside it and never waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

import netbuilder

Roles = QMessageBox.ButtonRole


def about(parent: QWidget) -> None:
    """What this program is, and which version."""
    box = _box(parent)
    box.setWindowTitle("About NetBuilder")
    box.setIconPixmap(parent.windowIcon().pixmap(64, 64))
    box.setText(f"<b>NetBuilder {netbuilder.__version__}</b>")
    box.setInformativeText(
        "Draw a neural network, train exactly what you drew, look inside it, and take it away.\n\nMIT licence."
    )
    box.open()


def ask_to_stop(parent: QWidget, stop: Callable[[], object], held_up: str = "") -> None:
    """May the run under way end, so that the window can close? `held_up` is what keeps it from being written."""
    box = _box(parent, "runUnderWay")
    box.setText("A network is being trained. Stop it and close?")
    kept = "What it has learned so far is kept as a checkpoint of its run."
    lost = f"{held_up}\n\nIf it is stopped before that, what it has learned since its last checkpoint is lost."
    box.setInformativeText(lost if held_up else kept)
    box.addButton("Stop and close", Roles.DestructiveRole).clicked.connect(lambda: stop())
    box.setDefaultButton(box.addButton("Go on training", Roles.RejectRole))
    box.open()


def ask_to_replace(parent: QWidget, name: str, replace: Callable[[], object]) -> None:
    """The library has another block of this name: replace it?"""
    box = _box(parent, "replaceBlock")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Your library has another block called {name}. Replace it with this one?")
    box.setInformativeText("Projects that have the other one keep it.")
    box.addButton("Replace", Roles.AcceptRole).clicked.connect(lambda: replace())
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.open()


def ask_to_overwrite(parent: QWidget, name: str, overwrite: Callable[[], object]) -> None:
    """There is a file of this name: write over it?"""
    box = _box(parent, "overwriteFile")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{name} exists. Replace it?")
    box.setInformativeText("What is in it now is lost.")
    box.addButton("Replace", Roles.DestructiveRole).clicked.connect(lambda: overwrite())
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.open()


def tell_notes(parent: QWidget, title: str, notes: Sequence[str]) -> None:
    """What is worth knowing about something that went well, a sentence each."""
    box = _box(parent, "notes")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText("\n\n".join(notes))
    box.open()


def _box(parent: QWidget, name: str = "") -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setObjectName(name)
    return box
