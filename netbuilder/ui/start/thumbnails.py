"""The drawings of the samples as small pictures, painted when they are first asked for, one in each turn of the window.

It knows no widget: whoever shows a picture asks for it while painting, and paints again once it is `ready`.
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QPixmap

from netbuilder.layers import Catalog
from netbuilder.project import file
from netbuilder.resources import Sample
from netbuilder.ui.canvas.miniature import miniature
from netbuilder.ui.theme import Theme

Key = tuple[str, str, float]  # sample, theme, pixels a point


class Thumbnails(QObject):
    """`ready` carries the name of the sample. Each picture is kept, for every theme and screen it was asked for."""

    ready = Signal(str)

    def __init__(self, standard: Catalog, size: QSize, parent: QObject | None = None):
        super().__init__(parent)
        self._standard, self._size = standard, size
        self._made: dict[Key, QPixmap] = {}
        self._wanted: deque[tuple[Key, Sample, Theme]] = deque()
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._make_one)

    def picture(self, sample: Sample, theme: Theme, ratio: float) -> QPixmap | None:
        """The drawing, or None now and `ready` soon."""
        key = (sample.name, theme.name, ratio)
        if key not in self._made and all(key != waiting for waiting, *_ in self._wanted):
            self._wanted.append((key, sample, theme))
            self._turn.start()
        return self._made.get(key)

    def _make_one(self) -> None:
        key, sample, theme = self._wanted.popleft()
        if self._wanted:
            self._turn.start()  # first of all: a fault with this one must not keep the others from being made
        try:
            project = file.open_file(sample.path).project
        except file.CannotOpen:  # said in a sentence when it is chosen; its card has an empty canvas
            self._made[key] = QPixmap()
        else:
            self._made[key] = miniature(project, self._standard, theme, self._size, key[2])
        self.ready.emit(sample.name)
