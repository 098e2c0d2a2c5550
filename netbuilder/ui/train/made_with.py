"""Where a run was made, in a line under its numbers; all that its folder says of it is the tooltip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.ui import errand
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.widgets import ElidedLabel

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class MadeWith(ElidedLabel):
    """Hidden for a run that does not say. Its run.json is read on a thread, once for each run that is shown."""

    _details = ""  # a label fits its text while it is made

    def __init__(self, bench: Workbench):
        super().__init__("", "muted")
        self.setObjectName("madeWith")
        self._bench = bench
        self._folder: Path | None = None
        self.hide()

    def show_run(self, folder: Path | None) -> None:
        """The run in this folder; None for one that has none yet."""
        if folder == self._folder:
            return
        self._folder = folder
        self.hide()
        if folder is None:
            return

        def deliver(rows: list[tuple[str, str]] | None, error: Exception | None) -> None:
            if folder == self._folder and rows:
                self._show_rows(rows)

        errand.send(self._bench.bridge, self, "made-with", lambda: _read(folder), deliver)

    def _show_rows(self, rows: list[tuple[str, str]]) -> None:
        told = dict(rows)
        device, version = told.get("device", ""), told.get("torch", "").partition("+")[0]
        place = told.get("processor", "").partition(",")[0] if device == "CPU" else device
        self._details = "\n".join(f"{name}: {value}" for name, value in rows)
        self.set_whole(f"torch {version} on {place}" if place else f"torch {version}")
        self.setAccessibleName(f"Made with {self.whole}")
        self.setAccessibleDescription(self._details)
        self.show()

    def _fit(self) -> None:
        super()._fit()
        self.setToolTip(as_plain(self._details))


def _read(folder: Path) -> list[tuple[str, str]]:
    from netbuilder.train.environment import in_words

    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return in_words(record) if isinstance(record, dict) else []
