"""Which way of training: a list of the recipes there are, and a sentence about the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from netbuilder.fields import Part
from netbuilder.train.recipes import RECIPES, Recipe, find
from netbuilder.ui.forms.one_of import about
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import wrapped


class RecipeChoice(QWidget):
    """Emits the kind that is picked; shows what it is told."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.list = _List()
        self.list.setObjectName("recipe")
        self.list.setAccessibleName("Recipe")
        for at, recipe in enumerate(RECIPES):
            self.list.addItem(recipe.title, recipe.kind)
            self.list.setItemData(at, about(recipe), Qt.ItemDataRole.ToolTipRole)
        self.list.activated.connect(lambda at: self.picked.emit(self.list.itemData(at)))
        self.about = wrapped("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.list)
        column.addWidget(self.about)

    def show_kind(self, kind: str) -> None:
        """This one is chosen; one that this version does not know leaves the list empty."""
        self.list.setCurrentIndex(self.list.findData(kind))
        found = find(kind)
        self.about.setText(about(found) if found is not None else "")
        self.about.setVisible(found is not None)


class _List(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # turning the wheel over a form scrolls the form


def with_kind(part: Part, kind: type[Recipe]) -> Part:
    """The recipe of another kind, with the settings of before as far as it has them too."""
    known = find(part.kind)
    settings = known.read(part.settings)[0].changed() if known is not None else {}
    kept = {name: value for name, value in settings.items() if name in kind.fields()}
    return Part(kind.kind, kind.read(kept)[0].changed())
