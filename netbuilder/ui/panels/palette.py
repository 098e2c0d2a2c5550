"""The palette: the usual layers by family and the others behind them, found by typing, dragged or put onto the
canvas. It knows no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.project import Project
from netbuilder.ui.canvas.dropping import carry
from netbuilder.ui.canvas.matching import matching
from netbuilder.ui.panels.palette_menu import menu_for
from netbuilder.ui.panels.palette_model import KIND, REST, LayerModel, Section, sections_of
from netbuilder.ui.panels.palette_row import PaletteRow
from netbuilder.ui.stylesheet import surface

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

RECENT = 5  # layers under "Recently used"
RECENTLY = "Recently used"
RECENT_KEY = "palette/recent"
TURNED_KEY = "palette/turned"  # the headings that were folded, or unfolded, by hand
SHEET = (
    "QTreeView { background: transparent; border: none; padding: 0; outline: 0; }"
    "QTreeView::item:hover, QTreeView::item:focus { background: transparent; border: none; }"  # PaletteRow paints both
)
OPENED_KEY = "palette/opened"  # the headings whose "12 more" is open


class LayerTree(QTreeView):
    """The tree of families and layers. `wanted(kind)`: double-clicked, or Enter. `turned()`: "12 more" was."""

    wanted = Signal(str)
    turned = Signal()

    def __init__(self, model: LayerModel, parent: QWidget):
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setObjectName("paletteTree")
        self.setAccessibleName("Layers")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setStyleSheet(SHEET)
        self.clicked.connect(self._fold)
        self.doubleClicked.connect(self._want)

    def _fold(self, index: QModelIndex) -> None:
        if index.data(REST) is not None:
            self.setCurrentIndex(self._model.turn_rest(index))
            self.turned.emit()
        elif index.isValid() and index.data(KIND) is None:
            self.setExpanded(index, not self.isExpanded(index))
            if self.isExpanded(index):
                self.scrollTo(self._model.index(self._model.rowCount(index) - 1, 0, index))
                self.scrollTo(index)

    def _want(self, index: QModelIndex) -> None:
        kind = index.data(KIND)
        if kind is not None:
            self.wanted.emit(kind)

    # Qt

    def startDrag(self, actions: Qt.DropAction) -> None:
        kind = self.currentIndex().data(KIND)
        if kind is None:
            return
        drag = QDrag(self)
        drag.setMimeData(carry(kind))
        nothing = QPixmap(1, 1)  # the canvas itself shows where the node would stand
        nothing.fill(Qt.GlobalColor.transparent)
        drag.setPixmap(nothing)
        drag.exec(Qt.DropAction.CopyAction)
        QApplication.sendEvent(self.viewport(), QEvent(QEvent.Type.Leave))  # the mouse left while it was held

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = QPersistentModelIndex(self.currentIndex())
            self._fold(self.currentIndex())
            if index == self.currentIndex():
                self._want(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space:
            self._fold(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect, index) -> None:
        """No branches: the headings bear their own arrow."""


class Palette(QWidget):
    """`chosen(kind)` asks for a node of this layer."""

    chosen = Signal(str)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName("Layers to add")
        surface(self, "panel")
        self._bench = bench
        self._settings: QSettings = bench.settings
        self._turned = set(self._kept(TURNED_KEY))
        self.field = QLineEdit(self)
        self.field.setObjectName("paletteSearch")
        self.field.setPlaceholderText("Search layers… (Tab)")
        self.field.setAccessibleName("Search layers")
        self.field.setClearButtonEnabled(True)
        self._model = LayerModel(self)
        self._model.opened.update(self._kept(OPENED_KEY))
        self.tree = LayerTree(self._model, self)
        self.tree.setItemDelegate(PaletteRow(bench.look, self.tree))
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self._nothing)
        column.addWidget(self.tree, 1)
        column.setContentsMargins(12, 8, 8, 0)
        self.field.textChanged.connect(self.show_layers)
        self.field.installEventFilter(self)
        self.tree.wanted.connect(self._choose)
        self.tree.turned.connect(lambda: self._settings.setValue(OPENED_KEY, sorted(self._model.opened)))
        self.tree.expanded.connect(lambda index: self._remember_fold(index, folded=False))
        self.tree.collapsed.connect(lambda index: self._remember_fold(index, folded=True))
        bench.look.changed.connect(self.tree.viewport().update)
        bench.projectChanged.connect(self._remember)
        for changed in (bench.catalogChanged, bench.shelf.changed):
            changed.connect(lambda: self.show_layers(self.field.text()))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.show_layers("")

    def kinds(self) -> list[str]:
        """The kinds on show, from the top."""
        return [kind for index in self._rows() if (kind := index.data(KIND)) is not None]

    def row_center(self, kind: str) -> QPoint:
        """Where the row of this layer is on the screen, opened and scrolled to if need be: for a hand, or a test."""
        for row, section in enumerate(self._model.sections):
            if section.title == RECENTLY or kind not in [layer.kind for layer in section.layers + section.rest]:
                continue
            top = self._model.index(row, 0)
            self.tree.expand(top)
            if kind in [layer.kind for layer in section.rest] and section.title not in self._model.opened:
                self._model.turn_rest(self._model.index(self._model.rowCount(top) - 1, 0, top))
        index = next(i for i in self._rows() if i.data(KIND) == kind and i.parent().data() != RECENTLY)
        self.tree.scrollTo(index)
        return self.tree.viewport().mapToGlobal(self.tree.visualRect(index).center())

    def show_layers(self, query: str) -> None:
        """The layers by family, or those that fit the query, the best first."""
        query = query.strip()
        if query:
            found = matching([*self._bench.catalog, *self._bench.shelf.layers(self._bench.project)], query)
            self._model.show_found(found)
            self._nothing.setText(f"No layer is called “{query}”. Try a shorter word, like conv or norm.")
            self._nothing.setVisible(not found)
            self.tree.setVisible(bool(found))
            if found:
                self.tree.setCurrentIndex(self._model.index(0, 0))
            return
        self._nothing.hide()
        self.tree.show()
        self._model.show_sections(self._sections())
        for row, section in enumerate(self._model.sections):
            if section.folded == (section.title in self._turned):
                heading = self._model.index(row, 0)
                self._model.fetchMore(heading)  # a tree that is not on show yet would ask for the rows later
                self.tree.expand(heading)

    def _sections(self) -> list[Section]:
        catalog, shelf = self._bench.catalog, self._bench.shelf.layers(self._bench.project)
        recent = [layer for layer in map(catalog.find, self._kept(RECENT_KEY)[:RECENT]) if layer is not None]
        families = catalog.families()
        own = families.pop(BLOCK, [])
        first = [
            *([Section(RECENTLY, "", tuple(recent))] if recent else []),
            *([Section("Blocks", BLOCK, tuple(own))] if own else []),
            *([Section("Library", BLOCK, tuple(shelf))] if shelf else []),
        ]
        return first + sections_of(families)

    def _rows(self) -> list[QModelIndex]:
        """The rows on show, also those that are scrolled out of view."""
        found: list[QModelIndex] = []
        for row in range(self._model.rowCount()):
            top = self._model.index(row, 0)
            found.append(top)
            if self.tree.isExpanded(top):
                found += [self._model.index(i, 0, top) for i in range(self._model.rowCount(top))]
        return found

    def _menu(self, pixel: QPoint) -> None:
        index = self.tree.indexAt(pixel)
        kind = index.data(KIND)
        menu = menu_for(self._bench, kind, self) if kind is not None else None
        if menu is not None:
            menu.popup(self.tree.viewport().mapToGlobal(pixel))

    def _choose(self, kind: str) -> None:
        self.chosen.emit(kind)

    # What is remembered

    def _kept(self, key: str) -> list[str]:
        kept = self._settings.value(key, [])
        return [kept] if isinstance(kept, str) else [str(each) for each in kept or []]

    def _remember_fold(self, heading: QModelIndex, *, folded: bool) -> None:
        section = self._model.section_at(heading)
        if section is not None:
            (self._turned.discard if folded == section.folded else self._turned.add)(section.title)
            self._settings.setValue(TURNED_KEY, sorted(self._turned))

    def _remember(self, old: Project, new: Project, label: str) -> None:
        """Whatever way a layer was added, it is the first of the recent ones now."""
        if label.startswith(("Undo", "Redo", "Open", "Paste", "Duplicate")):
            return
        name = self._bench.graph_name
        before, now = old.graphs.get(name), new.graphs.get(name)
        if before is None or now is None or len(now) <= len(before):
            return
        kinds = [node.kind for node in now if node.id not in before.nodes]
        if len(kinds) != 1 or self._bench.catalog.find(kinds[0]) is None:
            return
        self._settings.setValue(RECENT_KEY, [*kinds, *(k for k in self._kept(RECENT_KEY) if k not in kinds)][:RECENT])

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.text().strip():
                self.tree.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                if not self.tree.currentIndex().isValid():
                    self.tree.setCurrentIndex(self._model.index(0, 0))
                    return True
                self.tree.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.field.clear()
                return True
        return super().eventFilter(watched, event)
