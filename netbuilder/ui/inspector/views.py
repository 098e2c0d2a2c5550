"""Which widget shows which type of result, in one table, and the card that puts it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.probes import results
from netbuilder.probes.results import Result
from netbuilder.ui.inspector.charts import BarsView, HistogramView, ProbabilitiesView, ScoresView
from netbuilder.ui.inspector.confusion import ConfusionView
from netbuilder.ui.inspector.flow import ComparedTokensView, TokenSaliencyView
from netbuilder.ui.inspector.lines import ComparedLinesView, NumbersView
from netbuilder.ui.inspector.panels import ComparedMasksView, ComparedPicturesView
from netbuilder.ui.inspector.pictures import HeatmapView, ImageGridView, SaliencyView
from netbuilder.ui.inspector.words import ComparedNumbersView, NothingView, PredictionsView
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Card, ElidedLabel, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

FURTHER = 72  # points a further output needs


class TogetherView(QWidget):
    """The main answer, and a small view with its name for each further output."""

    place_chosen = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.parts: list[QWidget] = []
        self._names: list[ElidedLabel] = []
        self._columns = QHBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(GRID * 2)
        self._side = QVBoxLayout()
        self._side.setSpacing(GRID // 2)
        self._columns.addLayout(self._side, 2)

    def show_result(self, result: results.Together) -> None:
        wanted = [result.main, *result.further]
        if [type(part) for part in self.parts] != [VIEWS[type(one)] for one in wanted]:
            self._build(wanted)
        for part, one in zip(self.parts, wanted, strict=True):
            part.show_result(one)  # type: ignore[attr-defined]
        for name, one in zip(self._names, result.further, strict=True):
            name.set_whole(f"{one.title} · {one.caption}" if one.caption else one.title)

    def _build(self, wanted: list[Result]) -> None:
        for old in (*self.parts, *self._names):
            old.setParent(None)
            old.deleteLater()
        self.parts = [VIEWS[type(one)](self._bench) for one in wanted]  # type: ignore[call-arg]
        self._names = [ElidedLabel("", "muted") for _ in wanted[1:]]
        main, *further = self.parts
        self._columns.insertWidget(0, main, 5)
        if hasattr(main, "place_chosen"):
            main.place_chosen.connect(self.place_chosen)
        for name, view in zip(self._names, further, strict=True):
            view.setMinimumHeight(FURTHER)
            self._side.addWidget(name)
            self._side.addWidget(view, 1)

    def mark(self, place: tuple[int, ...] | None) -> None:
        if hasattr(self.parts[0], "mark"):
            self.parts[0].mark(place)


VIEWS: dict[type[Result], type[QWidget]] = {
    results.ImageGrid: ImageGridView,
    results.Heatmap: HeatmapView,
    results.Histogram: HistogramView,
    results.Bars: BarsView,
    results.Probabilities: ProbabilitiesView,
    results.Predictions: PredictionsView,
    results.Confusion: ConfusionView,
    results.Saliency: SaliencyView,
    results.TokenSaliency: TokenSaliencyView,
    results.Numbers: NumbersView,
    results.ComparedNumbers: ComparedNumbersView,
    results.ComparedPictures: ComparedPicturesView,
    results.ComparedMasks: ComparedMasksView,
    results.ComparedLines: ComparedLinesView,
    results.ComparedTokens: ComparedTokensView,
    results.Scores: ScoresView,
    results.Together: TogetherView,
    results.Nothing: NothingView,
}


class ResultCard(Card):
    """A card for whatever a probe answers: its title, the view for its type, its caption below. `place_chosen` where
    the view lets one choose a place."""

    place_chosen = Signal(object)

    def __init__(
        self,
        bench: Workbench,
        title: str,
        parent: QWidget | None = None,
        *,
        keeps_title: bool = True,
        captioned: bool = True,
    ):
        super().__init__(title, parent=parent)
        self._bench, self._keeps_title, self._captioned = bench, keeps_title, captioned
        self.view: Any = None
        self._caption = wrapped("", "muted")
        self.about = ElidedLabel("", "muted")  # which of many scores is explained
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.about.hide()
        self.body.addWidget(self.about)
        self.body.addWidget(self._caption)
        self.setMinimumSize(140, 120)

    @property
    def caption(self) -> str:
        return self._caption.text()

    def show_result(self, result: Result) -> None:
        kind = VIEWS[type(result)]
        if type(self.view) is not kind:
            if self.view is not None:
                self.body.removeWidget(self.view)
                self.view.deleteLater()
            self.view = kind(self._bench)  # type: ignore[call-arg]
            if hasattr(self.view, "place_chosen"):
                self.view.place_chosen.connect(self.place_chosen)
            self.body.insertWidget(self.body.count() - 1, self.view, 1)
        self.view.show_result(result)
        if not self._keeps_title:
            self.title.setText(result.title)
        else:
            self.about.set_whole(result.title.partition(" · ")[2])
            self.about.setVisible(bool(self.about.whole))
        nothing = isinstance(result, results.Nothing)  # its caption is what it shows
        self._caption.setText("" if nothing else result.caption)
        self._caption.setVisible(self._captioned and bool(self._caption.text()))

    def mark(self, place: tuple[int, ...] | None) -> None:
        """Outline a place in the view, where it has places."""
        if hasattr(self.view, "mark"):
            self.view.mark(place)
