"""The Train workspace: how it learns, the curves large, every epoch, and the runs made before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from netbuilder.fields import BadSetting
from netbuilder.project import MAIN, Part, Project
from netbuilder.spec import DataSpec
from netbuilder.train.events import Event
from netbuilder.train.recipes import find
from netbuilder.train.recipes.recipe import NetworkName
from netbuilder.ui import dialogs, errand
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.reading import in_words
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.train.apart_choice import ApartChoice
from netbuilder.ui.train.before_training import BeforeTraining
from netbuilder.ui.train.device_choice import DeviceChoice
from netbuilder.ui.train.epoch_table import EpochTable
from netbuilder.ui.train.exhibits import Exhibits
from netbuilder.ui.train.facts import facts, go_to_node
from netbuilder.ui.train.look_into import look_into
from netbuilder.ui.train.past_runs import PastRun, RunsList
from netbuilder.ui.train.recipe_choice import RecipeChoice, with_kind
from netbuilder.ui.train.recipe_form import misfits, offer_for
from netbuilder.ui.train.run_card import RunCard
from netbuilder.ui.train.run_curves import RunCurves, smoothed
from netbuilder.ui.train.run_plots import RunPlots
from netbuilder.ui.train.tensorboard_choice import TensorBoardChoice
from netbuilder.ui.train.verdict_line import VerdictLine
from netbuilder.ui.widgets import Card, EmptyHint, Section, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

REDRAW_MS = 100
SOON_MS = 20  # until the next stretch of curves that are still being made
REST_MS = 200  # what changes more slowly, and is drawn in a turn of its own: no frame waits for both
LEFT, RIGHT = 376, 320
NARROW = 1360  # a page less wide than this has narrower sides, so that the curves keep room for their legends


class TrainPage(QWidget):
    """Follows the project's recipe and the run on screen; a run chosen from the list is drawn over it, dashed."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("trainPage")
        self.setAccessibleName("Train workspace")
        surface(self, "window")
        self._curves: RunCurves | None = None
        self._other: RunCurves | None = None
        self._wanted: PastRun | None = None  # which of the list is to be drawn over it
        self._data: DataSpec | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REDRAW_MS)
        self._soon.timeout.connect(self.redraw)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._redraw_rest)
        self._drawn: tuple[RunCurves | None, RunCurves | None] = (None, None)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._make_recipe())
        page.addLayout(self._make_centre(), 1)
        page.addWidget(self._make_runs())
        self._divide()
        bench.projectChanged.connect(self._project_changed)
        bench.loading.changed.connect(self._loading_changed)
        bench.training.changed.connect(self._training_changed)
        bench.training.event.connect(self._hear)
        bench.checking.checked.connect(self._checked)
        bench.look.changed.connect(self._restyle)
        self._show_recipe()
        self._loading_changed()

    # Parts

    def _make_recipe(self) -> QWidget:
        self.form = DeclaredForm(self._bench.look, own_first=True)
        self.form.changed.connect(self._set)
        self.unknown = wrapped("", "muted")
        self.device = DeviceChoice(self._bench)
        self.tensorboard = TensorBoardChoice(self._bench)
        self.apart = ApartChoice(self._bench)
        inside = QWidget()
        inside.setProperty("role", "inside")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID)
        self.choice = RecipeChoice(self._bench.look)
        self.choice.picked.connect(self._pick)
        rows.addWidget(Section("How it learns"))
        rows.addWidget(self.choice)
        rows.addWidget(self.unknown)
        rows.addWidget(self.form)
        rows.addSpacing(GRID)
        rows.addWidget(Section("Where"))
        rows.addWidget(self.device)
        rows.addWidget(self.tensorboard)
        rows.addWidget(self.apart)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        side = QWidget()
        surface(side, "panel")
        self._left_side = side
        self.before = BeforeTraining(
            self._bench,
            lambda: dialogs.find_rate(self._bench, self.window()),
            lambda: dialogs.learn_one_batch(self._bench, self.window()),
        )
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self.before)  # below what scrolls: in sight however long the form is
        return side

    def _make_centre(self) -> QVBoxLayout:
        bench = self._bench
        self.plots = RunPlots(bench)
        self.loss, self.score, self.further = self.plots.loss, self.plots.score, self.plots.further
        self.epochs = EpochTable(bench)
        self._no_epochs = EmptyHint(
            "table", "No epochs yet", "Each epoch's losses and metrics become a row here.", bench.look.theme.muted
        )
        table = Card("Epochs")
        table.body.addWidget(self.epochs, 1)
        table.body.addWidget(self._no_epochs, 1)
        centre = QVBoxLayout()
        centre.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        centre.setSpacing(GRID * 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.plots)
        centre.addWidget(scroll, 3)
        self.verdict = VerdictLine(bench.look)
        centre.addWidget(self.verdict)
        self.exhibits = Exhibits(bench)
        below = QHBoxLayout()
        below.setSpacing(GRID * 2)
        below.addWidget(table, 1)
        below.addWidget(self.exhibits, 1)
        centre.addLayout(below, 2)
        return centre

    def _make_runs(self) -> QWidget:
        self.card = RunCard(self._bench)
        self.card.setMinimumWidth(200)
        self.card.hide()
        self.card.node_requested.connect(lambda name: go_to_node(self._bench, name))
        self.runs = RunsList(self._bench)
        self.runs.chosen.connect(self._choose)
        self.runs.opened.connect(self._open)
        side = QWidget()
        surface(side, "panel")
        self._right_side = side
        rows = QVBoxLayout(side)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID * 2)
        rows.addWidget(self.card)
        rows.addWidget(self.runs, 1)
        return side

    # The recipe

    def _project_changed(self, old: Project, new: Project, label: str) -> None:
        if old.recipe != new.recipe:
            self._show_recipe()
        elif old.networks != new.networks:
            self._offer_networks()

    def _show_recipe(self) -> None:
        part = self._bench.project.recipe
        kind = find(part.kind)
        self.choice.show_kind(part.kind)
        self.form.setVisible(kind is not None)
        self.unknown.setVisible(kind is None)
        if kind is None:
            self.unknown.setText(f"This version can't train by {part.kind!r}. The settings are kept as they are.")
            return
        recipe, refused = kind.read(part.settings)
        self.form.set_declared(recipe, relevant=recipe.relevant(self._data))
        offer_for(self.form, self._data)
        problems = {bad.field: bad.sentence for bad in refused} or misfits(recipe, self._data)
        for name in kind.fields():
            self.form.set_problem(name, problems.get(name, ""))
        self._offer_networks()

    def _loading_changed(self) -> None:
        """What is asked for may be something else now. While it is read, what was known stands."""
        loading = self._bench.loading
        data = loading.dataset.spec if loading.dataset is not None else None
        if not loading.busy and data != self._data:
            self._data = data
            self._show_recipe()

    def _offer_networks(self) -> None:
        """The tabs that a second network may be drawn in."""
        names = [(name, f"the network in the tab {name}") for name in self._bench.project.networks if name != MAIN]
        for name, row in self.form.rows.items():
            if isinstance(row.field, NetworkName):
                self.form.offer(name, names)

    def _pick(self, word: str) -> None:
        kind, part = find(word), self._bench.project.recipe
        if kind is not None and word != part.kind:
            self._bench.apply(f"Learn by {kind.title}", self._bench.project.with_recipe(with_kind(part, kind)))

    def _set(self, name: str, value: object) -> None:
        part = self._bench.project.recipe
        kind = find(part.kind)
        if kind is None:
            return
        try:
            recipe = kind.read(part.settings)[0].with_settings(**{name: value})
        except BadSetting as refused:
            self.form.set_problem(name, refused.sentence)
            return
        field = kind.fields()[name]
        self._bench.apply(
            f"Set {field.label} to {in_words(field, value)}",
            self._bench.project.with_recipe(Part(part.kind, recipe.changed())),
        )

    # The run on screen, and the one it is compared with

    def _hear(self, event: Event) -> None:
        if not self._soon.isActive():
            self._soon.start(REDRAW_MS)

    def _checked(self, _: object) -> None:
        """The drawing may be another one than the run's by now, which its card says."""
        if not self._rest.isActive():
            self._rest.start()

    def _training_changed(self) -> None:
        if self.isVisible():
            self.redraw()
            if not self._bench.training.alive:
                self.runs.reload()

    def _choose(self, run: PastRun | None) -> None:
        """Draw another run over the one on screen, once its curves are smoothed."""
        self._wanted, self._other = run, None
        self.redraw()

        def deliver(curves: RunCurves | None, error: Exception | None) -> None:
            if run is self._wanted and curves is not None:
                self._other = curves
                self.redraw()

        if run is not None:
            record, title = run.record, run.title
            errand.send(self._bench.bridge, self, "smooth", lambda: smoothed(record, title), deliver)

    def _open(self, run: PastRun) -> None:
        look_into(self._bench, self, run.folder, run.title, self.runs.set_busy)

    def redraw(self) -> None:
        """Draw what is known; nothing while the page is hidden."""
        self._soon.stop()
        if not self.isVisible():
            return
        record = self._bench.training.record
        self._curves = self._bench.training.curves
        other = self._other
        if other is not None and record is not None and other.record.title == record.title:
            other = None  # it is the one on screen
        self._drawn = (self._curves, other) if self._curves is not None else (other, None)
        self.plots.show_losses(*self._drawn)
        if any(curves is not None and curves.behind for curves in self._drawn):
            self._soon.start(SOON_MS)
        if not self._bench.training.alive:
            self._redraw_rest()
        elif not self._rest.isActive():
            self._rest.start()

    def _redraw_rest(self) -> None:
        """What changes once an epoch, or is read as words."""
        if not self.isVisible():
            return
        training = self._bench.training
        main, over = self._drawn
        self.plots.show_metrics(main, over)
        shown = main.record if main is not None else None
        self.epochs.show_record(shown)
        self.exhibits.show_record(shown)
        self.epochs.setVisible(bool(shown and shown.epochs))
        self._no_epochs.setVisible(not (shown and shown.epochs))
        self.card.setVisible(shown is not None)
        self.verdict.show_judged(shown.judged if shown is not None else None)
        if shown is training.record and shown is not None:
            self.card.show_run(shown, training.state, facts(self._bench))
        elif shown is not None:
            self.card.show_run(shown, "ended", [])

    def _restyle(self) -> None:
        self._no_epochs.set_color(self._bench.look.theme.muted)
        self.redraw()

    def _divide(self) -> None:
        less = 80 if self.width() < NARROW else 0
        self._left_side.setFixedWidth(LEFT - less)
        self._right_side.setFixedWidth(RIGHT - less // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._divide()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.runs.reload()
        self._soon.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        self._soon.stop()
        self._rest.stop()
        super().hideEvent(event)
