"""The one object every panel is given: the open document and what is known about it, as Qt signals.

It puts the parts together and draws nothing: document, selection, check, data, training, look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal

from netbuilder.graph import Graph
from netbuilder.graph.errors import GraphError
from netbuilder.layers import Catalog, standard
from netbuilder.project import Project
from netbuilder.project.document import Document
from netbuilder.ui.bridge import Bridge
from netbuilder.ui.checking import Checking
from netbuilder.ui.code_trust import CodeTrust
from netbuilder.ui.costing import Costing
from netbuilder.ui.keymap import Keymap
from netbuilder.ui.loading import Loading
from netbuilder.ui.look import Look
from netbuilder.ui.open_graph import OpenGraph, name_at, values_at
from netbuilder.ui.own_layers import OwnLayers
from netbuilder.ui.seen import Seen, see
from netbuilder.ui.selection import Selection
from netbuilder.ui.shelf import Shelf
from netbuilder.ui.train.changed_drawing import ChangedDrawing
from netbuilder.ui.training import Training

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.data.dataset import Dataset
    from netbuilder.layers import Layer
    from netbuilder.train.launch import Launch
    from netbuilder.ui.open_graph import Path as GraphPath


class Workbench(QObject):
    """`begin()` starts the background work: called after the first paint, so that the window never waits for torch."""

    projectChanged = Signal(object, object, str)  # old, new, label
    pathChanged = Signal(object, object)  # old path, new path: another graph is open
    catalogChanged = Signal()  # a block came, went, or has other ports or settings
    savedChanged = Signal()
    historyChanged = Signal()  # other steps can be undone or redone
    said = Signal(str)  # one sentence for the user
    nodeRequested = Signal(str)  # show this node (an id in the open graph) on the canvas
    workspaceRequested = Signal(str)  # "data", "design", "train", "inspect"

    def __init__(self, settings: QSettings, catalog: Catalog | None = None, document: Document | None = None):
        super().__init__()
        self.settings = settings
        standard_layers = catalog or standard()
        self.document = document or Document()
        self._layers = OwnLayers(standard_layers, self.document.project)
        self.bridge = Bridge(self)
        self.look = Look(settings, self)
        self.keymap = Keymap(settings, self)
        self.selection = Selection(self)
        self.opened = OpenGraph(self.selection, self)
        self.costing = Costing(settings, self)
        self.shelf = Shelf(self.bridge, self)
        self.trust = CodeTrust(self.bridge, self)
        self.checking = Checking(standard_layers, self.bridge, self, trusted=self.trust)
        self.loading = Loading(self.bridge, self)
        self.training = Training(self.bridge, settings, self)
        self.changed_drawing = ChangedDrawing(self, self)
        self._begun = False
        self._train_when_ready = False
        self._goes_on: bool | None = None  # with the drawing changed: whether it may go back to weights of before
        self._seen: tuple[object, GraphPath, Seen] | None = None
        self._leave = [
            self.document.changed.connect(self._project_changed),
            self.document.saved_changed.connect(self.savedChanged.emit),
            self.document.history_changed.connect(self.historyChanged.emit),
        ]
        self.opened.changed.connect(self.pathChanged)
        self.shelf.said.connect(self.said)
        self.loading.changed.connect(self._look_again)
        self.trust.changed.connect(self._look_again)
        self.trust.said.connect(self.said)
        self.training.said.connect(self.said)
        self.checking.checked.connect(self._train_if_wanted)

    @property
    def project(self) -> Project:
        return self.document.project

    @property
    def catalog(self) -> Catalog:
        """The layers of this version and the project's own blocks."""
        return self._layers.catalog

    def find_layer(self, kind: str) -> type[Layer] | None:
        """The layer of this kind: of the catalogue, or of the user's library."""
        return self.catalog.find(kind) or self.shelf.find(kind)

    # The open graph

    @property
    def path(self) -> GraphPath:
        """The network on the canvas, and the block nodes that were entered in it."""
        return self.opened.path

    @property
    def graph_name(self) -> str:
        return self.opened.name_in(self.project)

    @property
    def graph(self) -> Graph:
        """The graph on the canvas: the one that is edited."""
        return self.opened.graph_in(self.project)

    @property
    def names(self) -> dict[str, Any]:
        """What the exposed settings of the open block are where it stands: for the expressions inside."""
        return values_at(self.project, self.path)

    @property
    def seen(self) -> Seen:
        """What the newest check says of the graph on the canvas."""
        checked = self.checking.latest
        if checked is None:
            return Seen()
        if self._seen is None or self._seen[0] is not checked or self._seen[1] != self.path:
            self._seen = (checked, self.path, see(checked, self.path))
        return self._seen[2]

    def go(self, path: GraphPath, select: Iterable[str] | None = None) -> None:
        """Open the graph at this path, with the nodes selected that were the last time, or `select`."""
        self.opened.go(self.project, path, select)

    def open_graph(self, name: str) -> None:
        """Open a network, or a block at the nearest place where it stands (by itself, if it stands nowhere)."""
        if name in self.project.graphs:
            self.go(self.opened.nearest(self.project, name))

    def enter(self, id: str) -> bool:
        """Open the block that this node of the open graph stands for; False if it is none."""
        path = (*self.path, id)
        if name_at(self.project, path) is None:
            return False
        self.go(path)
        return True

    def leave(self) -> bool:
        """Go back to the graph that the open block stands in, its node selected; False if it stands in none."""
        if len(self.path) < 2:
            return False
        self.go(self.path[:-1], [self.path[-1]])
        return True

    def show_place(self, graph: str, node: str) -> None:
        """Show a node of any graph on the canvas."""
        if node in self.project.graphs.get(graph, Graph()).nodes:
            self.open_graph(graph)
            self.nodeRequested.emit(node)

    @property
    def _folder(self) -> Path | None:
        """Where the project's file is: data may lie beside it."""
        return self.document.path.parent if self.document.path is not None else None

    def begin(self) -> None:
        """Read the data and check the drawing, from now on after every change."""
        self._begun = True
        self.loading.request(self.project.data, self._folder, opened=True)
        self.shelf.load()
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

    def apply_graph(self, label: str, graph: Graph) -> None:
        """One gesture on the open graph."""
        self.apply(label, self.project.with_graph(graph, self.graph_name))

    def try_edit(self, label: str, edit: Callable[[Graph], Graph]) -> bool:
        """As `try_apply`, for an edit of the open graph."""
        name = self.graph_name
        return self.try_apply(label, lambda project: project.with_graph(edit(project.graphs[name]), name))

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

    def go_on_changed(self, *, back: bool = True) -> None:
        """Go on with what is drawn by now in place of the network that is trained, as soon as it is checked. With
        `back`, the drawing from before the last change takes the weights it had then."""
        if not self.training.alive or self._train_when_ready:
            return
        self._goes_on, self._train_when_ready = back, True
        self.training.changed.emit()
        self._train_if_wanted()

    def cancel_training(self) -> None:
        """Stop the run, or the wish for one."""
        if self._train_when_ready:
            self._train_when_ready, self._goes_on = False, None
            self.training.changed.emit()
        self.training.stop()

    def _train_if_wanted(self, *_: object) -> None:
        if not self._train_when_ready or not self._begun:
            return
        if self.loading.busy or (self.loading.dataset is not None and not self.checking.is_current):
            return
        self._train_when_ready = False
        back, self._goes_on = self._goes_on, None
        dataset, checked = self.loading.dataset, self.checking.latest
        if dataset is None:
            self.say(self.loading.sentence or "There is no data to learn from. Choose some in the Data workspace.")
            self.workspaceRequested.emit("data")
        elif checked is None or not checked.can_train or checked.source is None:
            first = next((p for p in checked.problems if p.severity == "error"), None) if checked else None
            self.say(first.sentence if first else "There is nothing to train yet. Draw a network first.")
            if first is not None and first.node is not None:
                self.show_place(first.graph, first.node)
        else:
            self._launch(dataset, checked, back)
        self.training.changed.emit()

    def _launch(self, dataset: Dataset, checked: Checked, back: bool | None) -> None:
        try:
            job = self.launch_of(dataset, checked)
        except ValueError as refused:
            self.say(str(refused))
            return
        if back is None:
            self.training.start(job, checked)
        else:
            self.training.follow(replace(job, weights=None, back=back), checked)

    def launch_of(self, dataset: Dataset, checked: Checked) -> Launch:
        """What training this drawing on this data begins with. Raises `ValueError`, whose `str()` is a sentence."""
        from netbuilder.launching import launch_of
        from netbuilder.train.recipes import recipe_of

        recipe, training = recipe_of(checked.project.recipe), self.training
        more = {"device": training.device, "tensorboard": training.tensorboard}
        return launch_of(checked, dataset, recipe, self._folder, self.document.title, **more)

    # What follows from a change

    def _project_changed(self, old: Project, new: Project, label: str) -> None:
        if self._layers.read(new):
            self.catalogChanged.emit()
        self.opened.follow(old, new, label)
        gone = self.selection.nodes - self.graph.nodes.keys()
        if gone:
            self.selection.set(self.selection.nodes - gone)
        if label == "Open":
            self._train_when_ready, self._goes_on = False, None  # the wish was for the project of before, like the run
            if not self.training.alive:
                self.training.forget()
        self.projectChanged.emit(old, new, label)
        if label == "Open":
            self.selection.set([])  # a node of another project may have the same id
        if self._begun:
            self.loading.request(new.data, self._folder, opened=label == "Open")
            self._look_again()

    def _look_again(self) -> None:
        if self._begun:
            self.checking.request(self.project, self.loading.spec)
            self._train_if_wanted()
