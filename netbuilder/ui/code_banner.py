"""A line above the canvas as long as the project holds code that nobody has looked at: what that means, and Review."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from netbuilder.compile.problems.foreign import Foreign
from netbuilder.ui import icons
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.trust_review import TrustReview
from netbuilder.ui.widgets import wrapped
from netbuilder.ui.workbench import Workbench


class CodeBanner(QWidget):
    """Hidden where there is nothing to review."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._pieces: tuple[Foreign, ...] = ()
        self.setObjectName("codeBanner")
        surface(self, "callout")
        self._mark = QLabel()
        self.sentence = wrapped("")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.review = QPushButton("Review the code…")
        self.review.setObjectName("reviewCode")
        self.review.setProperty("role", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._mark)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.review)
        self.review.clicked.connect(self._ask)
        bench.projectChanged.connect(self._refresh)
        bench.trust.changed.connect(self._refresh)
        bench.look.changed.connect(self._tint)
        self._tint()
        self._refresh()

    def _refresh(self, *_: object) -> None:
        self._pieces = self._bench.trust.unseen(self._bench.project, self._bench.catalog)
        names = [piece.name for piece in self._pieces]
        who = names[0] if len(names) == 1 else f"{len(names)} layers"
        verb = "holds" if len(names) == 1 else "hold"
        self.sentence.setText(f"{who} {verb} Python code that came with this project. None of it has been run.")
        self.setVisible(bool(names))

    def _ask(self) -> None:
        pieces = self._pieces
        dialog = TrustReview(pieces, self._bench.look.theme, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.trusted.connect(lambda: self._bench.trust.allow([piece.text for piece in pieces]))
        dialog.open()

    def _tint(self) -> None:
        theme = self._bench.look.theme
        self._mark.setPixmap(icons.pixmap("shield-alert-outline", theme.danger, 18, self.devicePixelRatioF()))
