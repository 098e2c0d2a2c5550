"""What every action of the table does in this window: one function for each name, none of the work itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from netbuilder import resources
from netbuilder.ui import boxes, dialogs
from netbuilder.ui.actions import DIGITS, TABLE
from netbuilder.ui.canvas.commands import commands as canvas_commands
from netbuilder.ui.command_palette import Command
from netbuilder.ui.mending import Mending
from netbuilder.ui.panels.palette_menu import bring_block
from netbuilder.ui.reasons import why_not

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

AS_THE_MENU = {
    "undo",
    "redo",
    "pause",
    "continueChanged",
    *(f"goBookmark{digit}" for digit in DIGITS),
}  # rows whose words change


def commands(window: MainWindow) -> dict[str, Callable[[], object]]:
    """By the names of all rows."""
    bench, canvas, files = window.bench, window.canvas, window.files
    go, tabs, mending = window.workspaces.go, window.design_page.tabs, Mending(window.bench)

    def in_sight(do: Callable[[], object], *, on_canvas: bool = False) -> Callable[[], None]:
        """Done where it can be seen; what is to be drawn next has the keyboard."""

        def done() -> None:
            go("design")
            do()
            if on_canvas:
                canvas.setFocus()

        return done

    return {
        **canvas_commands(canvas),
        "new": files.new,
        "newFromSample": window.show_gallery,
        "startPage": window.show_start,
        "open": files.ask_open,
        "save": once_typed(files.save),
        "saveAs": once_typed(files.ask_save),
        "importModel": lambda: dialogs.import_model(bench, window, files.open_path, canvas.zoom_to_fit),
        "export": once_typed(lambda: dialogs.export(bench, window)),
        "exportDrawing": lambda: dialogs.export_drawing(canvas, window),
        "quit": window.close,
        "undo": bench.document.undo,
        "redo": bench.document.redo,
        "showHistory": window.show_steps,
        "editSettings": window.edit_settings,
        "fixProblem": mending.mend,
        "showData": lambda: go("data"),
        "showDesign": lambda: go("design"),
        "showTrain": lambda: go("train"),
        "showInspect": lambda: go("inspect"),
        "nextPanel": window.round.go_on,
        "previousPanel": window.round.go_back,
        "nextProblem": lambda: mending.go(1),
        "previousProblem": lambda: mending.go(-1),
        "resetLayout": window.workspaces.reset,
        "bringBlock": lambda: bring_block(bench, window),
        "addNetwork": in_sight(tabs.add_network, on_canvas=True),
        "nextNetwork": in_sight(lambda: tabs.go_on(1)),
        "previousNetwork": in_sight(lambda: tabs.go_on(-1)),
        "renameNetwork": in_sight(tabs.rename_open),
        "duplicateNetwork": in_sight(tabs.duplicate_open, on_canvas=True),
        "removeNetwork": tabs.remove_open,
        "train": once_typed(window.train),
        "pause": window.pause_or_continue,
        "oneStep": bench.training.one_step,
        "continueChanged": once_typed(bench.go_on_changed),
        "continueWithWeightsOfNow": once_typed(lambda: bench.go_on_changed(back=False)),
        "continueAsItWas": bench.training.resume,
        "stop": bench.cancel_training,
        "stopAfterEpoch": lambda: bench.training.stop_after_epoch(not bench.training.ends_after_epoch),
        "findRate": once_typed(lambda: dialogs.find_rate(bench, window)),
        "oneBatch": once_typed(lambda: dialogs.learn_one_batch(bench, window)),
        "allRuns": lambda: go("runs"),
        "commandPalette": window.open_palette,
        "changeKeys": lambda: dialogs.change_keys(bench, window),
        "shortcuts": lambda: dialogs.shortcuts(bench, window),
        "about": lambda: boxes.about(window),
    }


def once_typed(do: Callable[[], object]) -> Callable[[], None]:
    """What is being typed into a field is taken first: a key leaves the field as it is."""

    def done() -> None:
        field = QApplication.focusWidget()
        while field is not None and not hasattr(field, "commit"):
            field = field.parentWidget()
        if field is not None:
            field.commit()
        do()

    return done


def listed(window: MainWindow) -> list[Command]:
    """All commands for the palette: the rows of the table, what the menus have beside them, and each sample."""
    window.menus.name_bookmarks()
    found, of_table = [], set()
    for entry in TABLE:
        action = window.actions_[entry.name]
        of_table.add(action)
        where = " › ".join(part for part in (entry.menu, entry.under) if part)
        keys = window.bench.keymap.text(entry.name)
        title = _plain(action) if entry.name in AS_THE_MENU else entry.text
        run = partial(_run, window, action, on_canvas=entry.where == "canvas")
        found.append(Command(entry.name, title, where, keys, why_not(window, entry), entry.tip, run))
    for where, action in window.menus.rows():
        if action not in of_table:
            reason = "" if action.isEnabled() else "Not now"
            key = f"{where} › {_plain(action)}"
            menu, _, under = where.partition(" › ")
            title = f"{under}: {_plain(action)}" if under else _plain(action)
            found.append(Command(key, title, menu, "", reason, action.toolTip(), action.trigger))
    for sample in resources.samples():
        run = partial(window.files.open_path, sample.path)
        title = f"New from sample: {sample.title}"
        found.append(Command(f"sample {sample.name}", title, "File", "", "", sample.description, run))
    return found


def _run(window: MainWindow, action: QAction, *, on_canvas: bool) -> None:
    """What is for the canvas is done with the keyboard on it."""
    if on_canvas:
        window.canvas.setFocus()
    action.trigger()


def _plain(action: QAction) -> str:
    """Its words without the mark of a key."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
