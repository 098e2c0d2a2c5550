"""What both dialogs before a training have in common: a live plot, progress, what came of it, and a rate to use."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.project import Part
from netbuilder.train.events import Event, Failed
from netbuilder.train.recipes import find
from netbuilder.ui import icons
from netbuilder.ui.forms.reading import in_words
from netbuilder.ui.theme import GRID
from netbuilder.ui.train.facts import go_to_node
from netbuilder.ui.train.run_card import ThinBar
from netbuilder.ui.train.trial_job import Begin, TrialJob
from netbuilder.ui.train.trial_plot import TrialPlot
from netbuilder.ui.widgets import label, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

REDRAW_MS = 40
MARKS = {  # what stands before the sentence: icon and colour
    "good": ("check-circle-outline", "good"),
    "warning": ("alert-outline", "warning"),
    "danger": ("alert-circle-outline", "danger"),
}
MARK = 20


class TrialDialog(QDialog):
    """Begins as soon as it is made, and stays until its thread is done: closing it earlier calls the work off first.

    A subclass hears the events, draws, and says what came of it.
    """

    done_with = Signal()  # the work is over, and what came of it is on screen

    def __init__(self, bench: Workbench, title: str, about: str, plot: TrialPlot, begin: Begin, parent: QWidget | None):
        super().__init__(parent)
        self._bench, self.plot = bench, plot
        self._leaving = False
        self._told: tuple[str, str] = ("", "")
        self.running = True
        self.setWindowTitle(title)
        self.setMinimumWidth(720)
        body = QVBoxLayout(self)
        body.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        body.setSpacing(GRID * 3 // 2)
        body.addWidget(label(title, "title"))
        body.addWidget(wrapped(about, "muted"))
        body.addWidget(plot, 1)
        self.bar = ThinBar(bench)
        body.addWidget(self.bar)
        body.addLayout(self._make_outcome())
        body.addLayout(self._make_buttons())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REDRAW_MS)
        self._soon.timeout.connect(self.redraw)
        bench.look.changed.connect(self._tint)
        self.say("Preparing…")
        self._job = TrialJob(bench.bridge, begin, self)
        self._job.event.connect(self._hear)
        self._job.ended.connect(self._ended)
        self._job.start()

    def _make_outcome(self) -> QHBoxLayout:
        self._mark = QLabel()
        self.sentence = wrapped("")
        self.sentence.setObjectName("trialSentence")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.sentence.linkActivated.connect(self._go_to)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        self.leave = QPushButton("Cancel")
        self.leave.setObjectName("trialLeave")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self._cancel_or_close)
        self.use = QPushButton()
        self.use.setObjectName("trialUse")
        self.use.setProperty("role", "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._use)
        self.use.hide()
        self._rate: float | None = None
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.use)
        return row

    # What a subclass does

    def hear(self, event: Event) -> None:
        """Keep what an event says."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw what is known."""
        raise NotImplementedError

    # What it says and offers

    def say(self, sentence: str, mark: str = "", nodes: tuple[str, ...] = ()) -> None:
        """Show a sentence, with one of `MARKS` before it; names of nodes in it lead to the drawing."""
        self._told = (sentence, mark)
        text = html.escape(sentence)
        for node in nodes:
            name = html.escape(node)
            text = text.replace(name, f'<a href="{name}">{name}</a>', 1)
        self.sentence.setTextFormat(Qt.TextFormat.RichText if nodes else Qt.TextFormat.PlainText)
        self.sentence.setText(text if nodes else sentence)
        self._tint()

    def offer(self, rate: float) -> None:
        """Offer to use this rate."""
        self._rate = rate
        self.use.setText(f"Use {rate:g}")
        self.use.setToolTip(f"Set the learning rate of this project to {rate:g}.")
        self.use.show()
        self.use.setFocus()

    def _use(self) -> None:
        part, rate = self._bench.project.recipe, self._rate
        kind = find(part.kind)
        if kind is not None and rate is not None:
            recipe, _ = kind.read(part.settings)
            field = kind.fields()["learning_rate"]
            changed = recipe.with_settings(learning_rate=rate).changed()
            if Part(part.kind, changed) != part:
                self._bench.apply(
                    f"Set {field.label} to {in_words(field, rate)}",
                    self._bench.project.with_recipe(Part(part.kind, changed)),
                )
        self.accept()

    def _go_to(self, name: str) -> None:
        self._cancel_or_close()
        go_to_node(self._bench, html.unescape(name))

    # The work

    def _hear(self, event: Event) -> None:
        if self._leaving:
            return
        if isinstance(event, Failed):
            self.say(event.sentence, "danger", (event.node,) if event.node else ())
        else:
            self.hear(event)
        if not self._soon.isActive():
            self._soon.start()

    def _ended(self) -> None:
        self.running = False
        if self._leaving:
            super().reject()
            return
        self._soon.stop()
        self.redraw()
        self.bar.hide()
        self.leave.setText("Close")
        self.done_with.emit()

    def _cancel_or_close(self) -> None:
        self.reject()

    def _tint(self) -> None:
        theme, (_, mark) = self._bench.look.theme, self._told
        self._mark.setVisible(bool(mark))
        if mark:
            name, color = MARKS[mark]
            self._mark.setPixmap(icons.pixmap(name, getattr(theme, color), MARK, self.devicePixelRatioF()))

    # Qt

    def reject(self) -> None:
        if not self.running:
            super().reject()
            return
        self._leaving = True
        self._job.cancel()
        self.leave.setEnabled(False)
        self.say("Stopping after this step…")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.running:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)
