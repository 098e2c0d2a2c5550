"""Where one types to find nodes: the field, how many fit, and each of them with where it is. It searches nothing."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.project.search import Found
from netbuilder.ui.canvas.overlays import Plate
from netbuilder.ui.icons import icon
from netbuilder.ui.look import Look

ROW, ROWS = 26, 8
GRAMMAR = "conv   kernel_size>3   bias=off   kind:pool   is:error   -dropout"


class _Hits(QAbstractListModel):
    def __init__(self, parent: QObject):
        super().__init__(parent)
        self.rows: list[tuple[Found, str]] = []

    def show(self, rows: list[tuple[Found, str]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        hit, where = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title} {hit.name}, in {where}"
        return None


class _Row(QStyledItemDelegate):
    """A dot in the family's colour, the name, the kind, and the drawing it is in at the right."""

    def __init__(self, look: Look, model: _Hits, parent: QObject):
        super().__init__(parent)
        self._look, self._model = look, model

    def sizeHint(self, option, index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option, index) -> None:
        theme = self._look.theme
        hit, where = self._model.rows[index.row()]
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        strong = option.state & QStyle.StateFlag.State_Selected
        if strong or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.selected if strong else theme.hover))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
        painter.setBrush(QColor(theme.family(hit.family)))
        painter.drawEllipse(QRectF(area.left() + 10, area.center().y() - 4, 8, 8))
        small = QFont(option.font)
        small.setPixelSize(11)
        wide = QFontMetricsF(small)
        right = area.right() - 10 - min(wide.horizontalAdvance(where), area.width() / 3)
        painter.setFont(small)
        painter.setPen(QColor(theme.danger if "error" in hit.states else theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(right, area.top(), area.right() - right, area.height()), middle, where)
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text))
        left, room = area.left() + 26, right - area.left() - 40
        name = QFontMetricsF(option.font).elidedText(hit.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, area.top(), room, area.height()), middle, name)
        left += QFontMetricsF(option.font).horizontalAdvance(name) + 10
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        title = wide.elidedText(hit.title, Qt.TextElideMode.ElideRight, max(0.0, right - left - 12))
        painter.drawText(QRectF(left, area.top(), right - left, area.height()), middle, title)
        painter.restore()


class FindBar(Plate):
    """`typed(text)` at every letter, `wanted(±1)` for the next and the one before, `chosen(row)`, `closed` by Esc."""

    typed = Signal(str)
    wanted = Signal(int)
    chosen = Signal(int)
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self.setObjectName("findBar")
        self.field = QLineEdit(self)
        self.field.setObjectName("findField")
        self.field.setAccessibleName("Find nodes")
        self.field.setPlaceholderText(GRAMMAR)
        self.field.setToolTip(
            "A word of a name or a kind; a setting compared with a value; kind: and name: alone; is:error, is:warning,"
            " is:problem, is:block, is:shared, is:bypassed, is:frozen; - for what must not be. All of it has to hold."
        )
        self.count = QLabel(self)
        self.count.setObjectName("findCount")
        self.count.setProperty("role", "muted")
        self._model = _Hits(self)
        self.list = QListView(self)
        self.list.setObjectName("findHits")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Row(look, self._model, self))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setStyleSheet("QListView { background: transparent; border: none; padding: 0; }")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Nodes found")
        self._sentence = QLabel(self)
        self._sentence.setObjectName("findSentence")
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._buttons: list[tuple[QToolButton, str]] = []
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        self._button(row, "chevron-up", "The one before (Shift+F3)", lambda: self.wanted.emit(-1))
        self._button(row, "chevron-down", "The next (F3)", lambda: self.wanted.emit(1))
        self._button(row, "close", "End the search (Esc)", self.closed.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._sentence)
        column.addWidget(self.list)
        self.field.textChanged.connect(self.typed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self.chosen.emit(index.row()))
        look.changed.connect(self._retint)
        self._retint()
        self.hide()

    def _button(self, row: QHBoxLayout, name: str, tip: str, do) -> None:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _=False: do())
        self._buttons.append((button, name))
        row.addWidget(button)

    def _retint(self) -> None:
        for button, name in self._buttons:
            button.setIcon(icon(name, self.look.theme.text))

    @property
    def text(self) -> str:
        return self.field.text()

    def open(self) -> None:
        """Show it, and let the keyboard type over what stands there."""
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def tell(self, rows: list[tuple[Found, str]], at: int, sentence: str) -> None:
        """List what fits; `at` is the one on show, -1 for none; `sentence` says what can't be understood."""
        self._model.show(rows)
        typed = bool(self.text.strip())
        if not sentence and typed and not rows:
            sentence = "No node fits. Try fewer words, or a setting as it is spelled in the Settings panel."
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.list.setVisible(bool(rows))
        self.list.setFixedHeight(ROW * max(1, min(len(rows), ROWS)))
        self.count.setVisible(typed)
        self.tell_current(at)

    def tell_current(self, at: int) -> None:
        """Which of them is on show."""
        rows = self._model.rows
        self.count.setText(f"{at + 1} of {len(rows)}" if at >= 0 else f"{len(rows)} found")
        if at >= 0:
            index = self._model.index(at)
            self.list.setCurrentIndex(index)
            self.field.setAccessibleDescription(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        else:
            self.list.clearSelection()
            self.field.setAccessibleDescription(self.count.text())

    def _key(self, event: QKeyEvent) -> bool:
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.wanted.emit(-1 if shift else 1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.wanted.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            return False
        return True

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)
