"""What to try before a training: a section with two buttons, and why they can't be pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Section

if TYPE_CHECKING:
    from netbuilder.train.launch import Launch
    from netbuilder.ui.train.trial_dialog import TrialDialog
    from netbuilder.ui.workbench import Workbench

INSET = 12  # pixels within a button before its icon
FIND_TIP = "A hundred steps at a rising learning rate show which one suits this network."
LEARN_TIP = "Can the network learn a single batch by heart? If not, something in it is wrong."


def why_not_yet(bench: Workbench) -> str:
    """Why nothing can be tried now: a sentence; "" if it can."""
    if bench.training.alive or bench.wants_training:
        return "A run is under way. Stop it, or wait for its end."
    if bench.loading.busy:
        return "The data is being read."
    if bench.loading.dataset is None:
        return bench.loading.sentence or "There is no data to learn from. Choose some in the Data workspace."
    if not bench.checking.is_current:
        return "The drawing is being checked."
    checked = bench.checking.latest
    if checked is None or not checked.can_train or checked.source is None:
        first = next((p for p in checked.problems if p.severity == "error"), None) if checked else None
        return first.sentence if first else "There is nothing to train yet. Draw a network first."
    return ""


def job_now(bench: Workbench) -> Launch | None:
    """What a training begun now would take; None, and the reason is said, where there is none."""
    why = why_not_yet(bench)
    if not why:
        assert bench.loading.dataset is not None
        assert bench.checking.latest is not None
        try:
            return bench.launch_of(bench.loading.dataset, bench.checking.latest)
        except ValueError as refused:
            why = str(refused)
    bench.say(why)
    return None


def find_rate(bench: Workbench, window: QWidget) -> TrialDialog | None:
    """Open the dialog that finds a learning rate, if one can be looked for."""
    from netbuilder.ui.train.rate_finder_dialog import RateFinderDialog

    job = job_now(bench)
    return RateFinderDialog(bench, job, window) if job is not None else None


def learn_one_batch(bench: Workbench, window: QWidget) -> TrialDialog | None:
    """Open the dialog in which one batch is learned by heart, if it can be."""
    from netbuilder.ui.train.one_batch_dialog import OneBatchDialog

    job = job_now(bench)
    return OneBatchDialog(bench, job, window) if job is not None else None


class BeforeTraining(QWidget):
    """The section; `find` and `learn` open the dialogs."""

    def __init__(
        self,
        bench: Workbench,
        find: Callable[[], object],
        learn: Callable[[], object],
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._bench = bench
        self.find = self._button("Find a learning rate…", "findRateButton", find)
        self.learn = self._button("Learn one batch…", "oneBatchButton", learn)
        title, buttons = QHBoxLayout(), QHBoxLayout()
        title.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        title.addWidget(Section("Before you train"))
        buttons.setContentsMargins(GRID * 2 - INSET, 0, 0, 0)  # their icons stand below the title
        buttons.setSpacing(0)
        buttons.addWidget(self.find)
        buttons.addWidget(self.learn)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID * 3 // 2, 0, GRID * 3 // 2)
        rows.setSpacing(GRID // 2)
        rows.addLayout(title)
        rows.addLayout(buttons)
        for signal in (bench.training.changed, bench.loading.changed, bench.projectChanged, bench.checking.checked):
            signal.connect(self._follow)
        bench.look.changed.connect(self._follow)
        self._follow()

    def _button(self, text: str, name: str, does: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("role", "quiet")
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: does())
        return button

    def _follow(self, *_: object) -> None:
        from netbuilder.ui.icons import icon

        why, theme = why_not_yet(self._bench), self._bench.look.theme
        for button, name, tip in (
            (self.find, "chart-bell-curve-cumulative", FIND_TIP),
            (self.learn, "head-lightbulb-outline", LEARN_TIP),
        ):
            button.setEnabled(not why)
            button.setToolTip(why or tip)
            button.setIcon(icon(name, theme.faint if why else theme.accent))
