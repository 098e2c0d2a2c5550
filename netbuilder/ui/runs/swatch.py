"""The mark of a curve beside a run's name: a short line in its colour, broken where the curve is dashed."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIZE = 16
RATIOS = (1, 2)  # pixels a point that screens have


@cache
def swatch(colour: str, dashed: bool) -> QIcon:
    """In this colour, "#rrggbb"."""
    made = QIcon()
    for ratio in RATIOS:
        picture = QPixmap(SIZE * ratio, SIZE * ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for start, long in ((0, 6.5), (9.5, 6.5)) if dashed else ((0, 16),):
            painter.drawRoundedRect(start, SIZE / 2 - 1.75, long, 3.5, 1.75, 1.75)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture)
    return made
