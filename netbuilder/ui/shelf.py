"""The user's own library of blocks, as layers that can be dropped. Files are read and written on a thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from netbuilder.compile.blocks import layer_of
from netbuilder.graph.block import kind_of
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.layer import Layer
from netbuilder.project import Project, library
from netbuilder.project.library import AlreadyKept, Kept, SavedBlock
from netbuilder.ui import errand
from netbuilder.ui.bridge import Bridge

KIND = "library:"  # and the name: the kind of a layer that is not in the project yet


class Shelf(QObject):
    """`changed` when the library is another one. `taken(name)` says that another block of the name is in it already:
    `keep` again with `replacing`. `said` carries a sentence."""

    changed = Signal()
    taken = Signal(str)
    said = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None):
        super().__init__(parent)
        self._bridge = bridge
        self._layers: dict[str, type[BlockLayer]] = {}
        self._kept: dict[str, Kept] = {}

    def load(self) -> None:
        """Read the library anew."""
        self._send("library", library.kept, self._show)

    def layers(self, project: Project) -> list[type[BlockLayer]]:
        """What can be dropped that the project doesn't have: by name."""
        return [layer for layer in self._layers.values() if layer.block not in project.blocks]

    def find(self, kind: str) -> type[BlockLayer] | None:
        return self._layers.get(kind)

    def bring(self, project: Project, kind: str) -> tuple[Project, str]:
        """The project with the block that a layer of the library stands for, and the kind that its nodes have there;
        for any other kind, both as they are. Raises `WouldRecurse`."""
        kept = self._kept.get(kind)
        if kept is None or kept.block is None:
            return project, kind
        project, name = library.insert(project, kept.block)
        return project, kind_of(name)

    def keep(self, project: Project, name: str, *, replacing: bool = False) -> None:
        """Put a block of the project into the library."""
        saved = library.saved_block(project, name)

        def work() -> list[Kept]:
            library.keep(saved, replacing=replacing)
            return library.kept()

        def deliver(found: list[Kept] | None, fault: Exception | None) -> None:
            if isinstance(fault, AlreadyKept):
                self.taken.emit(name)
                return
            self._show(found, fault)
            if fault is None:
                self.said.emit(f"{name} is in your library: it can be dragged into any project.")

        errand.send(self._bridge, self, "library", work, deliver)

    def discard(self, kind: str) -> None:
        """Take a block out of the library. Its file is kept aside."""
        kept = self._kept.get(kind)
        if kept is None:
            return

        def work() -> list[Kept]:
            library.discard(kept.path)
            return library.kept()

        def deliver(found: list[Kept] | None, fault: Exception | None) -> None:
            self._show(found, fault)
            if fault is None:
                self.said.emit(f"{kept.name} is no longer in your library. Projects that have it keep it.")

        errand.send(self._bridge, self, "library", work, deliver)

    def write(self, project: Project, name: str, path: Path) -> None:
        """Write a block of the project to a file of its own."""
        saved = library.saved_block(project, name)

        def deliver(_: None, fault: Exception | None) -> None:
            self.said.emit(_refused(fault) if fault is not None else f"{name} is saved in {path.name}.")

        errand.send(self._bridge, self, "library", lambda: library.save_block(saved, path), deliver)

    def read(self, path: Path, deliver: Callable[[SavedBlock], None]) -> None:
        """Read the block in a file, and hand it to `deliver` if it can be read."""

        def done(block: SavedBlock | None, fault: Exception | None) -> None:
            if block is None:
                self.said.emit(_refused(fault))
                return
            for note in block.notes[:3]:
                self.said.emit(note)
            deliver(block)

        errand.send(self._bridge, self, "library", lambda: library.load_block(path), done)

    def _send(self, name: str, work: Callable[[], list[Kept]], deliver: Callable[..., None]) -> None:
        errand.send(self._bridge, self, name, work, deliver)

    def _show(self, found: list[Kept] | None, fault: Exception | None) -> None:
        if found is None:
            self.said.emit(_refused(fault))
            return
        self._kept = {KIND + kept.name: kept for kept in found if kept.block is not None}
        self._layers = {kind: _layer(kind, kept.block) for kind, kept in self._kept.items() if kept.block is not None}
        self.changed.emit()


def _layer(kind: str, saved: SavedBlock) -> type[BlockLayer]:
    definition = saved.definition
    made = layer_of(saved.name, definition.block, definition.graph)
    made.kind = kind
    return made


def _refused(fault: Exception | None) -> str:
    if isinstance(fault, OSError):
        return f"The library can't be used: {fault.strerror or fault}."
    return str(fault) or "The library can't be used."


def is_on_shelf(layer: type[Layer]) -> bool:
    """Whether a layer is one of the library that is not in the project yet."""
    return layer.kind.startswith(KIND)
