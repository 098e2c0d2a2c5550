"""Works out every standing of every graph: what its settings are there, what flows on its edges, and what is wrong.

Equal standings are worked out once: the same block with the same values and the same types flowing in. What has not
changed since the last time is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.compile.cost import in_a_row
from netbuilder.compile.elaboration.shares import counted_once, disagreeing
from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.inference.arguments import arguments
from netbuilder.compile.inference.infer import Answer, Inferences
from netbuilder.compile.inference.question import question
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.planning.plan import idle
from netbuilder.compile.problems.explain import explain
from netbuilder.compile.problems.foreign import about_code
from netbuilder.compile.problems.matching import match_inputs
from netbuilder.compile.problems.misfit import doubts, misfit
from netbuilder.compile.problems.nesting import doesnt_repeat, inside_itself, too_deep, too_many
from netbuilder.compile.problems.problem import Problem
from netbuilder.compile.problems.structure import ends_missing, hands_nothing_on, read_structure
from netbuilder.compile.problems.trouble import Flow, Trouble
from netbuilder.compile.problems.unused import about_unused
from netbuilder.graph import Node
from netbuilder.graph.block import ENTRY
from netbuilder.graph.order import topological, upstream
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output
from netbuilder.project import MAIN, Project
from netbuilder.project.graphs import blocks_in
from netbuilder.spec import DataSpec

MOST_DEEP = 40  # blocks in blocks
MOST_STANDINGS = 3000

NONE: frozenset[str] = frozenset()


class Elaboration:
    """The standings of one project. `memory` makes the next one of a similar project quick."""

    def __init__(self, project: Project, catalog: Catalog, trusts: Callable[[str], bool], memory: Inferences):
        self._project, self._catalog, self._trusts, self._memory = project, catalog, trusts, memory
        self._before: Mapping[Any, Standing] = memory.standings
        self._now: dict[Any, Standing] = {}
        live = {name: memory.live(graph, self._ins) for name, graph in project.graphs.items()}
        self._graphs = {name: graph for name, (graph, _) in live.items()}
        self._dry = {name: dry for name, (_, dry) in live.items()}
        self._inner = {
            name: [n for n in blocks_in(graph) if n in project.blocks] for name, graph in self._graphs.items()
        }
        self._made = 0
        memory.standings = self._now

    def _ins(self, node: Node) -> tuple[str, ...]:
        """The inputs of a node, in their order."""
        kind = self._catalog.find(node.kind)
        return tuple(port.name for port in kind.read(node.settings)[0].inputs()) if kind is not None else ()

    def network(self, name: str, data: DataSpec | None, further: Callable[[Standing], list[Problem]]) -> Standing:
        """A network, entered by the data (None: by samples of the shape that its Inputs say).

        `further` says what else is wrong, once all is known that flows.
        """
        standing, before = self._read(name, {})
        entrances = match_inputs(standing.graph, standing.layers, standing.needed, data)
        standing.problems += entrances.problems
        standing.order = entrances.order
        self._flow(standing, entrances.types, (name,), before)
        standing.problems += further(standing)
        self._look_at_ends(standing)
        return standing

    def alone(self, name: str) -> Standing:
        """A block by itself, with its usual values and what its Inputs say of a sample."""
        kind = self._catalog.find(f"block:{name}")
        assert kind is not None
        values = {setting: value for setting, value in kind().settings.items() if setting != "repeat"}
        standing, before = self._read(name, values)
        entrances = match_inputs(standing.graph, standing.layers, standing.needed, None)
        self._flow(standing, entrances.types, (name,), before)
        self._look_at_ends(standing)
        return standing

    def _stand(
        self, name: str, values: Mapping[str, Any], given: Mapping[str, TensorType], way: tuple[str, ...]
    ) -> Standing | None:
        """The block where it has these values and these types flow into its ports; None: there are too many."""
        key = (name, _key(values), tuple(given.items()))
        known = self._now.get(key)
        if known is not None:
            return known
        parts = self._parts(name)
        known = self._before.get(key)
        if known is not None and not known.foreign and _same(known.parts, parts):
            for one in known.within():
                self._now.setdefault(one.key, one)
            return known
        if self._made >= MOST_STANDINGS:
            return None
        self._made += 1
        standing, before = self._read(name, values, known)
        standing.key, standing.parts = key, parts
        self._now[key] = standing
        entering = {}
        for id in standing.order:
            type = given.get(standing.graph.nodes[id].name)
            if type is not None:
                entering[id] = _cast(standing.layers[id], type)
        self._flow(standing, entering, way, before)
        self._look_at_ends(standing)
        return standing

    def _parts(self, name: str) -> tuple[object, ...]:
        """All that a standing of this block is made from."""
        names = [name]
        for one in names:
            names += [inner for inner in self._inner[one] if inner not in names]
        return tuple(part for one in names for part in (self._graphs[one], self._project.blocks.get(one)))

    def _read(
        self, name: str, values: Mapping[str, Any], before: Standing | None = None
    ) -> tuple[Standing, Standing | None]:
        """A standing of which only the settings are known yet, and an earlier one like it."""
        graph = self._graphs[name]
        like = (name, _key(values))
        before = before or self._before.get(like)
        known = (before.graph, before.structure) if before is not None else None
        structure = read_structure(graph, self._catalog, values, known)
        outputs = [id for id in graph.nodes if isinstance(structure.layers.get(id), Output)]
        ends = [id for id in outputs if graph.edge_into(id, "x") is not None]
        needed = upstream(graph, ends) | idle(graph, structure.layers) if ends else set(graph.nodes)
        is_block = name in self._project.blocks
        standing = Standing(name, graph, values, structure, is_block, ends, needed)
        standing.problems += structure.problems
        standing.problems += [hands_nothing_on(self._project.graphs[name].nodes[id]) for id in self._dry[name]]
        standing.order = [id for id, layer in structure.layers.items() if isinstance(layer, Input)]
        standing.key = like
        if before is not None:
            standing.planned, standing.texts, standing.lines = before.planned, before.texts, before.lines
        self._now.setdefault(like, standing)
        return standing, before

    def _flow(
        self, standing: Standing, given: Mapping[str, TensorType], way: tuple[str, ...], before: Standing | None
    ) -> None:
        """Ask, in order, what flows out of each node into which everything flows that it needs."""
        graph, structure = standing.graph, standing.structure
        for id in topological(graph):
            layer = structure.layers.get(id)
            if layer is None or id in structure.broken:
                continue
            if isinstance(layer, Input):
                if id in given:
                    standing.types[id, ENTRY] = given[id]
                    standing.measured[id] = Answer({ENTRY: given[id]})
                continue
            flowing = _flowing(standing, id)
            if flowing is None:
                continue
            if isinstance(layer, Output):
                standing.measured[id] = Answer()
            elif isinstance(layer, BlockLayer):
                self._enter(standing, id, layer, flowing, way)
            else:
                self._pass(standing, id, layer, flowing, before)
        for problem in disagreeing(standing):
            standing.problems.append(problem)
            standing.measured.pop(problem.node or "", None)
            standing.sound.discard(problem.node or "")
        standing.answers = counted_once(standing)

    def _look_at_ends(self, standing: Standing) -> None:
        """What leads nowhere, and what is missing where the graph begins and ends."""
        graph = standing.graph
        if standing.ends:
            standing.problems = about_unused(graph, standing.needed, standing.problems, idle(graph, standing.layers))
        block = standing.name if standing.is_block else None
        beside = "" if standing.is_block or standing.name == MAIN else standing.name
        standing.problems += ends_missing(graph, self._catalog, standing.layers, block, beside)

    def _pass(
        self,
        standing: Standing,
        id: str,
        layer: Layer,
        flowing: tuple[tuple[str, TensorType], ...],
        before: Standing | None,
    ) -> None:
        """A layer: ask what comes out, unless that was just asked."""
        several = len(standing.structure.ports[id][1]) > 1
        used = frozenset(edge.output for edge in standing.graph.edges_from(id)) if several else NONE
        standing.asked[id] = (flowing, used)
        foreign = type(layer).foreign is not Layer.foreign
        if (
            before is not None
            and not foreign
            and id in before.sound
            and before.layers.get(id) is layer
            and before.asked.get(id) == (flowing, used)
        ):
            answer = before.measured[id]
            standing.inferred[id] = before.inferred[id]
            standing.sound.add(id)
        else:
            standing.foreign |= foreign
            trouble = self._trouble(standing, id, layer)
            found, problem = self._ask(standing, trouble, used)
            if problem is not None:
                standing.problems.append(problem)
            else:
                standing.sound.add(id)
            if found is None or (problem is not None and problem.severity == "error"):
                return
            answer = found
        standing.measured[id] = answer
        for port, type_ in answer.types.items():
            standing.types[id, port] = type_

    def _trouble(self, standing: Standing, id: str, layer: Layer) -> Trouble:
        graph = standing.graph
        flows = []
        for port in layer.inputs():
            edge = graph.edge_into(id, port.name)
            if edge is not None:
                flows.append(
                    Flow(port, standing.types[edge.source, edge.output], graph.nodes[edge.source], edge.output)
                )
        return Trouble(graph, self._catalog, graph.nodes[id], layer, tuple(flows), standing.types)

    def _ask(self, standing: Standing, trouble: Trouble, used: frozenset[str]) -> tuple[Answer | None, Problem | None]:
        layer, node = trouble.layer, trouble.node
        problem = about_code(node.name, node.id, layer, self._trusts) or misfit(trouble)
        if problem is not None:
            return None, problem
        flows = {flow.port.name: flow.type for flow in trouble.flows}
        try:
            known = arguments(layer, flows)
        except (IndexError, ValueError) as error:
            return None, explain(trouble, str(error), error)
        standing.inferred[node.id] = known
        answer = self._memory.ask(question(layer, known, flows, used))
        if answer.fault:
            return None, explain(trouble, answer.fault)
        return answer, doubts(trouble, answer)

    def _enter(
        self,
        standing: Standing,
        id: str,
        layer: BlockLayer,
        flowing: tuple[tuple[str, TensorType], ...],
        way: tuple[str, ...],
    ) -> None:
        """A block: what comes out of it where it stands here."""
        node = standing.graph.nodes[id]
        if layer.block in way:
            standing.problems.append(inside_itself(node, layer.block))
            return
        if len(way) > MOST_DEEP:
            standing.problems.append(too_deep(node, MOST_DEEP))
            return
        values = {name: value for name, value in layer.settings.items() if name != "repeat"}
        inner = self._stand(layer.block, values, dict(flowing), (*way, layer.block))
        if inner is None:
            standing.problems.append(too_many(node, MOST_STANDINGS))
            return
        standing.doors[id] = inner
        standing.foreign |= inner.foreign
        for name, type in inner.gives.items():
            standing.types[id, name] = type
        if not inner.complete:
            return
        times = layer.settings["repeat"]
        ins, outs = standing.structure.ports[id]
        problem = doesnt_repeat(node, layer, ins, outs, dict(flowing), inner.gives) if times > 1 else None
        if problem is not None:
            standing.problems.append(problem)
            return
        standing.measured[id] = in_a_row(inner.as_one, times, zip(outs, ins, strict=False))


def _flowing(standing: Standing, id: str) -> tuple[tuple[str, TensorType], ...] | None:
    """What flows in, by port, or None while a part of it is not known."""
    edges, types = standing.graph.edges, standing.types
    found = []
    for port in standing.structure.ports[id][0]:
        edge = edges.get((id, port))
        if edge is None:
            continue  # an optional one: a node that misses another is broken
        type = types.get((edge.source, edge.output))
        if type is None:
            return None
        found.append((port, type))
    return tuple(found)


def _cast(layer: Layer, type: TensorType) -> TensorType:
    """What a block's Input makes of what flows in."""
    return replace(type, dtype=layer.settings["dtype"]) if isinstance(layer, Input) and layer.casts() else type


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Values to be told apart by: True is not 1 here."""
    return tuple((name, type(value).__name__, value) for name, value in values.items())


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
