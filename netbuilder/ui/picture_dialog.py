"""Taking the drawing away as a picture: what of it, in which format and colours, and where to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui.canvas import picture
from netbuilder.ui.canvas.picture import PRINT, TooLarge
from netbuilder.ui.picture_job import PictureJob
from netbuilder.ui.stylesheet import set_role
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Segmented, label, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

FORMATS = (("svg", "SVG"), ("pdf", "PDF"), ("png", "PNG"))
SCALES = (1, 2, 3, 4)


class PictureDialog(QDialog):
    """Exports what is on the canvas, on a thread. What takes a while shows how far it is, and can be called off."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None):
        super().__init__(parent)
        self._canvas, self._bench = canvas, canvas.bench
        self._job: PictureJob | None = None  # the one under way
        self._written: Path | None = None
        self.setObjectName("pictureDialog")
        self.setWindowTitle("Export the drawing")
        self.setMinimumWidth(560)
        selected = bool(self._bench.selection.nodes or self._bench.selection.marks)
        self.what = Segmented((("all", "All of it"), ("selection", "What is selected")))
        self.format = Segmented(FORMATS)
        self.colors = Segmented((("print", "For print, on white"), ("screen", "As on the screen")))
        self.scale = QComboBox()
        for scale in SCALES:
            self.scale.addItem(f"{scale}×", scale)
        self.scale.setCurrentIndex(1)
        self.size = label("", "muted")
        self.path = QLineEdit()
        for field, name in (
            (self.what, "What"), (self.format, "Format"), (self.colors, "Colours"), (self.scale, "Scale"),
            (self.path, "Where to"),
        ):  # fmt: skip
            field.setAccessibleName(name)
            field.setObjectName(f"picture{name.title().replace(' ', '')}")
        if selected:
            self.what.set_value("selection")
        self.what.setEnabled(selected)
        self.what.setToolTip("" if selected else "Nothing is selected.")
        self._lay_out()
        self.what.chosen.connect(lambda _: self._show_size())
        self.format.chosen.connect(lambda _: self._format_chosen())
        self.scale.currentIndexChanged.connect(lambda _: self._show_size())
        self.path.textChanged.connect(lambda _: self._enable())
        self._format_chosen()

    def _lay_out(self) -> None:
        body = QVBoxLayout(self)
        body.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        body.setSpacing(GRID * 2)
        body.addWidget(label("Take the drawing away as a picture", "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID + GRID // 2)
        grid.setColumnStretch(1, 1)
        scale, where = QHBoxLayout(), QHBoxLayout()
        for row in (scale, where):
            row.setSpacing(GRID)
        scale.addWidget(self.scale)
        scale.addWidget(self.size)
        scale.addStretch(1)
        self.browse = QPushButton("Browse…")
        self.browse.clicked.connect(self._browse)
        where.addWidget(self.path, 1)
        where.addWidget(self.browse)
        for row, (words, field) in enumerate(
            (("What", self.what), ("Format", self.format), ("Colours", self.colors), ("Size", scale), ("File", where))
        ):
            grid.addWidget(label(words, "muted"), row, 0)
            if isinstance(field, QWidget):
                grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                grid.addLayout(field, row, 1)
        body.addLayout(grid)
        self.outcome = wrapped("", "muted")
        self.outcome.setObjectName("pictureResult")
        self.outcome.hide()
        body.addWidget(self.outcome)
        self.progress = QProgressBar()
        self.progress.setObjectName("pictureProgress")
        self.progress.setAccessibleName("How much is painted")
        self.progress.setTextVisible(False)
        self.progress.hide()
        body.addWidget(self.progress)
        body.addStretch(1)
        self.show_folder = QPushButton("Show in folder")
        self.show_folder.clicked.connect(self._show_in_folder)
        self.show_folder.hide()
        self.start = QPushButton("Export")
        self.start.setObjectName("pictureStart")
        self.start.setProperty("role", "primary")
        self.leave = QPushButton("Close")
        buttons = QHBoxLayout()
        buttons.addWidget(self.show_folder)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.start)
        body.addLayout(buttons)
        for button in (self.browse, self.show_folder, self.leave, self.start):
            button.setAutoDefault(button is self.start)
        self.start.setDefault(True)
        self.start.clicked.connect(self.write)
        self.leave.clicked.connect(self.reject)

    # Choices

    def _drawing(self) -> picture.Shown:
        selection = self._bench.selection
        if self.what.value == "selection":
            return picture.shown(self._canvas.scene(), selection.nodes, selection.marks)
        return picture.shown(self._canvas.scene())

    def _format_chosen(self) -> None:
        format = self.format.value
        self.scale.setVisible(format == "png")
        typed = Path(self.path.text().strip()) if self.path.text().strip() else None
        if typed is None:
            name = self._bench.graph_name
            title = self._bench.document.title if name == "main" else f"{self._bench.document.title} {name}"
            self.path.setText(str(_free(self._folder() / f"{title}.{format}")))
        elif typed.suffix.lower().removeprefix(".") in dict(FORMATS):
            self.path.setText(str(typed.with_suffix(f".{format}")))
        self._show_size()

    def _show_size(self) -> None:
        drawing = self._drawing()
        if self.format.value == "png":
            width, height = picture.pixels(drawing, self.scale.currentData())
            self.size.setText(f"{width:,} × {height:,} pixels")
        else:
            self.size.setText("Lines and text, sharp at any size")
        self._enable()

    def _folder(self) -> Path:
        saved = self._bench.document.path
        pictures = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))
        return saved.parent if saved is not None else pictures if pictures.is_dir() else Path.home()

    def _browse(self) -> None:
        format = self.format.value
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export the drawing", self.path.text(), f"{format.upper()} (*.{format})"
        )
        if chosen:
            self.path.setText(chosen)

    def _enable(self) -> None:
        something = bool(self._canvas.scene().nodes or self._canvas.scene().graph.annotations.notes)
        self.start.setEnabled(something and self._job is None and bool(self.path.text().strip()))
        self.start.setToolTip("" if something else "There is nothing on the canvas yet.")

    # The work

    def write(self) -> None:
        """Paint and write the file, and say how that went."""
        drawing, format, scale = self._drawing(), self.format.value, float(self.scale.currentData())
        theme = PRINT if self.colors.value == "print" else self._bench.look.theme
        path = Path(self.path.text().strip()).expanduser()

        def done(size: int | None, fault: Exception | None) -> None:
            self._done(path, size, fault)

        self._job = PictureJob(self._bench.bridge, self, path, told=self._show_progress, done=done)
        self._job.start(drawing, format, theme, scale)
        self.show_folder.hide()
        self.progress.setRange(0, 0)
        self.leave.setText("Cancel")
        self._say("Painting…", "muted")
        self._enable()

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        self._say(f"Painting… {done:,} of {total:,}" if total else "Writing the file…", "muted")

    def _end(self) -> None:
        self._job = None
        self.progress.hide()
        self.leave.setText("Close")

    def _done(self, path: Path, size: int | None, fault: Exception | None) -> None:
        self._end()
        if size is not None:
            self._written = path
            self._say(f"Written to {path.name} ({_size(size)}).", "good")
            self.show_folder.show()
        elif isinstance(fault, TooLarge):
            self._say(str(fault), "danger")
        elif isinstance(fault, OSError):
            self._say(f"{path.name} can't be written: {fault.strerror or fault}.", "danger")
        else:
            self._say(f"The picture can't be made: {fault}", "danger")
        self._enable()
        self.start.setFocus()  # it lost the keyboard while it could not be pressed

    def _say(self, sentence: str, role: str) -> None:
        self.outcome.setText(sentence)
        set_role(self.outcome, role)
        self.outcome.show()
        QTimer.singleShot(0, self, self.adjustSize)  # once the sentence has been laid out

    def _show_in_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    # Qt

    def reject(self) -> None:
        """Cancel, Esc and the window's cross: what is under way is called off first, and the choices stay."""
        if self._job is None:
            super().reject()
            return
        self._job.cancel()
        self._end()
        self._say("Called off. Nothing was written.", "muted")
        self._enable()


def _free(path: Path) -> Path:
    """`path`, or the first like it that is not taken."""
    tries = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, 1000))
    return path if not path.exists() else next((one for one in tries if not one.exists()), path)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
