"""What the menus and keys do about blocks and shared layers on the canvas: each a method, each one undoable step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect

from netbuilder.expression import resolve
from netbuilder.graph import Graph, Node, edits
from netbuilder.graph.block import ENDS, block_of
from netbuilder.project import Project, blocks
from netbuilder.ui.canvas import wiring
from netbuilder.ui.canvas.rename_field import RenameField
from netbuilder.ui.panels.palette_menu import save_block

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

FIELD_WIDTH = 200


class Blocking:
    """The edits of one canvas that make and unmake blocks."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench, self._scene = canvas, canvas.bench, canvas.scene()

    @property
    def _graph(self) -> Graph:
        return self._bench.graph

    def _selected(self) -> list[Node]:
        """The selected nodes, in the order they were drawn."""
        return [node for node in self._graph if node.id in self._bench.selection.nodes]

    def _selected_blocks(self) -> list[Node]:
        return [node for node in self._selected() if self.is_block(node)]

    # What can be done

    def is_block(self, node: Node) -> bool:
        return block_of(node.kind) in self._bench.project.blocks

    @property
    def can_make(self) -> bool:
        selected = self._selected()
        return bool(selected) and not any(node.kind in ENDS for node in selected)

    @property
    def can_dissolve(self) -> bool:
        return bool(self._selected_blocks())

    @property
    def can_share(self) -> bool:
        selected = self._selected()
        return len(selected) > 1 and len({node.kind for node in selected}) == 1 and selected[0].kind not in ENDS

    @property
    def can_unshare(self) -> bool:
        return any(self._shares(node) for node in self._selected())

    def _shares(self, node: Node) -> bool:
        return bool(node.shares) or bool(self._graph.sharers(node.id))

    # Making and unmaking

    def ask_name(self) -> None:
        """Make a block of the selected nodes, once its name is typed and Enter is pressed."""
        if not self._selected():
            self._bench.say("Select the nodes that are to become a block first: drag a rectangle around them.")
            return
        nodes = self._bench.selection.nodes
        area = self._scene.bounds(nodes)
        self._canvas.bring_into_view(area)
        corner = self._canvas.mapFromScene(area.topLeft())
        room = self._canvas.viewport().rect()
        corner = QPoint(max(8, min(corner.x(), room.right() - FIELD_WIDTH - 8)), max(24, corner.y() - 18))
        name = blocks.free_name(self._bench.project, "Block")
        place = QRect(corner, corner + QPoint(FIELD_WIDTH, 0))
        field = RenameField(name, place, self._canvas, for_new="Name of the new block")
        field.setPlaceholderText("Name of the block")
        field.setToolTip("Enter makes the block, Esc leaves everything as it is.")
        field.renamed.connect(lambda typed: self.make(typed or name, nodes))

    def make(self, name: str, ids: frozenset[str]) -> bool:
        """Make a block called `name` of these nodes of the open graph."""
        graph_name = self._bench.graph_name
        sizes = {id: (item.layout.width, item.layout.height) for id, item in self._scene.nodes.items()}
        made: list[str] = []

        def edit(project: Project) -> Project:
            changed, id = blocks.make_block(project, graph_name, ids, name, sizes, self._ports)
            made.append(id)
            return changed

        if not self._bench.try_apply(f"Make block {name}", edit):
            return False
        self._bench.selection.set(made)
        return True

    def _ports(self, node: Node) -> tuple[Sequence[str], Sequence[str]]:
        """The inputs of a node that need an edge, and its outputs."""
        declared = self._bench.catalog.find(node.kind)
        if declared is None:
            return (), ()
        settings = self._graph.settings_of(node.id) if node.id in self._graph.nodes else node.settings
        layer, _ = declared.read(resolve(settings, self._scene.names))
        needed = [port.name for port in layer.inputs() if not port.optional]
        return needed, [port.name for port in layer.outputs()]

    def dissolve(self) -> None:
        """Put what is inside the selected blocks in their place."""
        standing = self._selected_blocks()
        if not standing:
            self._bench.say("Select a block to dissolve it.")
            return
        graph_name = self._bench.graph_name
        found: list[str] = []

        def edit(project: Project) -> Project:
            for node in standing:
                if node.id in project.graphs[graph_name].nodes:  # it may have gone with one it shares weights with
                    project, ids = blocks.dissolve(
                        project, graph_name, node.id, drop_unused=True, has_weights=self._has_weights
                    )
                    found.extend(ids)
            return project

        if self._bench.try_apply(wiring.count("Dissolve", self._graph, [node.id for node in standing]), edit):
            self._bench.selection.set(found)

    def _has_weights(self, kind: str) -> bool:
        declared = self._bench.catalog.find(kind)
        return declared is None or declared.is_module()

    def detach(self) -> None:
        """Give the selected block a definition of its own: edits inside no longer change where else it stands."""
        standing = self._selected_blocks()
        if len(standing) != 1:
            self._bench.say("Select one block to make it independent of where else it stands.")
            return
        node, graph_name = standing[0], self._bench.graph_name
        self._bench.try_apply(
            f"Make {node.name} independent", lambda project: blocks.detach(project, graph_name, node.id)[0]
        )

    def save_to_library(self) -> None:
        """Put the definition of the selected block, or of the one that is open, into the user's library."""
        name = self._block_meant()
        if name is None:
            self._bench.say("Select a block, or open one, to put it into your library.")
            return
        self._bench.shelf.keep(self._bench.project, name)

    def save_as_file(self) -> None:
        """Ask where to, and write the definition of the selected block, or of the one that is open, there."""
        name = self._block_meant()
        if name is None:
            self._bench.say("Select a block, or open one, to save it as a file.")
            return
        save_block(self._bench, name, self._canvas)

    def _block_meant(self) -> str | None:
        standing = self._selected_blocks()
        if len(standing) == 1:
            return block_of(standing[0].kind)
        open_now = self._bench.graph_name
        return open_now if open_now in self._bench.project.blocks and not standing else None

    # Sharing weights

    def share(self) -> None:
        """Let the selected nodes, all of one kind, use the weights of the first of them."""
        selected = self._selected()
        if len(selected) < 2:
            self._bench.say("Select two or more nodes of one kind to let them share their weights.")
            return
        owner = self._graph.owner(selected[0].id)

        def edit(graph: Graph) -> Graph:
            for node in selected:
                if node.id != owner.id:
                    graph = edits.share(graph, node.id, owner.id)
            return graph

        names = " and ".join(node.name for node in selected) if len(selected) == 2 else f"{len(selected)} nodes"
        self._bench.try_edit(f"Share the weights of {names}", edit)

    def unshare(self) -> None:
        """Give each selected node weights of its own."""
        shared = [node.id for node in self._selected() if self._shares(node)]
        if not shared:
            self._bench.say("The selected nodes have weights of their own already.")
            return

        def edit(graph: Graph) -> Graph:
            for id in shared:
                if graph.nodes[id].shares or graph.sharers(id):
                    graph = edits.unshare(graph, id)
            return graph

        self._bench.try_edit(wiring.count("Give own weights to", self._graph, shared), edit)

    # Going in and out

    def enter(self) -> bool:
        """Open the selected block."""
        only = self._bench.selection.only
        if only is not None and self._bench.enter(only):
            return True
        self._bench.say("Select one block to open it. A double-click opens it as well.")
        return False

    def leave(self) -> None:
        """Go back to the graph around."""
        if not self._bench.leave():
            self._bench.say("This is a network: there is nothing around it.")
