"""The strip above the canvas: a tab for each network, and + for another one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from netbuilder.project import MAIN, Project, blocks
from netbuilder.ui.canvas.rename_field import RenameField
from netbuilder.ui.icons import icon
from netbuilder.ui.open_graph import title_of
from netbuilder.ui.plain_text import as_caption, as_plain
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.workbench import Workbench

WIDEST = 220


class _Tabs(QTabBar):
    """`dropped` when a tab was let go at another place; `rename_wanted(index)` by double-click or F2."""

    dropped = Signal()
    rename_wanted = Signal(int)
    removal_wanted = Signal(int)

    def tabSizeHint(self, index: int) -> QSize:
        hint = super().tabSizeHint(index)
        return QSize(min(hint.width(), WIDEST), hint.height())

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()  # has room for arrows, which one tab needs none of
        return QSize(min(least.width(), self.sizeHint().width()), least.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.tabAt(event.position().toPoint())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.rename_wanted.emit(at)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class GraphTabs(QWidget):
    """Follows the project and the open path. A block that is looked at by itself has a tab while it is open."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._names: list[str] = []
        self._filling = False
        self.setObjectName("graphTabs")
        self.setAccessibleName("Networks")
        surface(self, "bar")
        self.tabs = _Tabs(self)
        self.tabs.setObjectName("networkTabs")
        self.tabs.setAccessibleName("Networks")
        self.tabs.setMovable(True)
        self.tabs.setTabsClosable(True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.add = QToolButton(self)
        self.add.setObjectName("addNetwork")
        self.add.setAccessibleName("Add a network")
        self.add.setToolTip("Add a network: one more module in the source, in a tab of its own.")
        self.add.clicked.connect(self.add_network)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(GRID, 0, GRID, 0)
        self.row.setSpacing(GRID // 2)
        self.row.addWidget(self.tabs)
        self.row.addWidget(self.add)
        self.row.addStretch(1)
        self.tabs.currentChanged.connect(self._chosen)
        self.tabs.tabBarClicked.connect(self._clicked)
        self.tabs.tabCloseRequested.connect(self._remove_at)
        self.tabs.removal_wanted.connect(self._remove_at)
        self.tabs.rename_wanted.connect(self._rename_at)
        self.tabs.dropped.connect(self._reorder)
        self.tabs.customContextMenuRequested.connect(self._menu)
        bench.projectChanged.connect(self._refresh)
        bench.pathChanged.connect(self._refresh)
        bench.look.changed.connect(self._retint)
        self._refresh()
        self._retint()

    # What the window's menu does

    def add_network(self) -> None:
        """Add an empty network and open it."""
        name = _new_name(self._bench.project)
        if self._bench.try_apply(f"Add {name}", lambda project: blocks.add_network(project, name)):
            self._bench.open_graph(name)

    def go_on(self, by: int) -> None:
        """Open the next network, or the one before."""
        if self._names:
            at = self._names.index(self._bench.path[0]) if self._bench.path[0] in self._names else 0
            self._bench.open_graph(self._names[(at + by) % len(self._names)])

    def rename_open(self) -> None:
        """Type a new name for the network that is open."""
        self._rename_at(self._names.index(self._bench.path[0]))

    def duplicate_open(self) -> None:
        """A copy of the network that is open, in a tab of its own."""
        self._duplicate(self._bench.path[0])

    def remove_open(self) -> None:
        """Remove the network that is open, or close the tab of a block."""
        if self._bench.path[0] == MAIN:
            self._bench.say("The Network is the one that trains, and stays. Networks beside it can be removed.")
            return
        self._remove_at(self._names.index(self._bench.path[0]))

    def rename(self, name: str) -> None:
        """Type a new name into the tab of a network."""
        if name in self._names:
            self._rename_at(self._names.index(name))

    # What the tabs do

    def _chosen(self, index: int) -> None:
        if not self._filling and 0 <= index < len(self._names) and self._names[index] != self._bench.path[0]:
            self._bench.open_graph(self._names[index])

    def _clicked(self, index: int) -> None:
        """A click on the tab of the network one is deep inside leads back up to it."""
        if 0 <= index < len(self._names) and self._names[index] == self._bench.path[0] and len(self._bench.path) > 1:
            self._bench.go((self._names[index],))

    def _remove_at(self, index: int) -> None:
        name = self._names[index]
        if name in self._bench.project.blocks:  # only its tab goes
            self._bench.open_graph(MAIN)
        else:
            self._bench.try_apply(f"Remove {name}", lambda project: blocks.remove_graph(project, name))

    def _rename_at(self, index: int) -> None:
        name = self._names[index]
        if name == MAIN:
            self._bench.say(
                "The Network is the one that trains, and keeps its name. Networks beside it can be renamed."
            )
            return
        rect = self.tabs.tabRect(index)
        place = QRect(self.tabs.mapTo(self, rect.topLeft()), rect.size())
        field = RenameField(name, place, self)
        field.renamed.connect(
            lambda new: self._bench.try_apply(
                f"Rename {name} to {new}", lambda project: blocks.rename_graph(project, name, new)
            )
        )

    def _duplicate(self, name: str) -> None:
        made: list[str] = []

        def edit(project: Project) -> Project:
            changed, copy = blocks.duplicate_graph(project, name, _new_name(project) if name == MAIN else "")
            made.append(copy)
            return changed

        if self._bench.try_apply(f"Duplicate {title_of(name)}", edit):
            self._bench.open_graph(made[0])

    def _reorder(self) -> None:
        order = [self.tabs.tabData(at) for at in range(self.tabs.count())]
        if order == self._names:
            return
        networks = [name for name in order if name not in self._bench.project.blocks]
        moved = next((name for at, name in enumerate(networks) if name != self._names[at]), None)
        if networks[0] != MAIN:  # the one that trains stays the first
            self._refresh(anew=True)
            return
        label = f"Move the tab of {moved}"
        if not self._bench.try_apply(label, lambda project: _ordered(project, networks)):
            self._refresh(anew=True)

    def _menu(self, pixel: QPoint) -> None:
        index = self.tabs.tabAt(pixel)
        if index < 0:
            return
        name = self._names[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction("Rename")
        rename.triggered.connect(lambda: self._rename_at(index))
        menu.addAction("Duplicate").triggered.connect(lambda: self._duplicate(name))
        remove = menu.addAction("Remove")
        remove.triggered.connect(lambda: self._remove_at(index))
        for action in (rename, remove):
            action.setEnabled(name != MAIN)
        menu.popup(self.tabs.mapToGlobal(pixel))

    # What is shown

    def _refresh(self, *_: object, anew: bool = False) -> None:
        project, path = self._bench.project, self._bench.path
        names = list(project.networks)
        if path[0] not in names:
            names.append(path[0])
        self._filling = True
        if names != self._names or anew:
            self._names = names
            self._fill(names)
        self.tabs.setCurrentIndex(names.index(path[0]))
        self._filling = False

    def _fill(self, names: list[str]) -> None:
        tabs = self.tabs
        while tabs.count():
            tabs.removeTab(0)
        for name in names:
            own = name in self._bench.project.blocks
            at = tabs.addTab(as_caption(title_of(name)))
            tabs.setTabData(at, name)
            tabs.setTabIcon(at, icon("cube-outline", self._bench.look.theme.muted) if own else QIcon())
            what = "The network that is trained" if name == MAIN else "A block" if own else "A network"
            tabs.setTabToolTip(at, as_plain(f"{what}: {name}" if name != MAIN else what))
            side = QTabBar.ButtonPosition.RightSide
            close = tabs.tabButton(at, side)
            if name == MAIN:
                tabs.setTabButton(at, side, None)
            elif close is not None:
                close.setToolTip("Close" if own else "Remove this network (it can be undone)")

    def _retint(self) -> None:
        self.add.setIcon(icon("plus", self._bench.look.theme.muted))
        self._refresh(anew=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._refresh(anew=True)
        return super().event(event)


def _new_name(project: Project) -> str:
    """Network2, Network3 ...: the first one is the main network."""
    number = 2
    while f"Network{number}" in project.graphs:
        number += 1
    return f"Network{number}"


def _ordered(project: Project, networks: list[str]) -> Project:
    """With the networks in this order, and the blocks where they are among all."""
    wanted = iter(networks)
    order = [name if name in project.blocks else next(wanted) for name in project.graphs]
    for at, name in enumerate(order):
        project = blocks.move_tab(project, name, at)
    return project
