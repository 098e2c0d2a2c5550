"""How the run on screen is getting on: progress, numbers, and the sentence when it failed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.train.events import Failed
from netbuilder.train.history import RunRecord
from netbuilder.train.runs import main_metric
from netbuilder.ui.plots import HEADER
from netbuilder.ui.stylesheet import set_role
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.train.live_values import LiveValues
from netbuilder.ui.train.made_with import MadeWith
from netbuilder.ui.training import in_words
from netbuilder.ui.widgets import Card, ElidedLabel, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class ThinBar(QWidget):
    """A share from 0 to 1 as a thin bar; None: under way, with no end in sight."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._share = 0.0
        self._colour = "accent"
        self.setFixedHeight(6)
        bench.look.changed.connect(self.update)

    def show_share(self, share: float, colour: str = "accent") -> None:
        share = min(1.0, max(0.0, share))
        if (share, colour) != (self._share, self._colour):
            self._share, self._colour = share, colour
            self.setAccessibleName(f"{share:.0%} done")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._bench.look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(whole, 3, 3)
        if self._share > 0:
            painter.setBrush(QColor(getattr(theme, self._colour)))
            painter.drawRoundedRect(QRectF(0, 0, max(6.0, whole.width() * self._share), whole.height()), 3, 3)
        painter.end()


class Rows(QWidget):
    """Names on the left, bold values on the right."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(GRID // 2 + 2)
        self._grid.setColumnStretch(0, 1)
        self._labels: list[tuple[ElidedLabel, ElidedLabel]] = []

    def show_rows(self, rows: list[tuple[str, str]]) -> None:
        while len(self._labels) < len(rows):
            name, value = ElidedLabel("", "muted"), ElidedLabel("", "number")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(name, len(self._labels), 0)
            self._grid.addWidget(value, len(self._labels), 1)
            self._labels.append((name, value))
        for at, (name, value) in enumerate(self._labels):
            shown = at < len(rows)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                if name.whole != rows[at][0]:
                    name.set_whole(rows[at][0])
                if value.whole != rows[at][1]:
                    value.set_whole(rows[at][1])

        self._share()

    def _share(self) -> None:
        """Names come first, up to two thirds of the room; long values get what is left."""
        longest = max((name.sizeHint().width() for name, _ in self._labels if not name.isHidden()), default=0)
        self._grid.setColumnMinimumWidth(0, min(longest, self.width() * 2 // 3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share()
        super().resizeEvent(event)

    def texts(self) -> dict[str, str]:
        """What is on screen, by name."""
        return {name.whole: value.whole for name, value in self._labels if not name.isHidden()}


class RunCard(Card):
    """One run as a card. `node_requested` with a node's name when the link to the node at fault is clicked."""

    node_requested = Signal(str)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__("Run", "preparing", parent)
        self._bench = bench
        self.setAccessibleName("The run")
        self.title.setFixedHeight(HEADER)
        self._bar = ThinBar(bench)
        self.rows = Rows()
        self.live = LiveValues(bench)
        self.notice = wrapped("", "muted")
        self.notice.setObjectName("runNotice")
        self.made_with = MadeWith(bench)
        self.failure = QLabel()
        self.failure.setObjectName("runFailure")
        self.failure.setWordWrap(True)
        self.failure.setTextFormat(Qt.TextFormat.RichText)
        self.failure.linkActivated.connect(self.node_requested.emit)
        self._more = QPushButton("Show details")
        self._more.setObjectName("runFailureDetails")
        self._more.setProperty("role", "quiet")
        self._more.clicked.connect(self._show_details)
        self._details = ""
        self.body.addWidget(self._bar)
        self.body.addWidget(self.failure)
        self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.rows)
        self.body.addWidget(self.live)
        self.body.addWidget(self.made_with)
        self.body.addStretch(1)
        self.setMinimumWidth(280)
        self.failure.hide()
        self._more.hide()
        self.notice.hide()
        self.live.hide()

    def show_run(self, record: RunRecord, state: str, more: list[tuple[str, str]]) -> None:
        """`more` are rows that the run itself does not tell, such as the learning rate."""
        self.title.setText(wording.run_title(record.title))
        stands = wording.where_it_stands(record, state)
        if stands != self.aside.whole:
            self.set_aside(stands)
        colour = (
            "danger"
            if record.failed
            else "accent"
            if not record.finished or record.finished.reason == "stopped"
            else "good"
        )
        colour = "warning" if state == "paused" else colour
        self._bar.show_share(record.share, colour)
        self.rows.show_rows(_rows(record, state) + more)
        self.made_with.show_run(record.folder)
        self._show_failure(record.failed)
        self._show_notice(record)
        training = self._bench.training
        live = record is training.record and training.steerable
        self.live.setVisible(live)
        if live:
            self.live.show_run(record)

    def _show_notice(self, record: RunRecord) -> None:
        """What holds it up, or how it went on."""
        if record is self._bench.training.record and self._bench.training.ends_after_epoch:
            said, role = "Stops after this epoch.", "warning"
        elif record.preparing is not None and record is self._bench.training.record and self._bench.training.alive:
            said, role = wording.what_is_prepared(record.preparing), "muted"
        elif record.paused_because:
            said, role = record.paused_because, "warning"
        else:
            told = [in_words(record.continued)] if record.continued is not None else []
            said, role = "\n".join([*told, *([record.noted] if record.noted else [])]), "muted"
        self.notice.setVisible(bool(said))
        if said != self.notice.text() or role != self.notice.property("role"):
            self.notice.setText(said)
            set_role(self.notice, role)

    def _show_failure(self, failed: Failed | None) -> None:
        self.failure.setVisible(failed is not None)
        self._more.setVisible(bool(failed and failed.details))
        if failed is None:
            return
        self._details = failed.details
        sentence = html.escape(failed.sentence)
        if failed.node:
            name = html.escape(failed.node)
            link = f'<a href="{name}" style="color: {self._bench.look.theme.accent}">{name}</a>'
            sentence = sentence.replace(name, link, 1) if name in sentence else f"{sentence} Look at {link}."
        colour = self._bench.look.theme.danger
        self.failure.setText(f'<span style="color: {colour}">{sentence}</span>')

    def _show_details(self) -> None:
        """The traceback in a window of its own, to read and to copy."""
        window = QWidget(self.window(), Qt.WindowType.Window)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.setWindowTitle(f"{self.title.text()}: what happened")
        text = QPlainTextEdit(self._details)
        text.setReadOnly(True)
        text.setProperty("role", "mono")
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        copy = QPushButton("Copy")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(text.toPlainText()))
        layout = QVBoxLayout(window)
        layout.addWidget(text)
        layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignRight)
        window.resize(900, 480)
        window.show()


def _rows(record: RunRecord, state: str) -> list[tuple[str, str]]:
    rows = []
    if record.epochs:
        last = record.epochs[-1].metrics
        name = main_metric(record.epochs[-1])
        if name is not None:
            rows.append((wording.metric_title(name), wording.number(last[name], name)))
            epoch = record.best_epoch
            best = next((done for done in record.epochs if done.epoch == epoch), None)
            if best is not None:
                rows.append((f"best, epoch {epoch}", wording.number(best.metrics[name], name)))
        if name != "validation_loss" and "validation_loss" in last:
            rows.append(("validation loss", wording.small(last["validation_loss"])))
    if record.progress is not None and record.progress.samples_per_second > 0 and not record.failed:
        rows.append(("samples / s", f"{record.progress.samples_per_second:,.0f}"))
    if record.adjusted:
        last = record.adjusted[-1]
        told = f"rate {wording.small(last.learning_rate)}, batches of {last.batch_size:,}"
        rows.append((f"set at step {last.step:,}", told))
    return rows
