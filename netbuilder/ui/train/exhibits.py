"""What there is to look at after each epoch: pictures that a network has made and text that it has written, the newest
first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.train.events import Shown
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Card, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.run_record import RunRecord
    from netbuilder.ui.workbench import Workbench

MOST = 40  # on screen at once; all are in the run's folder


class Exhibits(Card):
    """Those of one run. It is hidden while there are none."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__("After each epoch", parent=parent)
        self._bench = bench
        self.setObjectName("exhibits")
        self._record: RunRecord | None = None
        self._count = 0
        self.items: list[Exhibited] = []
        inside = QWidget()
        inside.setProperty("role", "inside")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, GRID, 0)
        self._column.setSpacing(GRID * 2)
        self._column.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setWidget(inside)
        self.body.addWidget(self.scroll, 1)
        self.hide()

    def show_record(self, record: RunRecord | None) -> None:
        """Show what a run has to show, adding what is new."""
        if record is not self._record or (record is not None and len(record.shown) < self._count):
            for item in self.items:
                self._column.removeWidget(item)
                item.deleteLater()
            self._record, self._count, self.items = record, 0, []
        new = record.shown[self._count :] if record is not None else []
        self._count += len(new)
        for event in new[-MOST:]:
            item = Exhibited(event, record.folder if record is not None else None)
            self.items.insert(0, item)
            self._column.insertWidget(0, item)
        for item in self.items[MOST:]:
            self._column.removeWidget(item)
            item.deleteLater()
        del self.items[MOST:]
        self.setVisible(bool(self.items))


class Exhibited(QWidget):
    """One of them under its epoch."""

    def __init__(self, event: Shown, folder: Path | None):
        super().__init__()
        self.told = event
        self._picture = QPixmap(str(folder / event.file)) if event.file and folder is not None else None
        caption = wrapped(f"{event.title} · epoch {event.epoch}", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(caption)
        self.view = QLabel()
        self.view.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.view.setAccessibleName(f"{event.title} after epoch {event.epoch}")
        if event.text:
            self.view.setTextFormat(Qt.TextFormat.PlainText)
            self.view.setProperty("role", "mono")
            self.view.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        elif self._picture is None or self._picture.isNull():
            self.view.setText("Its picture is no longer in the run's folder.")
        else:
            self.view.setToolTip(as_plain(event.file))
        self.view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self.view)
        self._fit()

    def _fit(self) -> None:
        """Pictures as wide as there is room, and never larger than they are; lines broken where there is no more."""
        if self.told.text:
            columns = max(20, self.width() // max(1, self.view.fontMetrics().horizontalAdvance("m")))
            lines = [line[at : at + columns] for line in self.told.text.split("\n") for at in starts(line, columns)]
            self.view.setText("\n".join(lines))
        if self._picture is not None and not self._picture.isNull():
            wide = min(self._picture.width(), max(self.width(), 120))
            self.view.setPixmap(
                self._picture.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
                if wide < self._picture.width()
                else self._picture
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


def starts(line: str, columns: int) -> range:
    """Where the parts of a line begin that has room for so many letters."""
    return range(0, max(len(line), 1), columns)
