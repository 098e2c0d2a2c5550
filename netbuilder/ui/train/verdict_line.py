"""What is said of a run's losses, in a line with a mark; not there where nothing is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from netbuilder.train.events import Judged
from netbuilder.ui import icons
from netbuilder.ui.look import Look
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import wrapped

MARK = 16
CALM = ("resting",)  # what is no trouble


class VerdictLine(QWidget):
    """Shows what it is told."""

    def __init__(self, look: Look, parent: QWidget | None = None):
        super().__init__(parent)
        self._look = look
        self._judged: Judged | None = None
        self.mark = QLabel()
        self.sentence = wrapped("")
        self.sentence.setObjectName("verdict")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        self.hide()
        look.changed.connect(self._tint)

    def show_judged(self, judged: Judged | None) -> None:
        if judged != self._judged:
            self._judged = judged
            self.sentence.setText(judged.sentence if judged is not None else "")
            self._tint()
        self.setVisible(bool(self.sentence.text()))

    def _tint(self) -> None:
        if self._judged is not None:
            theme, calm = self._look.theme, self._judged.kind in CALM
            name, color = ("information-outline", theme.muted) if calm else ("alert-outline", theme.warning)
            self.mark.setPixmap(icons.pixmap(name, color, MARK, self.devicePixelRatioF()))
