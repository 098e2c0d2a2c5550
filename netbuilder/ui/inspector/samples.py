"""The samples to choose from: small pictures with what is true and what was said, or a line each for a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from netbuilder.ui.inspector.painting import picture_image
from netbuilder.ui.plain_text import as_plain

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.ui.workbench import Workbench

Index = QModelIndex | QPersistentModelIndex
PICTURE = 64
TILE = QSize(82, 92)
LINE = QSize(240, 40)


class SampleModel(QAbstractListModel):
    """Sample numbers, with two short lines each: what is true, and what the network says."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.samples: tuple[int, ...] = ()
        self.verdicts: dict[int, tuple[str, str, bool]] = {}
        self._dataset: Dataset | None = None
        self._pictures: dict[int, QImage] = {}

    @property
    def is_picture(self) -> bool:
        return self._dataset is not None and self._dataset.is_picture

    def show_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:
            self.beginResetModel()
            self._dataset, self._pictures, self.verdicts, self.samples = dataset, {}, {}, ()
            self.endResetModel()

    def show_samples(self, samples: tuple[int, ...], verdicts: dict[int, tuple[str, str, bool]]) -> None:
        """`verdicts` per sample: true, said, and whether that is right; or a score in words, "" and True."""
        if samples != self.samples:
            self.beginResetModel()
            self.samples, self.verdicts = samples, verdicts
            self.endResetModel()
        elif verdicts != self.verdicts:
            self.verdicts = verdicts
            if samples:
                self.dataChanged.emit(self.index(0), self.index(len(samples) - 1))

    def picture(self, sample: int) -> QImage | None:
        if not self.is_picture or self._dataset is None:
            return None
        if sample not in self._pictures:
            from netbuilder.data.preview import thumbnail

            self._pictures[sample] = picture_image(thumbnail(self._dataset, sample))
        return self._pictures[sample]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.samples)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.samples):
            return None
        sample = self.samples[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return sample
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.DisplayRole):
            true, said, _ = self.verdicts.get(sample, ("", "", True))
            words = f": true {true}, said {said}" if said else f": {true}" if true else ""
            told = f"Sample {sample:,}{words}"
            return as_plain(told) if role == Qt.ItemDataRole.ToolTipRole else told
        return None


def shortened(metrics: QFontMetrics, words: tuple[str, str, str, str], width: int) -> str:
    """Two names with words before each, both names shortened alike where there is no room: neither hides the other."""
    before, one, between, other = words
    room = width - metrics.horizontalAdvance(before + between)
    if metrics.horizontalAdvance(one + other) > room:
        half, cut = room // 2 if other else room, Qt.TextElideMode.ElideMiddle
        first, second = metrics.horizontalAdvance(one), metrics.horizontalAdvance(other)
        one = metrics.elidedText(one, cut, max(half, room - second))
        other = metrics.elidedText(other, cut, max(half, room - first))
    return f"{before}{one}{between}{other}"


class SampleTile(QStyledItemDelegate):
    """Paints one sample."""

    def __init__(self, bench: Workbench, model: SampleModel, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._model = bench, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return TILE if self._model.is_picture else LINE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, sample = self._bench.look.theme, self._model.data(index, Qt.ItemDataRole.UserRole)
        if sample is None:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        rect: QRect = option.rect  # type: ignore[attr-defined]
        true, said, right = self._model.verdicts.get(sample, ("", "", True))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = painter.font()
        small.setPixelSize(11)
        verdict = theme.muted if right else theme.danger
        if self._model.is_picture:
            box = QRect(rect.x() + (rect.width() - PICTURE) // 2, rect.y() + 4, PICTURE, PICTURE)
            image = self._model.picture(sample)
            if image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > PICTURE)
                painter.drawImage(box, image)
            if chosen:
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 4, 4)
            painter.setFont(small)
            painter.setPen(QColor(verdict))
            pattern = ("", true, "", "") if right or not said else ("", true, " · said ", said)
            shown = shortened(painter.fontMetrics(), pattern, rect.width())
            painter.drawText(
                QRect(rect.x(), box.bottom() + 4, rect.width(), 18), int(Qt.AlignmentFlag.AlignCenter), shown
            )
        else:
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.selected))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
            inner = rect.adjusted(8, 3, -8, -3)
            painter.setPen(QColor(theme.text))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), f"Sample {sample:,}")
            painter.setFont(small)
            painter.setPen(QColor(verdict))
            pattern = ("true ", true, " · said ", said) if said else ("", true, "", "")
            shown = shortened(painter.fontMetrics(), pattern, inner.width()) if true else ""
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), shown)
        painter.restore()


class SampleList(QListView):
    """Choose a sample with the mouse or the arrow keys. `sample_chosen` with its number."""

    sample_chosen = Signal(int)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._model = SampleModel(self)
        self.setModel(self._model)
        self.setItemDelegate(SampleTile(bench, self._model, self))
        self.setObjectName("samples")
        self.setAccessibleName("Samples")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._showing = False
        self.selectionModel().currentChanged.connect(self._current_changed)
        bench.look.changed.connect(self.viewport().update)

    @property
    def samples(self) -> tuple[int, ...]:
        return self._model.samples

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._model.show_dataset(dataset)
        tiles = self._model.is_picture
        self.setViewMode(QListView.ViewMode.IconMode if tiles else QListView.ViewMode.ListMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def show_samples(
        self, samples: tuple[int, ...], verdicts: dict[int, tuple[str, str, bool]], current: int | None
    ) -> None:
        """Show these, with `current` chosen if it is among them. Tells nobody."""
        self._showing = True
        try:
            self._model.show_samples(samples, verdicts)
            row = samples.index(current) if current in samples else -1
            if row != self.currentIndex().row():
                self.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())
        finally:
            self._showing = False

    def _current_changed(self, index: Index) -> None:
        sample = self._model.data(index, Qt.ItemDataRole.UserRole)
        if sample is not None and not self._showing:
            self.sample_chosen.emit(sample)
