"""Whether the runs that are begun here are also written for TensorBoard: a box that is remembered, as the device is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QCheckBox

from netbuilder.train.run import runs_folder
from netbuilder.ui.plain_text import as_plain

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class TensorBoardChoice(QCheckBox):
    """It counts for the next run; the one under way goes on as it was begun."""

    def __init__(self, bench: Workbench):
        super().__init__("Write TensorBoard files")
        self._bench = bench
        self.setObjectName("tensorboard")
        self.setAccessibleName("Write TensorBoard files")
        self._follow()
        self.toggled.connect(bench.training.write_tensorboard)
        bench.training.changed.connect(self._follow)

    def _follow(self) -> None:
        self.setChecked(self._bench.training.tensorboard)

    def _explain(self) -> None:
        folder = runs_folder(self._bench.document.title)
        self.setToolTip(
            as_plain(
                "The next run also keeps its losses, metrics, settings, texts and pictures in files that TensorBoard "
                f'reads.\nWhere TensorBoard is installed, look at all runs with\n\ntensorboard --logdir "{folder}"'
            )
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        self._explain()
        super().enterEvent(event)
