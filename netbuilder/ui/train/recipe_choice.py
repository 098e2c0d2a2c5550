"""Which way of training: a list of the recipes there are, and a sentence about the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.fields import OneOf, Part
from netbuilder.train.recipes import RECIPES, Recipe, find
from netbuilder.ui.forms.one_of import KindChoice, about
from netbuilder.ui.look import Look
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import wrapped


class RecipeChoice(QWidget):
    """Emits the kind that is picked; shows what it is told."""

    picked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.list = KindChoice(OneOf(RECIPES[0].kind, RECIPES), look.theme)
        self.list.setObjectName("recipe")
        self.list.setAccessibleName("Recipe")
        self.list.committed.connect(self.picked)
        self.about = wrapped("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.list)
        column.addWidget(self.about)

    def show_kind(self, kind: str) -> None:
        """This one is chosen; one that this version does not know leaves the list empty."""
        found = find(kind)
        self.list.show_value(kind)
        self.about.setText(about(found) if found is not None else "")
        self.about.setVisible(found is not None)


def with_kind(part: Part, kind: type[Recipe]) -> Part:
    """The recipe of another kind, with the settings of before as far as it has them too."""
    known = find(part.kind)
    settings = known.read(part.settings)[0].changed() if known is not None else {}
    kept = {name: value for name, value in settings.items() if name in kind.fields()}
    return Part(kind.kind, kind.read(kept)[0].changed())
