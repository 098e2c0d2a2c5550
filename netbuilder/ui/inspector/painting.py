"""From numbers to pictures: signed values as red, neutral and blue; enlarged without blurring."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from netbuilder.ui.theme import Theme

LEVELS = 255  # steps from neutral to full colour


def signed_colours(theme: Theme) -> np.ndarray:
    """(2 * LEVELS + 1,) colours as 0xffRRGGBB, from the most negative over neutral to the most positive."""
    ends = [_rgb(theme.negative), _rgb(theme.field), _rgb(theme.positive)]
    share = np.linspace(0, 1, LEVELS + 1)[:, None]
    low = ends[0] + (ends[1] - ends[0]) * share
    high = ends[1] + (ends[2] - ends[1]) * share
    rgb = np.concatenate([low, high[1:]]).round().astype(np.uint32)
    return (0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]).astype(np.uint32)


def signed_image(values: np.ndarray, limit: float, colours: np.ndarray) -> QImage:
    """A (height, width) matrix, `limit` at full colour. What is not a number is neutral."""
    shares = np.nan_to_num(values / (limit or 1.0), nan=0.0, posinf=1.0, neginf=-1.0).clip(-1, 1)
    pixels = np.ascontiguousarray(colours[(shares * LEVELS).round().astype(int) + LEVELS])
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def picture_image(pixels: np.ndarray) -> QImage:
    """A (height, width, 3) uint8 picture as it is."""
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()


def fitted(width: int, height: int, room: QRectF) -> QRectF:
    """Where a picture of these pixels goes: as large as fits, in whole multiples where it is enlarged, at the left."""
    scale = min(room.width() / max(1, width), room.height() / max(1, height))
    if scale >= 1:
        scale = int(scale)
    return QRectF(room.left(), room.top(), width * scale, height * scale)


def mixed(one: str, other: str, share: float) -> QColor:
    """`share` of `one` over `other`."""
    rgb = (_rgb(one) * share + _rgb(other) * (1 - share)).round().astype(int)
    return QColor(int(rgb[0]), int(rgb[1]), int(rgb[2]))


def _rgb(colour: str) -> np.ndarray:
    made = QColor(colour)
    return np.array([made.red(), made.green(), made.blue()], dtype=float)
