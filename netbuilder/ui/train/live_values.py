"""Learning rate and batch size of a run under way, to be changed while it learns. They leave the project as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from netbuilder.fields import BadSetting
from netbuilder.project import Part
from netbuilder.train.history import RunRecord
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.widgets import label, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

TIP = "Enter applies it from the next step on, to this run alone: the project's recipe stays as it is."
RATE_TIP = f"The learning rate of now. {TIP} The schedule goes on in proportion."
SIZE_TIP = f"How many samples each step looks at. {TIP}"
NAMES = {"learning_rate": ("learning rate", RATE_TIP), "batch_size": ("batch size", SIZE_TIP)}


class LiveValues(QWidget):
    """Two fields; a sentence below where a value makes no sense; "Keep in the project" where the user changed one."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._record: RunRecord | None = None
        self.fields: dict[str, QLineEdit] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        for row, (name, (words, tip)) in enumerate(NAMES.items()):
            field = QLineEdit()
            field.setObjectName(f"live_{name}")
            field.setAccessibleName(f"{words} of the run")
            field.setToolTip(tip)
            field.setFixedWidth(12 * GRID)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.returnPressed.connect(lambda name=name: self._take(name))
            field.editingFinished.connect(lambda name=name: self._leave(name))
            self.fields[name] = field
            grid.addWidget(label(words, "muted"), row, 0)
            grid.addWidget(field, row, 1)
        self.problem = wrapped("", "danger")
        self.problem.hide()
        self.keep = QPushButton("Keep in the project")
        self.keep.setObjectName("keepLiveValues")
        self.keep.setProperty("role", "quiet")
        self.keep.setToolTip("Write these values into the project's recipe, for the runs to come")
        self.keep.clicked.connect(self._keep)
        self.keep.hide()
        grid.addWidget(self.problem, 2, 0, 1, 2)
        grid.addWidget(self.keep, 3, 0, 1, 2, Qt.AlignmentFlag.AlignRight)
        bench.projectChanged.connect(lambda *_: self._offer())

    def show_run(self, record: RunRecord) -> None:
        """The values of now. What is being typed stays."""
        if record is not self._record:
            self._record = record
            self._tell("")
        for name in self.fields:
            if not (self.fields[name].hasFocus() and self.fields[name].isModified()):
                self._show(name)
        self._offer()

    def _show(self, name: str) -> None:
        text = self._now(name)
        if self.fields[name].text() != text:
            self.fields[name].setText(text)

    def _now(self, name: str) -> str:
        record = self._record
        last = record.adjusted[-1] if record is not None and record.adjusted else None
        if record is None or record.started is None:
            return ""
        if name == "batch_size":
            return str(last.batch_size if last is not None else record.started.batch_size)
        rate = record.rate if record.rate is not None else last.learning_rate if last is not None else None
        if last is not None and record.progress is not None and record.progress.step <= last.step:
            rate = last.learning_rate
        return "" if rate is None else wording.small(rate)

    def _take(self, name: str) -> None:
        field, training = self.fields[name], self._bench.training
        read: Callable[[str], float] = float if name == "learning_rate" else int
        give = training.set_rate if name == "learning_rate" else training.set_batch_size
        try:
            give(read(field.text().strip().replace(",", "" if name == "batch_size" else ".")))
        except BadSetting as refused:
            self._tell(refused.sentence)
        except ValueError:
            kind = "a number, such as 0.001" if name == "learning_rate" else "a whole number, such as 64"
            self._tell(f"The {NAMES[name][0]} is {kind}.")
        else:
            self._tell("")
            field.setModified(False)

    def _leave(self, name: str) -> None:
        """What was typed and not applied goes when the field is left, and with it what was said of it."""
        if not self.fields[name].hasFocus():
            self._tell("")
            self.fields[name].setModified(False)
            self._show(name)

    def _tell(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _kept(self) -> Part | None:
        """The project's recipe with the values that were set last; None where it has them already."""
        from netbuilder.train.recipes import RecipeError, recipe_of

        record, part = self._record, self._bench.project.recipe
        if record is None or not record.adjusted:
            return None
        try:
            recipe = recipe_of(part)
            now = recipe.with_settings(**self._bench.training.steered)
        except (RecipeError, BadSetting):
            return None
        return Part(part.kind, now.changed()) if now.changed() != recipe.changed() else None

    def _offer(self) -> None:
        self.keep.setVisible(self._kept() is not None)

    def _keep(self) -> None:
        part = self._kept()
        if part is not None:
            self._bench.apply("Keep the run's learning rate and batch size", self._bench.project.with_recipe(part))
