"""Everything the program can do, in one table: name, words, keys, menu. What each does is said in `commands`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from netbuilder.ui.keymap import Keymap

DIGITS = "123456789"


@dataclass(frozen=True)
class Entry:
    """One row. `menu` is one of `MENUS`, or "Canvas" for what has only keys; `under` a submenu of it. `keys` is a
    portable key sequence; `icon` a name for `icons.icon`; `where` "canvas" for keys that count only while the canvas
    has the focus, so that typing in a field is never taken for a command."""

    name: str
    text: str
    menu: str
    keys: str = ""
    icon: str = ""
    where: str = "window"
    tip: str = ""
    more_keys: tuple[str, ...] = ()
    under: str = ""
    checkable: bool = False  # on or off

    @property
    def all_keys(self) -> tuple[str, ...]:
        return tuple(keys for keys in (self.keys, *self.more_keys) if keys)


TABLE = (
    Entry("new", "New empty project", "File", "Ctrl+N", "file-plus-outline"),
    Entry(
        "newFromSample",
        "New from sample…",
        "File",
        "Ctrl+Shift+N",
        "view-grid-plus-outline",
        tip="A copy of a finished project, to look at or to change.",
    ),
    Entry("open", "Open…", "File", "Ctrl+O", "folder-open-outline"),
    Entry("startPage", "Start page", "File", "Alt+Home", "home-outline", tip="New, recent and sample projects."),
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
    Entry("exportDrawing", "Export drawing…", "File", "Ctrl+Shift+E", "image-outline", tip="As SVG, PDF or PNG."),
    Entry("quit", "Quit", "File", "Ctrl+Q"),
    Entry("undo", "Undo", "Edit", "Ctrl+Z", "undo"),
    Entry("redo", "Redo", "Edit", "Ctrl+Shift+Z", "redo", more_keys=("Ctrl+Y",)),
    Entry("showHistory", "History", "Edit", "Ctrl+H", "history", tip="Every step, to go back to any of them."),
    Entry("cut", "Cut", "Edit", "Ctrl+X", "content-cut", "canvas"),
    Entry("copy", "Copy", "Edit", "Ctrl+C", "content-copy", "canvas"),
    Entry("paste", "Paste", "Edit", "Ctrl+V", "content-paste", "canvas"),
    Entry("duplicate", "Duplicate", "Edit", "Ctrl+D", "content-duplicate", "canvas"),
    Entry("delete", "Delete", "Edit", "Del", "delete-outline", "canvas", more_keys=("Backspace",)),
    Entry(
        "deleteAndReconnect", "Delete and reconnect", "Edit", "Shift+Del", "", "canvas", more_keys=("Shift+Backspace",)
    ),
    Entry("rename", "Rename", "Edit", "F2", "rename-box", "canvas"),
    Entry("editSettings", "Edit the settings", "Edit", "Return", "tune", "canvas", more_keys=("Enter",)),
    Entry("wireUp", "Wire up the selection", "Edit", "J", "vector-polyline", "canvas", "From left to right."),
    Entry("connect", "Connect…", "Edit", "C", "connection", "canvas", "Type the letter of the port to connect to."),
    Entry("disconnect", "Disconnect", "Edit", "D", "vector-polyline-remove", "canvas", "From everything."),
    Entry("changeKind", "Change the kind…", "Edit", "Shift+S", "swap-horizontal", "canvas", "What fits is kept."),
    Entry("bypass", "Bypass", "Edit", "M", "debug-step-over", "canvas", "Leave it out, or use it again."),
    Entry(
        "freeze", "Freeze", "Edit", "", "lock-outline", "canvas", "Leave its weights as they are, or train them again."
    ),
    Entry("collapse", "Fold up", "Edit", "H", "unfold-less-horizontal", "canvas", "Draw the title alone, or unfold."),
    Entry("addFrame", "Frame the selection", "Edit", "Ctrl+J", "vector-rectangle", "canvas", "With a title."),
    Entry("addNote", "Add a note", "Edit", "N", "note-plus-outline", "canvas", "Words in Markdown."),
    Entry("find", "Find nodes…", "Edit", "Ctrl+F", "magnify", tip="By name, kind, setting or problem."),
    Entry("findNext", "Find the next", "Edit", "F3"),
    Entry("findPrevious", "Find the one before", "Edit", "Shift+F3"),
    Entry("selectAll", "Select all", "Edit", "Ctrl+A", "select-all", "canvas"),
    Entry("selectNone", "Select nothing", "Edit", "Ctrl+Shift+A", "", "canvas"),
    Entry("addLayer", "Add a layer…", "Edit", "Tab", "plus", "canvas", tip="Type the name of a layer and press Enter."),
    Entry("insertLayer", "Insert a layer…", "Edit", "I", "", "canvas", "Into the selected edge, or behind the node."),
    Entry(
        "fixProblem",
        "Mend the problem",
        "Edit",
        "Alt+Return",
        "wrench-outline",
        tip="Of the selected node, or the first.",
    ),
    Entry("showData", "Go to Data", "View", "Ctrl+1", "database-outline", tip="Choose what the network learns from."),
    Entry("showDesign", "Go to Design", "View", "Ctrl+2", "graph-outline", tip="Draw the network."),
    Entry("showTrain", "Go to Train", "View", "Ctrl+3", "chart-line", tip="Choose how it learns, and watch it."),
    Entry("showInspect", "Go to Inspect", "View", "Ctrl+4", "magnify", tip="Look inside the network."),
    Entry("back", "Back", "View", "Alt+Left", "arrow-left", tip="To the view before."),
    Entry("forward", "Forward", "View", "Alt+Right", "arrow-right", tip="To the view that was gone back from."),
    *(Entry(f"goBookmark{n}", f"Bookmark {n}", "View", f"Shift+{n}", "", "canvas", under="Bookmarks") for n in DIGITS),
    *(
        Entry(f"setBookmark{n}", f"Set bookmark {n}", "View", f"Ctrl+Shift+{n}", "", "canvas", under="Set a bookmark")
        for n in DIGITS
    ),
    Entry("zoomFit", "Zoom to fit", "View", "F", "fit-to-page-outline", "canvas"),
    Entry("zoomSelection", "Zoom to selection", "View", "Shift+F", "", "canvas"),
    Entry("zoomIn", "Zoom in", "View", "Ctrl++", "magnify-plus-outline", more_keys=("Ctrl+=",)),
    Entry("zoomOut", "Zoom out", "View", "Ctrl+-", "magnify-minus-outline"),
    Entry("zoomActual", "Actual size", "View", "Ctrl+0"),
    Entry("tidy", "Tidy layout", "View", "Ctrl+L", "auto-fix", tip="Arrange the nodes from left to right."),
    Entry("turn", "Draw from top to bottom", "View", "", "swap-vertical", "canvas", "Or from left to right again."),
    Entry("snapToGrid", "Snap to the grid", "View", tip="While nodes are dragged.", checkable=True),
    Entry("snapToGuides", "Snap to neighbours", "View", tip="And show guides while dragging.", checkable=True),
    Entry("showCost", "Show cost on the nodes", "View", "Shift+C", "fire", "canvas", "What each node costs."),
    Entry("toggleMinimap", "Minimap", "View", "Shift+M", "map-outline", "canvas", "Show it or hide it."),
    Entry("nextPanel", "Next panel", "View", "F6", tip="Move the keyboard to the next panel."),
    Entry("previousPanel", "Previous panel", "View", "Shift+F6", tip="Move the keyboard to the panel before."),
    Entry("nextProblem", "Next problem", "View", "F8", "alert-circle-outline"),
    Entry("previousProblem", "Previous problem", "View", "Shift+F8"),
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
    Entry("saveBlockFile", "Save the block as a file…", "Network", "", "content-save-outline", "canvas"),
    Entry("shareWeights", "Share weights", "Network", "", "link-variant", "canvas", "Of one layer at several places."),
    Entry("unshareWeights", "Give it its own weights", "Network", "", "link-variant-off", "canvas"),
    Entry(
        "alignLeft", "Align left edges", "Network", "Alt+Shift+Left", "align-horizontal-left", "canvas", under="Arrange"
    ),
    Entry(
        "alignCentre", "Align centres", "Network", "Alt+Shift+C", "align-horizontal-center", "canvas", under="Arrange"
    ),
    Entry(
        "alignRight",
        "Align right edges",
        "Network",
        "Alt+Shift+Right",
        "align-horizontal-right",
        "canvas",
        under="Arrange",
    ),
    Entry("alignTop", "Align top edges", "Network", "Alt+Shift+Up", "align-vertical-top", "canvas", under="Arrange"),
    Entry("alignMiddle", "Align middles", "Network", "Alt+Shift+M", "align-vertical-center", "canvas", under="Arrange"),
    Entry(
        "alignBottom",
        "Align bottom edges",
        "Network",
        "Alt+Shift+Down",
        "align-vertical-bottom",
        "canvas",
        under="Arrange",
    ),
    Entry(
        "distributeAcross",
        "Distribute across",
        "Network",
        "Alt+Shift+H",
        "distribute-horizontal-center",
        "canvas",
        under="Arrange",
    ),
    Entry(
        "distributeDown",
        "Distribute down",
        "Network",
        "Alt+Shift+V",
        "distribute-vertical-center",
        "canvas",
        under="Arrange",
    ),
    Entry("addNetwork", "Add a network", "Network", "Ctrl+T", "tab-plus", tip="One more module, in a tab of its own."),
    Entry("nextNetwork", "Next network", "Network", "Ctrl+PgDown"),
    Entry("previousNetwork", "Previous network", "Network", "Ctrl+PgUp"),
    Entry("renameNetwork", "Rename the network", "Network"),
    Entry("duplicateNetwork", "Duplicate the network", "Network"),
    Entry("removeNetwork", "Remove the network", "Network"),
    Entry("train", "Start training", "Train", "Ctrl+R", "play", tip="Train what is drawn.", more_keys=("F5",)),
    Entry("pause", "Pause training", "Train", "Ctrl+P", "pause"),
    Entry(
        "oneStep", "One step", "Train", "Ctrl+'", "debug-step-over", tip="One step of the paused run; it stays paused."
    ),
    Entry(
        "continueChanged",
        "Continue with the changed drawing",
        "Train",
        tip="The run goes on with what is drawn now; what fits of its weights is kept.",
    ),
    Entry(
        "continueWithWeightsOfNow",
        "Continue with the weights of now",
        "Train",
        tip="The drawing is one from before; its layers keep what they have learned since.",
    ),
    Entry(
        "continueAsItWas",
        "Continue as it was",
        "Train",
        tip="The run goes on with its own network, not with the drawing.",
    ),
    Entry("stop", "Stop training", "Train", "Ctrl+.", "stop", tip="End the run after this step; a checkpoint is kept."),
    Entry(
        "stopAfterEpoch",
        "Stop after this epoch",
        "Train",
        tip="End the run once the epoch is done, validated and kept. Choose it again to take that back.",
        checkable=True,
    ),
    Entry(
        "findRate",
        "Find a learning rate…",
        "Train",
        "",
        "chart-bell-curve-cumulative",
        tip="A hundred steps at a rising rate show which one suits.",
    ),
    Entry(
        "oneBatch",
        "Learn one batch by heart…",
        "Train",
        "",
        "head-lightbulb-outline",
        tip="If a network can't even do that, something in it is wrong.",
    ),
    Entry(
        "allRuns",
        "All runs",
        "Train",
        "Ctrl+Shift+R",
        "table-large",
        tip="Every run of every project in one table, to sort, name, compare or delete.",
    ),
    Entry("commandPalette", "Find a command…", "Help", "Ctrl+Shift+P", "console-line", tip="Type what you want to do."),
    Entry("shortcuts", "Keys and mouse", "Help", "?", "keyboard-outline", more_keys=("Ctrl+/",)),
    Entry("changeKeys", "Change the keys…", "Help", "", "keyboard-settings-outline"),
    Entry("about", "About NetBuilder", "Help", "", "information-outline"),
    Entry("walkLeft", "Go to the node left", "Canvas", "Left", "", "canvas"),
    Entry("walkRight", "Go to the node right", "Canvas", "Right", "", "canvas"),
    Entry("walkUp", "Go to the node above", "Canvas", "Up", "", "canvas"),
    Entry("walkDown", "Go to the node below", "Canvas", "Down", "", "canvas"),
    Entry("extendLeft", "Take in the node left", "Canvas", "Shift+Left", "", "canvas"),
    Entry("extendRight", "Take in the node right", "Canvas", "Shift+Right", "", "canvas"),
    Entry("extendUp", "Take in the node above", "Canvas", "Shift+Up", "", "canvas"),
    Entry("extendDown", "Take in the node below", "Canvas", "Shift+Down", "", "canvas"),
    Entry("nudgeLeft", "Nudge left", "Canvas", "Ctrl+Left", "", "canvas"),
    Entry("nudgeRight", "Nudge right", "Canvas", "Ctrl+Right", "", "canvas"),
    Entry("nudgeUp", "Nudge up", "Canvas", "Ctrl+Up", "", "canvas"),
    Entry("nudgeDown", "Nudge down", "Canvas", "Ctrl+Down", "", "canvas"),
)

MENUS = ("File", "Edit", "View", "Network", "Train", "Help")
GROUPS = (*MENUS, "Canvas")


class Actions(QObject):
    """The table as QActions: `actions["undo"]`, with the object name "undoAction" and the keys of the keymap."""

    def __init__(self, window: QWidget, canvas: QWidget, keymap: Keymap):
        super().__init__(window)
        self._keymap = keymap
        self._by_name: dict[str, QAction] = {}
        for entry in TABLE:
            action = QAction(entry.text, window)
            action.setObjectName(f"{entry.name}Action")
            action.setCheckable(entry.checkable)
            if entry.tip:
                action.setToolTip(entry.tip)
                action.setStatusTip(entry.tip)
            on_canvas = entry.where == "canvas"
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetShortcut if on_canvas else Qt.ShortcutContext.WindowShortcut
            )
            (canvas if on_canvas else window).addAction(action)
            self._by_name[entry.name] = action
        keymap.changed.connect(self._take_keys)
        self._take_keys()

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def connect_all(self, does: Mapping[str, Callable[[], object]]) -> None:
        """Let every action do what `does` has for it."""
        for name, do in does.items():
            self._by_name[name].triggered.connect(lambda _=False, do=do: do())

    def _take_keys(self) -> None:
        for name, action in self._by_name.items():
            action.setShortcuts([QKeySequence(keys) for keys in self._keymap.keys(name)])

    def retint(self, color: str) -> None:
        """Give every action that has one its icon in this colour."""
        from netbuilder.ui.icons import icon

        for entry in TABLE:
            if entry.icon:
                self._by_name[entry.name].setIcon(icon(entry.icon, color))
