"""Cards of one width side by side, in as many columns as there is room for, and the way of the arrow keys among them.

It knows nothing of what is on a card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.theme import GRID

GAP = 2 * GRID
FIRST, LAST = Qt.Key.Key_Home, Qt.Key.Key_End


class CardGrid(QWidget):
    """Tab stops at one card, the `current` one. `left` says that the way led up, out of the uppermost row."""

    left = Signal()

    def __init__(self, cards: Sequence[QWidget], least_width: int, parent: QWidget | None = None):
        super().__init__(parent)
        self._cards, self._least = list(cards), least_width
        self.shown: list[QWidget] = []
        self.current: QWidget | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for card in self._cards:
            card.setParent(self)
            card.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.show_cards(self._cards)

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        """Show these of the cards and no others, in their order."""
        self.shown = list(cards)
        for card in self._cards:
            card.setVisible(card in self.shown)
        self.make_current(self.current if self.current in self.shown else next(iter(self.shown), None))
        self._place()
        self.updateGeometry()

    def make_current(self, card: QWidget | None) -> None:
        """Let Tab stop at this card and at no other."""
        if self.current is not None:
            self.current.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.current = card
        if card is not None:
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def walk(self, key: Qt.Key) -> None:
        """Take the keyboard from the current card to the one that an arrow leads to."""
        if self.current is None:
            return
        at, last = self.shown.index(self.current), len(self.shown) - 1
        columns = self.columns(self.width())
        if key == Qt.Key.Key_Up and at < columns:
            self.left.emit()
            return
        down = min(at + columns, last) if at // columns < last // columns else at
        to = {
            Qt.Key.Key_Left: max(at - 1, 0),
            Qt.Key.Key_Right: min(at + 1, last),
            Qt.Key.Key_Up: at - columns,
            Qt.Key.Key_Down: down,
            FIRST: 0,
            LAST: last,
        }[key]
        self.shown[to].setFocus(Qt.FocusReason.TabFocusReason)

    def columns(self, width: int) -> int:
        return max(1, (width + GAP) // (self._least + GAP))

    def _places(self, width: int) -> Iterator[tuple[QWidget, QRect]]:
        """Where each card stands: the cards of a row are as high as the highest of them."""
        columns = self.columns(width)
        wide, top = (width - GAP * (columns - 1)) / columns, 0
        for first in range(0, len(self.shown), columns):
            row = self.shown[first : first + columns]
            lefts = [round(at * (wide + GAP)) for at in range(columns)]
            high = max(card.heightForWidth(int(wide)) for card in row)
            for card, left in zip(row, lefts, strict=False):
                yield card, QRect(left, top, int(wide), high)
            top += high + GAP

    def _place(self) -> None:
        for card, place in self._places(self.width()):
            card.setGeometry(place)

    # Qt

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for _, place in self._places(width)), default=0)

    def sizeHint(self) -> QSize:
        return QSize(2 * self._least + GAP, 0)  # its height follows from its width

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
