"""Everything the window can do, in one table: name, words, keys, menu. What it does is connected by the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Entry:
    """One row. `keys` is a portable key sequence; `icon` a name for `icons.icon`; `where` "canvas" for keys that
    count only while the canvas has the focus, so that typing in a field is never taken for a command."""

    name: str
    text: str
    menu: str
    keys: str = ""
    icon: str = ""
    where: str = "window"
    tip: str = ""
    more_keys: tuple[str, ...] = ()


TABLE = (
    Entry("new", "New project", "File", "Ctrl+N", "file-plus-outline"),
    Entry("open", "Open…", "File", "Ctrl+O", "folder-open-outline"),
    Entry("save", "Save", "File", "Ctrl+S", "content-save-outline"),
    Entry("saveAs", "Save as…", "File", "Ctrl+Shift+S"),
    Entry(
        "importModel",
        "Import a PyTorch model…",
        "File",
        "Ctrl+I",
        "import",
        tip="Read a model written in Python as a drawing.",
    ),
    Entry("export", "Export…", "File", "Ctrl+E", "export-variant", tip="Take the trained network away as files."),
    Entry("quit", "Quit", "File", "Ctrl+Q"),
    Entry("undo", "Undo", "Edit", "Ctrl+Z", "undo"),
    Entry("redo", "Redo", "Edit", "Ctrl+Shift+Z", "redo", more_keys=("Ctrl+Y",)),
    Entry("showHistory", "History", "Edit", "Ctrl+H", "history", tip="Every step, to go back to any of them."),
    Entry("cut", "Cut", "Edit", "Ctrl+X", "content-cut", "canvas"),
    Entry("copy", "Copy", "Edit", "Ctrl+C", "content-copy", "canvas"),
    Entry("paste", "Paste", "Edit", "Ctrl+V", "content-paste", "canvas"),
    Entry("duplicate", "Duplicate", "Edit", "Ctrl+D", "content-duplicate", "canvas"),
    Entry("delete", "Delete", "Edit", "Del", "delete-outline", "canvas", more_keys=("Backspace",)),
    Entry("rename", "Rename", "Edit", "F2", "rename-box", "canvas"),
    Entry("wireUp", "Wire up the selection", "Edit", "J", "vector-polyline", "canvas", "From left to right."),
    Entry("changeKind", "Change the kind…", "Edit", "Shift+S", "swap-horizontal", "canvas", "What fits is kept."),
    Entry("selectAll", "Select all", "Edit", "Ctrl+A", "select-all", "canvas"),
    Entry("addLayer", "Add a layer…", "Edit", "Tab", "plus", "canvas", tip="Type the name of a layer and press Enter."),
    Entry("showData", "Data", "View", "Ctrl+1", "database-outline", tip="Choose what the network learns from."),
    Entry("showDesign", "Design", "View", "Ctrl+2", "graph-outline", tip="Draw the network."),
    Entry("showTrain", "Train", "View", "Ctrl+3", "chart-line", tip="Choose how it learns, and watch it."),
    Entry("showInspect", "Inspect", "View", "Ctrl+4", "magnify", tip="Look inside the network."),
    Entry("zoomFit", "Zoom to fit", "View", "F", "fit-to-page-outline", "canvas"),
    Entry("zoomSelection", "Zoom to selection", "View", "Shift+F", "", "canvas"),
    Entry("zoomIn", "Zoom in", "View", "Ctrl++", "magnify-plus-outline", more_keys=("Ctrl+=",)),
    Entry("zoomOut", "Zoom out", "View", "Ctrl+-", "magnify-minus-outline"),
    Entry("tidy", "Tidy layout", "View", "Ctrl+L", "auto-fix", tip="Arrange the nodes from left to right."),
    Entry("showCost", "Show cost on the nodes", "View", "C", "fire", "canvas", "What each node costs."),
    Entry("nextPanel", "Next panel", "View", "F6", tip="Move the keyboard to the next panel."),
    Entry("previousPanel", "Previous panel", "View", "Shift+F6", tip="Move the keyboard to the panel before."),
    Entry("resetLayout", "Reset panels", "View", "", "view-dashboard-outline"),
    Entry("makeBlock", "Make a block…", "Network", "Ctrl+G", "group", "canvas", "Of the selected nodes."),
    Entry("dissolveBlock", "Dissolve the block", "Network", "Ctrl+Shift+G", "ungroup", "canvas"),
    Entry("enterBlock", "Open the block", "Network", "Alt+Down", "arrow-down-bold-box-outline", "canvas"),
    Entry("leaveBlock", "Go up", "Network", "Alt+Up", "arrow-up-bold-box-outline", "canvas"),
    Entry(
        "detachBlock",
        "Make the block independent",
        "Network",
        "",
        "content-copy",
        "canvas",
        "Its own copy of what is inside.",
    ),
    Entry("bringBlock", "Bring in a block from a file…", "Network", "", "cube-send", tip="A .netblock file."),
    Entry("saveBlock", "Save the block to the library", "Network", "", "bookshelf", "canvas"),
    Entry("shareWeights", "Share weights", "Network", "", "link-variant", "canvas", "Of one layer at several places."),
    Entry("unshareWeights", "Give it its own weights", "Network", "", "link-variant-off", "canvas"),
    Entry("addNetwork", "Add a network", "Network", "Ctrl+T", "tab-plus", tip="One more module, in a tab of its own."),
    Entry("nextNetwork", "Next network", "Network", "Ctrl+PgDown"),
    Entry("previousNetwork", "Previous network", "Network", "Ctrl+PgUp"),
    Entry("train", "Train", "Train", "Ctrl+R", "play", tip="Train what is drawn.", more_keys=("F5",)),
    Entry("pause", "Pause", "Train", "Ctrl+P", "pause"),
    Entry("stop", "Stop", "Train", "Ctrl+.", "stop", tip="End the run after this step; a checkpoint is kept."),
    Entry("shortcuts", "Keyboard shortcuts", "Help", "Ctrl+/", "keyboard-outline"),
    Entry("about", "About NetBuilder", "Help", "", "information-outline"),
)

MENUS = ("File", "Edit", "View", "Network", "Train", "Help")


class Actions(QObject):
    """The table as QActions: `actions["undo"]`, with the object name "undoAction"."""

    def __init__(self, window: QWidget, canvas: QWidget):
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for entry in TABLE:
            action = QAction(entry.text, window)
            action.setObjectName(f"{entry.name}Action")
            action.setShortcuts([QKeySequence(keys) for keys in (entry.keys, *entry.more_keys) if keys])
            if entry.tip:
                action.setToolTip(entry.tip)
                action.setStatusTip(entry.tip)
            on_canvas = entry.where == "canvas"
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetWithChildrenShortcut if on_canvas else Qt.ShortcutContext.WindowShortcut
            )
            (canvas if on_canvas else window).addAction(action)
            self._by_name[entry.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def in_menu(self, menu: str) -> list[QAction]:
        return [self._by_name[entry.name] for entry in TABLE if entry.menu == menu]

    def retint(self, color: str) -> None:
        """Give every action that has one its icon in this colour."""
        from netbuilder.ui.icons import icon

        for entry in TABLE:
            if entry.icon:
                self._by_name[entry.name].setIcon(icon(entry.icon, color))
