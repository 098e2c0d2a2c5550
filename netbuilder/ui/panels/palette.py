"""The palette: every layer by family, found by typing, dragged or put onto the canvas. It knows no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.layers.layer import Layer, purpose
from netbuilder.project import Project
from netbuilder.ui.canvas.dropping import carry
from netbuilder.ui.canvas.matching import matching
from netbuilder.ui.panels.palette_menu import menu_for
from netbuilder.ui.panels.palette_row import FAMILY, KIND, PaletteRow
from netbuilder.ui.stylesheet import surface

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

RECENT = 5  # layers under "Recently used"
RECENT_KEY = "palette/recent"


class LayerTree(QTreeView):
    """The tree of families and layers. `wanted(kind)`: double-clicked, or Enter."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget):
        super().__init__(parent)
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
        self.setStyleSheet("QTreeView { background: transparent; border: none; padding: 0; outline: 0; }")
        self.clicked.connect(self._fold)
        self.doubleClicked.connect(self._want)

    def _fold(self, index: QModelIndex) -> None:
        if index.data(KIND) is None:
            self.setExpanded(index, not self.isExpanded(index))

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
            self._fold(self.currentIndex())
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
        self._closed: set[str] = set()
        self.field = QLineEdit(self)
        self.field.setObjectName("paletteSearch")
        self.field.setPlaceholderText("Search layers… (Tab)")
        self.field.setAccessibleName("Search layers")
        self.field.setClearButtonEnabled(True)
        self.tree = LayerTree(self)
        self._model = QStandardItemModel(self)
        self.tree.setModel(self._model)
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
        self.tree.expanded.connect(lambda index: self._closed.discard(index.data()))
        self.tree.collapsed.connect(lambda index: self._closed.add(index.data()))
        bench.look.changed.connect(self.tree.viewport().update)
        bench.projectChanged.connect(self._remember)
        for changed in (bench.catalogChanged, bench.shelf.changed):
            changed.connect(lambda: self.show_layers(self.field.text()))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.show_layers("")

    def kinds(self) -> list[str]:
        """The kinds on show, from the top."""
        found: list[str] = []
        for row in range(self._model.rowCount()):
            top = self._model.item(row)
            if top.data(KIND) is not None:
                found.append(top.data(KIND))
            found += [top.child(i).data(KIND) for i in range(top.rowCount())]
        return found

    def row_center(self, kind: str) -> QPoint:
        """Where the row of this layer is on the screen, scrolled to if need be: for a hand, or a test."""
        index = next(i for i in self._rows() if i.data(KIND) == kind and i.parent().data() != "Recently used")
        self.tree.expand(index.parent())
        self.tree.scrollTo(index)
        return self.tree.viewport().mapToGlobal(self.tree.visualRect(index).center())

    def show_layers(self, query: str) -> None:
        """All layers by family, or those that fit the query, the best first."""
        self._model.clear()
        catalog = self._bench.catalog
        if query.strip():
            found = matching([*catalog, *self._bench.shelf.layers(self._bench.project)], query)
            for layer in found:
                self._model.appendRow(self._row(layer))
            self._nothing.setText(f"No layer is called “{query.strip()}”. Try a shorter word, like conv or norm.")
            self._nothing.setVisible(not found)
            self.tree.setVisible(bool(found))
            if found:
                self.tree.setCurrentIndex(self._model.index(0, 0))
            return
        self._nothing.hide()
        self.tree.show()
        recent = [layer for layer in map(catalog.find, self._recent()) if layer is not None]
        sections = {"Recently used": recent} if recent else {}
        families = catalog.families()
        if BLOCK in families:
            sections |= {"Blocks": families.pop(BLOCK)}
        shelf = self._bench.shelf.layers(self._bench.project)
        if shelf:
            sections |= {"Library": shelf}
        sections |= {_title(family): layers for family, layers in families.items()}
        for title, layers in sections.items():
            heading = QStandardItem(title)
            heading.setEditable(False)
            heading.setDragEnabled(False)
            heading.setData(layers[0].family if title != "Recently used" else "", FAMILY)
            for layer in layers:
                heading.appendRow(self._row(layer))
            self._model.appendRow(heading)
            self.tree.setExpanded(heading.index(), title not in self._closed)

    def _row(self, layer: type[Layer]) -> QStandardItem:
        item = QStandardItem(layer.title)
        item.setEditable(False)
        item.setData(layer.kind, KIND)
        item.setData(layer.family, FAMILY)
        item.setToolTip(_tip(layer))
        item.setData(f"{layer.title}, {layer.family}: {purpose(layer)}", Qt.ItemDataRole.AccessibleTextRole)
        return item

    def _rows(self) -> list[QModelIndex]:
        tops = [self._model.index(row, 0) for row in range(self._model.rowCount())]
        return tops + [self._model.index(i, 0, top) for top in tops for i in range(self._model.rowCount(top))]

    def _menu(self, pixel: QPoint) -> None:
        index = self.tree.indexAt(pixel)
        kind = index.data(KIND)
        menu = menu_for(self._bench, kind, self) if kind is not None else None
        if menu is not None:
            menu.popup(self.tree.viewport().mapToGlobal(pixel))

    def _choose(self, kind: str) -> None:
        self.chosen.emit(kind)

    # Recently used

    def _recent(self) -> list[str]:
        kept = self._settings.value(RECENT_KEY, [])
        kept = [kept] if isinstance(kept, str) else kept or []
        return [str(kind) for kind in kept][:RECENT]

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
        self._settings.setValue(RECENT_KEY, [*kinds, *(k for k in self._recent() if k not in kinds)][:RECENT])

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


def _title(family: str) -> str:
    return family[:1].upper() + family[1:]


def _tip(layer: type[Layer]) -> str:
    """What it is for, and what it takes and gives."""
    made = layer()
    takes = ", ".join(_port(port) for port in made.inputs()) or "nothing"
    gives = ", ".join(_port(port) for port in made.outputs()) or "nothing"
    return f"{purpose(layer)}\nTakes {takes}\nGives {gives}"


def _port(port: object) -> str:
    name, axes = getattr(port, "name", ""), getattr(port, "axes", ())
    return f"{name} ({' '.join(axes)})" if axes else name
