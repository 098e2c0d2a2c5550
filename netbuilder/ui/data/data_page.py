"""The Data workspace: choose what to learn from at the left, see what is in it at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from netbuilder.data.catalog import find, placed
from netbuilder.data.columns import Column, ColumnName
from netbuilder.data.nothing import NoData
from netbuilder.project import Part, Project
from netbuilder.ui import errand, icons
from netbuilder.ui.data.preview_pane import PreviewPane
from netbuilder.ui.data.sources import SourceChoice, declared, with_settings
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.panels.setting_edits import said
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Section, wrapped
from netbuilder.ui.workbench import Workbench

LEFT = 344


class DataPage(QWidget):
    """Every change of the data is one step of the project's history."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("data")
        self.setAccessibleName("Data")
        surface(self, "window")
        self._bench = bench
        self._settings_of: dict[str, Mapping[str, Any]] = {}  # what each source had when it was last chosen
        self._offered: tuple[Any, ...] | None = None
        theme = bench.look.theme
        self.choice = SourceChoice(theme)
        self.form = DeclaredForm(bench.look, own_first=True)
        self.unknown = wrapped("", "danger")
        self.problem = wrapped("", "danger")
        self.reload = QPushButton("Reload")
        self.reload.setAccessibleName("Reload")
        self.reload.setToolTip("Read the data again: a file may have changed")
        self.preview = PreviewPane(bench)
        left = QWidget()
        left.setProperty("role", "inside")
        rows = QVBoxLayout(left)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID)
        rows.addWidget(Section("Data"))
        rows.addWidget(self.choice)
        rows.addSpacing(GRID)
        self._section = Section("Settings")
        rows.addWidget(self._section)
        for widget in (self.unknown, self.form, self.problem):
            rows.addWidget(widget)
        rows.addWidget(self.reload, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(left)
        side = QWidget()
        surface(side)
        side.setFixedWidth(LEFT)
        inside = QVBoxLayout(side)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self.preview, 1)
        self.choice.chosen.connect(self._choose)
        self.form.changed.connect(self._set)
        self.reload.clicked.connect(bench.loading.reload)
        bench.projectChanged.connect(self._project_changed)
        bench.loading.changed.connect(self._show_loading)
        bench.look.changed.connect(self._retint)
        self._retint()
        self._show_part()

    @property
    def _part(self) -> Part:
        return self._bench.project.data

    # Edits

    def _choose(self, kind: str) -> None:
        source = find(kind)
        if source is None:
            return
        self.form.commit()
        self._settings_of[self._part.kind] = self._part.settings
        part = Part(kind, self._settings_of.get(kind, {}))
        self._bench.apply(f"Use {source.title.lower()}", self._bench.project.with_data(part))
        self._show_part()

    def _set(self, name: str, value: Any) -> None:
        part, source = with_settings(self._part, name, value), find(self._part.kind)
        if part is None or source is None:
            return
        field = source.fields()[name]
        label = f"Set {field.label} of {source.title.lower()} to {said(field, value)}"
        self._bench.apply(label, self._bench.project.with_data(part))
        self._show_part()

    # What is shown

    def _project_changed(self, old: Project, new: Project, label: str) -> None:
        if old.data != new.data:
            self._show_part()

    def _show_part(self) -> None:
        part, source = self._part, find(self._part.kind)
        self.choice.show_kind(part.kind)
        self.form.setVisible(source is not None and bool(source.fields()))
        self.unknown.setVisible(source is None)
        if source is None:
            self.unknown.setText(
                f"This version has no data source called {str(part.kind)[:80]!r}. Choose one of those above."
            )
        else:
            self.form.set_declared(declared(source, part.settings))
        self._show_loading()

    def _show_loading(self) -> None:
        loading = self._bench.loading
        self._offer_columns()  # the same path may be another file, when the project is opened elsewhere
        self.reload.setEnabled(not loading.busy)
        chosen = self._part.kind != NoData.kind  # with none, the preview says so, and there is nothing to set
        self._section.setVisible(chosen)
        self.reload.setVisible(chosen)
        sentence = loading.sentence if not loading.busy else ""
        at = loading.setting if loading.setting in self.form.rows else None
        for name in self.form.rows:
            self.form.set_problem(name, sentence if name == at else "")
        self.problem.setText(sentence if at is None else "")
        self.problem.setVisible(bool(sentence) and at is None and chosen)

    def _offer_columns(self) -> None:
        value = self.form.declared
        if value is None or not any(isinstance(f, ColumnName) for f in value.fields().values()):
            return
        file = self._bench.document.path
        value = placed(value, file.parent if file is not None else None)
        asked = tuple(value.settings.get(name) for name in ("path", "separator", "header"))
        if asked != self._offered:
            self._offered = asked
            if asked[0]:
                self._ask_for_columns(asked)

    def _ask_for_columns(self, asked: tuple[Any, ...]) -> None:
        def deliver(found: Sequence[Column] | None, _: Exception | None) -> None:
            self._offer(asked, found)

        errand.send(self._bench.bridge, self, "columns", lambda: _columns(asked), deliver)

    def _offer(self, asked: tuple[Any, ...], columns: Sequence[Column] | None) -> None:
        """A file that can't be read offers nothing; reading the data says why."""
        if asked != self._offered:
            return
        told = [(c.name, f"{c.kind}, {c.distinct:,} different values, {c.missing:,} missing") for c in columns or ()]
        for name, row in self.form.rows.items():
            if isinstance(row.field, ColumnName):
                self.form.offer(name, told)

    def _retint(self) -> None:
        theme = self._bench.look.theme
        self.choice.set_theme(theme)
        self.reload.setIcon(icons.icon("refresh", theme.text, theme.faint))


def _columns(asked: tuple[Any, ...]) -> Sequence[Column]:
    from netbuilder.data.columns import read_columns

    return read_columns(*asked)
