"""What is saved: the graphs, which data they learn from, and how. A frozen value; it knows nothing about torch or Qt.

Data and recipe are kept as a kind and the settings that differ from its defaults, so that a project whose data
source this version does not know can still be opened, shown and saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netbuilder.fields import Part
from netbuilder.graph import Graph
from netbuilder.graph.block import Block

__all__ = ["MAIN", "Part", "Project"]

MAIN = "main"


@dataclass(frozen=True)
class Project:
    """`graphs` by name, in the order of their tabs; the one called "main" is what trains.

    A graph whose name is in `blocks` is a block: it stands in others as a node of the kind `block:NAME`. All others
    are networks. `weights` is the path of a safetensors file that training starts from ("": from random numbers);
    in the project's file it is relative where it lies beside or below that, and opening says it in full.
    """

    graphs: Mapping[str, Graph] = field(default_factory=lambda: {MAIN: Graph()})
    data: Part = field(default_factory=lambda: Part("digits"))
    recipe: Part = field(default_factory=lambda: Part("supervised"))
    blocks: Mapping[str, Block] = field(default_factory=dict)
    weights: str = ""

    @property
    def main(self) -> Graph:
        return self.graphs[MAIN]

    @property
    def networks(self) -> tuple[str, ...]:
        """The names of the graphs that are not blocks, in the order of their tabs."""
        return tuple(name for name in self.graphs if name not in self.blocks)

    def __eq__(self, other: object) -> bool:
        """The same graphs in the same order of tabs, and the same of everything else."""
        if self is other or not isinstance(other, Project):
            return self is other
        mine, theirs = ((p.graphs, p.blocks, p.data, p.recipe, p.weights) for p in (self, other))
        return mine == theirs and list(self.graphs) == list(other.graphs)

    def with_graph(self, graph: Graph, name: str = MAIN) -> Project:
        """A copy in which the graph called `name` is `graph`."""
        return self if self.graphs.get(name) is graph else replace(self, graphs={**self.graphs, name: graph})

    def with_data(self, data: Part) -> Project:
        return replace(self, data=data)

    def with_recipe(self, recipe: Part) -> Project:
        return replace(self, recipe=recipe)
