"""The marks in the rows of runs: the line of a curve, and the star. A selected row leaves their colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from netbuilder.ui import icons

SIZE = 16
RATIOS = (1, 2)  # pixels a point that screens have


@cache
def swatch(colour: str, dashed: bool) -> QIcon:
    """A line in this colour, "#rrggbb"; broken for a curve that is dashed."""
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
        _add(made, picture)
    return made


@cache
def star(colour: str, full: bool) -> QIcon:
    """A star, or the outline of one."""
    made = QIcon()
    for ratio in RATIOS:
        _add(made, icons.pixmap("star" if full else "star-outline", colour, SIZE, ratio))
    return made


def _add(icon: QIcon, picture: QPixmap) -> None:
    """Qt would tint the icon of a selected row."""
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(picture, mode)
