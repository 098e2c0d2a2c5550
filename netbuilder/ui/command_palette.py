"""The command palette: everything the program can do, found by typing a few letters of it, and done by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QRectF, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui.canvas.overlays import Plate
from netbuilder.ui.fuzzy import Fit, Stands, begin_words, fit, least_meant, where_they_stand
from netbuilder.ui.look import Look

WIDTH, ROW, ROWS = 640, 32, 12
PEEK = 0.5  # of a row, that is seen of more to come
RECENT, REMEMBERED = "palette/recent", 12
NO_LETTERS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Command:
    """One row: `key` names it in the settings; `where` is the menu it is in; `reason` says why it can't be done now."""

    key: str
    title: str
    where: str
    keys: str = ""
    reason: str = ""
    tip: str = ""
    run: Callable[[], object] = field(default=lambda: None, compare=False)


class _Found(QAbstractListModel):
    def __init__(self, parent: QObject):
        super().__init__(parent)
        self.rows: list[tuple[Command, frozenset[int]]] = []

    def show(self, rows: list[tuple[Command, frozenset[int]]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        command, _ = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (command.title, command.where, command.keys, command.reason) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return command.tip or None
        return None


class _Row(QStyledItemDelegate):
    """The title with the typed letters marked, the menu, and the keys on caps or the reason at the right."""

    def __init__(self, look: Look, model: _Found, parent: QObject):
        super().__init__(parent)
        self._look, self._model = look, model

    def sizeHint(self, option, index) -> QSize:
        return QSize(0, ROW)  # as wide as the list is beside its scroll bar

    def paint(self, painter: QPainter, option, index) -> None:
        theme = self._look.theme
        command, letters = self._model.rows[index.row()]
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = option.state & QStyle.StateFlag.State_Selected
        if strong or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if strong else theme.hover))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
        right = area.right() - 10
        if command.reason:
            right = self._words(painter, option.font, command.reason, area, right, theme.muted) - 12
        elif command.keys:
            right = self._caps(painter, option.font, command.keys, area, right) - 12
        left = self._title(painter, option.font, command, letters, area)
        small = QFont(option.font)
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        room = QRectF(left + 12, area.top(), right - left - 12, area.height())
        words = QFontMetricsF(small).elidedText(command.where, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _title(self, painter: QPainter, font: QFont, command: Command, letters: frozenset[int], area: QRectF) -> float:
        theme, left = self._look.theme, area.left() + 12
        marked = QFont(font)
        marked.setWeight(QFont.Weight.Bold)
        for at, letter in enumerate(command.title):
            used = marked if at in letters else font
            painter.setFont(used)
            color = theme.faint if command.reason else theme.accent if at in letters else theme.text
            painter.setPen(QColor(color))
            width = QFontMetricsF(used).horizontalAdvance(letter)
            painter.drawText(QRectF(left, area.top(), width + 2, area.height()), Qt.AlignmentFlag.AlignVCenter, letter)
            left += width
        return left

    @staticmethod
    def _words(painter: QPainter, font: QFont, words: str, area: QRectF, right: float, color: str) -> float:
        small = QFont(font)
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(QColor(color))
        width = QFontMetricsF(small).horizontalAdvance(words) + 2
        painter.drawText(QRectF(right - width, area.top(), width, area.height()), Qt.AlignmentFlag.AlignVCenter, words)
        return right - width

    def _caps(self, painter: QPainter, font: QFont, keys: str, area: QRectF, right: float) -> float:
        theme = self._look.theme
        small = QFont(font)
        small.setPixelSize(11)
        width = QFontMetricsF(small).horizontalAdvance(keys) + 14
        box = QRectF(right - width, area.center().y() - 9.5, width, 19)
        painter.setFont(small)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, keys)
        return right - width


class CommandPalette(Plate):
    """`open` lists commands at the top of its parent. `refused(sentence)` when one that can't be done is chosen."""

    refused = Signal(str)

    def __init__(self, look: Look, settings: QSettings, parent: QWidget):
        super().__init__(look, parent)
        self.setObjectName("commandPalette")
        self._settings = settings
        self._commands: list[Command] = []
        self._back: QWidget | None = None  # where the keyboard was
        self.field = QLineEdit(self)
        self.field.setObjectName("commandPaletteField")
        self.field.setAccessibleName("Search for a command")
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setClearButtonEnabled(True)
        self._model = _Found(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Row(look, self._model, self))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)  # what is seen of a row stays as it is
        self.list.setMouseTracking(True)
        self.list.setStyleSheet("QListView { background: transparent; border: none; padding: 0; }")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Commands found")
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.field, self.list, self._nothing):
            column.addWidget(widget)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.hide()

    def found(self) -> list[Command]:
        """The commands in the list, from the top."""
        return [command for command, _ in self._model.rows]

    def open(self, commands: Iterable[Command]) -> None:
        """List these, those that were used last first, and let the keyboard type."""
        self._back = QApplication.focusWidget()
        self._commands = self._in_order(commands)
        self.field.clear()
        self._search("")
        room = self.parentWidget().rect()
        self.setFixedWidth(min(WIDTH, room.width() - 32))
        self.adjustSize()
        self.move((room.width() - self.width()) // 2, min(64, max(8, room.height() - self.height() - 8)))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def renew(self, commands: Iterable[Command]) -> None:
        """List these from now on, if it is open: what can be done is no longer the same. What is chosen stays so."""
        if not self.isVisible():
            return
        chosen = [command.key for command in self.found()][self.list.currentIndex().row() :][:1]
        self._commands = self._in_order(commands)
        self._search(self.field.text())
        for row, command in enumerate(self.found()):
            if command.key in chosen:
                self.list.setCurrentIndex(self._model.index(row))
                self._tell_current()

    def close_palette(self) -> None:
        """Go, and give the keyboard back to where it was."""
        if not self.isVisible():
            return
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self.parentWidget())
        self.hide()
        if had_focus and self._back is not None and self._back.isVisible():
            self._back.setFocus(Qt.FocusReason.PopupFocusReason)
        self._back = None

    def _in_order(self, commands: Iterable[Command]) -> list[Command]:
        """Those that were used last first."""
        last = self._used()
        return sorted(commands, key=lambda one: last.index(one.key) if one.key in last else len(last))

    def _used(self) -> list[str]:
        stored = self._settings.value(RECENT, [])
        return [str(one) for one in (stored if isinstance(stored, list) else [stored])]

    def _search(self, typed: str) -> None:
        if typed.strip():
            rows = _ranked(self._commands, typed)
        else:
            rows = [(command, NO_LETTERS) for command in self._commands]
        self._model.show(rows)
        self.list.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        self._nothing.setText(f"Nothing is called “{typed.strip()}”. Try a shorter word, like zoom or block.")
        self.list.setFixedHeight(round(ROW * (len(rows) if len(rows) <= ROWS else ROWS + PEEK)))
        if rows:
            self.list.setCurrentIndex(self._model.index(0))
            self._tell_current()
        self.adjustSize()

    def _run(self, row: int) -> None:
        if not 0 <= row < len(self._model.rows):
            return
        command, _ = self._model.rows[row]
        self.close_palette()
        if command.reason:
            why = command.reason[:1].lower() + command.reason[1:]
            self.refused.emit(f"{command.title.rstrip('…')} can't be done now: {why}.")
            return
        used = [command.key, *(one for one in self._used() if one != command.key)]
        self._settings.setValue(RECENT, used[:REMEMBERED])
        command.run()

    def _step(self, by: int) -> None:
        count = len(self._model.rows)
        if count:
            row = self.list.currentIndex().row() + by
            row = row % count if abs(by) == 1 else max(0, min(row, count - 1))
            self.list.setCurrentIndex(self._model.index(row))
            self._tell_current()

    def _tell_current(self) -> None:
        """For those who hear what is chosen: the keyboard stays in the field."""
        index = self.list.currentIndex()
        self.field.setAccessibleDescription(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS,
                 Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
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
            if event.type() == QEvent.Type.FocusOut and not self.list.underMouse():
                self.close_palette()
        return super().eventFilter(watched, event)


def _ranked(commands: list[Command], typed: str) -> list[tuple[Command, frozenset[int]]]:
    """Those that fit, the best first: where the words stand (`Stands`), then those that can be done, then how well the
    letters fit, then those used last. What has the letters only here and there is left out where something fits well.
    """
    found: list[tuple[Stands, int, Command, frozenset[int]]] = []
    for command in commands:
        whole = f"{command.title} {command.where}"
        how: Fit | None = fit(command.title, typed)
        score = how.score + 4 if how is not None else 0
        if how is None:
            how = fit(whole, typed)
            score = how.score - 8 if how is not None else 0
        if how is not None:
            stands = where_they_stand(command.title, typed)
            letters = frozenset(at for at in how.letters if at < len(command.title))
            if stands is Stands.SCATTERED and begin_words(whole, typed):
                stands = Stands.AROUND
                in_title = " ".join(word for word in typed.split() if begin_words(command.title, word))
                best = fit(command.title, in_title)
                letters = best.letters if best is not None else NO_LETTERS
            found.append((stands, score, command, letters))
    found.sort(key=lambda row: (row[0], bool(row[2].reason), -row[1]))
    least = least_meant(max((score for _, score, _, _ in found), default=0))
    return [
        (command, letters)
        for stands, score, command, letters in found
        if stands is not Stands.SCATTERED or score >= least
    ]
