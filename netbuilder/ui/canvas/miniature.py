"""A project's drawing as a small picture, seen from afar: its networks one below the other, painted as on the canvas.

It is painted on the window's thread, in some thousandths of a second. It knows nothing of where the picture is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from netbuilder.compile.blocks import catalog_of
from netbuilder.layers import Catalog
from netbuilder.project import Project
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.drawing import NAMED
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.theme import Theme

MOST = 0.5  # zoom of a drawing that has few nodes
GAP = 64.0  # between two networks, in scene units
Placed = tuple[NetworkScene, QRectF]


def miniature(project: Project, standard: Catalog, theme: Theme, size: QSize, ratio: float) -> QPixmap:
    """All of the drawing in the middle of `size` points, on nothing, for a screen of `ratio` pixels a point."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    keeper = QObject()  # takes the scenes along when it goes, here: collected as garbage, they might go on any thread
    networks = list(_networks(project, standard, theme, keeper))
    if not networks:
        return picture
    width = max(area.width() for _, area in networks)
    height = sum(area.height() for _, area in networks) + GAP * (len(networks) - 1)
    zoom = _readable(min(size.width() / width, size.height() / height, MOST))
    top = (size.height() - height * zoom) / 2
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    for scene, area in networks:
        painter.resetTransform()
        painter.translate(QPointF((size.width() - area.width() * zoom) / 2, top))
        painter.scale(zoom, zoom)
        painter.translate(-area.topLeft())
        scene.drawing.paint(painter, area, scene.drawing.sight(area, zoom))
        top += (area.height() + GAP) * zoom
    painter.end()
    return picture


def _networks(project: Project, standard: Catalog, theme: Theme, keeper: QObject) -> Iterator[Placed]:
    """The networks that have anything drawn, with the area of each. Notes are left out: nobody reads them from afar."""
    catalog = catalog_of(project, standard)
    for name in project.networks:
        graph = project.graphs[name]
        scene = NetworkScene(catalog, theme, keeper)
        scene.show_graph(replace(graph, annotations=replace(graph.annotations, notes={})))
        rects = [scene.bounds(), *(edge.path.boundingRect() for edge in scene.edges.values())]
        area = geometry.bounds(rects)
        if not area.isEmpty():
            yield scene, area


def _readable(zoom: float) -> float:
    """The zoom, or one a little further away at which no names are written, where they would only half be seen."""
    return NAMED[0] if NAMED[0] < zoom < NAMED[1] else zoom
