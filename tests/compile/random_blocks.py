"""Random projects that are right: blocks in blocks, repeats, shared layers, expressions, several networks."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import Block, Exposed, kind_of
from netbuilder.project import MAIN, Project

Channels = int | str  # a number, or an expression of the block


class Value(NamedTuple):
    """An output that can be used: how many channels it has, and how many pixels along each side."""

    id: str
    port: str
    channels: Channels
    size: int


class Sort(NamedTuple):
    """What a block that was drawn takes and gives: always `c` channels come out."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Sketch:
    """A graph while it is being drawn."""

    def __init__(self, dice: random.Random, names: tuple[str, ...]):
        self.dice, self.names = dice, names
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], Edge] = {}
        self.made: list[tuple[str, Value]] = []  # convolutions, and what flows into them

    def add(
        self, kind: str, settings: dict[str, Any] | None = None, *into: Value | tuple[str, Value], **more: Any
    ) -> str:
        id = f"n{len(self.nodes) + 1}"
        name = more.get("name") or f"{kind.removeprefix('block:')} {len(self.nodes)}"
        self.nodes[id] = Node(id, kind, name, settings or {}, (0.0, 0.0), more.get("shares", ""))
        for number, one in enumerate(into):
            port, value = ("x", one) if isinstance(one, Value) else one
            self.edges[id, port] = Edge(value.id, value.port, id, port)
            assert number < 9
        return id

    def channels(self) -> Channels:
        options: list[Channels] = [4, 6, 8]
        for name in self.names:
            options += [name, f"{name} * 2", f"{name} + 4"]
        return self.dice.choice(options)

    def conv(self, value: Value, channels: Channels) -> Value:
        settings: dict[str, Any] = {"out_channels": written(channels), "padding": 1}
        if self.dice.random() < 0.3:
            settings["bias"] = False
        id = self.add("conv2d", settings, value)
        self.made.append((id, value))
        return Value(id, "y", channels, value.size)

    def graph(self) -> Graph:
        return Graph(self.nodes, self.edges)


def written(value: Channels) -> Any:
    return {"=": value} if isinstance(value, str) else value


def random_project(seed: int) -> Project:
    """A project with up to four blocks, which can be trained on pictures of digits."""
    dice = random.Random(seed)
    graphs: dict[str, Graph] = {}
    blocks: dict[str, Block] = {}
    sorts: list[Sort] = []
    for number in range(dice.randint(1, 4)):
        name = dice.choice(["residual block", "stage", "Mixer", "tower"]) + (str(number) if number else "")
        sorts.append(_block(dice, name, sorts, graphs, blocks))
    main = Sketch(dice, ())
    image = Value(main.add("input", {}, name="image"), "y", 1, 8)
    last = _body(main, [image], sorts, dice.randint(3, 9), pools=True)[-1]
    pooled = Value(main.add("adaptive_avg_pool2d", {}, last), "y", 0, 1)
    flat = Value(main.add("flatten", {}, pooled), "y", 0, 1)
    head = Value(main.add("linear", {"out_features": 10}, flat), "y", 0, 1)
    main.add("output", {}, head)
    found = {MAIN: main.graph(), **graphs}
    if dice.random() < 0.4:
        other = Sketch(dice, ())
        start = Value(other.add("input", {"shape": [3, 8, 8]}, name="seen"), "y", 3, 8)
        other.add("output", {}, _body(other, [start], sorts, 3)[-1])
        found["critic"] = other.graph()
    return Project(found, blocks=blocks)


def _block(
    dice: random.Random, name: str, sorts: list[Sort], graphs: dict[str, Graph], blocks: dict[str, Block]
) -> Sort:
    sketch = Sketch(dice, ("c",))
    inputs = ("x", "gate")[: 2 if dice.random() < 0.3 else 1]
    values = [Value(sketch.add("input", {}, name=port), "y", "?" if port == "x" else "c", 8) for port in inputs]
    first = sketch.conv(values[0], sketch.channels())
    flowing = _body(sketch, [first], sorts, dice.randint(0, 4))
    last = flowing[-1]
    if last.channels != "c":
        last = sketch.conv(last, "c")
    if len(inputs) > 1:
        last = Value(sketch.add("multiply", {}, ("x1", last), ("x2", values[1])), "y", "c", 8)
    outputs = ["y"]
    sketch.add("output", {}, last, name="y")
    if dice.random() < 0.3:
        side = sketch.conv(first, "c")
        sketch.add("output", {}, side, name="side")
        outputs.append("side")
    graphs[name] = sketch.graph()
    blocks[name] = Block((Exposed("c", "int", dice.choice([4, 8])), Exposed("spare", "int", 3)))
    return Sort(name, inputs, tuple(outputs))


def _body(sketch: Sketch, values: list[Value], sorts: list[Sort], steps: int, pools: bool = False) -> list[Value]:
    dice = sketch.dice
    for _ in range(steps):
        last = values[-1]
        what = dice.choice(["conv", "norm", "relu", "skip", "share", "block", "block", "row", "pool"])
        if what == "norm":
            values.append(last._replace(id=sketch.add("batch_norm2d", {}, last), port="y"))
        elif what == "relu":
            values.append(last._replace(id=sketch.add("relu", {}, last), port="y"))
        elif what == "skip":
            other = dice.choice([value for value in values if value[2:] == last[2:]])
            values.append(last._replace(id=sketch.add("add", {}, ("x1", last), ("x2", other)), port="y"))
        elif what == "share":
            fitting = [id for id, into in sketch.made if into.channels == last.channels]
            if fitting:
                id = dice.choice(fitting)
                raw = sketch.nodes[id].settings["out_channels"]
                out = raw["="] if isinstance(raw, dict) else raw
                again = sketch.add("conv2d", {}, last, shares=id)
                values.append(Value(again, "y", out, last.size))
        elif what == "pool" and pools and last.size > 2:
            values.append(last._replace(id=sketch.add("max_pool2d", {}, last), port="y", size=last.size // 2))
        elif what in ("block", "row") and sorts:
            made = _stand(sketch, dice.choice(sorts), last, what == "row")
            values.append(made)
        elif what == "conv":
            values.append(sketch.conv(last, sketch.channels()))
    return values


def _stand(sketch: Sketch, sort: Sort, last: Value, row: bool) -> Value:
    """The block, once or in a row: then it gives as many channels as it takes."""
    dice = sketch.dice
    channels = last.channels if row else sketch.channels()
    settings: dict[str, Any] = {"c": written(channels)}
    given: list[tuple[str, Value]] = [("x", last)]
    if len(sort.inputs) > 1:
        gate = last if row else sketch.conv(last, channels)
        given.append(("gate", gate))
    if row:
        settings["repeat"] = dice.choice([2, 3])
    id = sketch.add(kind_of(sort.name), settings, *given)
    return Value(id, dice.choice(sort.outputs), channels, last.size)
