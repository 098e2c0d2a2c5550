"""Whether a paused run could go on with another drawing or recipe, and to which run before that would lead back.

It draws nothing. Files of runs are read on a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from netbuilder.ui import errand
from netbuilder.ui.train.facts import is_of_an_older_drawing, is_of_another_recipe
from netbuilder.ui.training import PAUSED

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class ChangedDrawing(QObject):
    """`different` is true while the run is paused and what is drawn, or how it learns, is another one by now; `back`
    when the drawing is that from before the last change, whose weights are still there."""

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None):
        super().__init__(parent)
        self._bench = bench
        self.different = self.back = False
        self._asked: tuple[Path, str] | None = None
        bench.training.changed.connect(self._look)
        bench.checking.checked.connect(self._look)
        bench.projectChanged.connect(self._look)

    def _look(self, *_: object) -> None:
        bench = self._bench
        paused = bench.training.state == PAUSED
        drawing = paused and is_of_an_older_drawing(bench)
        if not drawing:
            self._asked = None
            self._become(paused and is_of_another_recipe(bench), back=False)
            return
        checked, folder = bench.checking.latest, bench.training.folder
        if checked is None or checked.source is None or folder is None:
            self._become(True, back=False)
            return
        text, rates = checked.source.text, checked.source.rates
        asked = (folder, text)
        if asked == self._asked:
            return
        self._asked = asked
        self._become(True, back=False)

        def deliver(back: bool | None, error: Exception | None) -> None:
            if self._asked == asked:
                self._become(True, back=bool(back))

        errand.send(bench.bridge, self, "run-before", lambda: _leads_back(folder, text, rates), deliver)

    def _become(self, different: bool, *, back: bool) -> None:
        if (different, back) != (self.different, self.back):
            self.different, self.back = different, back
            self.changed.emit()


def _leads_back(folder: Path, text: str, rates: Any) -> bool:
    from netbuilder.train.resuming import run_before_the_change
    from netbuilder.train.run import Run

    return run_before_the_change(text, rates, Run.open(folder)) is not None
