"""Finding a learning rate: the loss while the rate rises, the rate that is suggested, and using it or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from netbuilder.train.events import Event
from netbuilder.train.rate_curve import finite, smooth
from netbuilder.ui.train.trial_dialog import TrialDialog
from netbuilder.ui.train.trial_plot import TrialPlot

if TYPE_CHECKING:
    from netbuilder.train.launch import Launch
    from netbuilder.ui.workbench import Workbench

ABOUT = (
    "Takes a hundred steps while the learning rate rises, on the drawing and the data as they are. Nothing is kept of "
    "them. Where the loss falls steepest the network learns fastest; where it rises, the steps are too large."
)


class RateFinderDialog(TrialDialog):
    """The mark on the curve can be dragged, or set by a click."""

    def __init__(self, bench: Workbench, job: Launch, parent: QWidget | None = None):
        from netbuilder.train.rate_finder import HIGHEST, LOWEST, find_rate

        self._rates: list[float] = []
        self._losses: list[float] = []
        self._now = job.recipe.learning_rate
        plot = TrialPlot(bench, LOWEST, HIGHEST, rates=True)
        super().__init__(bench, "Find a learning rate", ABOUT, plot, lambda tell: find_rate(job, tell=tell), parent)
        self.setObjectName("rateFinderDialog")
        plot.chosen.connect(self.offer)

    def hear(self, event: Event) -> None:
        from netbuilder.train.rate_finder import RateFound, RateTried

        if isinstance(event, RateTried):
            self._rates.append(event.rate)
            self._losses.append(event.loss)
            self.bar.show_share(event.step / event.steps)
            self.say(f"Step {event.step} of {event.steps}, at a rate of {event.rate:.2g}")
        elif isinstance(event, RateFound):
            drag = " Drag the mark or click on the curve to choose another."
            if event.suggestion is not None:
                self.say(f"{event.sentence} It is {self._now:g} now.{drag}", "good")
                self.plot.mark(event.suggestion)
                self.offer(event.suggestion)
            else:
                self.say(event.sentence, "warning")
                if len(event.smoothed) > 1:
                    self.plot.mark(self._now)

    def redraw(self) -> None:
        self.plot.show_losses(self._rates, self._losses, smooth(finite(self._losses)))
