"""Which classes the file has, and what each is made with: one for each block, or several where its standings can't
be written as one text; then one for each network.

Standings of a block share a class if their statements are the same but for arguments that follow from shapes. Those
that differ become arguments of the class, unless an expression of the block has the same values: then that is what is
written. It knows nothing about lines and pages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.planning.names import class_name, parameter_name, reserved, unique
from netbuilder.compile.planning.plan import Plan, Planned, make_plan
from netbuilder.compile.planning.values import expressions
from netbuilder.compile.writing.statements import Parameter, Statements, Writer
from netbuilder.expression import NotANumber, calculate, names_in, spelled, written
from netbuilder.graph.block import Block
from netbuilder.graph.order import topological, upstream
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.layer import literal
from netbuilder.project import MAIN, Project

NETWORK = "Network"
USED = ("self", "super", "range", "float", "int", "getattr", "math", "_")  # in `__init__`: no argument is called so
SIZE = re.compile(r"channels|features|hidden|width|filters|units|embed|size$|dim$|model|heads", re.IGNORECASE)
NO_SIZE = re.compile(r"kernel|patch|stride|padding|dilation|^dim$")
ANNOTATIONS = {"int": "int", "float": "float", "bool": "bool", "text": "str", "ints": "int | tuple[int, ...]"}

Mark = tuple[str, str]  # a node's id and the name of an argument


@dataclass(eq=False)
class Made:
    """A class: the standings that it is for, its arguments, and its statements.

    `kept` are the arguments that `forward` needs, with the attribute each is kept in. `sizes` are the words for
    numbers that are not the same in all standings.
    """

    name: str
    standings: list[Standing]
    plan: Plan
    parameters: list[Parameter] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    made: Statements = field(default_factory=list)
    called: Statements = field(default_factory=list)
    sizes: dict[tuple[int, ...], str] = field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        return self.standings[0]


def make_classes(
    roots: Sequence[Standing], project: Project, identifiers: Mapping[str, Mapping[str, str]], taken: set[str]
) -> list[Made]:
    """The classes in the order in which they need each other. `taken` are names that no class may have."""
    taken = {*taken, NETWORK, "nn", "torch", "F"}
    classes: dict[Standing, Made] = {}
    found: list[Made] = []
    for name, standings in _blocks(roots).items():
        block = _BlockClasses(name, project.blocks[name], standings, identifiers[name], classes)
        for made in block.all(taken):
            found.append(made)
            classes.update(dict.fromkeys(made.standings, made))
    for root in roots:
        plan = _plan_of(root, identifiers[root.name])
        made = Made(NETWORK if root.name == MAIN else class_name(root.name, taken, "Net"), [root], plan)
        writer = Writer(root, plan, classes, remembers=True)
        made.made, made.called = writer.made(), writer.called()
        found.append(made)
    return found


def _plan_of(root: Standing, identifiers: Mapping[str, str]) -> Plan:
    """The plan of a network: the one of the last time, where only settings have changed since."""
    graph, layers, inputs = root.graph, root.layers, tuple(root.order)
    known = root.planned.again(graph, layers, identifiers, inputs) if root.planned is not None else None
    plan = known or make_plan(graph, layers, identifiers, inputs, block=False)
    root.planned = Planned(graph, identifiers, inputs, plan)
    return plan


def _blocks(roots: Sequence[Standing]) -> dict[str, list[Standing]]:
    """The standings of each block that a network needs; a block comes after those that stand in it."""
    found: dict[str, list[Standing]] = {}
    seen: set[Standing] = set()

    def look(standing: Standing) -> None:
        for id in topological(standing.graph):
            inner = standing.doors.get(id)
            if inner is None or inner in seen or id not in standing.needed:
                continue
            seen.add(inner)
            look(inner)
            found.setdefault(inner.name, []).append(inner)

    for root in roots:
        look(root)
    return found


class _BlockClasses:
    """The classes of one block."""

    def __init__(
        self,
        name: str,
        block: Block,
        standings: list[Standing],
        identifiers: Mapping[str, str],
        classes: Mapping[Standing, Made],
    ):
        self._name, self._block, self._standings = name, block, standings
        self._identifiers, self._classes = identifiers, classes

    def all(self, taken: set[str]) -> Iterator[Made]:
        groups: dict[object, list[tuple[Standing, Plan, dict[Mark, Any]]]] = {}
        for standing in self._standings:
            plan = make_plan(standing.graph, standing.layers, self._identifiers, standing.order, block=True)
            marks: dict[Mark, Any] = {}
            writer = Writer(standing, plan, self._classes, known=lambda id, values, m=marks: _marked(id, values, m))  # type: ignore[misc]
            text = (
                tuple(texts for _, texts in writer.made()),
                tuple(texts for _, texts in writer.called()),
                tuple(plan.variables.items()),
            )
            groups.setdefault(text, []).append((standing, plan, marks))
        for group in groups.values():
            yield self._class(group, class_name(self._name, taken), taken)

    def _class(self, group: list[tuple[Standing, Plan, dict[Mark, Any]]], name: str, taken: set[str]) -> Made:
        standings = [standing for standing, _, _ in group]
        plan = group[0][1]
        made = Made(name, standings, plan)
        names = {*USED, *taken}
        inits = {setting.name: parameter_name(setting.name, names) for setting in self._block.settings}
        attributes = {*self._identifiers.values(), *(step.loop for step in plan.steps)}
        calls = {exposed: f"self.{unique(_attribute(name), attributes)}" for exposed, name in inits.items()}
        vectors = {mark: tuple(marks[mark] for _, _, marks in group) for mark in group[0][2]}
        chosen = _Chosen(standings, plan, inits, vectors, names)
        writer = Writer(standings[0], plan, self._classes, inits, calls, chosen.known)
        made.made, made.called = writer.made(), writer.called()
        first = self._used(made.made, inits, lambda node: node.id if isinstance(node, ast.Name) else None)
        back = {attribute.removeprefix("self."): inits[exposed] for exposed, attribute in calls.items()}
        later = self._used(made.called, inits, lambda node: back.get(_of_self(node)))
        made.kept = {inits[n]: calls[n].removeprefix("self.") for n in inits if inits[n] in later}
        made.parameters = [*chosen.parameters, *self._exposed(inits, first | later, standings)]
        made.sizes = chosen.sizes(made.parameters)
        return made

    def _used(self, statements: Statements, inits: Mapping[str, str], name: Any) -> set[str]:
        """The arguments of the class that statements use."""
        if not inits:
            return set()
        known = set(inits.values())
        lines = [text.strip() for _, texts in statements for text in texts]
        trees = [ast.parse(f"{line} pass" if line.endswith(":") else line) for line in lines]
        return {found for tree in trees for node in ast.walk(tree) if (found := name(node)) in known}

    def _exposed(self, inits: Mapping[str, str], used: set[str], standings: list[Standing]) -> list[Parameter]:
        usual = self._usual
        return [
            Parameter(
                inits[setting.name],
                ANNOTATIONS.get(setting.type, "int"),
                literal(usual[setting.name]),
                setting.name,
                {standing: standing.values[setting.name] for standing in standings},
            )
            for setting in self._block.settings
            if inits[setting.name] in used
        ]

    @property
    def _usual(self) -> Mapping[str, Any]:
        from netbuilder.compile.blocks import fields_of

        return {name: field.default for name, field in fields_of(self._block).items()}


def _attribute(name: str) -> str:
    return f"{name}_" if name.lower() in reserved() else name


def _of_self(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return ""


def _marked(id: str, values: Mapping[str, Any], marks: dict[Mark, Any]) -> Mapping[str, Any]:
    """The arguments of a node, each written as a mark that says which it is."""
    marks.update({(id, name): value for name, value in values.items()})
    return {name: written(value, f"⟦{id}⟧{name}") for name, value in values.items()}


@dataclass(frozen=True)
class _Candidate:
    """An expression of the block that might stand for an argument, and its value in each standing."""

    text: str
    node: str
    size: bool
    vector: tuple[Any, ...]


class _Chosen:
    """How each argument that follows from shapes is written in a class."""

    def __init__(
        self,
        standings: list[Standing],
        plan: Plan,
        inits: Mapping[str, str],
        vectors: Mapping[Mark, tuple[Any, ...]],
        names: set[str],
    ):
        self.parameters: list[Parameter] = []
        self._standings, self._inits, self._names = standings, inits, names
        self._graph = standings[0].graph
        self._identifiers = {step.node.id: step.identifier for step in plan.steps}
        self._candidates = list(self._expressions(plan))
        self._texts = {mark: self._choose(mark, vector) for mark, vector in vectors.items()}

    def known(self, id: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of a node as they are written."""
        return {name: self._texts.get((id, name), value) for name, value in values.items()}

    def sizes(self, parameters: Sequence[Parameter]) -> dict[tuple[int, ...], str]:
        """What numbers that differ from standing to standing are: an argument, or an expression of the block."""
        found: dict[tuple[int, ...], str] = {}
        for parameter in parameters:
            vector = tuple(parameter.values[standing] for standing in self._standings)
            if all(_whole(value) for value in vector) and not NO_SIZE.search(parameter.name):
                found.setdefault(vector, parameter.name)
        for candidate in self._candidates:
            if candidate.size:
                found.setdefault(candidate.vector, f"({self._spell(candidate.text)})")
        return found

    def _expressions(self, plan: Plan) -> Iterator[_Candidate]:
        for step in plan.steps:
            for name, raw in self._graph.settings_of(step.node.id).items():
                known = isinstance(step.layer, BlockLayer) or name.startswith("out_") or bool(SIZE.search(name))
                for text in expressions(raw):
                    vector = self._vector(text)
                    if vector is not None:
                        size = known and not NO_SIZE.search(name)
                        yield _Candidate(text, step.node.id, size, vector)

    def _vector(self, text: str) -> tuple[Any, ...] | None:
        try:
            if not self._inits or not names_in(text):
                return None
            found = tuple(calculate(text, standing.values) for standing in self._standings)
        except NotANumber:
            return None
        return found if all(_whole(value) for value in found) else None

    def _choose(self, mark: Mark, vector: tuple[Any, ...]) -> Any:
        first = vector[0]
        if not _whole(first) and _alike(vector):
            return first
        if isinstance(first, tuple) and all(isinstance(v, tuple) and len(v) == len(first) for v in vector):
            parts = [self._expression(mark, tuple(part)) for part in zip(*vector, strict=True)]
            if all(part is not None for part in parts):
                return tuple(parts)
        else:
            found = self._expression(mark, vector)
            if found is not None:
                return found
        return written(first, self._parameter(mark, vector))

    def _expression(self, mark: Mark, vector: tuple[Any, ...]) -> Any:
        """The value as an expression of the block, or plainly where it is the same everywhere; None: it is neither."""
        alike = _alike(vector)
        if all(_whole(value) for value in vector):
            fitting = [candidate for candidate in self._candidates if candidate.vector == vector]
            usable = [candidate for candidate in fitting if candidate.size or not alike]
            if usable:
                return written(vector[0], self._spell(self._nearest(mark[0], usable).text))
            lone = [name for name in self._inits if (SIZE.search(name) and not NO_SIZE.search(name)) or not alike]
            for name in lone:
                values = tuple(standing.values[name] for standing in self._standings)
                if values == vector and all(_whole(value) for value in values):
                    return written(vector[0], self._inits[name])
        return vector[0] if alike else None

    def _nearest(self, id: str, candidates: list[_Candidate]) -> _Candidate:
        """The one nearest before this node; else the first lone name; else the first."""
        before = upstream(self._graph, [id]) - {id}
        rank = {node: number for number, node in enumerate(topological(self._graph))}
        ahead = [candidate for candidate in candidates if candidate.size and candidate.node in before]
        if ahead:
            return max(ahead, key=lambda candidate: rank[candidate.node])
        return next((candidate for candidate in candidates if candidate.text in self._inits), candidates[0])

    def _spell(self, text: str) -> str:
        return spelled(text, self._inits)

    def _parameter(self, mark: Mark, vector: tuple[Any, ...]) -> str:
        """The argument of the class that has these values: one that there is already, or a new one."""
        values = dict(zip(self._standings, vector, strict=True))
        known = next((p for p in self.parameters if p.values == values), None)
        if known is not None:
            return known.name
        id, name = mark
        if name in self._names:
            name = f"{self._identifiers.get(id, 'layer')}_{name}"
        kind = type(vector[0]) if len({type(value) for value in vector}) == 1 else int
        annotation = {bool: "bool", float: "float", str: "str", tuple: "tuple[int, ...]"}.get(kind, "int")
        made = Parameter(unique(name, self._names), annotation, values=values)
        self.parameters.append(made)
        return made.name


def _alike(vector: tuple[Any, ...]) -> bool:
    return all(type(value) is type(vector[0]) and value == vector[0] for value in vector)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
