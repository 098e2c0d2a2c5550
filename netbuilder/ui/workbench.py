"""The one object every panel is given: the open document and what is known about it, as Qt signals.

It puts the parts together and draws nothing: document, selection, check, data, training, look.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from netbuilder.graph import Graph
from netbuilder.graph.errors import GraphError
from netbuilder.layers import Catalog, standard
from netbuilder.project import Project
from netbuilder.project.document import Document
from netbuilder.ui.bridge import Bridge
from netbuilder.ui.checking import Checking
from netbuilder.ui.loading import Loading
from netbuilder.ui.look import Look
from netbuilder.ui.selection import Selection
from netbuilder.ui.training import Training

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.data.dataset import Dataset


class Workbench(QObject):
    """`begin()` starts the background work: called after the first paint, so that the window never waits for torch."""

    projectChanged = Signal(object, object, str)  # old, new, label
    savedChanged = Signal()
    said = Signal(str)  # one sentence for the user
    nodeRequested = Signal(str)  # show this node (an id) on the canvas
    workspaceRequested = Signal(str)  # "data", "design", "train", "inspect"

    def __init__(self, settings: QSettings, catalog: Catalog | None = None, document: Document | None = None):
        super().__init__()
        self.settings = settings
        self.catalog = catalog or standard()
        self.document = document or Document()
        self.bridge = Bridge(self)
        self.look = Look(settings, self)
        self.selection = Selection(self)
        self.checking = Checking(self.catalog, self.bridge, self)
        self.loading = Loading(self.bridge, self)
        self.training = Training(self.bridge, settings, self)
        self._begun = False
        self._train_when_ready = False
        self._leave = [
            self.document.changed.connect(self._project_changed),
            self.document.saved_changed.connect(self.savedChanged.emit),
        ]
        self.loading.changed.connect(self._look_again)
        self.checking.checked.connect(self._train_if_wanted)

    @property
    def project(self) -> Project:
        return self.document.project

    @property
    def _folder(self) -> Path | None:
        """Where the project's file is: data may lie beside it."""
        return self.document.path.parent if self.document.path is not None else None

    def begin(self) -> None:
        """Read the data and check the drawing, from now on after every change."""
        self._begun = True
        self.loading.request(self.project.data, self._folder)
        self._look_again()

    def close(self) -> None:
        """End every thread. The workbench can't be used afterwards."""
        self._begun = False
        for leave in self._leave:
            leave()
        self.bridge.close()
        self.training.close()
        self.loading.close()
        self.checking.close()

    # Edits

    def apply(self, label: str, project: Project) -> None:
        """One gesture, one step of the history."""
        self.document.apply(label, project)

    def apply_main(self, label: str, graph: Graph) -> None:
        """One gesture on the main graph."""
        self.apply(label, self.project.with_graph(graph))

    def try_apply(self, label: str, edit: Callable[[Project], Project]) -> bool:
        """Apply `edit(project)`; a broken rule is said as its sentence and changes nothing."""
        try:
            self.apply(label, edit(self.project))
        except GraphError as broken:
            self.say(str(broken))
            return False
        return True

    def say(self, sentence: str) -> None:
        self.said.emit(sentence)

    # Training

    @property
    def wants_training(self) -> bool:
        """Whether Train was pressed and waits for the data or the check."""
        return self._train_when_ready

    def train(self) -> None:
        """Train what is drawn, as soon as the data is read and the check is done."""
        if self.training.alive:
            return
        self._train_when_ready = True
        self.training.changed.emit()
        if self.loading.dataset is None and not self.loading.busy:
            self.loading.reload()
        self._train_if_wanted()

    def cancel_training(self) -> None:
        """Stop the run, or the wish for one."""
        if self._train_when_ready:
            self._train_when_ready = False
            self.training.changed.emit()
        self.training.stop()

    def _train_if_wanted(self, *_: object) -> None:
        if not self._train_when_ready or not self._begun:
            return
        if self.loading.busy or (self.loading.dataset is not None and not self.checking.is_current):
            return
        self._train_when_ready = False
        dataset, checked = self.loading.dataset, self.checking.latest
        if dataset is None:
            self.say(self.loading.sentence or "There is no data to learn from. Choose some in the Data workspace.")
            self.workspaceRequested.emit("data")
        elif checked is None or not checked.can_train or checked.source is None:
            first = next((p for p in checked.problems if p.severity == "error"), None) if checked else None
            self.say(first.sentence if first else "There is nothing to train yet. Draw a network first.")
            if first is not None and first.node is not None:
                self.nodeRequested.emit(first.node)
        else:
            self._launch(dataset, checked)
        self.training.changed.emit()

    def _launch(self, dataset: Dataset, checked: Checked) -> None:
        from netbuilder.data.catalog import source_of
        from netbuilder.data.source import DataError
        from netbuilder.project import file
        from netbuilder.train.launch import Launch
        from netbuilder.train.recipes import recipe_of

        project = checked.project
        try:
            job = Launch(
                source_text=checked.source.text,
                node_lines=checked.source.node_names,
                project_text=file.dumps(project),
                data=source_of(project.data, self._folder),
                recipe=recipe_of(project.recipe),
                device=self.training.device,
                title=self.document.title,
                dataset=dataset,
                node_names={name: project.main.nodes[id].name for id, name in checked.identifiers.items()},
            )
        except (DataError, ValueError) as refused:
            self.say(str(refused))
            return
        self.training.start(job, checked)

    # What follows from a change

    def _project_changed(self, old: Project, new: Project, label: str) -> None:
        gone = {id for id in self.selection.nodes if id not in new.main.nodes}
        if gone:
            self.selection.set(self.selection.nodes - gone)
        if label == "Open":
            self._train_when_ready = False  # the wish was for the project of before, like the run
            if not self.training.alive:
                self.training.forget()
        self.projectChanged.emit(old, new, label)
        if label == "Open":
            self.selection.set([])  # a node of another project may have the same id
        if self._begun:
            self.loading.request(new.data, self._folder)
            self._look_again()

    def _look_again(self) -> None:
        if self._begun:
            self.checking.request(self.project, self.loading.spec)
            self._train_if_wanted()
