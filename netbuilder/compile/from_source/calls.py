"""A call in `forward` as a node: a module that was made, a function of torch, a method of a tensor, an operator."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from netbuilder.compile.from_source.binding import Bound, bind_function
from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.sketch import Sketch
from netbuilder.compile.from_source.values import (
    TRAINING,
    BatchSize,
    Made,
    Parts,
    SizesOf,
    Wire,
    as_setting,
    is_number,
    is_open,
)
from netbuilder.compile.from_source.words import Words
from netbuilder.fields import BadSetting
from netbuilder.layers.function import Function
from netbuilder.layers.layer import Layer

NOT_DRAWN = frozenset({"need_weights", "average_attn_weights", "enforce_sorted"})
SIGNS: Mapping[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<",
    ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
SAME_NAME = {"@": "matmul"}


class Caller:
    """Draws calls into one sketch."""

    def __init__(self, words: Words, sketch: Sketch):
        self._words, self.sketch = words, sketch

    # Modules

    def module(self, made: Made, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.Call) -> Any:
        """Call a module that is a layer of the catalogue; called again, it is a shared one."""
        assert made.layer is not None
        settings = dict(made.settings)
        flat = [wire for argument in args for wire in _wires(argument, node)]
        layer = _known(made.layer, settings)
        names = [port.name for port in layer.inputs()]
        inputs: dict[str, Wire] = {}
        for name, value in kwargs.items():
            if isinstance(value, Wire) and name in names:
                inputs[name] = value
            elif isinstance(value, SizesOf):
                sized = [port.name for port in layer.inputs() if port.optional and port.name not in inputs]
                if not sized:
                    raise CannotRead(f"{name} in {quoted(node)} has no place in {made.layer.title}.", node)
                inputs[sized[-1]] = value.of
            elif name in made.layer.fields() and isinstance(value, bool):
                settings[name] = value
            elif value is not None and name not in NOT_DRAWN:
                raise CannotRead(f"{name} in {quoted(node)} has no place in {made.layer.title}.", node)
        free = [name for name in names if name not in inputs]
        if len(flat) > len(free):
            raise CannotRead(f"{made.layer.title} takes {len(names)} inputs, and {quoted(node)} gives more.", node)
        inputs |= dict(zip(free, flat, strict=False))
        missing = [port.name for port in layer.inputs() if port.name not in inputs and not port.optional]
        if missing:
            raise CannotRead(f"{quoted(node)} leaves out the input {missing[0]} of {made.layer.title}.", node)
        if made.node:
            id = self.sketch.add(made.layer.kind, {}, inputs, shares=made.node, stem=made.stem)
        else:
            id = made.node = self.sketch.add(made.layer.kind, settings, inputs, made.stem)
        return results(layer, id)

    # Functions

    def function(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST, parts: int = 0) -> Any:
        """Call a function of torch, or a method of a tensor (which is then the first argument). `parts` says into how
        many values the result is taken apart."""
        args, kwargs = self._while_training(name, args, kwargs, node)
        special = getattr(self, f"_{name}", None) if name in SPECIAL else None
        if name == "split":
            args, kwargs = _split_evenly(args, kwargs, parts, node)
        found = special(args, kwargs, node) if special is not None else None
        if found is not None:
            return found
        candidates = self._words.function(name)
        if not candidates:
            raise CannotRead(f"NetBuilder knows no operation {name}, in {quoted(node)}.", node)
        for layer in candidates:
            bound = bind_function(layer, args, kwargs, node, module=len(candidates) == 1)
            if bound is not None and (not parts or len(bound.made.outputs()) == parts):
                return self.draw(bound)
        raise CannotRead(f"the arguments of {quoted(node)} fit no layer.", node)

    def _while_training(
        self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST
    ) -> tuple[list[Any], dict[str, Any]]:
        """Without `training=self.training`: a layer that does another thing in training does so by itself."""
        told = [value for value in (*args, *kwargs.values()) if value is TRAINING]
        if "drop" in name and not told:
            raise CannotRead(f"{quoted(node)} drops at all times. Give it training=self.training.", node)
        if "training" in kwargs and not told:
            raise CannotRead(f"{quoted(node)} does not follow self.training.", node)
        left = {word: value for word, value in kwargs.items() if value is not TRAINING}
        return [value for value in args if value is not TRAINING], left

    def draw(self, bound: Bound) -> Any:
        id = self.sketch.add(bound.layer.kind, bound.settings, bound.inputs)
        return results(bound.made, id)

    def _merge(self, kind: str, parts: Sequence[Any], more: Mapping[str, Any], node: ast.AST) -> Any:
        wires = [part for part in parts if isinstance(part, Wire)]
        layer = self._kind(kind)
        if len(wires) != len(parts) or len(wires) < 2 or layer is None:
            return None
        settings = {"ports": len(wires)} | {name: as_setting(value) for name, value in more.items()}
        closed = {name: value for name, value in settings.items() if not is_open(value)}
        changed = layer(**closed).changed() | {n: v for n, v in settings.items() if is_open(v)}
        inputs = {f"x{number}": wire for number, wire in enumerate(wires, 1)}
        return self.draw(Bound(layer, changed, inputs))

    def _joined(self, kind: str, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        listed = args[0] if args else kwargs.get("tensors")
        dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
        if isinstance(listed, Parts):
            listed = listed.items
        return self._merge(kind, listed, {"dim": dim}, node) if isinstance(listed, (tuple, list)) else None

    def _cat(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        return self._joined("concatenate", args, kwargs, node)

    _concat = _concatenate = _cat

    def _einsum(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        layer = self._kind("einsum")
        text, wires = args[0] if args else None, args[1:]
        if layer is None or not isinstance(text, str) or not all(isinstance(wire, Wire) for wire in wires):
            return None
        try:
            made = layer(equation=text)
        except BadSetting as refused:
            raise CannotRead(str(refused), node) from None
        ports = [port.name for port in made.inputs()]
        if len(ports) != len(wires):
            return None
        return self.draw(Bound(layer, made.changed(), dict(zip(ports, wires, strict=True))))

    def _stack(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        return self._joined("stack", args, kwargs, node)

    def _reshape(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST, view: bool = False) -> Any:
        """With the batch first, the shape of a sample; view(N, -1) is a Flatten to people."""
        x, *sizes = args
        if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
            sizes = list(sizes[0])
        if kwargs or not sizes or not isinstance(x, Wire):
            return None
        first, rest = sizes[0], sizes[1:]
        batch = isinstance(first, BatchSize) and first == BatchSize(x)
        if view and rest == [-1] and batch:
            return self._named("flatten", {}, {"x": x})
        settled = [as_setting(size) for size in rest]
        if batch and rest and not any(isinstance(size, (str, type(...))) for size in settled):
            return self._named("reshape", {"shape": settled}, {"x": x})
        bound = bind_function(self._kind("view"), [x, *sizes], {}, node) if self._kind("view") else None  # type: ignore[arg-type]
        return self.draw(bound) if bound is not None else None

    def _view(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        return self._reshape(args, kwargs, node, view=True)

    def _flatten(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        """torch.flatten(x, 1) is what people mean by Flatten."""
        start = args[1] if len(args) > 1 else kwargs.get("start_dim", 0)
        end = args[2] if len(args) > 2 else kwargs.get("end_dim", -1)
        if (start, end) == (1, -1) and isinstance(node, ast.Call) and not _is_method(node):
            return self._named("flatten", {}, {"x": args[0]})
        return None

    def _float(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        return self._named("cast", {"dtype": "float32"}, {"x": args[0]})

    def _long(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        return self._named("cast", {"dtype": "int64"}, {"x": args[0]})

    def _unbind(self, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST) -> Any:
        dim = args[1] if len(args) > 1 else kwargs.get("dim", 0)
        return Waiting(self, "unbind", {"dim": dim}, args[0]) if is_number(dim) else None

    # Operators

    def operator(self, operator: ast.AST, left: Any, right: Any, node: ast.AST) -> Any:
        """Two values, or a value and a number, and a sign between them."""
        sign = SIGNS.get(type(operator), "")
        both = isinstance(left, Wire) and isinstance(right, Wire)
        if sign in ("+", "*"):
            if both:
                return self._merge("add" if sign == "+" else "multiply", [left, right], {}, node)
            wire, number = (left, right) if isinstance(left, Wire) else (right, left)
            return self._with_number("add_number" if sign == "+" else "scale", wire, number, node)
        if sign in SAME_NAME:
            return self.function(SAME_NAME[sign], [left, right], {}, node)
        if not isinstance(left, Wire) and sign in MIRRORED:
            left, right, sign = right, left, MIRRORED[sign]
        for layer in self._words.signs.get(sign, ()):
            fields = layer.fields()
            settings: dict[str, Any] = {"number": None} if "number" in fields else {}
            if both:
                inputs = {"x1": left, "x2": right}
            elif "number" in fields and (isinstance(left, Wire) or "number_first" in fields):
                wire, number = (left, right) if isinstance(left, Wire) else (right, left)
                settings["number"] = as_setting(number)
                settings |= {} if isinstance(left, Wire) else {"number_first": True}
                inputs = {"x1": wire}
            else:
                continue
            closed = {name: value for name, value in settings.items() if not is_open(value)}
            opened = {name: value for name, value in settings.items() if is_open(value)}
            return self.draw(Bound(layer, layer(**closed).changed() | opened, inputs))
        raise CannotRead(f"{quoted(node)} has no layer.", node)

    def sum(self, wires: Sequence[Wire], operator: ast.AST, node: ast.AST) -> Any:
        """a + b + c in one node."""
        return self._merge("add" if isinstance(operator, ast.Add) else "multiply", wires, {}, node)

    def _with_number(self, kind: str, wire: Any, number: Any, node: ast.AST) -> Any:
        setting = as_setting(number)
        if setting is ... or isinstance(setting, (str, list)) or setting is None:
            raise CannotRead(f"{quoted(node)} has no layer.", node)
        return self._named(kind, {"number": setting}, {"x": wire})

    def _named(self, kind: str, settings: Mapping[str, Any], inputs: Mapping[str, Wire]) -> Any:
        layer = self._kind(kind)
        if layer is None:
            return None
        closed = {name: value for name, value in settings.items() if not is_open(value)}
        opened = {name: value for name, value in settings.items() if is_open(value)}
        return self.draw(Bound(layer, layer(**closed).changed() | opened, dict(inputs)))

    def index(self, x: Wire, pieces: Sequence[str], wires: Sequence[Wire], node: ast.AST) -> Any:
        """x[...]: one entry of a dimension, or whatever stands in the brackets."""
        whole = [piece == ":" for piece in pieces]
        last = pieces[-1]
        if all(whole[:-1]) and last.lstrip("-").isdigit() and len(pieces) <= 8 and not wires:
            return self._named("select", {"dim": len(pieces) - 1, "index": int(last)}, {"x": x})
        inputs = {"x": x} | {f"i{number}": wire for number, wire in enumerate(wires, 1)}
        return self._named("index", {"index": ", ".join(pieces)}, inputs)

    def _kind(self, kind: str) -> type[Layer] | None:
        return self._words.kinds.get(kind)


SPECIAL = frozenset(
    {"cat", "concat", "concatenate", "stack", "reshape", "view", "flatten", "unbind", "float", "long", "einsum"}
)  # fmt: skip


class Waiting:
    """A call whose number of results is known only when they are taken apart."""

    def __init__(self, caller: Caller, kind: str, settings: Mapping[str, Any], x: Wire):
        self._caller, self._kind, self._settings, self._x = caller, kind, settings, x

    def taken(self, count: int) -> Any:
        return self._caller._named(self._kind, {**self._settings, "entries": count}, {"x": self._x})


def results(layer: Layer, id: str) -> Any:
    """What a node gives: one value, or several as the layer's own line takes them apart."""
    ports = [port.name for port in layer.outputs()]
    if len(ports) == 1 and not _parted(layer):
        return Wire(id, ports[0])
    named = {port: f"o{number}" for number, port in enumerate(ports)}
    inputs = {port.name: port.name for port in layer.inputs()}
    try:
        line = ast.parse(layer.call("self.m", inputs, named)).body[0]
        assert isinstance(line, ast.Assign)
        shape = _taken_apart(line.targets[0], {name: Wire(id, port) for port, name in named.items()})
    except (SyntaxError, AssertionError, KeyError, ValueError, TypeError):
        shape = Parts(tuple(Wire(id, port) for port in ports))
    if isinstance(shape, Parts) and getattr(layer, "results", "") == "named":
        return Parts(shape.items, tuple(ports))
    return shape


def _parted(layer: Layer) -> bool:
    return isinstance(layer, Function) and layer.results == "several"


def _taken_apart(target: ast.expr, wires: Mapping[str, Wire]) -> Any:
    if isinstance(target, ast.Name):
        return wires[target.id]
    assert isinstance(target, ast.Tuple)
    return Parts(tuple(_taken_apart(part, wires) for part in target.elts))


def _split_evenly(
    args: Sequence[Any], kwargs: Mapping[str, Any], parts: int, node: ast.AST
) -> tuple[list[Any], dict[str, Any]]:
    """`a, b = x.split(8)`: two parts of 8, as the names say; without them nobody knows how many parts there are."""
    given = [*args]
    size = given[1] if len(given) > 1 else kwargs.get("split_size_or_sections", kwargs.get("split_size"))
    if is_number(size):
        if not parts:
            raise CannotRead(f"how many parts {quoted(node)} has is known only when it runs. List their sizes.", node)
        more = {name: value for name, value in kwargs.items() if not name.startswith("split_size")}
        return [given[0], [size] * parts, *given[2:]], more
    return given, dict(kwargs)


def _known(layer: type[Layer], settings: Mapping[str, Any]) -> Layer:
    return layer(**{name: value for name, value in settings.items() if not is_open(value)})


def _is_method(node: ast.Call) -> bool:
    """Whether it is x.flatten(...), not torch.flatten(x, ...)."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return owner is not None and not (isinstance(owner, ast.Name) and owner.id in ("torch", "F"))


def _wires(value: Any, node: ast.AST) -> list[Wire]:
    if isinstance(value, Wire):
        return [value]
    if isinstance(value, Parts):
        return [wire for part in value.items for wire in _wires(part, node)]
    if isinstance(value, (tuple, list)):
        return [wire for part in value for wire in _wires(part, node)]
    if value is None:
        return []
    raise CannotRead(f"an argument of {quoted(node)} is no value that flows.", node)
