"""What every action of the table does in this window: one function for each name, none of the work itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netbuilder.ui import boxes, dialogs
from netbuilder.ui.canvas.commands import commands as canvas_commands
from netbuilder.ui.mending import Mending
from netbuilder.ui.panels.palette_menu import bring_block

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow


def commands(window: MainWindow) -> dict[str, Callable[[], object]]:
    """By the names of all rows."""
    bench, canvas, files = window.bench, window.canvas, window.files
    go, tabs, mending = window.workspaces.go, window.design_page.tabs, Mending(window.bench)
    return {
        **canvas_commands(canvas),
        "new": files.new,
        "open": files.ask_open,
        "save": files.save,
        "saveAs": files.ask_save,
        "importModel": lambda: dialogs.import_model(bench, window, files.open_path, canvas.zoom_to_fit),
        "export": lambda: dialogs.export(bench, window),
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
        "addNetwork": tabs.add_network,
        "nextNetwork": lambda: tabs.go_on(1),
        "previousNetwork": lambda: tabs.go_on(-1),
        "renameNetwork": tabs.rename_open,
        "duplicateNetwork": tabs.duplicate_open,
        "removeNetwork": tabs.remove_open,
        "train": window.train,
        "pause": window.pause_or_continue,
        "stop": bench.cancel_training,
        "shortcuts": lambda: dialogs.shortcuts(bench, window),
        "about": lambda: boxes.about(window),
    }
