"""New, open, save, samples, recent files: the conversations with the user about files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from netbuilder import resources
from netbuilder.project import Project, file
from netbuilder.ui.workbench import Workbench

FILTER = "NetBuilder projects (*.netb);;All files (*)"
MOST_RECENT = 8


class Files(QObject):
    """Asks before anything would be lost; a file that can't be opened or written is said in a sentence."""

    recent_changed = Signal()

    def __init__(self, bench: Workbench, window: QWidget):
        super().__init__(window)
        self._bench, self._window = bench, window

    # Opening

    def new(self) -> None:
        if self.may_leave():
            self._bench.document.open(Project(), None)

    def ask_open(self) -> None:
        if not self.may_leave():
            return
        start = str(self._bench.document.path.parent) if self._bench.document.path else self._folder()
        name, _ = QFileDialog.getOpenFileName(self._window, "Open project", start, FILTER)
        if name:
            self.open(Path(name))

    def open_path(self, path: Path) -> bool:
        """Open `path` after asking about unsaved work."""
        return self.may_leave() and self.open(path)

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

    def save(self) -> bool:
        return self._write(self._bench.document.path) if self._bench.document.path else self.ask_save()

    def ask_save(self) -> bool:
        document = self._bench.document
        start = str(document.path or Path(self._folder()) / f"{document.title}.netb")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save project", start, FILTER)
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix else path.with_suffix(".netb"))

    def may_leave(self) -> bool:
        """True if nothing would be lost, or the user has saved it or said that it may go."""
        if not self._bench.document.edited:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(f"Save the changes to {self._bench.document.title}?")
        box.setInformativeText("They are lost if you don't.")
        Button = QMessageBox.StandardButton
        box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
        box.setDefaultButton(Button.Save)
        answer = box.exec()
        return self.save() if answer == Button.Save else answer == Button.Discard

    # Recent files

    def recent(self) -> list[Path]:
        known = self._bench.settings.value("recent", [])
        names = [known] if isinstance(known, str) else list(known or [])
        return [Path(name) for name in names if isinstance(name, str)]

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

    def _folder(self) -> str:
        recent = self.recent()
        return str(recent[0].parent if recent else Path.home())

    def _tell(self, what: str, why: str, notes: tuple[str, ...] = ()) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(what)
        shown = "\n".join(f"• {note}" for note in notes[:8])
        if len(notes) > 8:
            shown += f"\n• and {len(notes) - 8} more, under Show Details."
            box.setDetailedText("\n".join(notes))
        box.setInformativeText("\n\n".join(text for text in (why, shown) if text))
        box.exec()
