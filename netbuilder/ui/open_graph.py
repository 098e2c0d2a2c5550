"""Which graph is on the canvas: a network, or a block inside it that was entered. It draws nothing.

A path is (network, id of a block node in it, id of a block node in that block ...). A block can also be looked at by
itself, wherever it stands: then its path is (its name,).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal

from netbuilder.compile.blocks import usual_values
from netbuilder.expression import resolve, text_of
from netbuilder.graph import Graph
from netbuilder.graph.block import block_of
from netbuilder.project import MAIN, Project
from netbuilder.ui.selection import Selection

Path = tuple[str, ...]
HOME: Path = (MAIN,)
DEEPEST = 64  # blocks in blocks
MOST = 5000  # ways into a block that are looked for: blocks in blocks can have more than fit memory


def name_at(project: Project, path: Path) -> str | None:
    """The name of the graph that a path leads to; None if something on the way is gone."""
    if not path or path[0] not in project.graphs:
        return None
    name = path[0]
    for id in path[1:]:
        node = project.graphs[name].nodes.get(id)
        inside = block_of(node.kind) if node is not None else None
        if inside is None or inside not in project.blocks or inside not in project.graphs:
            return None
        name = inside
    return name


def title_of(name: str) -> str:
    """What people read: the main graph is the Network."""
    return "Network" if name == MAIN else name


def values_at(project: Project, path: Path) -> dict[str, Any]:
    """What the exposed settings of the block at `path` are where it stands; their defaults for one by itself."""
    if name_at(project, path) is None:
        return {}
    name = path[0]
    values = usual_values(project.blocks.get(name))
    for id in path[1:]:
        graph = project.graphs[name]
        name = block_of(graph.nodes[id].kind) or ""
        given = resolve(graph.settings_of(id), values)
        usual = usual_values(project.blocks.get(name))
        values = usual | {key: value for key, value in given.items() if key in usual and text_of(value) is None}
    return values


def standing(project: Project, path: Path) -> Path:
    """The longest beginning of a path that leads somewhere; the main network where nothing of it is left."""
    while path and name_at(project, path) is None:
        path = path[:-1]
    return path or HOME


def paths_to(project: Project, name: str) -> Iterator[Path]:
    """Where a graph stands: its own tab for a network, the ways into it for a block. Nearest first in each network;
    not all of them where there are more than anyone looks at."""
    if name in project.graphs and name not in project.blocks:
        yield (name,)
        return
    for network in project.networks:
        yield from _below(project, (network,), network, name)


def _below(project: Project, start: Path, graph: str, wanted: str) -> Iterator[Path]:
    level: list[tuple[Path, str]] = [(start, graph)]
    holding = _holding(project, wanted)
    for _ in range(DEEPEST):
        deeper = []
        for path, at in level:
            for node in project.graphs[at]:
                inside = block_of(node.kind)
                if inside is None or inside not in project.blocks or inside not in project.graphs:
                    continue
                if inside == wanted:
                    yield (*path, node.id)
                elif inside in holding and len(deeper) < MOST:
                    deeper.append(((*path, node.id), inside))
        level = deeper
        if not level:
            return


def _holding(project: Project, wanted: str) -> set[str]:
    """The blocks that have this one somewhere inside."""
    inside = {
        name: {block for node in project.graphs[name] if (block := block_of(node.kind)) is not None}
        for name in project.blocks
        if name in project.graphs
    }
    found: set[str] = set()
    more = {wanted}
    while more:
        more = {name for name, blocks in inside.items() if blocks & more} - found - {wanted}
        found |= more
    return found


def changed_graphs(old: Project, new: Project) -> list[str]:
    """The graphs of `new` that are not the same values as in `old`."""
    return [name for name, graph in new.graphs.items() if old.graphs.get(name) is not graph]


class OpenGraph(QObject):
    """The open path, and what was selected in each that was open before. `changed(old, new)` when another one is."""

    changed = Signal(object, object)

    def __init__(self, selection: Selection, parent: QObject | None = None):
        super().__init__(parent)
        self.path: Path = HOME
        self._selection = selection
        self._selected: dict[Path, frozenset[str]] = {}

    def name_in(self, project: Project) -> str:
        """The name of the open graph."""
        return name_at(project, self.path) or MAIN

    def graph_in(self, project: Project) -> Graph:
        """The open graph; an empty one where it has just gone."""
        name = name_at(project, self.path)
        return project.graphs[name] if name is not None else Graph()

    def go(self, project: Project, path: Path, select: Iterable[str] | None = None) -> None:
        """Open another path, with what was selected there before, or with `select`."""
        path = standing(project, path)
        if path == self.path:
            if select is not None:
                self._selection.set(select)
            return
        old = self.path
        self._selected[old] = self._selection.nodes
        self._selection.set([])  # while the old graph is still open: what was typed belongs to it
        self.path = path
        self.changed.emit(old, path)
        nodes = self.graph_in(project).nodes
        wanted = self._selected.get(path, frozenset()) if select is None else select
        self._selection.set(id for id in wanted if id in nodes)

    def _renamed(self, old: Project, new: Project) -> Path | None:
        """The open path under the new name of its network, if that is what has changed."""
        name = self.path[0]
        if name in new.graphs or name not in old.graphs:
            return None
        now = (n for n, graph in new.graphs.items() if graph is old.graphs[name] and n not in old.graphs)
        found = next(now, None)
        return None if found is None else (found, *self.path[1:])

    def _open_home(self) -> None:
        """The main network of another project. What was selected or typed in the one before is not for it."""
        self._selected.clear()
        old, self.path = self.path, HOME
        if old != HOME:
            self.changed.emit(old, HOME)

    def nearest(self, project: Project, name: str) -> Path:
        """The path to show a graph by: where the user is if it is that one, else the nearest place where it stands."""
        if self.name_in(project) == name:
            return self.path
        for length in range(len(self.path) - 1, 0, -1):  # one that was come through
            if name_at(project, self.path[:length]) == name:
                return self.path[:length]
        found: Path | None = None
        for path in paths_to(project, name):
            if path[0] == self.path[0]:
                return path
            found = found or path
        return found or (name,)

    def follow(self, old: Project, new: Project, label: str) -> None:
        """After an edit: stay, or go where there still is something, or where an undo has changed something."""
        if label == "Open":
            self._open_home()
            return
        renamed = self._renamed(old, new)
        path = standing(new, renamed or self.path)
        if renamed is not None:
            self.go(new, path, self._selection.nodes)
            return
        if label.startswith(("Undo ", "Redo ")):
            changed = changed_graphs(old, new)
            if changed and name_at(new, path) not in changed:
                path = self.nearest(new, changed[0])
        self.go(new, path)
