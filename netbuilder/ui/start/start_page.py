"""What the window shows before a project is open: how to begin, what was open lately, and the samples.

It changes no project itself: the rows are actions of the window, and files are opened by `Files`.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from netbuilder import resources
from netbuilder.ui import icons
from netbuilder.ui.actions import Actions
from netbuilder.ui.files import Files
from netbuilder.ui.start.gallery import Gallery
from netbuilder.ui.start.recent_files import RecentFiles, breakable
from netbuilder.ui.start.sample_card import DRAWN
from netbuilder.ui.start.thumbnails import Thumbnails
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import Section, label, wrapped
from netbuilder.ui.widgets.laid_out_button import LaidOutButton
from netbuilder.ui.workbench import Workbench

WIDTH, LOGO = 38 * GRID, 5 * GRID
INSET = 2 * GRID  # of words in a row, and so of all that stands above and below the rows
WAYS = (  # action, icon, words
    ("new", "file-plus-outline", "New empty project"),
    ("open", "folder-open-outline", "Open…"),
    ("importModel", "import", "Import from PyTorch…"),
)


class StartPage(QWidget):
    """`left` says that whoever came here wants to go back to the drawing."""

    left = Signal()

    def __init__(self, bench: Workbench, actions: Actions, files: Files, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("start")
        self.setAccessibleName("Start page")
        surface(self, "window")
        self.back = Way("arrow-left", "")
        self.back.setObjectName("backToDrawing")
        self.back.clicked.connect(self.left)
        self.ways = {name: Way(icon, words, actions[name]) for name, icon, words in WAYS}
        self.recent = RecentFiles(bench, files)
        self.thumbnails = Thumbnails(bench.checking.catalog, DRAWN, self)
        self.gallery = Gallery(resources.samples(), bench.look, self.thumbnails)
        self.gallery.chosen.connect(lambda sample: files.open_path(sample.path))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._beginnings())
        row.addWidget(self.gallery, 1)
        bench.look.changed.connect(self._look_changed)
        bench.savedChanged.connect(self._show_back)
        self._look_changed()
        self._show_back()

    def _beginnings(self) -> QWidget:
        """The left side."""
        side = QWidget()
        surface(side, "side")
        side.setFixedWidth(WIDTH)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("role", "inside")
        area.setWidget(inside)
        around = QVBoxLayout(side)
        around.setContentsMargins(0, 0, 1, 0)
        around.addWidget(area)
        self._logo = QLabel()
        name = QHBoxLayout()
        name.setSpacing(GRID * 3 // 2)
        name.addWidget(self._logo)
        name.addWidget(label("NetBuilder", "headline"), 1)
        top, recent = QVBoxLayout(), QVBoxLayout()
        for words in (top, recent):
            words.setContentsMargins(INSET, 0, INSET, 0)
        top.setSpacing(GRID)
        top.addLayout(name)
        top.addWidget(wrapped("Draw a network, train exactly what you drew, and take it away.", "muted"))
        recent.addWidget(Section("Recent"))
        column = QVBoxLayout(inside)
        column.setContentsMargins(GRID, 3 * GRID, GRID, 3 * GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(top)
        column.addSpacing(2 * GRID)
        for way in (self.back, *self.ways.values()):
            column.addWidget(way)
        column.addSpacing(2 * GRID)
        column.addLayout(recent)
        column.addWidget(self.recent)
        column.addStretch(1)
        return side

    def begin(self) -> None:
        """Take the keyboard to the samples."""
        self.gallery.focus_cards()

    def _look_changed(self) -> None:
        theme = self._bench.look.theme
        for way in (self.back, *self.ways.values()):
            way.show_theme(theme)
        self._logo.setPixmap(self.window().windowIcon().pixmap(QSize(LOGO, LOGO), self.devicePixelRatioF()))

    def _show_back(self) -> None:
        """There is something to go back to once anything was drawn or opened."""
        document = self._bench.document
        self.back.set_words(f"Back to {document.title}")
        self.back.setVisible(
            document.edited or document.path is not None or any(map(len, document.project.graphs.values()))
        )

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.recent.refresh()
        self._look_changed()  # its window has its icon now

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Way(LaidOutButton):
    """One way to begin: an icon, words, and the keys of the action that it does."""

    def __init__(self, icon: str, words: str, action: QAction | None = None):
        super().__init__(20 * GRID)
        self._name = icon
        self.setProperty("role", "entry")
        self._icon, self._words, self._keys = QLabel(), wrapped("", "heading"), label("", "keycap")
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, GRID, INSET, GRID)
        row.setSpacing(GRID * 3 // 2)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self._keys.hide()
        self.let_through()
        self.set_words(words)
        if action is not None:
            self.setObjectName(f"{action.objectName().removesuffix('Action')}Way")
            self.clicked.connect(action.trigger)
            action.changed.connect(lambda: self._follow(action))
            self._follow(action)

    @property
    def keys(self) -> str:
        """The keys that it shows."""
        return self._keys.text()

    def set_words(self, words: str) -> None:
        self._words.setText(breakable(words))
        self.setAccessibleName(words.rstrip("…"))
        self.updateGeometry()

    def show_theme(self, theme: Theme) -> None:
        self._icon.setPixmap(icons.pixmap(self._name, theme.accent, 20, self.devicePixelRatioF()))

    def _follow(self, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._keys.setText(keys)
        self._keys.setVisible(bool(keys))
        self.setToolTip(action.toolTip() if action.statusTip() else "")
