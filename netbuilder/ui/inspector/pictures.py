"""Views of pictures: many small ones, a matrix, and what speaks for and against in one sample."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from netbuilder.ui.inspector import painting
from netbuilder.ui.inspector.charts import BarsView
from netbuilder.ui.inspector.view import View, write

GAP = 6
CHANNEL = 48  # points, of a channel of a series at most
LEAST = 12  # points across, of a small picture


class ImageGridView(View):
    """Small pictures in rows, enlarged as far as they all fit."""

    def _prepare(self) -> None:
        images = self.result.images
        if images.ndim == 4:
            self._images: list[QImage] = [painting.picture_image(image) for image in images]
        else:
            colours = painting.signed_colours(self.theme)
            self._images = [painting.signed_image(image, self.result.limit, colours) for image in images]

    def _cells(self) -> list[QRectF]:
        """Where each picture is, for the size the widget has now."""
        count, (high, wide) = len(self._images), self.result.images.shape[1:3]
        if not count:
            return []
        room_wide, room_high = self.width() + GAP, self.height() + GAP
        best, columns = 0.0, 1
        for trial in range(1, count + 1):
            scale = min((room_wide / trial - GAP) / wide, (room_high / math.ceil(count / trial) - GAP) / high)
            if scale > best:
                best, columns = scale, trial
        if best * wide < LEAST and count > 1:  # they don't all fit: as many as do
            best = LEAST / wide
            columns = max(1, int(room_wide / (LEAST + GAP)))
            count = min(count, columns * max(1, int(room_high / (best * high + GAP))))
        scale = float(int(best)) if best >= 1 else best
        return [
            QRectF(
                (at % columns) * (wide * scale + GAP),
                (at // columns) * (high * scale + GAP),
                wide * scale,
                high * scale,
            )
            for at in range(count)
        ]

    def _paint(self, painter: QPainter) -> None:
        for image, cell in zip(self._images, self._cells(), strict=False):
            painter.drawImage(cell, image)

    def value_at(self, place: QPointF) -> str | None:
        for at, cell in enumerate(self._cells()):
            if cell.contains(place):
                image = self.result.images[at]
                row = int((place.y() - cell.top()) / cell.height() * image.shape[0])
                column = int((place.x() - cell.left()) / cell.width() * image.shape[1])
                value = image[min(row, image.shape[0] - 1), min(column, image.shape[1] - 1)]
                label = f"{self.result.labels[at]}: " if at < len(self.result.labels) else ""
                told = f"{float(value):.4g}" if np.ndim(value) == 0 else _shade(value)
                return f"{label}{told}"
        return None


class HeatmapView(View):
    """A matrix, stretched over the widget."""

    def _prepare(self) -> None:
        self._image = painting.signed_image(self.result.values, self.result.limit, painting.signed_colours(self.theme))

    def _area(self) -> QRectF:
        rows, columns = self.result.values.shape
        left = 0.0
        if self.result.row_names and self.height() / rows >= 11:
            left = min(120.0, max(self.fontMetrics().horizontalAdvance(name) for name in self.result.row_names) + 8)
        wide, high = self.width() - left, float(self.height())
        across, down = wide / columns, high / rows  # cells at most eight times as long as they are thick
        return QRectF(left, 0, min(across, 8 * down) * columns, min(down, 8 * across) * rows)

    def _paint(self, painter: QPainter) -> None:
        area = self._area()
        painter.drawImage(area, self._image)
        if area.left():
            step = area.height() / len(self.result.row_names)
            for at, name in enumerate(self.result.row_names):
                write(painter, name, 0, at * step, area.left() - 8, step, self.theme.muted, "right")

    def value_at(self, place: QPointF) -> str | None:
        area = self._area()
        if not area.contains(place):
            return None
        rows, columns = self.result.values.shape
        row = min(rows - 1, int((place.y() - area.top()) / area.height() * rows))
        column = min(columns - 1, int((place.x() - area.left()) / area.width() * columns))
        row_name = self.result.row_names[row] if self.result.row_names else f"row {row + 1}"
        column_name = self.result.column_names[column] if self.result.column_names else f"column {column + 1}"
        return f"{row_name}, {column_name}: {float(self.result.values[row, column]):.4g}"


class SaliencyView(View):
    """For a picture, the signed map; for a series, one with a row a channel; for a row of a table, a bar per column."""

    def _prepare(self) -> None:
        values = self.result.values
        self._bars: BarsView | None = getattr(self, "_bars", None)
        if values.ndim == 1:
            from netbuilder.probes.results import Bars

            if self._bars is None:
                self._bars = BarsView(self._bench, self)
            names = self.result.names or tuple(f"column {at + 1}" for at in range(len(values)))
            self._bars.show_result(Bars(self.result.title, "", names, tuple(values.tolist())))
            self._bars.setGeometry(self.rect())
        else:
            self._image = painting.signed_image(values, self.result.limit, painting.signed_colours(self.theme))
        if self._bars is not None:
            self._bars.setVisible(values.ndim == 1)

    def _area(self) -> QRectF:
        high, wide = self.result.values.shape
        if self.result.series:
            return QRectF(0, 0, self.width(), min(self.height(), CHANNEL * high))
        return painting.fitted(wide, high, QRectF(self.rect()))

    def _paint(self, painter: QPainter) -> None:
        if self.result.values.ndim == 2:
            painter.drawImage(self._area(), self._image)

    def value_at(self, place: QPointF) -> str | None:
        if self.result.values.ndim != 2:
            return None
        area, (high, wide) = self._area(), self.result.values.shape
        if not area.contains(place):
            return None
        row = min(high - 1, int(place.y() / area.height() * high))
        column = min(wide - 1, int(place.x() / area.width() * wide))
        where = f"row {row + 1}, column {column + 1}"
        if self.result.series:
            name = self.result.names[row] if self.result.names else f"channel {row + 1}"
            where = f"{name}, step {column + 1}"
        return f"{where}: {float(self.result.values[row, column]):+.4g}"

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if getattr(self, "_bars", None) is not None:
            self._bars.setGeometry(self.rect())


def _shade(pixel: np.ndarray) -> str:
    return f"{int(pixel[0]) / 255:.2f}" if len(set(pixel.tolist())) == 1 else ", ".join(str(int(v)) for v in pixel)
