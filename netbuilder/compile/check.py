"""Checks a project: the shape on every edge, every problem with its fix, the source, and what it costs.

`check` is a function of the project and the data's shapes. It may run on any thread, beside training: it computes
nothing, draws no random number and changes nothing but the memory it is given. Code of others that a project holds is
only looked at, unless it is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from netbuilder.compile.blocks import catalog_of
from netbuilder.compile.cost import Cost
from netbuilder.compile.elaboration.elaborate import Elaboration
from netbuilder.compile.elaboration.report import report
from netbuilder.compile.elaboration.results import about_result, missing_networks
from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.elaboration.view import HOME, Path, View, Views
from netbuilder.compile.inference.infer import Inferences
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.planning.names import identifiers
from netbuilder.compile.planning.plan import Value
from netbuilder.compile.problems.fixes import unfreeze
from netbuilder.compile.problems.foreign import Trusts, same_name_twice
from netbuilder.compile.problems.misfit import MOST_PARAMETERS
from netbuilder.compile.problems.problem import Problem
from netbuilder.compile.writing.classes import make_classes
from netbuilder.compile.writing.rates import all_frozen
from netbuilder.compile.writing.source import Source, write_source
from netbuilder.layers import Catalog
from netbuilder.layers.custom import Custom, read
from netbuilder.layers.inputs import Input
from netbuilder.project import MAIN, Project
from netbuilder.spec import Asked, DataSpec
from netbuilder.trust import nothing

MOST_LAYERS = 1_000_000


@dataclass(frozen=True)
class Checked:
    """What a check found out about `project`. `source` is None where no source can be written yet.

    `problems` are those of all graphs, `errors` what keeps the main network from being trained. `types`, `inferred`
    and `cost` are those of the main network; `views` has every standing of every graph.
    `identifiers` are the attributes that stand for the nodes in the source, by graph and node id.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    views: Mapping[Path, View] = field(default_factory=lambda: Views({}))
    source: Source | None = None
    identifiers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data_known: bool = False
    errors: tuple[Problem, ...] = ()
    catalog: Catalog | None = None

    def view(self, path: Path) -> View | None:
        """The standing of a graph at this path, if it was looked at."""
        return self.views.get(path)

    @property
    def types(self) -> Mapping[Value, TensorType]:
        view = self.view(HOME)
        return view.types if view is not None else {}

    @property
    def inferred(self) -> Mapping[str, Mapping[str, Any]]:
        view = self.view(HOME)
        return view.inferred if view is not None else {}

    @property
    def cost(self) -> Cost | None:
        view = self.view(HOME)
        return view.cost if view is not None else None

    @property
    def can_train(self) -> bool:
        return self.data_known and self.source is not None and not self.errors

    def problems_of(self, node: str, graph: str = MAIN) -> tuple[Problem, ...]:
        """The problems of a node of the graph called `graph`."""
        return tuple(problem for problem in self.problems if problem.node == node and problem.graph == graph)


def check(
    project: Project,
    catalog: Catalog,
    data: DataSpec | Asked | None = None,
    memory: Inferences | None = None,
    trusted: Trusts = nothing,
) -> Checked:
    """Check all graphs of `project`, those that are trained against what they are asked about the data.

    `catalog` has the layers of this version; the project's blocks are added to it. `memory` makes the next check of a
    similar project quick. `trusted` says of a text whether the user lets it run. Where the data can't be used at all,
    whatever is drawn, why not becomes a problem, and the network is held to no target.
    """
    asked = data if isinstance(data, Asked) else Asked(data)
    memory = memory or Inferences()
    catalog = catalog_of(project, catalog)
    elaboration = Elaboration(project, catalog, trusted, memory)

    def about_main(standing: Standing) -> list[Problem]:
        found = [*_about_size(standing), *missing_networks(project, catalog, asked), *_about_freezing(standing)]
        if asked.refused:
            return [*found, Problem(asked.refused, short="can't be trained")]
        return found + about_result(project, catalog, standing, asked.main)

    def about_other(standing: Standing) -> list[Problem]:
        found, spec = _about_size(standing), asked.beside.get(standing.name)
        if spec is None:
            return found + _about_shapes(standing)
        return [*found, *_about_freezing(standing), *about_result(project, catalog, standing, spec)]

    roots = {MAIN: elaboration.network(MAIN, asked.main, about_main)}
    for name in project.networks:
        if name != MAIN:
            roots[name] = elaboration.network(name, asked.beside.get(name), about_other)
    _about_code(roots)
    stand = {standing.name for root in roots.values() for standing in root.within()}
    alone = {name: elaboration.alone(name) for name in project.blocks if name not in stand}
    problems, errors = report(roots, alone.values(), project, (MAIN, *asked.beside))
    names = {name: identifiers(graph) for name, graph in project.graphs.items()}
    return Checked(
        project,
        problems,
        Views(_views(roots, alone)),
        _source(project, roots, names),
        names,
        asked.main is not None,
        errors,
        catalog,
    )


def _views(roots: Mapping[str, Standing], alone: Mapping[str, Standing]) -> dict[str, View]:
    """The views that paths begin with. A block by itself is seen as it first stands."""
    found = {name: root.view for name, root in roots.items()}
    for standing in _standing(roots):
        found.setdefault(standing.name, standing.view)
    return found | {name: standing.view for name, standing in alone.items()}


def _standing(roots: Mapping[str, Standing]) -> list[Standing]:
    """Every standing of every graph, once."""
    return list(dict.fromkeys(standing for root in roots.values() for standing in root.within()))


def _source(project: Project, roots: Mapping[str, Standing], names: Mapping[str, Mapping[str, str]]) -> Source | None:
    """The source, once the main network is whole. Another network is in it as soon as that is."""
    main = roots[MAIN]
    if not main.complete or not any(id in main.needed for id in main.order):
        return None
    whole = [root for root in roots.values() if root.complete and any(id in root.needed for id in root.order)]
    ordered = [root for name in project.networks for root in whole if root.name == name]
    return write_source(make_classes(ordered, project, names, _defined(_standing(roots))), project)


def _defined(standings: list[Standing]) -> set[str]:
    """The names that code of the user's own defines in the source."""
    layers = [layer for standing in standings for layer in standing.layers.values() if isinstance(layer, Custom)]
    return {name for layer in layers for name in read(layer.code).defines}


def _about_code(roots: Mapping[str, Standing]) -> None:
    """Code of the user's own that defines one name in two ways: in one file it can't."""
    found = [
        (standing, standing.graph.nodes[id].name, id, layer)
        for standing in _standing(roots)
        for id, layer in standing.layers.items()
        if isinstance(layer, Custom)
    ]
    problems = same_name_twice((name, str(number), layer) for number, (_, name, _, layer) in enumerate(found))
    for problem in problems:
        standing, _, id, _ = found[int(problem.node or 0)]
        if all(known.node != id for known in standing.problems):
            standing.problems.append(replace(problem, node=id))


def _about_size(root: Standing) -> list[Problem]:
    """A network that no machine could hold, though each of its layers is small enough."""
    if not root.complete or root.cost is None:
        return []
    if root.leaves > MOST_LAYERS:
        said = (
            f"The network would have {root.leaves:,} layers, more than any machine can run. Repeat blocks less often."
        )
        return [Problem(said, short="too many layers")]
    if root.cost.parameters > MOST_PARAMETERS:
        said = f"The network would have {root.cost.parameters:,} parameters, more than any machine can hold."
        return [Problem(f"{said} Repeat blocks less often, or make them smaller.", short="too many parameters")]
    return []


def _about_freezing(root: Standing) -> list[Problem]:
    """A network of which nothing is left to learn."""
    if not root.complete or not all_frozen(root):
        return []
    said = f"Nothing would be learned: all weights of {'the network' if root.name == MAIN else root.name} are frozen."
    return [Problem(f"{said} Unfreeze the layers that are to learn.", short="all frozen", fix=unfreeze(root.name))]


def _about_shapes(root: Standing) -> list[Problem]:
    """Inputs of a network that no data enters: they have to say what a sample is like."""
    problems = []
    for id in root.order:
        layer = root.layers[id]
        if isinstance(layer, Input) and layer.settings["shape"] is None and id in root.needed:
            node = root.graph.nodes[id]
            said = f"{node.name} has no shape, and no data enters {root.name}. Say how large one sample is: 3, 32, 32."
            problems.append(Problem(said, id, short="no shape", setting="shape"))
    return problems
