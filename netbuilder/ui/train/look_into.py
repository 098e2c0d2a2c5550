"""Looking into a run that has ended: read on a thread, then on screen in the Inspect workspace. It draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netbuilder.ui import errand
from netbuilder.ui.train.opened_run import OpenedRun, open_run

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


def look_into(bench: Workbench, owner: QObject, folder: Path, title: str, busy: Callable[[bool], None]) -> None:
    """Look into the run in `folder`, which people call `title`, on the data it learned from: that may be other data
    than the project's of today. `busy` is told when it begins and when it ends."""
    project = bench.document.title
    loaded, part = bench.loading.dataset, bench.loading.part
    busy(True)

    def deliver(opened: OpenedRun | None, error: Exception | None) -> None:
        busy(False)
        if bench.training.alive or bench.document.title != project:
            return  # another run was begun, or another project opened, meanwhile
        if opened is None:
            bench.say(f"{title} can't be opened: {error}")
            return
        bench.training.show_run(opened)
        bench.workspaceRequested.emit("inspect")
        if opened.trouble:
            bench.say(opened.trouble)

    errand.send(bench.bridge, owner, "open-run", lambda: open_run(folder, loaded, part), deliver)
