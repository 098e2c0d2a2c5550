"""Many boxes of whole pixels filled at once. It knows nothing about what they are."""

from __future__ import annotations

import numpy as np
import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QTransform


def whole(places: np.ndarray) -> np.ndarray:
    """The whole pixels that places are nearest to. A place in the middle of two goes to the same one however far all of
    them have moved by whole pixels: what is painted now and then has to fit."""
    return np.floor(places + (0.5 + 1e-6))


def fill(painter: QPainter, boxes: np.ndarray, color: QColor) -> None:
    """Boxes (left, top, right, bottom) in whole pixels of the device: the quickest that can be painted in software.

    The painter's brush and pen are others afterwards; its transform is what it was.
    """
    if not len(boxes):
        return
    rects = np.empty((len(boxes), 4), np.int32)  # as QRect: left, top, and the last column and row inside
    rects[:, :2] = boxes[:, :2]
    rects[:, 2:] = boxes[:, 2:] - 1
    placed, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
    painter.setWorldTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(shiboken6.wrapInstance(rects.ctypes.data, QRect), len(rects))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setWorldTransform(placed)
