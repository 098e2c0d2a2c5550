"""The project as a Python file that people can read: a class a block, a class a network, shapes as comments.

The text depends on what was drawn alone: the same drawing gives the same bytes, wherever its nodes lie on the canvas.
Nothing a user typed gets into it but numbers, checked words and (once trusted) code of his own; names are made into
identifiers before. Chains stay one attribute a layer, not an `nn.Sequential`: so each keeps its node's name in
tracebacks, in the names of its weights and when the file is read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.planning.plan import Step, Value
from netbuilder.compile.writing.classes import NETWORK, Made
from netbuilder.compile.writing.page import INDENT, WIDTH, Line, Page, Place
from netbuilder.compile.writing.rates import rates_of
from netbuilder.compile.writing.shapes import Shapes
from netbuilder.project import Project

__all__ = ["Place", "Source", "write_source"]

IN_METHOD = INDENT * 2
MOST_MODULES = 10_000  # that are told by name


@dataclass(frozen=True)
class Source:
    """The text, and which lines (counted from 1) stand for which node.

    `node_names` are the names of nodes by line, `modules` by the attribute of the network ("stage1.0.conv"); `results`
    the names of the Outputs in the order in which the network returns them. All three are those of the main network;
    `networks` has the class of each other one, by the name of its tab. `rates` are the learning rates of parts of a
    network by attribute, see `rates_of`: those of the main one under "", of each other one under the name of its tab.
    """

    text: str
    lines: Mapping[Place, tuple[int, ...]] = field(default_factory=dict)
    node_names: Mapping[int, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[int, Place] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def node_at(self, line: int) -> Place | None:
        """The node that wrote this line."""
        return self.places.get(line)


def write_source(classes: list[Made], project: Project) -> Source:
    """The file with these classes, of which one is the main network's."""
    page = Page()
    main = next(made for made in classes if made.name == NETWORK)
    page.write(_summary(main))
    page.write()
    preambles = list(dict.fromkeys(text for made in classes for text in _preambles(made)))
    imports = [text for text in preambles if text == "import math"]
    for text in imports:
        page.write(text)
        page.write()
    page.write("import torch")
    page.write("from torch import nn")
    if any(_uses_functional(text) for text in (*preambles, *_texts(classes))):
        page.write("from torch.nn import functional as F")
    for text in preambles:
        if text not in imports:
            page.write()
            page.write()
            page.lines += text.split("\n")
    for made in classes:
        page.write()
        page.write()
        _write_class(page, made)
    lines = {place: tuple(numbers) for place, numbers in page.origin.items()}
    names = {line: project.graphs[graph].nodes[id].name for line, (graph, id) in page.first.items()}
    results = tuple(step.node.name for step in main.plan.results)
    networks = [made for made in classes if made.standing.name in project.networks]
    others = {made.standing.name: made.name for made in networks if made is not main}
    by_standing = {standing: made for made in classes for standing in made.standings}
    rates = {"" if made is main else made.standing.name: rates_of(made, by_standing) for made in networks}
    rates = {name: found for name, found in rates.items() if found}
    return Source(page.text, lines, names, _modules(main, by_standing), page.first, results, others, rates)


def _write_class(page: Page, made: Made) -> None:
    page.write(f"class {made.name}(nn.Module):")
    if made.made or made.kept:
        page.write(f"{INDENT}def __init__({', '.join(['self', *_signature(made)])}) -> None:")
        page.write(f"{IN_METHOD}super().__init__()")
        for name, attribute in made.kept.items():
            page.write(f"{IN_METHOD}self.{attribute} = {name}")
        sharing = _sharing(made)
        for step, (text,) in made.made:
            page.write(f"{IN_METHOD}{text}", sharing[step.attribute])
        page.write()
    _write_forward(page, made)


def _signature(made: Made) -> list[str]:
    return [
        f"{parameter.name}: {parameter.annotation}" + (f" = {parameter.default}" if parameter.default else "")
        for parameter in made.parameters
    ]


def _sharing(made: Made) -> dict[str, list[Place]]:
    """The nodes that use what each attribute holds; first the one whose layer it is."""
    found: dict[str, list[Place]] = {}
    for step in made.plan.steps:
        place = (made.standing.name, step.node.id)
        places = found.setdefault(step.attribute, [])
        places.insert(0 if not step.node.shares else len(places), place)
    return found


def _write_forward(page: Page, made: Made) -> None:
    plan, shapes = made.plan, Shapes(made)
    count = len(plan.results)
    gives = "torch.Tensor" if count == 1 else f"tuple[{', '.join(['torch.Tensor'] * count)}]"
    graph = made.standing.name
    arguments = [(step, f"{step.identifier}: torch.Tensor") for step in plan.arguments]
    heading = f"{INDENT}def forward({', '.join(['self', *(text for _, text in arguments)])}) -> {gives}:"
    if len(arguments) == 1 and len(heading) <= WIDTH:
        ((step, _),) = arguments
        page.write(heading, [(graph, step.node.id)], _told(shapes, step, made))
    elif not arguments:
        page.write(heading)
    else:
        page.write(f"{INDENT}def forward(")
        page.write(f"{IN_METHOD}self,")
        lines = [
            Line(f"{IN_METHOD}{text},", ((graph, step.node.id),), _told(shapes, step, made)) for step, text in arguments
        ]
        page.write_body(lines)
        page.write(f"{INDENT}) -> {gives}:")
    page.write_body(_body(made, shapes))
    given = [plan.variable(value) for step in plan.results for value in step.inputs.values()]
    page.write(f"{IN_METHOD}return {', '.join(given)}", [(graph, step.node.id) for step in plan.results])


def _body(made: Made, shapes: Shapes) -> Iterator[Line]:
    for step, texts in made.called:
        place = (made.standing.name, step.node.id)
        for text in texts[:-1]:
            yield Line(f"{IN_METHOD}{text}", (place,))
        yield Line(f"{IN_METHOD}{texts[-1]}", (place,), _told(shapes, step, made))


def _told(shapes: Shapes, step: Step, made: Made) -> str:
    """The shapes of what comes out of a line, as far as somebody uses it."""
    values: list[Value] = [(step.node.id, port.name) for port in step.layer.outputs()]
    return ", ".join(shapes.of(value) for value in values if value in made.plan.variables)


def _preambles(made: Made) -> Iterator[str]:
    """Text that has to stand above the classes, verbatim: code of the user's own, and what it needs."""
    for step in made.plan.steps:
        text = step.layer.preamble()
        if text:
            yield text


def _texts(classes: list[Made]) -> Iterator[str]:
    for made in classes:
        for _, texts in (*made.made, *made.called):
            yield from texts


def _uses_functional(text: str) -> bool:
    """Whether a text says `F.something`."""
    return "F." in text and re.search(r"(?<![\w.])F\.", text) is not None


def _summary(made: Made) -> str:
    standing, plan = made.standing, made.plan
    takes = " and ".join(str(standing.types[step.node.id, "y"]) for step in plan.arguments)
    gives = " and ".join(str(standing.types[value]) for step in plan.results for value in step.inputs.values())
    layers = f"{standing.leaves:,} layer{'s' if standing.leaves != 1 else ''}"
    parameters = standing.cost.parameters if standing.cost is not None else 0
    return f'"""A network of {layers} with {parameters:,} parameters: {takes} in, {gives} out. N is the batch."""'


def _modules(main: Made, by_standing: Mapping[Standing, Made]) -> dict[str, str]:
    """The names of the nodes, with those of the blocks they are in, by the attribute of the network."""
    found: dict[str, str] = {}
    todo = [(main.standing, "", "")]
    for standing, prefix, way in todo:
        made = by_standing.get(standing)
        for step, _ in made.made if made is not None else ():
            if len(found) >= MOST_MODULES:
                return found
            owner = standing.graph.owner(step.node.id)
            attribute, name = f"{prefix}{step.attribute}", f"{way}{owner.name}"
            found[attribute] = name
            inner = standing.doors.get(step.node.id)
            if inner is None:
                continue
            copies = step.layer.settings["repeat"] if step.row else 0
            if not copies:
                todo.append((inner, f"{attribute}.", f"{name}."))
            for number in range(min(copies, MOST_MODULES)):
                todo.append((inner, f"{attribute}.{number}.", f"{name}[{number}]."))
            if len(todo) > MOST_MODULES:
                return found
    return found
