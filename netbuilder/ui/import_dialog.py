"""Bringing a PyTorch model in as a drawing: from which file, which class. Its code is shown before it is run."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui import boxes
from netbuilder.ui.import_job import ImportJob, Wanted
from netbuilder.ui.panels.source_view import SourceView
from netbuilder.ui.stylesheet import set_role
from netbuilder.ui.theme import GRID
from netbuilder.ui.train.run_card import ThinBar
from netbuilder.ui.widgets import label, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

LARGEST = 2_000_000  # characters of Python that are shown and looked through
FILTER = "PyTorch models (*.py *.pt2);;All files (*)"

SHOWN_HERE = "The file's code is shown here before it is run."
TRUST_CODE = "I have read this file and trust it: reading a model runs it"
TRUST_PROGRAM = "I know where this file comes from and trust it: reading a program runs it"


class ImportDialog(QDialog):
    """`imported(path, sentence, notes)` is emitted with the new project's file and what was found."""

    imported = Signal(Path, str, list)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._job: ImportJob | None = None
        self._chose_out = False
        self._may_replace = ""  # the file dialog has asked already
        self.setObjectName("importDialog")
        self.setWindowTitle("Import a PyTorch model")
        self.resize(760, 720)
        self.file, self._find_file = self._path_row("importFile", "Python file or exported program", self._browse_file)
        self.model = QComboBox()
        self.model.setEditable(True)
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.model.setObjectName("importName")
        self.model.setAccessibleName("Model")
        self.model.setToolTip("A class, a function that returns a module, or a module of the file.")
        self.example = QLineEdit()
        self.example.setObjectName("importExample")
        self.example.setAccessibleName("Example input")
        self.example.setPlaceholderText("1x3x224x224")
        self.example.setToolTip(
            "The shape of an example, batch first. Several inputs with commas between: 1x3x32x32, 1x10. "
            "Whole numbers: 1x16:int64."
        )
        self.weights, self._find_weights = self._path_row("importWeights", "none", self._browse_weights)
        self.out, self._find_out = self._path_row("importOut", "", self._browse_out)
        self.code = SourceView(bench.look.theme)
        self.trust = QCheckBox(TRUST_CODE)
        self.trust.setObjectName("importTrust")
        self.bar = ThinBar(bench)
        self.outcome = wrapped("", "muted")
        self.outcome.setObjectName("importResult")
        self.start = QPushButton("Import")
        self.start.setObjectName("importStart")
        self.start.setProperty("role", "primary")
        self.start.setDefault(True)
        self.leave = QPushButton("Close")
        self.leave.setObjectName("importClose")
        self._lay_out()
        self.bar.hide()
        self.outcome.hide()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self.start)
        self.file.textChanged.connect(self._file_changed)
        for line in (self.example, self.out):
            line.textChanged.connect(self._enable)
        self.out.textEdited.connect(self._out_edited)
        self.model.editTextChanged.connect(lambda _: self._enable())
        self.trust.toggled.connect(lambda _: self._enable())
        self.start.clicked.connect(self._start)
        self.leave.clicked.connect(self._cancel_or_close)
        self.finished.connect(lambda _: self._stop())
        bench.look.changed.connect(self._retint)
        self._file_changed()

    # Parts

    def _path_row(self, name: str, hint: str, browse: Any) -> tuple[QLineEdit, QPushButton]:
        line = QLineEdit()
        line.setObjectName(name)
        line.setPlaceholderText(hint)
        button = QPushButton("Browse…")
        button.setObjectName(f"{name}Browse")
        button.clicked.connect(browse)
        return line, button

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        rows.setSpacing(GRID * 2)
        rows.addWidget(label("Import a PyTorch model", "title"))
        rows.addWidget(
            wrapped(
                "The model is run on an example and comes in as a drawing with its weights: modules become blocks, "
                "repeated ones are drawn once. The result is compared with the original.",
                "muted",
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        lines: tuple[tuple[str, QWidget, QPushButton | None], ...] = (
            ("File", self.file, self._find_file),
            ("Model", self.model, None),
            ("Example input", self.example, None),
            ("Weights", self.weights, self._find_weights),
            ("Save as", self.out, self._find_out),
        )
        for at, (words, widget, button) in enumerate(lines):
            name = QLabel(words)
            name.setBuddy(widget)
            if not widget.accessibleName():
                widget.setAccessibleName(words)
            grid.addWidget(name, at, 0)
            grid.addWidget(widget, at, 1, 1, 1 if button else 2)
            if button:
                grid.addWidget(button, at, 2)
        rows.addLayout(grid)
        rows.addWidget(self.code, 1)
        rows.addWidget(self.trust)
        rows.addWidget(self.bar)
        rows.addWidget(self.outcome)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.start)
        rows.addLayout(buttons)

    # Choices

    def _ask(self, title: str, line: QLineEdit, filters: str, *, save: bool = False) -> None:
        dialog = QFileDialog(self, title, str(Path(line.text() or self._folder()).parent), filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if save else QFileDialog.AcceptMode.AcceptOpen)
        if save:
            dialog.setDefaultSuffix("netb")
            dialog.selectFile(Path(line.text()).name)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(line.setText)
        if save:
            dialog.fileSelected.connect(self._replaces)
        dialog.open()

    def _browse_file(self) -> None:
        self._ask("Choose a model", self.file, FILTER)

    def _browse_weights(self) -> None:
        self._ask("Choose weights", self.weights, "Weights (*.safetensors *.pt *.pth *.bin);;All files (*)")

    def _browse_out(self) -> None:
        self._chose_out = True
        self._ask("Save the project as", self.out, "NetBuilder projects (*.netb)", save=True)

    def _replaces(self, name: str) -> None:
        self._may_replace = str(Path(name))

    def _folder(self) -> str:
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())

    def _out_edited(self) -> None:
        self._chose_out = True

    def _file_changed(self, *_: object) -> None:
        file = self._file
        text = _text_of(file)
        self.code.set_text(text or "")
        exported = file is not None and file.suffix == ".pt2"
        hint = "An exported program has no Python text to show." if exported else SHOWN_HERE
        self.code.setPlaceholderText("" if text else hint)
        self.trust.setText(TRUST_PROGRAM if exported else TRUST_CODE)
        self.model.setEnabled(not exported)
        self.example.setEnabled(not exported)
        self.model.clear()
        if text and not exported:
            self.model.addItems(models_in(text))
        self.trust.setChecked(False)
        if file is not None and not self._chose_out:
            self.out.setText(str(_free(file.with_suffix(".netb"))))
        self._enable()

    @property
    def _file(self) -> Path | None:
        typed = self.file.text().strip()
        path = Path(typed).expanduser() if typed else None
        return path if path is not None and path.is_file() else None

    def _enable(self, *_: object) -> None:
        working = self._job is not None
        file = self._file
        exported = file is not None and file.suffix == ".pt2"
        told = bool(self.example.text().strip()) and bool(self.model.currentText().strip())
        ready = file is not None and bool(self.out.text().strip()) and self.trust.isChecked() and (exported or told)
        self.start.setEnabled(ready and not working)
        buttons = (self._find_file, self._find_weights, self._find_out)
        for widget in (self.file, self.out, self.weights, self.trust, *buttons):
            widget.setEnabled(not working)
        for widget in (self.model, self.example):
            widget.setEnabled(not working and not exported)
        self.leave.setText("Cancel" if working else "Close")

    # The work

    def _start(self) -> None:
        out = Path(self.out.text().strip()).expanduser()
        if out.exists() and str(out) != self._may_replace:
            boxes.ask_to_overwrite(self, out.name, self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        file = self._file
        if file is None:
            return
        exported = file.suffix == ".pt2"
        weights = self.weights.text().strip()
        wanted = Wanted(
            file,
            "" if exported else self.model.currentText().strip(),
            "" if exported else self.example.text().strip(),
            Path(self.out.text().strip()).expanduser(),
            Path(weights).expanduser() if weights else None,
        )
        self._job = ImportJob(wanted, self)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        self._say("Running the model on the example and drawing what it does…", "muted")
        self.bar.show_share(0.3)
        self.bar.show()
        self._enable()
        self._job.start()

    def _done(self, report: dict[str, Any]) -> None:
        self._stop()
        project = Path(report.get("project") or self.out.text().strip()).expanduser()
        self.imported.emit(project, in_words(report), [str(note) for note in report.get("notes", [])])
        self.accept()

    def _failed(self, sentence: str) -> None:
        self._stop()
        self._say(sentence, "danger")
        self._enable()

    def _say(self, sentence: str, role: str) -> None:
        self.outcome.setText(sentence)
        set_role(self.outcome, role)
        self.outcome.show()

    def _cancel_or_close(self) -> None:
        if self._job is None:
            self.reject()
            return
        self._stop()
        self._say("Cancelled. Nothing was imported.", "muted")
        self._enable()

    def _stop(self) -> None:
        job, self._job = self._job, None
        self.bar.hide()
        if job is not None:
            job.cancel()
            job.deleteLater()

    def _retint(self) -> None:
        self.code.set_theme(self._bench.look.theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)


def models_in(text: str) -> list[str]:
    """The names of a Python text that may be models: classes, the last first, then functions and values."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    classes = [node.name for node in body if isinstance(node, ast.ClassDef) and _may_be_a_model(node)]
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    assigned = [node.targets[0].id for node in body if isinstance(node, ast.Assign) and _is_plain(node)]  # type: ignore[attr-defined]
    return [*reversed(classes), *functions, *(name for name in assigned if name.islower())]


def _may_be_a_model(node: ast.ClassDef) -> bool:
    forward = any(isinstance(part, ast.FunctionDef) and part.name == "forward" for part in node.body)
    return forward or any(ast.unparse(base).endswith(("Module", "Model", "Sequential")) for base in node.bases)


def in_words(report: dict[str, Any]) -> str:
    """What an import found, in a sentence."""
    nodes, custom = int(report.get("nodes", 0)), int(report.get("custom_nodes", 0))
    parts = [f"{nodes:,} node{'s' if nodes != 1 else ''}", f"{int(report.get('parameters', 0)):,} parameters"]
    if custom:
        parts.insert(1, f"{custom:,} of them custom")
    gap = report.get("max_difference")
    same = (
        "its outputs are the same, bit for bit"
        if gap == 0
        else f"its outputs differ by at most {gap:.1e}"
        if gap
        else ""
    )
    return f"Imported {', '.join(parts)}{f'; {same}' if same else ''}."


def _is_plain(node: ast.Assign) -> bool:
    return len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call)


def _text_of(file: Path | None) -> str | None:
    if file is None or file.suffix != ".py":
        return None
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(LARGEST)
    except OSError:
        return None


def _free(path: Path) -> Path:
    tries = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, 1000))
    return path if not path.exists() else next((one for one in tries if not one.exists()), path)
