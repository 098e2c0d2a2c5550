"""New, open, save, samples, recent files: the conversations with the user about files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from netbuilder import resources
from netbuilder.project import Project, file
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.workbench import Workbench

FILTER = "NetBuilder projects (*.netb);;All files (*)"
MOST_RECENT = 8

Then = Callable[[], object]  # what follows once a conversation has gone well


def nothing() -> None:
    """What follows where nothing does."""


class Files(QObject):
    """Asks before anything would be lost; a file that can't be opened or written is said in a sentence.

    No conversation holds up the window: each opens a dialog and returns, and goes on when it is answered.
    """

    recent_changed = Signal()

    def __init__(self, bench: Workbench, window: QWidget):
        super().__init__(window)
        self._bench, self._window = bench, window

    # Opening

    def new(self) -> None:
        self.leave(lambda: self._bench.document.open(Project(), None))

    def ask_open(self) -> None:
        self.leave(self._choose_and_open)

    def open_path(self, path: Path, then: Then = nothing) -> None:
        """Open `path` after asking about unsaved work; `then` follows once it is open."""
        self.leave(lambda: then() if self.open(path) else None)

    def open(self, path: Path) -> bool:
        """Show the project in `path`. A sample, or a file that can't be shown whole, opens as a copy without a file."""
        try:
            opened = file.open_file(path)
        except file.CannotOpen as refused:
            self._tell("This file can't be opened", str(refused))
            return False
        sample = resources.is_sample(path)
        if sample or not opened.faithful:
            self._bench.document.open(opened.project, None, name=path.stem, edited=not sample)
        else:
            self._bench.document.open(opened.project, path)
            self._remember(path)
        if opened.notes:
            self._tell(
                f"{path.name} was opened, but not all of it could be read",
                "The file itself is untouched: what you see is a copy, to be saved under a name of its own."
                if not opened.faithful
                else "",
                opened.notes,
            )
        return True

    # Saving

    def save(self, then: Then = nothing) -> None:
        """Save to the project's file, or ask for one; `then` follows if that was done."""
        path = self._bench.document.path
        if path is None:
            self.ask_save(then)
        elif self._write(path):
            then()

    def ask_save(self, then: Then = nothing) -> None:
        document = self._bench.document
        start = document.path or Path(self._folder()) / f"{document.title}.netb"
        dialog = self._dialog("Save project", start.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("netb")
        dialog.selectFile(start.name)
        dialog.fileSelected.connect(lambda name: then() if self._write(Path(name)) else None)
        dialog.open()

    def leave(self, then: Then) -> None:
        """Go on with `then` if nothing would be lost, or once the user has saved it or said that it may go."""
        if not self._bench.document.edited:
            then()
            return
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("unsavedChanges")
        box.setText(as_plain(f"Save the changes to {self._bench.document.title}?"))
        box.setInformativeText("They are lost if you don't.")
        Button = QMessageBox.StandardButton
        box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
        box.setDefaultButton(Button.Save)

        def answered(answer: int) -> None:
            if answer == Button.Save:
                self.save(then)
            elif answer == Button.Discard:
                then()

        box.finished.connect(answered)
        box.open()

    # Recent files

    def recent(self) -> list[Path]:
        known = self._bench.settings.value("recent", [])
        names = [known] if isinstance(known, str) else list(known or [])
        return [Path(name) for name in names if isinstance(name, str)]

    def forget(self, path: Path) -> None:
        """Take a file off the list. The file itself is left alone."""
        self._bench.settings.setValue("recent", [str(other) for other in self.recent() if other != path])
        self.recent_changed.emit()

    def _remember(self, path: Path) -> None:
        path = path.absolute()
        others = [other for other in self.recent() if other != path]
        self._bench.settings.setValue("recent", [str(p) for p in [path, *others][:MOST_RECENT]])
        self.recent_changed.emit()

    def _write(self, path: Path) -> bool:
        try:
            self._bench.document.save(path)
        except OSError as fault:
            self._tell(
                f"{path.name} could not be written",
                f"{fault.strerror or fault}. Nothing was changed; choose another place with Save as.",
            )
            return False
        self._remember(path)
        return True

    def _choose_and_open(self) -> None:
        path = self._bench.document.path
        dialog = self._dialog("Open project", path.parent if path else Path(self._folder()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def _dialog(self, title: str, folder: Path) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(folder), FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _folder(self) -> str:
        recent = self.recent()
        return str(recent[0].parent if recent else Path.home())

    def _tell(self, what: str, why: str, notes: tuple[str, ...] = ()) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("fileProblem")
        box.setText(as_plain(what))
        shown = "\n".join(f"• {note}" for note in notes[:8])
        if len(notes) > 8:
            shown += f"\n• and {len(notes) - 8} more, under Show Details."
            box.setDetailedText("\n".join(notes))
        box.setInformativeText(as_plain("\n\n".join(text for text in (why, shown) if text)))
        box.open()
