"""One sample as a card: its drawing from afar, what it is, and what it reaches. It opens nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from netbuilder.resources import Sample
from netbuilder.scores import in_words
from netbuilder.ui import icons
from netbuilder.ui.look import Look
from netbuilder.ui.start.thumbnails import Thumbnails
from netbuilder.ui.theme import GRID, blend
from netbuilder.ui.widgets import label, wrapped
from netbuilder.ui.widgets.laid_out_button import LaidOutButton

LEAST_WIDTH = 33 * GRID
DRAWN = QSize(LEAST_WIDTH - 3 * GRID, 15 * GRID)  # of the drawing
CANVAS = DRAWN.height() + 4 * GRID  # height of the canvas that it lies on
RADIUS, DOTS = 8, 2 * GRID
WALKS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
REACHED = "What it reaches on samples it has not learned from, when it is trained to its end."


class SampleCard(LaidOutButton):
    """Clicked, or Enter: it is wanted. `walked` carries a key that leads to another card, `typed` a letter to search
    by; `entered` says that it has the keyboard."""

    walked = Signal(object)
    typed = Signal(str)
    entered = Signal()

    def __init__(self, sample: Sample, look: Look, thumbnails: Thumbnails):
        super().__init__(LEAST_WIDTH)
        self.sample, self._look, self._thumbnails = sample, look, thumbnails
        self.reaches = in_words(sample.score) if sample.score is not None else ""
        self.setObjectName(f"sample-{sample.name}")
        self.setAccessibleName(sample.title)
        told = (sample.family, sample.description, f"Reaches {self.reaches}" if self.reaches else "")
        self.setAccessibleDescription(". ".join(part.rstrip(".") for part in told if part))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        words = QVBoxLayout(self)
        words.setContentsMargins(2 * GRID, CANVAS + GRID + GRID // 2, 2 * GRID, GRID + GRID // 2)
        words.setSpacing(GRID // 2)
        self._mark = QLabel()
        reaches = QHBoxLayout()
        reaches.setSpacing(GRID // 2)
        reaches.addWidget(self._mark)
        reaches.addWidget(label(self.reaches, "number"), 1)
        if sample.family:
            words.addWidget(label(sample.family, "caption"))
        words.addWidget(wrapped(sample.title, "heading"))
        words.addWidget(wrapped(sample.description, "muted"))
        words.addStretch(1)
        if self.reaches:
            words.addSpacing(GRID // 2)
            words.addLayout(reaches)
            self.setToolTip(REACHED)
        self.let_through()
        thumbnails.ready.connect(self._drawn)
        self.show_theme()

    def show_theme(self) -> None:
        """Take the colours of the theme that is on."""
        self._mark.setPixmap(icons.pixmap("target", self._look.theme.muted, 16, self.devicePixelRatioF()))
        self.update()

    def _drawn(self, name: str) -> None:
        if name == self.sample.name:
            self.update()

    # Qt

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in WALKS and not held:
            self.walked.emit(event.key())
        elif event.text().strip() and event.text().isprintable() and not held:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        line = 2.0 if self.hasFocus() else 1.0
        shape.addRoundedRect(QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), RADIUS, RADIUS)
        painter.fillPath(shape, QColor(theme.selected if self.isDown() else theme.panel))
        painter.setClipPath(shape)
        self._paint_canvas(painter)
        painter.setClipping(False)
        edge = theme.border
        if self.hasFocus():
            edge = theme.accent
        elif self.underMouse():
            edge = blend(theme.muted, theme.panel, 0.6)
        painter.setPen(QPen(QColor(edge), line))
        painter.drawPath(shape)
        painter.end()

    def _paint_canvas(self, painter: QPainter) -> None:
        theme, width = self._look.theme, self.width()
        painter.fillRect(0, 0, width, CANVAS, QColor(theme.canvas))
        for x in range(width // 2 % DOTS, width, DOTS):
            for y in range(DOTS // 2, CANVAS, DOTS):
                painter.fillRect(x, y, 1, 1, QColor(theme.canvas_dot))
        painter.fillRect(0, CANVAS - 1, width, 1, QColor(theme.border))
        drawing = self._thumbnails.picture(self.sample, theme, self.devicePixelRatioF())
        if drawing is not None:
            painter.drawPixmap(QPoint((width - DRAWN.width()) // 2, (CANVAS - DRAWN.height()) // 2), drawing)
