"""A card for one export format: its name, and in a sentence what runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from netbuilder.export.exporter import Exporter
from netbuilder.ui.icons import icon
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import label, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

ICONS = {"bundle": "language-python", "onnx": "hexagon-multiple-outline", "pt2": "fire", "safetensors": "weight"}


class FormatCard(QPushButton):
    """One format to choose: its name, and in a sentence what runs it."""

    def __init__(self, bench: Workbench, exporter: type[Exporter], parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._kind = bench, exporter.kind
        sentence = " ".join((exporter.__doc__ or "").split()).replace("`", "")
        self.setObjectName(f"exportFormat-{exporter.kind}")
        self.setAccessibleName(exporter.title)
        self.setAccessibleDescription(sentence)
        self.setCheckable(True)
        self.setProperty("role", "source")
        self._picture = label("")
        title, says = label(exporter.title, "heading"), wrapped(sentence, "muted")
        for part in (self._picture, title, says):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._picture)
        head.addWidget(title, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 3 // 2, GRID * 3 // 2, GRID * 3 // 2, GRID * 3 // 2)
        rows.addLayout(head)
        rows.addWidget(says, 1)
        self.retint()

    def sizeHint(self) -> QSize:
        return QSize(300, 96)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def retint(self) -> None:
        theme = self._bench.look.theme
        self._picture.setPixmap(icon(ICONS.get(self._kind, "file-export-outline"), theme.accent).pixmap(20, 20))
