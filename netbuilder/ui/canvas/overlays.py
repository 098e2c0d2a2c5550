"""What floats over the canvas: the counts, the zoom, a hint at the cursor, the worst problem with its fix, and what to
do on an empty canvas. Plain widgets on plates; they know nothing about the scene.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from netbuilder.ui.icons import icon
from netbuilder.ui.look import Look
from netbuilder.ui.plain_text import as_caption
from netbuilder.ui.theme import Theme

CALLOUT = 420  # widest


class Plate(QFrame):
    """A rounded surface in the theme's colours; `tone` names the token of its border."""

    def __init__(self, look: Look, parent: QWidget, tone: str = "border"):
        super().__init__(parent)
        self.look, self.tone = look, tone
        self._picture = QPixmap()
        self._drawn: tuple[object, ...] = ()
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Whenever what lies below is painted: from a picture, which is the same until the plate is another one."""
        wanted = (self.look.theme, self.tone, self.size(), self.devicePixelRatioF())
        if self._drawn != wanted:
            self._picture = plate(self, self.look.theme, self.tone)
            self._drawn = wanted
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()


def plate(widget: QWidget, theme: Theme, tone: str = "border") -> QPixmap:
    """A rounded surface as large as a widget."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(widget.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(getattr(theme, tone)), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    painter.end()
    return picture


class StatusChip(Plate):
    """ "11 nodes · 178,954 parameters · 5.2 M MACs" """

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self._label = QLabel(self)
        self._label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._label)
        self.setToolTip("MACs: multiplications with addition that one sample costs on its way through.")

    @property
    def text(self) -> str:
        return self._label.text()

    def tell(self, text: str) -> None:
        self._label.setText(text)
        self.setVisible(bool(text))
        self.adjustSize()


class ZoomChip(Plate):
    """The zoom, with buttons to change it."""

    zoomed_in = Signal()
    zoomed_out = Signal()
    fitted = Signal()
    reset = Signal()

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        self._icons: list[tuple[QToolButton, str]] = []
        self._percent = QToolButton(self)
        self._button(row, "minus", "Zoom out (Ctrl+−)", self.zoomed_out)
        self._percent.setToolTip("Show at 100 %")
        self._percent.setAccessibleName("Zoom to 100 %")
        self._percent.setFixedWidth(56)
        self._percent.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._percent.clicked.connect(self.reset)
        row.addWidget(self._percent)
        self._button(row, "plus", "Zoom in (Ctrl++)", self.zoomed_in)
        self._button(row, "fit-to-page-outline", "Zoom to fit (F)", self.fitted)
        self._retint()
        look.changed.connect(self._retint)

    def tell(self, zoom: float) -> None:
        self._percent.setText(f"{round(zoom * 100)} %")

    def _button(self, row: QHBoxLayout, name: str, tip: str, pressed: Signal) -> None:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(pressed)
        self._icons.append((button, name))
        row.addWidget(button)

    def _retint(self) -> None:
        for button, name in self._icons:
            button.setIcon(icon(name, self.look.theme.muted))


class Hint(Plate):
    """A few words beside the cursor: a shape, what a drop would do, or why it can't be."""

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._label)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text() if self.isVisible() else ""

    def tell(self, text: str, x: int, y: int) -> None:
        if not text:
            self.hide()
            return
        wrapped = len(text) > 56
        self._label.setWordWrap(wrapped)
        self._label.setMinimumWidth(340 if wrapped else 0)
        self._label.setText(text)
        self.adjustSize()
        room = self.parentWidget().rect()
        self.move(min(x + 16, room.right() - self.width() - 8), min(y + 18, room.bottom() - self.height() - 8))
        self.show()
        self.raise_()


class Callout(Plate):
    """One problem as a sentence, with a button that mends it where there is a fix."""

    fix_pressed = Signal()
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent, tone="danger")
        self.setObjectName("problemCallout")
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._fix = QPushButton(self)
        self._fix.setObjectName("fixButton")
        self._fix.setProperty("role", "primary")
        self._fix.clicked.connect(self.fix_pressed)
        self._close = QToolButton(self)
        self._close.setToolTip("Hide this until something changes")
        self._close.setAccessibleName("Hide the problem")
        self._close.clicked.connect(self.closed)
        self._room = CALLOUT
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(14, 8, 6, 8)
        self._rows.setSpacing(10)
        self._rows.setColumnStretch(0, 1)
        self._rows.addWidget(self._sentence, 0, 0)
        self._rows.addWidget(self._close, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._retint()
        look.changed.connect(self._retint)
        self.hide()

    def tell(self, sentence: str, severity: str, fix: str | None) -> None:
        self.tone = "danger" if severity == "error" else "warning"
        self._sentence.setText(sentence)
        self._sentence.setAccessibleName(sentence)
        self._fix.setVisible(fix is not None)
        self._fix.setText(as_caption(fix or ""))
        self._lay_out()
        self.update()

    def fit(self, room: int) -> None:
        """Be no wider than this."""
        if room != self._room:
            self._room = room
            self._lay_out()

    def _lay_out(self) -> None:
        """The button beside the sentence, or below it where it would be too wide."""
        sentence = self._sentence.text()
        wide = self._sentence.fontMetrics().horizontalAdvance(sentence)
        lines = 1 if wide < CALLOUT else 2 if wide < 1.8 * CALLOUT else 3
        width = min(wide // lines + (48 if lines > 1 else 6), CALLOUT + 60)
        others = 20 + self._close.sizeHint().width() + 10
        fix = 0 if self._fix.isHidden() else self._fix.sizeHint().width() + 10
        below = fix > 0 and width + fix + others > self._room
        self._rows.removeWidget(self._fix)
        self._rows.addWidget(self._fix, *((1, 0) if below else (0, 1)), Qt.AlignmentFlag.AlignLeft)
        self._sentence.setFixedWidth(max(120, min(width, self._room - others - (0 if below else fix))))
        self._sentence.setFixedHeight(self._sentence.heightForWidth(self._sentence.width()))
        self._rows.activate()
        self.adjustSize()

    def _retint(self) -> None:
        self._close.setIcon(icon("close", self.look.theme.muted))


class EmptyHint(QWidget):
    """What to do on an empty canvas, and how."""

    sample_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(parent)
        self._look = look
        self._icon = QLabel(self)
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        sentence = QLabel("Drag a layer from the left, or press Tab and type its name.", self)
        sentence.setProperty("role", "muted")
        self.sample = QPushButton("New from sample…", self)
        self.sample.setObjectName("openSampleButton")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for widget in (self._icon, self._title, sentence, self.sample):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sample.clicked.connect(self.sample_wanted)
        self.tell(block=False, alone=True)
        self._retint()
        look.changed.connect(self._retint)

    def tell(self, *, block: bool, alone: bool) -> None:
        """What is empty: a block or a network; `alone` says that the project has nothing else drawn either."""
        self._title.setText("Draw what the block does" if block else "Draw a network")
        self.sample.setVisible(alone)

    def _retint(self) -> None:
        self._icon.setPixmap(icon("graph-outline", self._look.theme.faint).pixmap(48, 48))


def counts(nodes: int, cost: object | None) -> str:
    """The status of a network in words: "11 nodes · 178,954 parameters · 5.2 M MACs"."""
    if not nodes:
        return ""
    said = [f"{nodes:,} node{'s' if nodes != 1 else ''}"]
    parameters, macs = getattr(cost, "parameters", None), getattr(cost, "macs", None)
    if parameters is not None:
        said.append(f"{parameters:,} parameter{'s' if parameters != 1 else ''}")
    if macs:
        said.append(f"{large(macs)} MACs")
    return " · ".join(said)


def large(number: int) -> str:
    """5.2 M for 5,230,000; numbers below 10,000 in full."""
    for size, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**4, "k")):
        if number >= size:
            scaled = number / (1000 if letter == "k" else size)
            return f"{scaled:.1f} {letter}" if scaled < 100 else f"{scaled:.0f} {letter}"
    return f"{number:,}"
