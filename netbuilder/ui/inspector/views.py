"""Which widget shows which type of result, in one table, and the card that puts it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from netbuilder.probes import results
from netbuilder.probes.results import Result
from netbuilder.ui.inspector.charts import BarsView, HistogramView, LinesView, ProbabilitiesView
from netbuilder.ui.inspector.confusion import ConfusionView
from netbuilder.ui.inspector.pictures import HeatmapView, ImageGridView, SaliencyView
from netbuilder.ui.inspector.view import View
from netbuilder.ui.inspector.words import NothingView, PredictionsView
from netbuilder.ui.widgets import Card, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

VIEWS: dict[type[Result], type[QWidget]] = {
    results.ImageGrid: ImageGridView,
    results.Heatmap: HeatmapView,
    results.Histogram: HistogramView,
    results.Bars: BarsView,
    results.Probabilities: ProbabilitiesView,
    results.Predictions: PredictionsView,
    results.Confusion: ConfusionView,
    results.Saliency: SaliencyView,
    results.Lines: LinesView,
    results.Nothing: NothingView,
}


class ResultCard(Card):
    """A card for whatever a probe answers: its title, the view for its type, its caption below."""

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
        self.view: View | LinesView | NothingView | PredictionsView | None = None
        self._caption = wrapped("", "muted")
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
            self.view = kind(self._bench)  # type: ignore[assignment, call-arg]
            self.body.insertWidget(self.body.count() - 1, self.view, 1)
        assert self.view is not None
        self.view.show_result(result)
        if not self._keeps_title:
            self.title.setText(result.title)
        nothing = isinstance(result, results.Nothing)  # its caption is what it shows
        self._caption.setText("" if nothing else result.caption)
        self._caption.setVisible(self._captioned and bool(self._caption.text()))
