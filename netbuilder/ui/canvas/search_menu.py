"""Type to search for a layer, Enter to add it: the list that opens at the cursor. It knows nothing about graphs."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QStyle, QStyledItemDelegate, QVBoxLayout, QWidget

from netbuilder.layers.layer import Layer, purpose
from netbuilder.ui.canvas.matching import matching
from netbuilder.ui.canvas.overlays import Plate
from netbuilder.ui.look import Look

WIDTH, ROWS, MOST = 456, 8, 400  # pixels wide; rows a page; pixels of list
TOP, TITLE, LINE, BOTTOM = 3, 18, 14, 5  # a row, from above: room, the title, each line of what it is for, room
LEFT, RIGHT = 28, 12  # beside the words
SMALL, SCROLL = 11, 10


class _Found(QAbstractListModel):
    def __init__(self, parent: QObject):
        super().__init__(parent)
        self.layers: list[type[Layer]] = []

    def show(self, layers: list[type[Layer]]) -> None:
        self.beginResetModel()
        self.layers = layers
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.layers)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        layer = self.layers[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return layer.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return purpose(layer)
        return None


class _Row(QStyledItemDelegate):
    """A dot in the family's colour, the title, and all of what it is for, in as many lines as that takes."""

    def __init__(self, look: Look, model: _Found, parent: QObject):
        super().__init__(parent)
        self._look, self._model = look, model
        self._heights: dict[str, int] = {}

    def sizeHint(self, option, index) -> QSize:
        words = purpose(self._model.layers[index.row()])
        if words not in self._heights:
            room = QRect(0, 0, WIDTH - 16 - SCROLL - LEFT - RIGHT, 10 * LINE)
            lines = QFontMetrics(_small(option.font)).boundingRect(room, Qt.TextFlag.TextWordWrap, words)
            self._heights[words] = TOP + TITLE + lines.height() + BOTTOM
        return QSize(WIDTH - 16 - SCROLL, self._heights[words])

    def paint(self, painter: QPainter, option, index) -> None:
        theme, layer = self._look.theme, self._model.layers[index.row()]
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            strong = option.state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(theme.selected if strong else theme.hover))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.family(layer.family)))
        painter.drawEllipse(QRectF(area.left() + 10, area.top() + 10, 8, 8))
        name = QFont(option.font)
        name.setWeight(QFont.Weight.DemiBold)
        painter.setFont(name)
        painter.setPen(QColor(theme.text))
        line = QRectF(area.left() + LEFT, area.top() + TOP, area.width() - LEFT - RIGHT, TITLE)
        small = _small(option.font)
        family = layer.family
        wide = QFontMetrics(small).horizontalAdvance(family)
        room = int(line.width() - wide - 12)
        title = painter.fontMetrics().elidedText(layer.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, family)
        words = QRectF(line.left(), line.bottom(), line.width(), area.bottom() - line.bottom())
        painter.drawText(words, Qt.TextFlag.TextWordWrap, purpose(layer))
        painter.restore()


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(SMALL)
    return small


class SearchMenu(Plate):
    """`chosen(kind)` or `closed()`, once. `open_at` shows it over its parent."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self.setObjectName("layerSearch")
        self._layers: list[type[Layer]] = []
        self.field = QLineEdit(self)
        self.field.setObjectName("layerSearchField")
        self.field.setAccessibleName("Search for a layer to add")
        self.field.setClearButtonEnabled(True)
        self._model = _Found(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Row(look, self._model, self))
        self._list.setFrameShape(QListView.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setStyleSheet("QListView { background: transparent; border: none; padding: 0; }")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName("Layers found")
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.field, self._list, self._nothing):
            column.addWidget(widget)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._list.clicked.connect(lambda index: self._choose(index.row()))
        self.setFixedWidth(WIDTH)
        self.hide()

    def found(self) -> list[str]:
        """The kinds in the list, from the top."""
        return [layer.kind for layer in self._model.layers]

    def open_at(self, pixel: QPoint, layers: Iterable[type[Layer]], prompt: str = "Add a layer…") -> None:
        """Show it with its corner near this pixel of its parent, and let the keyboard type into it. The most likely
        layers come first in `layers`."""
        self._layers = list(layers)
        self.field.setPlaceholderText(prompt)
        self.field.clear()
        self._search("")
        room = self.parentWidget().rect()
        most = self.layout().sizeHint().height()
        self.move(max(8, min(pixel.x(), room.right() - WIDTH - 8)), max(8, min(pixel.y(), room.bottom() - most - 8)))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_menu(self) -> None:
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _search(self, text: str) -> None:
        found = matching(self._layers, text, ordered=True)
        self._model.show(found)
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._nothing.setText(f"No layer is called “{text.strip()}”. Try a shorter word, like conv or norm.")
        self._list.setFixedHeight(self._height())
        if found:
            self._list.setCurrentIndex(self._model.index(0))
        self.adjustSize()

    def _height(self) -> int:
        """As many whole rows as there is room for."""
        high = 0
        for row in range(min(len(self._model.layers), ROWS)):
            more = self._list.sizeHintForIndex(self._model.index(row)).height()
            if high + more > MOST:
                break
            high += more
        return high

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._model.layers):
            kind = self._model.layers[row].kind
            self.hide()
            self.chosen.emit(kind)
            self.closed.emit()

    def _step(self, by: int) -> None:
        if self._model.layers:
            row = (self._list.currentIndex().row() + by) % len(self._model.layers)
            self._list.setCurrentIndex(self._model.index(row))
            self.field.setAccessibleDescription(self._model.layers[row].title)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS,
                 Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.close_menu()
        else:
            return False
        return True

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # while one types, keys are letters and not commands
                return True
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and not self._list.underMouse():
                self.close_menu()
        return super().eventFilter(watched, event)
