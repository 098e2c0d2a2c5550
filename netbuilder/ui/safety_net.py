"""Keeps unsaved work recoverable while it is edited, and offers once what an earlier, killed program left behind."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from netbuilder.project.recovery import Lost, Recovery, find_lost, forget
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.workbench import Workbench

DELAY_MS = 1000  # at most this much editing, and the writing itself, can be lost


class SafetyNet(QObject):
    """Listens to the document; writes on a thread of its own, never into the user's file."""

    def __init__(self, bench: Workbench, folder: Path | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self._bench = bench
        self._folder = folder
        self._window: QWidget | None = None  # where to ask
        self._recovery = Recovery(folder)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._keep)
        bench.savedChanged.connect(self._changed)

    def offer(self, window: QWidget) -> None:
        """Ask about each document that was lost, the newest first, until one is brought back; each is offered once."""
        self._window = window
        self._offer_next(find_lost(self._folder))

    def close(self) -> None:
        self._timer.stop()
        self._recovery.close()

    def _changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _keep(self) -> None:
        document = self._bench.document
        if document.edited:
            self._recovery.keep(document.project, document.title, document.path)
        else:
            self._recovery.clear()

    def _offer_next(self, lost: list[Lost]) -> None:
        if not lost:
            return
        first, *others = lost
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("recoveryOffer")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(as_plain(f"NetBuilder ended before the changes to {first.title} were saved."))
        where = f"Your file {first.path} is as you last saved it." if first.path else "It had not been saved to a file."
        box.setInformativeText(as_plain(f"{where} Shall the changes be brought back?"))
        restore = box.addButton("Bring back", QMessageBox.ButtonRole.AcceptRole)
        restore.clicked.connect(lambda: self._bring_back(first))
        give_up = box.addButton("Give up the changes", QMessageBox.ButtonRole.DestructiveRole)
        give_up.clicked.connect(lambda: self._give_up(first, others))
        box.setDefaultButton(restore)
        box.open()

    def _bring_back(self, lost: Lost) -> None:
        self._bench.document.open(lost.project, lost.path, name=lost.title, edited=True)
        self._keep()
        forget(lost)

    def _give_up(self, lost: Lost, others: list[Lost]) -> None:
        forget(lost)
        self._offer_next(others)
