"""The network as a Python file that people can read: a class `Network`, a line a layer, shapes as comments.

The text depends on the plan alone: the same drawing gives the same bytes, wherever its nodes lie on the canvas.
Nothing a user typed gets into it but numbers and checked words; names are made into identifiers before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.plan import Plan, Step, Value
from netbuilder.compile.types import TensorType
from netbuilder.layers.inputs import Input
from netbuilder.project import MAIN

WIDTH = 100
IN_CLASS, IN_METHOD = "    ", "        "


Place = tuple[str, str]  # the name of a graph, and the id of a node in it


@dataclass(frozen=True)
class Source:
    """The text, and which lines (counted from 1) stand for which node.

    `node_names` are the names of nodes by line, `modules` by the attribute of the network ("stage1.conv").
    """

    text: str
    lines: Mapping[Place, tuple[int, ...]] = field(default_factory=dict)
    node_names: Mapping[int, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)

    def node_at(self, line: int) -> Place | None:
        """The node that wrote this line."""
        return next((place for place, lines in self.lines.items() if line in lines), None)


class _Page:
    """Lines as they are written, remembering for whom."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.origin: dict[Place, list[int]] = {}
        self.names: dict[int, str] = {}

    def write(self, text: str = "", step: Step | None = None, comment: str = "") -> None:
        for line in _folded(text):
            self.lines.append(line)
            if step is not None:
                self.origin.setdefault((MAIN, step.node.id), []).append(len(self.lines))
                self.names.setdefault(len(self.lines), step.node.name)
        if comment:
            self.lines[-1] += f"  # {comment}"


def write_source(
    plan: Plan, inferred: Mapping[str, Mapping[str, Any]], types: Mapping[Value, TensorType], parameters: int
) -> Source:
    """The source of `plan`. `inferred` are the arguments that followed from shapes, by node id."""
    page = _Page()
    page.write(_summary(plan, types, parameters))
    page.write()
    page.write("import torch")
    page.write("from torch import nn")
    if _uses_functional(plan, inferred):
        page.write("from torch.nn import functional as F")
    page.write()
    page.write()
    page.write("class Network(nn.Module):")
    page.write(f"{IN_CLASS}def __init__(self) -> None:")
    page.write(f"{IN_METHOD}super().__init__()")
    for step in plan.steps:
        made = step.layer.set_up(f"self.{step.identifier}", inferred.get(step.node.id, {}))
        if made is not None:
            page.write(f"{IN_METHOD}{made}", step)
    page.write()
    _write_forward(page, plan, types)
    lines = {place: tuple(numbers) for place, numbers in page.origin.items()}
    modules = {step.identifier: step.node.name for step in plan.steps}
    return Source("\n".join(page.lines) + "\n", lines, page.names, modules)


def _write_forward(page: _Page, plan: Plan, types: Mapping[Value, TensorType]) -> None:
    gives = "torch.Tensor" if len(plan.results) == 1 else f"tuple[{', '.join(['torch.Tensor'] * len(plan.results))}]"
    arguments = [f"{step.identifier}: torch.Tensor" for step in plan.arguments]
    heading = f"{IN_CLASS}def forward({', '.join(['self', *arguments])}) -> {gives}:"
    if len(heading) <= WIDTH and len(plan.arguments) == 1:
        page.write(heading, plan.arguments[0], _shape(plan.arguments[0], types))
    else:
        page.write(f"{IN_CLASS}def forward(")
        page.write(f"{IN_METHOD}self,")
        for step, argument in zip(plan.arguments, arguments, strict=True):
            page.write(f"{IN_METHOD}{argument},", step, _shape(step, types))
        page.write(f"{IN_CLASS}) -> {gives}:")
    for step in plan.steps:
        page.write(f"{IN_METHOD}{_call(step, plan)}", step, _shapes(step, plan, types))
    given = [plan.variable(value) for step in plan.results for value in step.inputs.values()]
    page.write(f"{IN_METHOD}return {', '.join(given)}", plan.results[0])
    for step in plan.results[1:]:
        page.origin.setdefault((MAIN, step.node.id), []).append(len(page.lines))


def _uses_functional(plan: Plan, inferred: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a line says `F.something`."""
    made = [step.layer.set_up("self.layer", inferred.get(step.node.id, {})) or "" for step in plan.steps]
    called = [_call(step, plan) for step in plan.steps]
    return any(re.search(r"(?<![\w.])F\.", text) for text in (*made, *called))


def _call(step: Step, plan: Plan) -> str:
    flows = {port: plan.variable(value) for port, value in step.inputs.items()}
    if isinstance(step.layer, Input):
        flows = {"argument": step.identifier}
    outputs = {port.name: plan.variables.get((step.node.id, port.name)) for port in step.layer.outputs()}
    return step.layer.call(f"self.{step.identifier}", flows, outputs)


def _shape(step: Step, types: Mapping[Value, TensorType]) -> str:
    return ", ".join(str(types[step.node.id, port.name]) for port in step.layer.outputs())


def _shapes(step: Step, plan: Plan, types: Mapping[Value, TensorType]) -> str:
    ports = [(step.node.id, port.name) for port in step.layer.outputs()]
    return ", ".join(str(types[value]) for value in ports if value in plan.variables and value in types)


def _summary(plan: Plan, types: Mapping[Value, TensorType], parameters: int) -> str:
    takes = " and ".join(_shape(step, types) for step in plan.arguments)
    gives = " and ".join(str(types[value]) for step in plan.results for value in step.inputs.values())
    layers = f"{len(plan.steps)} layer{'s' if len(plan.steps) != 1 else ''}"
    return f'"""A network of {layers} with {parameters:,} parameters: {takes} in, {gives} out. N is the batch."""'


def _folded(line: str) -> list[str]:
    """`line` in one, or with what is in its outermost brackets on a line (or lines) of its own, as black folds it."""
    if len(line) <= WIDTH or not line.endswith(")") or line.lstrip().startswith(('"', "return")):
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    opening = line.index("(", line.index("=") if "=" in line else 0)
    inside = line[opening + 1 : -1]
    if len(indent) + 4 + len(inside) <= WIDTH:
        return [line[: opening + 1], f"{indent}    {inside}", f"{indent})"]
    return [line[: opening + 1], *(f"{indent}    {part}," for part in _split(inside)), f"{indent})"]


def _split(arguments: str) -> list[str]:
    """Arguments apart: at the commas that are in no bracket. (No argument is a string with a comma in it.)"""
    parts, depth = [""], 0
    for letter in arguments:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
