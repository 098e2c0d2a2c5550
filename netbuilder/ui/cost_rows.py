"""The nodes of a graph, or of a whole network with its blocks looked into, as rows of what they cost. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netbuilder.expression import resolve
from netbuilder.graph import Node
from netbuilder.graph.block import ENDS, REPEAT
from netbuilder.layers import Catalog
from netbuilder.project import Project
from netbuilder.ui.open_graph import DEEPEST, Path, name_at, values_at

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.compile.elaboration.view import View

MOST = 20_000  # rows; blocks in blocks in blocks can be more than anyone reads
MEASURES = ("parameters", "macs", "memory")


@dataclass(frozen=True)
class CostRow:
    """One node at one place. Numbers are of all its repeats; `kept` is bytes for one sample. None: not known."""

    path: Path
    id: str
    name: str
    kind: str
    family: str
    shape: str
    parameters: int | None
    macs: int | None
    kept: int | None

    def value(self, measure: str, batch: int) -> int | None:
        if measure == "memory":
            return None if self.kept is None else self.kept * batch
        return self.macs if measure == "macs" else self.parameters


def rows_of(checked: Checked, catalog: Catalog, path: Path, *, deep: bool) -> tuple[list[CostRow], bool]:
    """The rows of the graph at `path`, looked into its blocks if `deep`; and whether that is all of them."""
    view = checked.view(path)
    if view is None or name_at(checked.project, path) is None:
        return [], True
    found: list[CostRow] = []
    for row in _walk(checked.project, catalog, path, view, "", 1, deep):
        if len(found) >= MOST:
            return found, False
        found.append(row)
    return found, True


def _walk(
    project: Project, catalog: Catalog, path: Path, view: View, prefix: str, times: int, deep: bool
) -> Iterator[CostRow]:
    graph = project.graphs[view.graph]
    names = values_at(project, path) if len(path) > 1 else {}
    for node in graph:
        if prefix and node.kind in ENDS:
            continue  # the ports of a block that is looked into: what flows there is counted where it comes from
        inner = view.doors.get(node.id) if deep and len(path) < DEEPEST else None
        if inner is not None:
            each = times * _repeats(resolve(graph.settings_of(node.id), names))
            said = f"{prefix}{node.name}" + (f" ×{each // times}" if each > times else "")
            yield from _walk(project, catalog, (*path, node.id), inner, f"{said} › ", each, deep)
        else:
            yield _row(catalog, path, view, node, prefix, times)


def _row(catalog: Catalog, path: Path, view: View, node: Node, prefix: str, times: int) -> CostRow:
    declared = catalog.find(node.kind)
    cost = view.cost.per_node.get(node.id) if view.cost is not None else None
    shape = next((str(type) for (id, _), type in _types_of(view, node.id)), "")
    known = (None, None, None) if cost is None else (cost.parameters * times, cost.macs * times, cost.kept * times)
    title, family = (declared.title, declared.family) if declared is not None else (node.kind, "")
    return CostRow(path, node.id, prefix + node.name, title, family, shape, *known)


def _types_of(view: View, id: str) -> Iterator[tuple[tuple[str, str], Any]]:
    found = view.types.get((id, "y"))
    if found is not None:
        yield (id, "y"), found
        return
    yield from (item for item in view.types.items() if item[0][0] == id)


def _repeats(settings: dict[str, Any]) -> int:
    count = settings.get(REPEAT, 1)
    return count if isinstance(count, int) and count > 0 else 1
