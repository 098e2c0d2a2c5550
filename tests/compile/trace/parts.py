"""Recordings written by hand: what a model would have done, told layer by layer."""

from __future__ import annotations

from typing import Any

import torch

from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.compile.trace.recording import Size, Value
from netbuilder.compile.trace.shared import settle_shared
from netbuilder.compile.trace.sketch import Sketch
from netbuilder.layers import standard


class Told:
    """Tells a model: `layer` and `part` give the values that come out."""

    def __init__(self, *shape: int):
        self.values: dict[int, Value] = {}
        self.root = Part("Model", "")
        self.given = self.value((Size(1), *shape), "input", "x")
        self._here = [self.root]

    def value(self, shape: tuple[Any, ...], origin: Any = "call", name: str = "", tensor: Any = None) -> int:
        number = len(self.values) + 1
        self.values[number] = Value(number, origin, shape, "float32", name, tensor)
        return number

    def layer(self, kind: str, *inputs: int, path: str = "", module: Any = None, **settings: Any) -> int:
        """A layer that gives what is as wide as its first input, or `width` where that is said."""
        here = self._here[-1]
        made = standard().find(kind)(**settings)
        width = settings.get("out_features")
        shape = self.values[inputs[0]].shape
        out = self.value((*shape[:-1], width) if width else shape)
        full = f"{here.path}.{path}".strip(".") if path else ""
        weights = {}
        if kind == "linear":
            weights = {
                name: self.weight(module or object(), f"{full}.{name}", size)
                for name, size in (("weight", (out and width, shape[-1])), ("bias", (width,)))
            }
        ports = [port.name for port in made.inputs()]
        piece = Piece(
            kind,
            dict(made.settings),
            dict(zip(ports, inputs, strict=True)),
            {made.outputs()[0].name: out},
            path=full,
            weights=weights,
            module=module,
        )
        here.items.append(piece)
        return out

    def weight(self, module: Any, name: str, shape: tuple[int, ...]) -> int:
        known = self.__dict__.setdefault("known", {})
        key = (id(module), name.rpartition(".")[2])
        if key not in known:
            known[key] = self.value(shape, "parameter", name, torch.randn(shape))
            self.__dict__.setdefault("kept", []).append(module)
        return known[key]

    def part(self, type: str, path: str, *arguments: int, module: Any = None, container: bool = False) -> _Inside:
        outer = self._here[-1]
        full = f"{outer.path}.{path}".strip(".")
        part = Part(type, full, container=container, module=module)
        part.arguments = dict(zip(arguments, ("x", "mask", "more"), strict=False))
        outer.items.append(part)
        return _Inside(self, part)

    def sketch(self, *outputs: int) -> Sketch:
        settle_shared(self.root)
        return Sketch(self.root, self.values, [self.given], dict.fromkeys(outputs, ""))


class _Inside:
    def __init__(self, told: Told, part: Part):
        self._told, self._part = told, part

    def __enter__(self) -> Part:
        self._told._here.append(self._part)
        return self._part

    def __exit__(self, *error: object) -> None:
        self._told._here.pop()
