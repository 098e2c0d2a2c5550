"""Answers at the places of a picture: the answer, the truth and what lies between them side by side."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from netbuilder.probes.places import Place
from netbuilder.ui.inspector import painting
from netbuilder.ui.inspector.places import PlacesView
from netbuilder.ui.inspector.view import write
from netbuilder.ui.train.wording import small

GAP = 10
WORDS = 18  # points for a line of words


class PanelsView(PlacesView):
    """Pictures of one size in rows, each with a name above it, as large as they all fit."""

    foot = 0  # points left free at the bottom

    def _prepare(self) -> None:
        self._panels: list[tuple[str, QImage]] = self._made()

    def _made(self) -> list[tuple[str, QImage]]:
        raise NotImplementedError

    def _cells(self) -> list[QRectF]:
        """Where each picture is, for the size the widget has now."""
        (high, wide), count = self._sides(), len(self._panels)
        best, columns = 0.0, 1
        for trial in range(1, count + 1):
            rows = math.ceil(count / trial)
            across = ((self.width() + GAP) / trial - GAP) / wide
            down = ((self.height() - self.foot + GAP) / rows - GAP - WORDS) / high
            if min(across, down) > best:
                best, columns = min(across, down), trial
        scale = float(int(best)) if best >= 1 else best
        across, down = wide * scale, high * scale
        return [
            QRectF((at % columns) * (across + GAP), (at // columns) * (down + GAP + WORDS) + WORDS, across, down)
            for at in range(count)
        ]

    def _paint(self, painter: QPainter) -> None:
        high, wide = self._sides()
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        for (name, image), cell in zip(self._panels, self._cells(), strict=True):
            write(painter, name, cell.x(), cell.y() - WORDS, cell.width(), WORDS - 2, self.theme.muted)
            painter.drawImage(cell, image)
            if self.marked is not None and cell.width() > 0:
                row, column = self.marked
                one = QRectF(
                    cell.x() + column * cell.width() / wide,
                    cell.y() + row * cell.height() / high,
                    cell.width() / wide,
                    cell.height() / high,
                )
                painter.setBrush(Qt.BrushStyle.NoBrush)
                for colour, apart in ((self.theme.window, 2.0), (self.theme.warning, 1.0)):  # seen on any ground
                    painter.setPen(QPen(QColor(colour), 1))
                    painter.drawRect(one.adjusted(-apart, -apart, apart - 1, apart - 1))

    def place_at(self, point: QPointF) -> Place | None:
        high, wide = self._sides()
        for cell in self._cells():
            if cell.contains(point) and cell.width() > 0:
                row = int((point.y() - cell.y()) / cell.height() * high)
                column = int((point.x() - cell.x()) / cell.width() * wide)
                return min(high - 1, row), min(wide - 1, column)
        return None


class ComparedPicturesView(PanelsView):
    """What was given, the answer, the truth, and by how much the answer is above it or below."""

    def _sides(self) -> Place:
        return tuple(self.result.answer.shape[1:])

    def _made(self) -> list[tuple[str, QImage]]:
        result = self.result
        shown = [("given", result.given), ("answer", result.answer), ("truth", result.truth)]
        made = [(name, self._picture(values)) for name, values in shown if values is not None]
        if result.truth is not None:
            apart = (result.answer - result.truth).mean(axis=0)
            colours = painting.signed_colours(self.theme)
            made.append((f"difference ±{small(result.limit)}", painting.signed_image(apart, result.limit, colours)))
        return made

    def _picture(self, values: np.ndarray) -> QImage:
        """(channels, height, width) on the common scale; other than three channels are shown by their mean."""
        low, high = self.result.low, self.result.high
        shares = np.nan_to_num((values - low) / ((high - low) or 1.0)).clip(0, 1)
        shades = shares.transpose(1, 2, 0) if len(values) == 3 else shares.mean(axis=0)[..., None]
        pixels = (shades * 255).round().astype(np.uint8)
        return painting.picture_image(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))

    def value_at(self, place: QPointF) -> str | None:
        at = self.place_at(place)
        if at is None:
            return None
        told = [f"row {at[0] + 1}, column {at[1] + 1}"]
        for name, values in (
            ("given", self.result.given),
            ("answer", self.result.answer),
            ("truth", self.result.truth),
        ):
            if values is not None:
                told.append(f"{name} {', '.join(small(float(value)) for value in values[:4, at[0], at[1]])}")
        return " · ".join(told)


class ComparedMasksView(PanelsView):
    """The mask that was answered and the true one in the colours of the classes, and the wrong pixels in red."""

    foot = WORDS + 2

    def _sides(self) -> Place:
        return tuple(self.result.predicted.shape)

    def _made(self) -> list[tuple[str, QImage]]:
        result = self.result
        made = [("answer", painting.picture_image(result.colours[result.predicted]))]
        if result.true is not None:
            asked = (result.true >= 0)[..., None]
            ground = np.array(QColor(self.theme.field).toTuple()[:3], np.uint8)
            truth = np.where(asked, result.colours[result.true.clip(min=0)], ground)
            made.append(("truth", painting.picture_image(truth)))
            wrong = (result.predicted != result.true) & asked[..., 0]
            base = np.broadcast_to(ground, (*result.predicted.shape, 3))
            if result.picture is not None:
                base = (result.picture.mean(axis=2, keepdims=True) * 0.6 + 40).astype(np.uint8).repeat(3, axis=2)
            red = np.array(QColor(self.theme.danger).toTuple()[:3], np.uint8)
            made.append((f"{int(wrong.sum()):,} wrong", painting.picture_image(np.where(wrong[..., None], red, base))))
        return made

    def _legend(self) -> list[tuple[np.ndarray, str]]:
        """The classes of this sample, each with its overlap where one is known."""
        result = self.result
        found = []
        for at, name in enumerate(result.classes):
            there = bool((result.predicted == at).any()) or (
                result.true is not None and bool((result.true == at).any())
            )
            overlap = result.overlaps[at] if result.overlaps else float("nan")
            if there:
                found.append((result.colours[at], name if np.isnan(overlap) else f"{name} {overlap:.2f}"))
        return found

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        cells = self._cells()
        top = max((cell.bottom() for cell in cells), default=0.0) + 5
        left, entries = 0.0, self._legend()
        for at, (colour, words) in enumerate(entries):
            wide = painter.fontMetrics().horizontalAdvance(words)
            if left + 16 + wide > self.width() and at:
                write(painter, f"+{len(entries) - at}", left, top, self.width() - left, WORDS - 4, self.theme.muted)
                break
            painter.fillRect(QRectF(left, top + 2, 10, 10), QColor(*(int(part) for part in colour)))
            painter.setPen(QColor(self.theme.border))
            painter.drawRect(QRectF(left, top + 2, 10, 10))
            write(painter, words, left + 15, top, wide, WORDS - 4, self.theme.muted)
            left += 15 + wide + 14

    def value_at(self, place: QPointF) -> str | None:
        at = self.place_at(place)
        if at is None:
            return None
        result = self.result
        told = f"row {at[0] + 1}, column {at[1] + 1}: {result.classes[int(result.predicted[at])]}"
        told += f" with {float(result.confidence[at]):.2f}"
        if result.true is None:
            return told
        true = int(result.true[at])
        return f"{told} · {'not asked about' if true < 0 else f'true {result.classes[true]}'}"
