"""What is at a place of the canvas, as a hand means it. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from netbuilder.ui.canvas.edge_item import EdgeItem
from netbuilder.ui.canvas.node_item import NodeItem

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene


@dataclass(frozen=True)
class Hit:
    """What is at a place: a port (`node` and `port`), a node (`node`), an edge (`edge`, and which of its points, -1 for
    none), a frame or a note (`mark`, and what of it is taken hold of), or nothing."""

    node: NodeItem | None = None
    port: tuple[str, bool] | None = None
    edge: EdgeItem | None = None
    bend: int = -1
    mark: str = ""
    grip: str = ""

    def __bool__(self) -> bool:
        return self.node is not None or self.edge is not None or bool(self.mark)


def hit_in(scene: NetworkScene, point: QPointF, reach: float) -> Hit:
    """What a hand at `point` means: a port within `reach` before a node before an edge."""
    around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
    nodes = scene.nodes_in(around)
    inside = next((item for item in nodes if item.rect().contains(point)), None)
    for item in nodes:
        port = item.port_at(point, reach)
        if port is not None:
            return Hit(item, port)
        if item is inside:
            break  # what lies under this card can't be meant
    if inside is not None:
        return Hit(inside)
    for edge in scene.edges_in(around):
        bend = edge.bend_at(point, reach)
        if bend >= 0 or edge.passes(point):
            return Hit(edge=edge, bend=bend)
    mark, grip = scene.beside.hit(point, reach / 2)
    return Hit(mark=mark, grip=grip)
