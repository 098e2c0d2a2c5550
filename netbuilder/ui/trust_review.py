"""Code that came with a project, shown before any of it may run: what it says, where it stands, and the question.

It decides nothing: `trusted` is emitted once the user has said yes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QListWidget, QSplitter, QVBoxLayout, QWidget

from netbuilder.compile.problems.foreign import Foreign
from netbuilder.ui.panels.source_view import SourceView
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import label, wrapped


class TrustReview(QDialog):
    """Every piece of code in `pieces`, one at a time; all of them have to be looked at before the answer counts."""

    trusted = Signal()

    def __init__(self, pieces: Sequence[Foreign], theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._pieces = list(pieces)
        self._seen: set[int] = set()
        self.setObjectName("trustReview")
        self.setWindowTitle("Code in this project")
        self.resize(880, 600)
        many = f"{len(pieces)} layers" if len(pieces) != 1 else "one layer"
        self.names = QListWidget()
        self.names.setObjectName("trustNames")
        self.names.setAccessibleName("Layers with code of their own")
        for piece in self._pieces:
            where = "" if piece.graph == "main" else f"  in {piece.graph}"
            self.names.addItem(f"{piece.name}{where}")
        self.view = SourceView(theme)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.names)
        split.addWidget(self.view)
        split.setSizes([220, 640])
        split.setChildrenCollapsible(False)
        self.names.setVisible(len(self._pieces) > 1)
        self.read = QCheckBox("I have read this code and trust it")
        self.read.setObjectName("trustRead")
        buttons = QDialogButtonBox()
        self.run = buttons.addButton("Allow it to run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.run.setProperty("role", "primary")
        self.run.setObjectName("trustAllow")
        buttons.addButton("Not now", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._allow)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        rows.setSpacing(GRID)
        rows.addWidget(label(f"This project brings Python code of its own in {many}", "title"))
        rows.addWidget(
            wrapped(
                "None of it has been run. Code can do anything on this computer that you can, so let it run only if "
                "you understand it or know who wrote it. Until then everything else can be edited and saved; training "
                "waits. The answer is kept for exactly this text.",
                "muted",
            )
        )
        rows.addWidget(split, 1)
        rows.addWidget(self.read)
        rows.addWidget(buttons)
        self.names.currentRowChanged.connect(self._show)
        self.read.toggled.connect(lambda _: self._enable())
        self.names.setCurrentRow(0)
        self._enable()

    def _show(self, at: int) -> None:
        if 0 <= at < len(self._pieces):
            self._seen.add(at)
            self.view.set_text(self._pieces[at].text)
            self.view.verticalScrollBar().setValue(0)
            self._enable()

    def _enable(self) -> None:
        left = len(self._pieces) - len(self._seen)
        self.run.setEnabled(self.read.isChecked() and not left)
        said = f"{left} more to look at in the list." if left else ""
        self.run.setToolTip(as_plain(said))

    def _allow(self) -> None:
        self.trusted.emit()
        self.accept()
