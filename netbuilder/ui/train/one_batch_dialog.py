"""Learning one batch by heart: its loss while it goes, whether it was learned, and if not, what is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from netbuilder.train.events import Event
from netbuilder.ui.train.trial_dialog import TrialDialog
from netbuilder.ui.train.trial_plot import TrialPlot

if TYPE_CHECKING:
    from netbuilder.train.launch import Launch
    from netbuilder.ui.workbench import Workbench

ABOUT = (
    "Learns the first batch again and again, without Dropout, weight decay or whatever else is there against learning "
    "by heart. A network that can't learn so few samples won't learn many. Nothing is kept of it."
)


class OneBatchDialog(TrialDialog):
    """Names of nodes in what it says lead to the drawing."""

    def __init__(self, bench: Workbench, job: Launch, parent: QWidget | None = None):
        from netbuilder.train.one_batch import STEPS, learn_one_batch

        self._losses: list[float] = []
        plot = TrialPlot(bench, 0, STEPS, rates=False)
        super().__init__(
            bench, "Learn one batch by heart", ABOUT, plot, lambda tell: learn_one_batch(job, tell=tell), parent
        )
        self.setObjectName("oneBatchDialog")

    def hear(self, event: Event) -> None:
        from netbuilder.train.one_batch import BatchLearned, BatchTried, OtherRateTried

        if isinstance(event, BatchTried):
            self._losses.append(event.loss)
            self.bar.show_share(event.step / event.steps)
            self.say(f"Step {event.step} of {event.steps}: the loss is {event.loss:.3g}")
        elif isinstance(event, OtherRateTried):
            self.say(f"It does not fall. Trying a learning rate of {event.rate:.2g}…")
        elif isinstance(event, BatchLearned):
            self.plot.end_at(len(event.losses))
            fine = event.kind != "stuck" and not event.causes
            self.say(event.sentence, "good" if fine else "warning", event.nodes)
            if event.rate is not None:
                self.offer(event.rate)

    def redraw(self) -> None:
        self.plot.show_losses(range(1, len(self._losses) + 1), self._losses)
