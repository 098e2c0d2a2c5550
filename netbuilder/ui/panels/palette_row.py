"""How one row of the palette looks: a heading with an arrow, a layer with its family's dot, or "12 more"."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.ui import icons
from netbuilder.ui.look import Look
from netbuilder.ui.panels.palette_model import FAMILY, KIND, REST

HEADING, LAYER = 32, 26

ICONS = {
    "": "history",
    "input": "import",
    "output": "export",
    "linear": "vector-line",
    "convolution": "grid",
    "pooling": "arrow-collapse-all",
    "normalization": "chart-bell-curve",
    "activation": "sigma",
    "regularization": "dice-5-outline",
    "reshaping": "rotate-orbit",
    "merging": "call-merge",
    "embedding": "format-letter-matches",
    "recurrent": "autorenew",
    "attention": "eye-outline",
    "block": "cube-outline",
    "padding": "border-outside",
    "vision": "image-outline",
    "indexing": "table-column",
    "arithmetic": "plus-minus-variant",
    "matrix": "matrix",
    "reduction": "arrow-collapse-vertical",
    "comparison": "compare-horizontal",
    "values": "numeric",
    "distance": "ruler",
    "signal": "sine-wave",
    "functional": "function-variant",
    "custom": "code-braces",
}


class PaletteRow(QStyledItemDelegate):
    """Paints from the theme's tokens alone."""

    def __init__(self, look: Look, tree: QTreeView):
        parent: QObject = tree
        super().__init__(parent)
        self._look, self._tree = look, tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(160, HEADING if _is_heading(index) else LAYER)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(0, 1, -4, -1)
        if _is_heading(index):
            self._heading(painter, area, option, index)
        elif index.data(KIND) is None:
            self._rest(painter, area, option, index)
        else:
            self._layer(painter, area, option, index)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme = self._look.theme
        hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        family = index.data(FAMILY)
        color = theme.family(family) if family else theme.muted
        place = QRectF(area.left() + 2, area.center().y() - 7, 14, 14)
        icons.paint(painter, ICONS.get(family, "shape-outline"), place, color)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if hot else theme.muted))
        painter.drawText(area.adjusted(24, 0, -20, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        arrow = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
        icons.paint(painter, arrow, QRectF(area.right() - 18, area.center().y() - 8, 16, 16), theme.faint)
        self._focus(painter, area, option)

    def _rest(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme = self._look.theme
        self._ground(painter, area, option)
        hot = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        arrow = "chevron-right" if index.data(REST) else "chevron-up"
        icons.paint(painter, arrow, QRectF(area.left() + 5, area.center().y() - 7, 14, 14), theme.muted)
        font = QFont(option.font)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if hot else theme.muted))
        painter.drawText(area.adjusted(24, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        self._focus(painter, area, option)

    def _layer(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme = self._look.theme
        self._ground(painter, area, option)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.family(index.data(FAMILY))))
        if index.data(FAMILY) == BLOCK:
            place = QRectF(area.left() + 5, area.center().y() - 7, 14, 14)
            icons.paint(painter, "cube-outline", place, theme.family(BLOCK))
        else:
            painter.drawEllipse(QRectF(area.left() + 8, area.center().y() - 4, 8, 8))
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text))
        place = area.adjusted(24, 0, -4, 0)
        title = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, title)
        self._focus(painter, area, option)

    def _ground(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._look.theme.selected if chosen else self._look.theme.hover))
            painter.drawRoundedRect(area, 6, 6)

    def _focus(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_HasFocus and self._tree.hasFocus():
            painter.setPen(QColor(self._look.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)


def _is_heading(index: QModelIndex) -> bool:
    return index.data(KIND) is None and index.data(REST) is None
