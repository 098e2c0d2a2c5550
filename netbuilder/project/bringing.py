"""Blocks brought into a project from elsewhere: the clipboard, the library, another project.

One that is there already is used as it is; one that has the name of another gets a new name. Where the blocks come
from is for others to know.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from netbuilder.graph import Graph, Node
from netbuilder.graph.block import Block, kind_of
from netbuilder.graph.graph import MAX_NAME
from netbuilder.project.graphs import add_block, blocks_in, needs, with_kinds
from netbuilder.project.project import Project


@dataclass(frozen=True)
class Definition:
    """All that there is of a block beside its name."""

    graph: Graph
    block: Block = field(default_factory=Block)

    def same(self, other: Definition) -> bool:
        """Whether both are one block, wherever on their canvas the nodes stand."""
        return self.block == other.block and self.graph.edges == other.graph.edges and _bare(self) == _bare(other)


def definitions_of(project: Project, names: Iterable[str]) -> dict[str, Definition]:
    """These blocks and all that stand in them, in the order of the project's tabs. Others are left out."""
    wanted = {name for name in names if name in project.blocks}
    for name in tuple(wanted):
        wanted |= needs(project, name)
    return {name: Definition(project.graphs[name], block) for name, block in project.blocks.items() if name in wanted}


def bring(project: Project, definitions: Mapping[str, Definition]) -> tuple[Project, dict[str, str]]:
    """With those blocks, and the name that each has now. Raises `WouldRecurse`, `BadGraphName`."""
    now: dict[str, str] = {}
    for name in _inner_first(definitions):
        kinds = {kind_of(old): kind_of(new) for old, new in now.items()}
        definition = replace(definitions[name], graph=with_kinds(definitions[name].graph, kinds))
        for candidate in _candidates(name):
            if candidate not in project.graphs:
                project = add_block(project, candidate, definition.graph, definition.block)
                break
            there = project.blocks.get(candidate)
            if there is not None and Definition(project.graphs[candidate], there).same(definition):
                break
        now[name] = candidate
    return project, now


def _inner_first(definitions: Mapping[str, Definition]) -> list[str]:
    """The names, each after those that stand in it; for blocks of which none stands in itself."""
    ordered: dict[str, None] = {}
    for start in definitions:
        todo = [start]
        while todo:
            inner = [name for name in blocks_in(definitions[todo[-1]].graph) if name in definitions]
            waiting = [name for name in inner if name not in ordered and name not in todo]
            if waiting:
                todo.append(waiting[0])
            else:
                ordered[todo.pop()] = None
    return list(ordered)


def _candidates(name: str) -> Iterator[str]:
    yield name
    for number in itertools.count(2):
        yield f"{name[: MAX_NAME - len(str(number))]}{number}"


def _bare(definition: Definition) -> list[Node]:
    return [replace(node, position=(0.0, 0.0)) for node in definition.graph]
