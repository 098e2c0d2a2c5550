"""The open project: its history, its file, and who is told when it changes. It knows nothing about Qt."""

from __future__ import annotations

from pathlib import Path

from netbuilder.notify import Signal
from netbuilder.project import file
from netbuilder.project.history import History
from netbuilder.project.ports import settled
from netbuilder.project.project import Project
from netbuilder.project.reading import CannotOpen


class Document:
    """One open project. Every change goes through `apply`; whoever shows it listens to `changed`.

    `changed` is emitted with (old project, new project, label), also for undo and redo; `saved_changed` with
    nothing, when the file's name or whether there is something to save changes; `history_changed` with nothing,
    when other steps lie behind or before the present one. `saving` is emitted with (path, text) before a file is
    written, and `saved` with the same after it.
    """

    def __init__(self, project: Project | None = None, path: Path | None = None, name: str = "untitled"):
        self.changed = Signal()
        self.saved_changed = Signal()
        self.history_changed = Signal()
        self.saving = Signal()
        self.saved = Signal()
        self.path = path
        self._name = name
        self.history = History(project or Project())
        self._saved: Project | None = self.history.project  # None: no file has any of it

    @property
    def project(self) -> Project:
        return self.history.project

    @property
    def title(self) -> str:
        """What people call it: the file's name without its ending, or the name of the sample it began as."""
        return self.path.stem if self.path else self._name

    @property
    def edited(self) -> bool:
        """Whether there is something to save."""
        return self.project is not self._saved and self.project != self._saved

    def apply(self, label: str, project: Project) -> None:
        """One gesture, one step. A project equal to the present one is no step.

        Edges at the standings of a block follow its ports. Raises `WouldRecurse`, and then nothing has changed.
        """
        old = self.project
        if project is old or project == old:
            return
        self.history.add(label, settled(old, project))
        self._tell(old, label)

    def undo(self) -> None:
        self.go(self.history.at - 1)

    def redo(self) -> None:
        self.go(self.history.at + 1)

    def go(self, at: int) -> None:
        """Go to a step of the history; a step that is not there is ignored, and one that can't be read is dropped."""
        if not 0 <= at < len(self.history.steps) or at == self.history.at:
            return
        old, forward = self.project, at > self.history.at
        label = self.history.steps[at].label if forward else self.history.undo_label
        try:
            self.history.go(at)
        except CannotOpen:
            self.history.drop(at)
            self.history_changed.emit()
            return
        self._tell(old, f"{'Redo' if forward else 'Undo'} {label}")

    def open(
        self,
        project: Project,
        path: Path | None,
        *,
        name: str = "untitled",
        edited: bool = False,
        history: History | None = None,
    ) -> None:
        """Show another project in place of this one, with a history of its own, or with `history`, which leads to it.

        `name` is its title while it has no file; `edited` says that there is something to save.
        """
        old = self.project
        self.history = history or History(project)
        self.path = path
        self._name = name
        self._saved = None if edited else self.project
        self._tell(old, "Open")

    def continue_from(self, past: History) -> None:
        """Let undo lead on into an earlier day's history, if it ends with the project that was opened."""
        if self.history.continue_from(past):
            self.history_changed.emit()

    def save(self, path: Path | None = None) -> Path:
        """Write the project to `path`, or where it was opened from. Raises `OSError`, and then nothing has changed."""
        target = path or self.path
        if target is None:
            raise ValueError("the project has no file yet: give a path")
        project = self.project
        text = file.text_for(project, target)
        self.saving.emit(target, text)
        file.write_text(text, target)
        self.path, self._saved = target, project
        self.saved.emit(target, text)
        self.saved_changed.emit()
        return target

    def _tell(self, old: Project, label: str) -> None:
        self.changed.emit(old, self.project, label)
        self.history_changed.emit()
        self.saved_changed.emit()
