"""The Inspect workspace: choose a sample and a layer, see what the network makes of them, live while it trains.

It puts the parts together and decides when to ask: never more than one question is under way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from netbuilder.probes.places import Place
from netbuilder.probes.results import (
    ComparedLines,
    ComparedMasks,
    ComparedPictures,
    ComparedTokens,
    Nothing,
    Predictions,
    Probabilities,
)
from netbuilder.probes.saliency import Gradient
from netbuilder.ui.inspector.browser import SampleBrowser
from netbuilder.ui.inspector.input_card import InputCard
from netbuilder.ui.inspector.naming import attribute_of
from netbuilder.ui.inspector.questions import Seen, Wanted, look, told
from netbuilder.ui.inspector.views import ResultCard, TogetherView
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.train.wording import epochs, run_title, small
from netbuilder.ui.training import ENDED, PAUSED, PREPARING, RUNNING
from netbuilder.ui.widgets import ElidedLabel, EmptyHint, FamilyDot, label

if TYPE_CHECKING:
    from netbuilder.train.history import RunRecord
    from netbuilder.ui.workbench import Workbench

WIDE = (ComparedLines, ComparedMasks, ComparedPictures, ComparedTokens)  # answers at many places
LIVE_MS = 1000
PATIENCE = 10  # looking may take a tenth of the training's time


class InspectorPage(QWidget):
    """Shows the run on screen; asks its worker for everything."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        surface(self, "window")
        self._record: RunRecord | None = None
        self._sample: int | None = None
        self._layer: str | None = None
        self._place: Place | None = None  # None: the probe chooses a likely one
        self._asked = 0  # questions are numbered: the answer to one of another run is not shown
        self._waiting: Wanted | None = None  # the question under way
        self._again: Wanted | None = None  # what to ask next
        self._at = ""
        self._refused = ""  # why there is no answer
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self._ask(overview=True))
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._make_hint())
        self._pages.addWidget(self._make_look())
        bench.training.changed.connect(self._follow)
        bench.look.changed.connect(self._restyle)

    # Parts

    def _make_hint(self) -> QWidget:
        self.hint = EmptyHint("magnify", "Nothing to look into yet", "", self._bench.look.theme.muted)
        self._train = QPushButton("Train")
        self._train.setProperty("role", "primary")
        self._train.setAccessibleName("Train the network")
        self._train.clicked.connect(self._bench.train)
        self.hint.add_button(self._train)
        return self.hint

    def _make_look(self) -> QWidget:
        bench = self._bench
        self.browser = SampleBrowser(bench)
        self.browser.sample_chosen.connect(self._choose_sample)
        self.heading = label("", "title")
        self.verdict = ElidedLabel("", "muted")  # names of classes may be long, and must not widen the window
        self.moment = label("", "muted")
        self._dot = FamilyDot(size=8)
        self.live = QCheckBox("live")
        self.live.setObjectName("inspectorLive")
        self.live.setProperty("role", "switch")
        self.live.setChecked(True)
        self.live.setToolTip("Look again every second while it trains")
        self.live.setAccessibleName("Look again every second while it trains")
        self.live.toggled.connect(self._live_switched)
        self.input = InputCard(bench)
        self.gradient = ResultCard(bench, "Gradient")
        self.integrated = ResultCard(bench, "Integrated gradients")
        self.prediction = ResultCard(bench, "Probabilities", captioned=False)
        self.prediction.place_chosen.connect(self._choose_place)
        self.weights = ResultCard(bench, "Weights", keeps_title=False)
        self.histogram = ResultCard(bench, "Histogram")
        self.layers = QComboBox()
        self.layers.setObjectName("inspectorLayer")
        self.layers.setAccessibleName("Layer to look into")
        self.layers.setMinimumWidth(140)
        self.layers.activated.connect(lambda _: self._choose_layer(self.layers.currentText()))
        self.weights.header.addWidget(self.layers)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.heading)
        head.addWidget(self.verdict, 1)
        for widget in (self.moment, self._dot, self.live):
            head.addWidget(widget)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for row in (top, bottom):
            row.setSpacing(GRID * 2)
        for card in (self.input, self.gradient, self.integrated, self.prediction):
            top.addWidget(card)
        self._top = top
        self._share_top()
        bottom.addWidget(self.weights, 12)
        bottom.addWidget(self.histogram, 6)
        centre = QVBoxLayout()
        centre.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        centre.setSpacing(GRID * 2)
        centre.addLayout(head)
        centre.addLayout(top, 3)
        centre.addLayout(bottom, 4)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.browser)
        row.addLayout(centre, 1)
        return page

    # When to ask

    def _follow(self) -> None:
        """The run on screen has another state, or is another one."""
        training = self._bench.training
        if training.record is not self._record:
            self._record = training.record
            self._asked += 1
            self._waiting = self._again = None
            self._sample = self._layer = self._place = None
            self._at = self._refused = ""
            self.browser.show_dataset(training.dataset)
        self._show_page()
        if self.isVisible() and training.can_ask:
            self._ask(overview=True)

    def _show_page(self) -> None:
        training = self._bench.training
        self._train.setVisible(not training.alive)
        if training.record is None:
            self.hint.sentence.setText(
                "Press Train: filters, saliency maps and predictions appear here while the network learns. "
                "Or open an earlier run in the Train workspace."
            )
        elif training.state == PREPARING:
            self.hint.sentence.setText("The run is being prepared. The first pictures come with its first steps.")
        elif training.state == ENDED and training.dataset is None:
            self.hint.sentence.setText(
                "The data of this run can't be read any more, so its network can't be looked into. "
                "Its curves are in the Train workspace."
            )
        elif not training.can_ask:
            self.hint.sentence.setText("This run has no model to look into. Press Train to make another.")
        elif self._refused:
            self.hint.sentence.setText(self._refused)
        else:
            self.hint.sentence.setText("The network is being asked. A large one takes a moment for its first answer.")
        shown = training.record is not None and bool(self._at)
        self._pages.setCurrentIndex(1 if shown else 0)
        self._show_moment()

    def _ask(self, *, overview: bool) -> None:
        """Ask now, or as soon as the question under way is answered."""
        wanted = Wanted(self._sample, self._layer, overview, self._place, self._bench.training.outputs)
        if self._waiting is not None:
            ask_all = overview or (self._again is not None and self._again.overview)
            self._again = Wanted(self._sample, self._layer, ask_all)
            return
        self._timer.stop()
        number = self._asked
        asked = self._bench.training.ask(
            partial(look, wanted=wanted),
            lambda seen: self._answered(number, seen),
            lambda error: self._not_answered(number, error),
        )
        self._waiting = wanted if asked else None

    def _answered(self, number: int, seen: Seen) -> None:
        if number != self._asked:
            return
        wanted, self._waiting = self._waiting, None
        again, self._again = self._again, None
        if wanted is not None and wanted.sample == self._sample:
            self._sample = seen.sample
        if wanted is not None and wanted.layer == self._layer:
            self._layer = seen.layer
        self._at = _moment(self._record, kept=self._bench.training.checked is None)
        self._show(seen, wanted)
        if again is not None:
            self._ask(overview=again.overview)
        elif self.isVisible() and self.live.isChecked() and self._bench.training.state == RUNNING:
            self._timer.start(max(LIVE_MS, int(seen.seconds * 1000 * PATIENCE)))

    def _not_answered(self, number: int, error: BaseException) -> None:
        if number != self._asked:
            return
        self._waiting = self._again = None
        self._refused = f"The network can't be looked into: {error}"
        self._show_page()
        if self._at:  # the hint that says it is not on screen
            self._bench.say(self._refused)

    def _live_switched(self, on: bool) -> None:
        self._timer.stop()
        if on and self.isVisible() and self._bench.training.can_ask:
            self._ask(overview=True)
        self._show_moment()

    def _choose_sample(self, sample: int) -> None:
        self._sample, self._place = sample, None  # what was hard to say of one sample need not be of another
        self._ask(overview=False)

    def _choose_place(self, place: Place) -> None:
        self._place = place
        self._ask(overview=False)

    def _choose_layer(self, layer: str) -> None:
        self._layer = layer
        self._ask(overview=False)

    # What is shown

    def _show(self, seen: Seen, wanted: Wanted | None) -> None:
        dataset = self._bench.training.dataset
        self.browser.show_dataset(dataset)
        if seen.overview is not None:
            self.browser.show_overview(seen.overview)
        if seen.sample == self._sample:
            self.browser.show_current(seen.sample)
            self._show_sample(seen, wanted)
        if [self.layers.itemText(i) for i in range(self.layers.count())] != list(seen.layers):
            self.layers.clear()
            self.layers.addItems(seen.layers)
        if seen.layer == self._layer:
            self.layers.setCurrentText(seen.layer or "")
            self.weights.show_result(seen.weights)
            self.histogram.show_result(seen.histogram)
        self._show_page()

    def _show_sample(self, seen: Seen, wanted: Wanted | None) -> None:
        said = seen.prediction
        self.heading.setText("No sample" if seen.sample is None else f"Sample {seen.sample:,}")
        if isinstance(said, Probabilities):
            guess = f"predicted {said.classes[said.predicted]} with {said.values[said.predicted]:.2f}"
            self.verdict.set_whole(f"true {said.classes[said.true]} · {guess}" if said.true is not None else guess)
        elif isinstance(said, Predictions) and said.samples:
            true, predicted, off = told(said, 0)
            self.verdict.set_whole(f"true {true} · predicted {predicted} · off by {off}")
        else:
            told_of = "" if isinstance(said, Nothing) else said.caption
            self.verdict.set_whole(told_of.removeprefix(f"sample {seen.sample}: "))
        titles = {Probabilities: "Probabilities", Nothing: "Probabilities", Predictions: "Prediction"}
        self.prediction.title.setText(titles.get(type(said), "Answer"))
        self.prediction.show_result(said)
        self.input.show_sample(self._bench.training.dataset, seen.sample)
        if wanted is None or wanted.place == self._place:  # else the answer about the place chosen since will come
            self.prediction.mark(seen.place)
        self._show_saliency(seen)
        self._share_top()

    def _show_saliency(self, seen: Seen) -> None:
        """Both cards; one alone where neither has anything to show, for the same reason."""
        one, other = seen.gradient, seen.integrated
        neither = isinstance(one, Nothing) and isinstance(other, Nothing) and one.caption == other.caption
        self.gradient.title.setText("Saliency" if neither else Gradient.title)
        self.gradient.show_result(one)
        self.integrated.show_result(other)
        self.integrated.setVisible(not neither)

    def _share_top(self) -> None:
        """An answer at many places gets more room than a few bars."""
        said = self.prediction.view.result if hasattr(self.prediction.view, "result") else None
        wide = isinstance(said, WIDE) or isinstance(self.prediction.view, TogetherView)
        for at, share in enumerate((4, 5, 5, 10) if wide else (4, 4, 4, 6)):
            self._top.setStretch(at, share)

    def _show_moment(self) -> None:
        theme, state = self._bench.look.theme, self._bench.training.state
        alive = state in (RUNNING, PAUSED)
        self.live.setVisible(alive)
        self._dot.setVisible(alive)
        looking = state == RUNNING and self.live.isChecked()
        self._dot.set_color(theme.good if looking else theme.faint)
        self.moment.setText(self._at)

    def _restyle(self) -> None:
        self.hint.set_color(self._bench.look.theme.muted)
        self._show_moment()

    def _layer_on_canvas(self) -> str | None:
        """The layer that is selected on the canvas, if it has weights to show."""
        checked, id, path = self._bench.training.checked, self._bench.selection.only, self._bench.path
        name = attribute_of(checked, (*path, id)) if checked is not None and id is not None else None
        if checked is None or id is None or name is None:
            return None
        if self.layers.count():
            return name if self.layers.findText(name) >= 0 else None
        view = checked.view(path)  # before the first answer
        cost = view.cost.per_node.get(id) if view is not None and view.cost is not None else None
        return name if cost is not None and cost.parameters else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._layer = self._layer_on_canvas() or self._layer
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)


def _moment(record: RunRecord | None, *, kept: bool) -> str:
    """Of when the pictures are: "epoch 3 · step 412"."""
    if record is None:
        return ""
    if kept and record.best_epoch is not None:  # a run that was opened shows its best checkpoint
        return f"{run_title(record.title)} · best epoch: {record.best_epoch}"
    if record.ended:
        return f"after {epochs(len(record.epochs))}"
    if record.progress is None:
        return "before the first step"
    return f"epoch {record.progress.epoch} · step {small(record.progress.step)}"
