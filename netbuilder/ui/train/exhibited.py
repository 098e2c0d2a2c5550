"""One exhibit on screen under its epoch: a text, a picture or a plot, each with a widget of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.plot import PlotError, read_plot
from netbuilder.train.events import Shown
from netbuilder.train.exhibits import Drawn, Pictures
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.plot_view import PlotView
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class Exhibited(QWidget):
    """Its caption, and the `view` for its kind."""

    def __init__(self, bench: Workbench, event: Shown, folder: Path | None):
        super().__init__()
        self.told = event
        self.view = _view_of(bench, event, folder)
        self.view.setAccessibleName(f"{event.title} after epoch {event.epoch}")
        caption = f"{event.title} · epoch {event.epoch}"
        if event.text and not isinstance(self.view, Text):
            caption = f"{caption} · {event.text}"
            self.view.setAccessibleDescription(": ".join(filter(None, (event.text, self.view.accessibleDescription()))))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        self.caption = wrapped(caption, "muted")
        column.addWidget(self.caption)
        column.addWidget(self.view)

    @property
    def is_plot(self) -> bool:
        return isinstance(self.view, PlotView)


def _view_of(bench: Workbench, event: Shown, folder: Path | None) -> QWidget:
    if not event.file:
        return Text(event.text)
    if folder is not None and event.file.endswith(Drawn.suffix):
        try:
            return PlotView(bench, read_plot(folder / event.file))
        except PlotError:
            return wrapped("Its plot is no longer in the run's folder.")
    picture = QPixmap(str(folder / event.file)) if folder is not None and event.file.endswith(Pictures.suffix) else None
    if picture is None or picture.isNull():
        return wrapped("Its picture is no longer in the run's folder.")
    return Picture(picture, event.file)


class Text(QLabel):
    """Text as it is; lines are broken where there is no more room."""

    def __init__(self, text: str):
        super().__init__()
        self.told = text
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "mono")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fit()

    def _fit(self) -> None:
        columns = max(20, self.width() // max(1, self.fontMetrics().horizontalAdvance("m")))
        lines = [line[at : at + columns] for line in self.told.split("\n") for at in starts(line, columns)]
        self.setText("\n".join(lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


class Picture(QLabel):
    """A picture as wide as there is room, and never larger than it is."""

    def __init__(self, whole: QPixmap, file: str):
        super().__init__()
        self._whole = whole
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setToolTip(as_plain(file))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fit()

    def _fit(self) -> None:
        wide = min(self._whole.width(), max(self.width(), 120))
        smooth = Qt.TransformationMode.SmoothTransformation
        self.setPixmap(self._whole.scaledToWidth(wide, smooth) if wide < self._whole.width() else self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


def starts(line: str, columns: int) -> range:
    """Where the parts of a line begin that has room for so many letters."""
    return range(0, max(len(line), 1), columns)
