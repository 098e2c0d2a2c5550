"""The samples as a grid of pictures, each with its class. A picture is made when it comes into view."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID, Theme

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset

TILE = 72
WORDS = 22
KEPT = 2000  # pictures
Index = QModelIndex | QPersistentModelIndex


class PictureModel(QAbstractListModel):
    """One row a sample of the part that is shown."""

    def __init__(self, dataset: Dataset, numbers: list[int]):
        super().__init__()
        self._dataset, self._numbers = dataset, numbers
        self._held = set(dataset.validation.tolist())
        self._made: OrderedDict[int, QPixmap] = OrderedDict()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        sample = self._numbers[index.row()]
        from netbuilder.data import preview

        if role == Qt.ItemDataRole.DisplayRole:
            return preview.caption_of(self._dataset, sample)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain(preview.describe_sample(self._dataset, sample))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return preview.describe_sample(self._dataset, sample)
        if role == Qt.ItemDataRole.UserRole:
            return sample in self._held
        return None

    def _picture(self, sample: int) -> QPixmap:
        if sample in self._made:
            self._made.move_to_end(sample)
            return self._made[sample]
        import numpy as np

        from netbuilder.data.preview import mask, thumbnail

        pixels, classes = thumbnail(self._dataset, sample), mask(self._dataset, sample)
        if classes is not None:  # beside it, what each of its pixels is
            pixels = np.concatenate([pixels, classes], axis=1)
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        small = max(width, height) < 2 * TILE
        how = Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
        picture = QPixmap.fromImage(image.scaled(2 * TILE, 2 * TILE, Qt.AspectRatioMode.KeepAspectRatio, how))
        self._made[sample] = picture
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return picture


class PictureTile(QStyledItemDelegate):
    """A picture with round corners, under it its class and a dot in the colour of its part."""

    def __init__(self, theme: Theme):
        super().__init__()
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(TILE + GRID, TILE + WORDS + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRectF(option.rect).adjusted(GRID / 2, GRID / 2, -GRID / 2, -GRID / 2)
        tile = QRectF(box.left(), box.top(), TILE, TILE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(tile, 4, 4)
        painter.fillPath(shape, QColor("#000000"))
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        size = picture.size().scaled(TILE, TILE, Qt.AspectRatioMode.KeepAspectRatio)
        at = QRectF(0, 0, size.width(), size.height())
        at.moveCenter(tile.center())
        painter.setClipPath(shape)
        painter.drawPixmap(at, picture, QRectF(picture.rect()))
        painter.setClipping(False)
        chosen = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus))
        painter.setPen(QPen(QColor(self.theme.accent if chosen else self.theme.border), 2 if chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(tile, 4, 4)
        held = index.data(Qt.ItemDataRole.UserRole)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.validation if held else self.theme.training))
        painter.drawEllipse(QRectF(tile.left() + 1, tile.bottom() + 9, 6, 6))
        painter.setPen(QColor(self.theme.muted))
        words = QRectF(tile.left() + 12, tile.bottom() + 2, TILE - 12, WORDS - 2)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, round(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class PictureGrid(QListView):
    """Scrolls through any number of pictures."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Pictures")
        self.setObjectName("pictures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(2000)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSpacing(0)
        self._tile = PictureTile(theme)
        self.setItemDelegate(self._tile)
        self._model: PictureModel | None = None

    def set_theme(self, theme: Theme) -> None:
        self._tile.theme = theme
        self.viewport().update()

    def show_samples(self, dataset: Dataset, numbers: list[int]) -> None:
        self._model = PictureModel(dataset, numbers)
        self.setModel(self._model)
