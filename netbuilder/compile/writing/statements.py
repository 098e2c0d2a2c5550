"""The statements of one standing: what makes each layer in `__init__`, and what calls it in `forward`.

Which argument is written as a number and which as a name is for others to decide. It knows nothing about pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.planning.plan import Plan, Step, links
from netbuilder.compile.planning.values import as_written
from netbuilder.expression import is_written, spelled, tight
from netbuilder.graph.block import REPEAT
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.inputs import Input
from netbuilder.layers.layer import literal


@dataclass(frozen=True)
class Parameter:
    """An argument of a class: of an `exposed` setting with its default as text, or of what its standings differ in.

    `values` is what it is for each standing of the class.
    """

    name: str
    annotation: str
    default: str | None = None
    exposed: str | None = None
    values: Mapping[Standing, Any] = field(default_factory=dict)


class Written(Protocol):
    """A class that is written already."""

    name: str
    parameters: list[Parameter]


T = TypeVar("T")
Known = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # of a node's arguments: how each is written
Statements = list[tuple[Step, tuple[str, ...]]]


def as_they_are(id: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every argument as its value."""
    return values


@dataclass
class Writer:
    """`inits` and `calls` are the names of exposed settings within `__init__` and within `forward`, `classes` those
    of the blocks that stand in it. One that `remembers` takes lines that did not change from the last time.
    """

    standing: Standing
    plan: Plan
    classes: Mapping[Standing, Written]
    inits: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    known: Known = as_they_are
    remembers: bool = False

    def made(self) -> Statements:
        """What makes each layer; one that several nodes share is made once."""
        found: Statements = []
        done: set[str] = set()
        for step in self.plan.steps:
            if step.attribute in done or isinstance(step.layer, Input):
                continue
            done.add(step.attribute)
            text = self._set_up(step)
            if text is not None:
                found.append((step, (text,)))
        return found

    def called(self) -> Statements:
        """What calls each layer, on one line or, where copies are gone through one by one, on several."""
        found: Statements = []
        variables, lines = self.plan.variables, self.standing.lines
        for step in self.plan.steps:
            last = lines.get(step.node.id) if self.remembers else None
            if last is not None and last[0] is step and last[1] is variables:
                found.append((step, last[2]))
            elif self._does_something(step):
                texts = self._call(step)
                found.append((step, texts))
                if self.remembers and not isinstance(step.layer, BlockLayer):
                    lines[step.node.id] = (step, variables, texts)
        return found

    def _does_something(self, step: Step) -> bool:
        """Whether there is a line in `forward`: what nothing uses is only held."""
        return any((step.node.id, port.name) in self.plan.variables for port in step.layer.outputs())

    def _remembered(self, what: str, step: Step, parts: tuple[Any, ...]) -> tuple[Any] | None:
        """The line of this step as it was written the last time, if all that it is made from is the same."""
        known = self.standing.texts.get((what, step.node.id))
        return (known[2],) if known is not None and known[0] is step.layer and known[1] == parts else None

    def _remember(self, what: str, step: Step, parts: tuple[Any, ...], text: T) -> T:
        if self.remembers:
            self.standing.texts[what, step.node.id] = (step.layer, parts, text)
        return text

    def _set_up(self, step: Step) -> str | None:
        id, standing = step.node.id, self.standing
        attribute = f"self.{step.attribute}"
        known = self.known(id, standing.inferred.get(id, {}))
        if self.remembers:
            text = self._remembered("made", step, (attribute, known))
            if text is not None:
                return text[0]
        raw = standing.graph.settings_of(id)
        layer = as_written(step.layer, raw, standing.values, lambda text: spelled(text, self.inits))
        if not isinstance(layer, BlockLayer):
            return self._remember("made", step, (attribute, known), layer.set_up(attribute, known))
        made = self._construct(step, layer)
        if step.row:
            each = f"{made} for _ in range({literal(layer.settings[REPEAT])})"
            made = f"nn.ModuleList({each})" if step.loop else f"nn.Sequential(*({each}))"
        return f"{attribute} = {made}"

    def _construct(self, step: Step, layer: BlockLayer) -> str:
        id = step.node.id
        inner = self.standing.doors[id]
        made = self.classes[inner]
        followed = {p.name: p.values[inner] for p in made.parameters if p.exposed is None}
        known = self.known(id, followed)
        written = []
        for parameter in made.parameters:
            if parameter.exposed is None:
                written.append(literal(known[parameter.name]))
                continue
            value = layer.settings[parameter.exposed]
            if is_written(value) or literal(value) != parameter.default:
                written.append(f"{parameter.name}={literal(value)}")
        return f"{made.name}({', '.join(written)})"

    def _call(self, step: Step) -> tuple[str, ...]:
        id, plan, standing = step.node.id, self.plan, self.standing
        outputs = {port.name: plan.variables.get((id, port.name)) for port in step.layer.outputs()}
        if isinstance(step.layer, Input):
            return (step.layer.call("", {"argument": step.identifier}, outputs),)
        flows = {port: plan.variable(value) for port, value in step.inputs.items()}
        attribute = f"self.{step.attribute}"
        if not isinstance(step.layer, BlockLayer):
            text = self._remembered("called", step, (attribute, flows, outputs)) if self.remembers else None
            if text is not None:
                return (text[0],)
            raw = standing.graph.settings_of(id)
            layer = as_written(step.layer, raw, standing.values, lambda text: spelled(text, self.calls))
            called = tight(layer.call(attribute, flows, outputs))
            return (self._remember("called", step, (attribute, flows, outputs), called),)
        given = ", ".join(outputs[port.name] or "_" for port in step.layer.outputs())
        if not step.loop:
            arguments = ", ".join(flows[port.name] for port in step.layer.inputs())
            return (f"{given} = {attribute}({arguments})",)
        carried = {into: outputs[out] or "_" for out, into in links(step)}
        first = ", ".join(carried.values()), ", ".join(flows[into] for into in carried)
        arguments = ", ".join(carried.get(port.name, flows[port.name]) for port in step.layer.inputs())
        return (
            f"{first[0]} = {first[1]}",
            f"for {step.loop} in {attribute}:",
            f"    {given} = {step.loop}({arguments})",
        )
