"""How one row of the palette looks: a heading with an arrow, or a layer with its family's dot."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.ui import icons
from netbuilder.ui.look import Look

KIND = Qt.ItemDataRole.UserRole + 1
FAMILY = Qt.ItemDataRole.UserRole + 2
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
        return QSize(160, LAYER if index.data(KIND) is not None else HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(0, 1, -4, -1)
        if index.data(KIND) is None:
            self._heading(painter, area, option, index)
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

    def _layer(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        theme = self._look.theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if chosen else theme.hover))
            painter.drawRoundedRect(area, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.family(index.data(FAMILY))))
        if index.data(FAMILY) == BLOCK:
            place = QRectF(area.left() + 5, area.center().y() - 7, 14, 14)
            icons.paint(painter, "cube-outline", place, theme.family(BLOCK))
        else:
            painter.drawEllipse(QRectF(area.left() + 8, area.center().y() - 4, 8, 8))
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text))
        painter.drawText(area.adjusted(24, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        self._focus(painter, area, option)

    def _focus(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_HasFocus and self._tree.hasFocus():
            painter.setPen(QColor(self._look.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)
