"""What editors have in common whose settings are declared things, with rows of their own inside."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from netbuilder.fields import Field
from netbuilder.ui.theme import Theme

INDENT = 12  # pixels that the rows inside stand to the right


class NestedEditor(QWidget):
    """It takes no text itself: what is typed is its rows' affair, which put back what was left unfinished."""

    committed = Signal(object)
    focused = Signal()
    takes_text = False
    is_dirty = False

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field: Any = field
        self._theme = theme

    def restore(self) -> None: ...
