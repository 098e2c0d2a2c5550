"""Blank cards as pictures, for the zoom of the moment: painting many is a few copies, not drawings. It knows no nodes.

The farther away, the more a card is filled with the colour of its family (or of its heat), and the less of its ports
and its border is left: by degrees, so that no zoom looks unlike the one beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QTransform

from netbuilder.ui import icons
from netbuilder.ui.canvas.fills import fill, whole
from netbuilder.ui.canvas.geometry import DOT, HEADER, PAD, PORT, round_up
from netbuilder.ui.canvas.paints import Paints, mix

MARGIN = 12  # scene units around the card, for its shadow and the sheets below it
SHEETS = {"layer": 0, "block": 1, "repeated": 2}  # how many sheets show below a card, by its style
SHEET = 4  # how far each shows
MOST = 4000  # kinds of faces known at once
TINY = 0.1  # below this zoom, plain cards are filled boxes
SHADED = (0.2, 0.4)  # from this zoom up to that one, its shadow comes into sight
FILLED = (0.2, 0.5)  # from this zoom up to that one, a card goes from filled to blank
PORTED = (0.3, 0.5)  # from this zoom up to that one, ports come into sight

Places = tuple[tuple[float, float], ...]


class Face(NamedTuple):
    """How a card looks without its texts. `heat` is a level, or -1; `inputs` and `outputs` where its ports are."""

    width: float
    height: float
    family: str
    style: str = "layer"
    inputs: Places = ()
    outputs: Places = ()
    severity: str = ""
    heat: int = -1
    hovered: bool = False
    selected: bool = False


def part(zoom: float, span: tuple[float, float]) -> float:
    """How far a zoom is on the way from one to another, from 0 to 1."""
    return min(1.0, max(0.0, (zoom - span[0]) / (span[1] - span[0])))


class Faces:
    """Gives a number to each face there is, and keeps their pictures for one zoom."""

    def __init__(self, paints: Paints):
        self._paints = paints
        self._scale = (0.0, 0.0)
        self._numbers: dict[Face, int] = {}
        self._faces: list[Face] = []
        self._pictures: dict[int, QPixmap] = {}

    @property
    def full(self) -> bool:
        """Whether it is time to begin anew: numbers given so far then mean nothing."""
        return len(self._faces) > MOST

    def number(self, face: Face) -> int:
        known = self._numbers.get(face)
        if known is None:
            known = self._numbers[face] = len(self._faces)
            self._faces.append(face)
        return known

    def paint(self, painter: QPainter, numbers: np.ndarray, corners: np.ndarray, opacity: np.ndarray) -> None:
        """Faces at corners of the scene, one above the other only where their numbers are the same.

        `painter` is scaled and moved but not turned.
        """
        placed = painter.worldTransform()
        zoom, ratio = placed.m11(), painter.device().devicePixelRatio()
        if self._scale != (zoom, ratio):
            self._scale = (zoom, ratio)
            self._pictures.clear()
        painter.setWorldTransform(QTransform())
        inset = self._inset(zoom)
        at = corners * zoom + (placed.dx(), placed.dy())
        at = whole(at * ratio) / ratio - inset  # each lies on whole pixels
        if zoom < TINY:
            rest = self._fill_tiny(painter, numbers, at + inset, opacity, zoom, ratio)
            numbers, at, opacity = numbers[rest], at[rest], opacity[rest]
            if not len(numbers):
                painter.setWorldTransform(placed)
                return
        order = np.argsort(numbers, kind="stable")
        found, starts = np.unique(numbers[order], return_index=True)
        ends = [*starts[1:].tolist(), len(order)]
        for number, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True):
            picture = self._pictures.get(number)
            if picture is None:
                picture = self._pictures[number] = self._draw(self._faces[number], zoom, ratio)
            rows = order[start:end]
            wide, high = picture.width(), picture.height()
            copies = np.zeros(
                (len(rows), 10)
            )  # as QPainter.PixmapFragment: x, y, source rectangle, scale, turn, opacity
            copies[:, :2] = at[rows] + (wide / ratio / 2, high / ratio / 2)
            copies[:, 4:8] = (wide, high, 1 / ratio, 1 / ratio)
            copies[:, 9] = opacity[rows]
            first = shiboken6.wrapInstance(copies.ctypes.data, QPainter.PixmapFragment)
            painter.drawPixmapFragments(first, len(rows), picture)
        painter.setWorldTransform(placed)

    def _fill_tiny(
        self, painter: QPainter, numbers: np.ndarray, at: np.ndarray, opacity: np.ndarray, zoom: float, ratio: float
    ) -> np.ndarray:
        """From so far away that no corner is round, plain cards are filled boxes. Returns which others are left."""
        sizes = np.zeros((len(self._faces), 2))  # by number, as is what follows
        colors = np.full(len(self._faces), -1)  # -1: one that is drawn
        known: dict[int, int] = {}
        for number in np.flatnonzero(np.bincount(numbers)).tolist():
            face = self._faces[number]
            if not (face.selected or face.severity or face.hovered):
                sizes[number] = face.width, face.height
                colors[number] = known.setdefault(self._color(face).rgba(), len(known))
        sizes = np.maximum(np.round(sizes * zoom * ratio), 1.0)
        each = np.where(opacity < 1.0, -1, colors[numbers])
        boxes = np.empty((len(numbers), 4), np.int32)
        boxes[:, :2] = whole(at * ratio)
        boxes[:, 2:] = boxes[:, :2] + sizes[numbers]
        for color, kind in known.items():
            fill(painter, boxes[each == kind], QColor.fromRgba(color))
        return each < 0

    def _color(self, face: Face) -> QColor:
        """What a card is filled with in the distance."""
        paints = self._paints
        return (paints.overview_brush(face.family) if face.heat < 0 else paints.heat(face.heat)[1]).color()

    @staticmethod
    def _inset(zoom: float) -> float:
        """The margin on screen, in whole points so that the picture lies on whole pixels."""
        return round_up(MARGIN * zoom)

    def _draw(self, face: Face, zoom: float, ratio: float) -> QPixmap:
        width, height, family = face.width, face.height, face.family
        inset = self._inset(zoom)
        size = (round((width * zoom + 2 * inset) * ratio) + 1, round((height * zoom + 2 * inset) * ratio) + 1)
        picture = QPixmap(*size)
        picture.fill(Qt.GlobalColor.transparent)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(inset, inset)
        painter.scale(zoom, zoom)
        paints, shape = self._paints, self._paints.card(width, height)
        painter.setPen(paints.nothing)
        if (shaded := part(zoom, SHADED)) > 0:
            painter.setOpacity(shaded)
            painter.setBrush(paints.shadow)
            painter.translate(0, 3)
            painter.drawPath(shape)
            painter.translate(0, -3)
            painter.setOpacity(1.0)
        for sheet in range(SHEETS[face.style], 0, -1):
            self._draw_sheet(painter, width, height, family, sheet)
        near = part(zoom, FILLED)
        far = self._color(face)
        body = paints.hovered if face.hovered else paints.raised
        painter.setPen(paints.nothing)
        painter.setBrush(_blend(far, body, near))
        painter.drawPath(shape)
        if near > 0:
            painter.setBrush(_blend(far, paints.header_brush(family), near))
            painter.drawPath(paints.header(width))
            painter.setOpacity(near)
            self._draw_mark(painter, face)
            painter.setOpacity(1.0)
        self._draw_border(painter, face, near, zoom)
        if face.inputs or face.outputs:
            self._draw_ports(painter, face, part(zoom, PORTED))
        painter.end()
        picture.setDevicePixelRatio(1.0)
        return picture

    def _draw_mark(self, painter: QPainter, face: Face) -> None:
        """A dot before the name, or a cube before that of a block."""
        if face.style == "layer":
            painter.setBrush(self._paints.family_brush(face.family))
            painter.drawEllipse(QPointF(PAD + DOT / 2, HEADER / 2), DOT / 2, DOT / 2)
        else:
            place = QRectF(PAD - 3, HEADER / 2 - 7, 14, 14)
            icons.paint(painter, "cube-outline", place, self._paints.family_color(face.family))

    def _draw_border(self, painter: QPainter, face: Face, near: float, zoom: float) -> None:
        paints, shape = self._paints, self._paints.card(face.width, face.height)
        painter.setBrush(paints.no_brush)
        if face.selected:
            if near > 0:
                painter.setOpacity(near)
                painter.setPen(paints.halo)
                painter.drawPath(shape)
                painter.setOpacity(1.0)
            meant = paints.border_selected
        elif face.severity:
            meant = paints.border_danger if face.severity == "error" else paints.border_warning
        else:
            own = paints.border if face.style == "layer" else paints.border_of(face.family)
            painter.setOpacity(1.0 if face.hovered else near)
            painter.setPen(_thick(paints.border_hover if face.hovered else own, 1.0 / zoom if face.hovered else 0.0))
            painter.drawPath(shape)
            painter.setOpacity(1.0)
            return
        painter.setPen(_thick(meant, 1.6 / zoom))  # what is selected or wrong is seen from any distance
        painter.drawPath(shape)

    def _draw_ports(self, painter: QPainter, face: Face, strength: float) -> None:
        if strength == 0:
            return
        paints = self._paints
        painter.setOpacity(strength)
        painter.setPen(QPen(paints.family_color(face.family), 1.6))
        painter.setBrush(paints.raised)
        for place in face.inputs:
            painter.drawEllipse(QPointF(*place), PORT, PORT)
        painter.setPen(paints.nothing)
        painter.setBrush(paints.family_brush(face.family))
        for place in face.outputs:
            painter.drawEllipse(QPointF(*place), PORT, PORT)

    def _draw_sheet(self, painter: QPainter, width: float, height: float, family: str, sheet: int) -> None:
        """One more card below this one, of which only the lower rim shows."""
        paints, inset = self._paints, float(SHEET * sheet)
        painter.setPen(paints.border_of(family))
        painter.setBrush(paints.raised)
        painter.translate(inset, inset)
        painter.drawPath(paints.card(width - 2 * inset, height))
        painter.translate(-inset, -inset)


def _blend(far: QColor, near: QBrush, share: float) -> QBrush:
    return near if share >= 1 else QBrush(mix(far, near.color(), share))


def _thick(pen: QPen, least: float) -> QPen:
    """The pen, at least so thick."""
    if pen.widthF() >= least:
        return pen
    thick = QPen(pen)
    thick.setWidthF(least)
    return thick
