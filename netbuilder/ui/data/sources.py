"""The left side of the Data workspace: which data, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from netbuilder.data.catalog import SOURCES, find
from netbuilder.data.source import DataSource
from netbuilder.layers.layer import purpose
from netbuilder.project import Part
from netbuilder.ui import icons
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import label, wrapped
from netbuilder.ui.widgets.laid_out_button import LaidOutButton

TALL = 330  # the settings below stay in sight
ICONS = {
    "digits": "numeric",
    "iris": "flower-outline",
    "wine": "glass-wine",
    "breast_cancer": "ribbon",
    "diabetes": "diabetes",
    "spirals": "blur-radial",
    "shapes": "shape-outline",
    "photographs": "camera-outline",
    "digit_times_number": "close-box-outline",
    "sequences": "exclamation-thick",
    "copying": "content-copy",
    "sine_mixtures": "sine-wave",
    "addition": "plus-box-outline",
    "python_source": "language-python",
    "image_folder": "folder-image",
    "csv": "file-table-outline",
    "series_file": "file-chart-outline",
    "text_file": "file-document-outline",
}


class SourceCard(LaidOutButton):
    """One source to choose: an icon, its name and what it is."""

    def __init__(self, source: type[DataSource]):
        super().__init__(30 * GRID)
        self.kind = source.kind
        self.setCheckable(True)
        self.setProperty("role", "source")
        self.setAccessibleName(source.title)
        self.setAccessibleDescription(purpose(source))
        self.setObjectName(f"source_{source.kind}")
        self.mark = QLabel()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(source.title, "heading"))
        words.addWidget(wrapped(purpose(source), "muted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID)
        row.setSpacing(GRID * 3 // 2)
        row.addWidget(self.mark)
        row.addLayout(words, 1)
        self.let_through()

    def set_theme(self, theme: Theme) -> None:
        color = theme.accent if self.isChecked() else theme.muted
        self.mark.setPixmap(icons.pixmap(ICONS.get(self.kind, "database-outline"), color, 24, self.devicePixelRatioF()))


class SourceChoice(QScrollArea):
    """The sources, one under the other; some are in view. `chosen` carries the kind of one that was not chosen
    before."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self.cards: dict[str, SourceCard] = {}
        self.setObjectName("sources")
        self.setAccessibleName("Sources")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(TALL)
        inside = QWidget()
        inside.setProperty("role", "inside")
        self.setWidget(inside)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, GRID, 0)
        rows.setSpacing(GRID)
        for source in SOURCES:
            card = SourceCard(source)
            card.clicked.connect(lambda _on=True, kind=source.kind: self._choose(kind))
            self._group.addButton(card)
            self.cards[source.kind] = card
            rows.addWidget(card)
        self._kind = ""
        self.set_theme(theme)

    def _choose(self, kind: str) -> None:
        if kind != self._kind:
            self.chosen.emit(kind)

    def show_kind(self, kind: str) -> None:
        """Show which source is chosen; none if this version does not know it."""
        self._kind = kind
        self._group.setExclusive(False)
        for card in self.cards.values():
            card.setChecked(card.kind == kind)
        self._group.setExclusive(kind in self.cards)
        if kind in self.cards:
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.cards[kind]))  # once it has its place
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for card in self.cards.values():
            card.set_theme(theme)


def with_settings(part: Part, name: str, value: Any) -> Part | None:
    """The part with one setting changed, or None for a source this version does not know."""
    source = find(part.kind)
    if source is None:
        return None
    return Part(part.kind, declared(source, part.settings).with_settings(**{name: value}).changed())


def declared(source: type[DataSource], settings: Mapping[str, Any]) -> DataSource:
    """The source with every setting that can be used."""
    return source.from_settings(settings)[0]
