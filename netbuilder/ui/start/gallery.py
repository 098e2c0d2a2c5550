"""The samples to begin with, as cards: found by words and by family, chosen by a click or by Enter.

It opens nothing: whoever shows it is told which sample is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from netbuilder.resources import Sample
from netbuilder.ui.look import Look
from netbuilder.ui.start.card_grid import CardGrid
from netbuilder.ui.start.sample_card import LEAST_WIDTH, SampleCard
from netbuilder.ui.start.thumbnails import Thumbnails
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import EmptyHint, label

LEAST_SEARCH, SEARCH, FAMILY = 18 * GRID, 28 * GRID, 27 * GRID  # widths
BAR = 10  # width of a scroll bar


class Gallery(QWidget):
    """`chosen` carries the sample that is wanted."""

    chosen = Signal(object)

    def __init__(self, samples: Sequence[Sample], look: Look, thumbnails: Thumbnails, parent: QWidget | None = None):
        super().__init__(parent)
        self._look = look
        self.setObjectName("gallery")
        self.setAccessibleName("Samples to begin with")
        self.count = label("", "muted")
        self.count.setObjectName("sampleCount")
        self.search = QLineEdit()
        self.search.setObjectName("sampleSearch")
        self.search.setAccessibleName("Search samples")
        self.search.setPlaceholderText("Search samples…")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(LEAST_SEARCH)
        self.search.setMaximumWidth(SEARCH)
        self.search.installEventFilter(self)
        self.family = QComboBox()
        self.family.setObjectName("sampleFamily")
        self.family.setAccessibleName("Family of networks")
        self.family.setMinimumWidth(FAMILY)
        self.family.addItem("All families", "")
        for family, count in Counter(sample.family for sample in samples if sample.family).items():
            self.family.addItem(f"{family}  ·  {count}" if count > 1 else family, family)
        self.cards = [SampleCard(sample, look, thumbnails) for sample in samples]
        self.grid = CardGrid(self.cards, LEAST_WIDTH)
        self.grid.left.connect(self.begin_search)
        for card in self.cards:
            card.clicked.connect(lambda _=False, sample=card.sample: self.chosen.emit(sample))
            card.walked.connect(self.grid.walk)
            card.typed.connect(self._search_from)
            card.entered.connect(lambda card=card: self._enter(card))
        self.nothing = EmptyHint("magnify-close", "No sample fits", "", look.theme.faint)
        show_all = QPushButton("Show all samples")
        show_all.setObjectName("showAllSamples")
        show_all.clicked.connect(self.show_all)
        self.nothing.add_button(show_all)
        self._lay_out()
        self.search.textChanged.connect(self._show)
        self.family.currentIndexChanged.connect(self._show)
        look.changed.connect(self._look_changed)
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        head.setSpacing(GRID)
        head.addWidget(label("Begin with a sample", "headline"))
        head.addSpacing(GRID)
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignBaseline)
        head.addStretch(1)
        head.addWidget(self.search, 1000)
        head.addWidget(self.family)
        self._area = QScrollArea()
        self._area.setObjectName("sampleCards")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("role", "inside")
        around = QVBoxLayout(inside)
        around.setSpacing(0)
        around.addWidget(self.grid)
        around.addStretch(1)
        self._area.setWidget(inside)

        def keep_width(_least: int, most: int) -> None:
            """Cards are as wide without a scroll bar as with one."""
            around.setContentsMargins(3 * GRID, 0, 3 * GRID - (BAR if most else 0), 3 * GRID)

        self._area.verticalScrollBar().rangeChanged.connect(keep_width)
        keep_width(0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3 * GRID, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        column.addWidget(self.nothing, 1)

    # What it is asked

    def show_all(self) -> None:
        """Every sample, and the keyboard on them."""
        self.search.clear()
        self.family.setCurrentIndex(0)
        self.focus_cards()

    def begin_search(self) -> None:
        """Take the keyboard to where one types what one looks for."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def focus_cards(self) -> None:
        """Take the keyboard to the cards; to the search where there are none."""
        (self.grid.current or self.search).setFocus(Qt.FocusReason.OtherFocusReason)

    def found(self) -> list[SampleCard]:
        """The cards that have all the words and are of the family, in their order."""
        words, family = self.search.text().casefold().split(), self.family.currentData()
        return [
            card
            for card in self.cards
            if family in ("", card.sample.family) and all(word in _told(card) for word in words)
        ]

    # What follows

    def _show(self) -> None:
        found = self.found()
        self.grid.show_cards(found)
        self._area.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.tell("No sample fits", self._why_none())
        total = len(self.cards)
        self.count.setText(f"{total} samples" if len(found) == total else f"{len(found)} of {total}")

    def _why_none(self) -> str:
        words, family = self.search.text().strip(), self.family.currentData()
        of_family = f" of the family {family}" if family else ""
        return f"No sample{of_family} says “{words}”. Try fewer words, or draw your own in an empty project."

    def _search_from(self, letter: str) -> None:
        """Typing on a card begins a search."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(letter)

    def _enter(self, card: SampleCard) -> None:
        self.grid.make_current(card)
        self._area.ensureWidgetVisible(card, 0, 2 * GRID)

    def _look_changed(self) -> None:
        for card in self.cards:
            card.show_theme()
        self.nothing.set_color(self._look.theme.faint)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search, Enter and Down lead to what was found; Esc empties it first."""
        if watched is not self.search or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down) and self.grid.current is not None:
            self.focus_cards()
            return True
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False


def _told(card: SampleCard) -> str:
    sample = card.sample
    return f"{sample.name} {sample.title} {sample.family} {sample.description} {card.reaches}".casefold()
