"""Keeps unsaved work recoverable while it is edited, and offers once what an earlier, killed program left behind."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from netbuilder.project.recovery import Lost, Recovery, find_lost, forget
from netbuilder.project.steps_text import StepTexts
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.workbench import Workbench

DELAY_MS = 400  # at most this much editing, and the writing itself, can be lost
PATIENCE_S = 5.0  # how long the window waits for the writing of what was just brought back


class SafetyNet(QObject):
    """Listens to the document; writes on a thread of its own, never into the user's file."""

    def __init__(
        self,
        bench: Workbench,
        folder: Path | None = None,
        parent: QObject | None = None,
        texts: StepTexts | None = None,
    ):
        super().__init__(parent)
        self._bench = bench
        self._folder = folder
        self._window: QWidget | None = None  # where to ask
        self._recovery = Recovery(folder, texts, self._failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._keep)
        bench.savedChanged.connect(self._changed)
        self._leave = bench.document.saving.connect(lambda _, text: self._recovery.about_to_save(text))

    def offer(self, window: QWidget) -> None:
        """Ask about each document that was lost, the newest first, until one is brought back; each is offered once."""
        self._window = window
        self._offer_next(find_lost(self._folder))

    def close(self) -> None:
        self._leave()
        self._timer.stop()
        self._recovery.close()

    def leave_behind(self) -> None:
        """As `close`, but what is not saved stays, and is offered at the next start."""
        if self._timer.isActive():
            self._keep()
        self._recovery.wait(PATIENCE_S)
        self._leave()
        self._timer.stop()
        self._recovery.leave_behind()

    def _changed(self) -> None:
        if not self._bench.document.edited:
            self._timer.stop()
            self._recovery.clear()
        elif not self._timer.isActive():
            self._timer.start()

    def _keep(self) -> None:
        document = self._bench.document
        self._recovery.keep(document.history, document.title, document.path)

    def _failed(self, fault: BaseException) -> None:
        """On the thread that writes."""
        why = fault.strerror if isinstance(fault, OSError) and fault.strerror else fault
        sentence = f"Your changes can't be kept for the case of a crash ({why}). Save them to a file of your own."
        self._bench.bridge.post(lambda: self._bench.say(sentence))

    def _offer_next(self, lost: list[Lost]) -> None:
        if not lost:
            return
        first, *others = lost
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("recoveryOffer")
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
        document = self._bench.document
        document.open(lost.project, lost.path, name=lost.title, edited=True, history=lost.history)
        self._timer.stop()
        self._keep()
        if self._recovery.wait(PATIENCE_S):  # no moment without it on disk
            forget(lost)

    def _give_up(self, lost: Lost, others: list[Lost]) -> None:
        forget(lost)
        self._offer_next(others)
