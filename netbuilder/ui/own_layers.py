"""Keeps the catalogue of the project on screen: the layers of this version and the project's own blocks.

A new catalogue is made only when a block came, went, or shows other ports or settings, so that forms and cards which
hold a layer class are left alone by every other edit.
"""

from __future__ import annotations

from netbuilder.compile.blocks import catalog_of, ports_of
from netbuilder.graph import Graph
from netbuilder.graph.block import Block
from netbuilder.layers import Catalog
from netbuilder.project import Project

Ports = tuple[tuple[str, ...], tuple[str, ...]]


class OwnLayers:
    """`catalog` is of the project that was read last."""

    def __init__(self, standard: Catalog, project: Project):
        self._standard = standard
        self._ports: dict[str, tuple[Graph, Ports]] = {}
        self._faces: list[tuple[str, Block, Ports]] = []
        self.catalog = standard
        self.read(project)

    def read(self, project: Project) -> bool:
        """Follow the project; says whether the catalogue is another one now."""
        faces = [(name, block, self._ports_of(name, project.graphs[name])) for name, block in project.blocks.items()]
        if faces == self._faces:
            return False
        self._faces = faces
        self.catalog = catalog_of(project, self._standard)
        return True

    def _ports_of(self, name: str, graph: Graph) -> Ports:
        known = self._ports.get(name)
        if known is None or known[0] is not graph:
            known = self._ports[name] = (graph, ports_of(graph))
        return known[1]
