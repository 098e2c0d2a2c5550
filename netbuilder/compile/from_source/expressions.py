"""What the expressions of a source stand for: numbers, lists, values that flow, operators between them. Nothing is
executed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netbuilder.compile.from_source.calls import MIRRORED, SIGNS, Caller, Waiting
from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.trees import call_so, is_self, items_of
from netbuilder.compile.from_source.values import (
    MOST,
    TRAINING,
    BatchSize,
    Made,
    Parts,
    Row,
    ShapeOf,
    Shown,
    SizesOf,
    Wire,
    as_setting,
    calculated,
    is_number,
)
from netbuilder.compile.from_source.words import Words

HOMES = {
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "math": "math",
    "functional": "torch.nn.functional",
}
COLLECTIONS = ("OrderedDict", "collections.OrderedDict")
DEEPEST = 60  # calls of methods and nested expressions
MOST_STEPS = 50_000  # expressions that are looked at: a loop in a loop must end

Stand = Callable[[str, Sequence[Any], Mapping[str, Any], ast.Call], Made]  # makes a block of a class of the text
Enter = Callable[[Made, Sequence[Any], Mapping[str, Any], ast.Call], Any]  # calls one


class Nothing:
    """What a name stands for that has no value here: an argument nobody gave."""

    def __init__(self, name: str):
        self.name = name


class Expressions:
    """The names of one class, or of a lone expression, and the sketch that its lines are drawn into."""

    def __init__(self, words: Words, caller: Caller, imports: Mapping[str, str], stand: Stand, enter: Enter):
        self._words, self._caller, self._imports, self._stand, self._enter = words, caller, imports, stand, enter
        self.attributes: dict[str, Any] = {}
        self.methods: dict[str, ast.FunctionDef] = {}
        self._depth = 0
        self._taken: dict[ast.expr, int] = {}  # calls, and into how many values their result is taken apart
        self._steps = 0

    def _assign(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
            self._tell(value, target.id)
        elif isinstance(target, ast.Attribute) and is_self(target.value):
            self.attributes[target.attr] = value
            call_so(value, target.attr)
        elif isinstance(target, (ast.Tuple, ast.List)):
            given = items_of(value)
            starred = [part for part in target.elts if isinstance(part, ast.Starred)]
            if given is None or starred or len(given) != len(target.elts):
                raise CannotRead(f"{quoted(target)} takes apart what has not so many parts.", target)
            for part, one in zip(target.elts, given, strict=True):
                self._assign(part, one, names)
        else:
            raise CannotRead(f"{quoted(target)} can't be set in a drawing.", target)

    telling: frozenset[str] = frozenset()  # variables that are set once, and so say what a value is

    def _rounds(self, node: ast.expr, names: dict[str, Any]) -> list[Any]:
        found = self.value(node, names)
        items = found.modules if isinstance(found, Row) else items_of(found)
        if items is None or len(items) > MOST:
            raise CannotRead(f"{quoted(node)} is nothing that can be gone through one by one.", node)
        return list(items)

    def value(self, node: ast.expr, names: dict[str, Any], parts: int = 0) -> Any:
        """What an expression stands for; `parts` says into how many it is taken apart. Raises `CannotRead`."""
        self._depth += 1
        self._steps += 1
        if parts:
            self._taken[node] = parts
        if self._depth > DEEPEST or self._steps > MOST_STEPS:
            raise CannotRead("this goes on for too long to be drawn.", node)
        try:
            found = self._value(node, names)
        finally:
            self._depth -= 1
        return found.taken(parts) if isinstance(found, Waiting) and parts else found

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        read = getattr(self, f"_read_{type(node).__name__.lower()}", None)
        if read is None:
            raise CannotRead(f"{quoted(node)} has no place in a drawing.", node)
        return read(node, names)

    def _read_constant(self, node: ast.Constant, names: dict[str, Any]) -> Any:
        if node.value is Ellipsis or isinstance(node.value, (bytes, complex)):
            raise CannotRead(f"{quoted(node)} has no place in a drawing.", node)
        return node.value

    def _read_name(self, node: ast.Name, names: dict[str, Any]) -> Any:
        if node.id not in names:
            raise CannotRead(f"nothing says what {node.id} is.", node)
        value = names[node.id]
        if isinstance(value, Nothing):
            raise CannotRead(f"{value.name} has no value here. Give it a default in the class to paste it.", node)
        return value

    def _read_tuple(self, node: ast.Tuple, names: dict[str, Any]) -> Any:
        return tuple(self._listed(node.elts, names))

    def _read_list(self, node: ast.List, names: dict[str, Any]) -> Any:
        return self._listed(node.elts, names)

    def _listed(self, nodes: Sequence[ast.expr], names: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.value(node.value, names)
                items = value.modules if isinstance(value, Row) else items_of(value)
                if items is None:
                    raise CannotRead(f"{quoted(node)} is no list.", node)
                found += items
            else:
                found.append(self.value(node, names))
        return found

    def _read_listcomp(self, node: ast.ListComp, names: dict[str, Any]) -> Any:
        return self._comprehended(node, names)

    def _read_generatorexp(self, node: ast.GeneratorExp, names: dict[str, Any]) -> Any:
        return self._comprehended(node, names)

    def _comprehended(self, node: ast.ListComp | ast.GeneratorExp, names: dict[str, Any]) -> Any:
        """`[make() for _ in range(3)]`: so many of what is made; a block is one node that stands so many times."""
        (loop, *others) = node.generators
        if others or loop.ifs:
            raise CannotRead(f"{quoted(node)} is more than a repeat.", node)
        unused = isinstance(loop.target, ast.Name) and not any(
            isinstance(inner, ast.Name) and inner.id == loop.target.id for inner in ast.walk(node.elt)
        )
        count = self._range(loop.iter, names) if unused else None
        if count is not None:
            made = self.value(node.elt, names)
            if isinstance(made, Made) and made.block and not made.node and as_setting(count) is not ...:
                made.settings = {**made.settings, "repeat": as_setting(count)}
                made.repeated = True
                return [made]
            if not isinstance(count, int) or count > MOST:
                raise CannotRead(f"{quoted(node)} repeats what is no block so many times.", node)
            return [made, *(self.value(node.elt, names) for _ in range(count - 1))][:count]
        found = []
        for item in self._rounds(loop.iter, names):
            inner = dict(names)
            self._assign(loop.target, item, inner)
            found.append(self.value(node.elt, inner))
        return found

    def _range(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """The n of range(n); None where it is something else."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
            return None
        return self.value(node.args[0], names) if len(node.args) == 1 else None

    def _read_unaryop(self, node: ast.UnaryOp, names: dict[str, Any]) -> Any:
        value = self.value(node.operand, names)
        if isinstance(node.op, ast.Not) and not isinstance(value, (Wire, Shown)):
            return not value
        if isinstance(value, Wire) and isinstance(node.op, (ast.USub, ast.Invert)):
            return self._caller.function("neg" if isinstance(node.op, ast.USub) else "bitwise_not", [value], {}, node)
        if is_number(value) and isinstance(node.op, (ast.USub, ast.UAdd)):
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(value, Shown):
            return Shown(ast.UnaryOp(node.op, value.tree))
        raise CannotRead(f"{quoted(node)} has no place in a drawing.", node)

    def _read_boolop(self, node: ast.BoolOp, names: dict[str, Any]) -> Any:
        wanted = isinstance(node.op, ast.Or)
        value: Any = None
        for part in node.values:
            value = self.value(part, names)
            if isinstance(value, (Wire, Shown)):
                raise CannotRead(f"{quoted(node)} depends on what flows or on a setting.", node)
            if bool(value) is wanted:
                break
        return value

    def _read_ifexp(self, node: ast.IfExp, names: dict[str, Any]) -> Any:
        return self.value(node.body if self._is_so(node.test, names) else node.orelse, names)

    def _read_binop(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        summed = self._summed(node, names)
        if summed is not None:
            return summed
        left, right = self.value(node.left, names), self.value(node.right, names)
        if isinstance(left, Wire) or isinstance(right, Wire):
            return self._caller.operator(node.op, left, right, node)
        if isinstance(node.op, (ast.Add, ast.Mult)) and isinstance(left, (list, tuple)):
            if isinstance(node.op, ast.Add) and isinstance(right, (list, tuple)):
                return [*left, *right]
            if isinstance(right, int) and len(left) * right <= MOST and not any(isinstance(v, Made) for v in left):
                return left * right
        return calculated(left, node, right)

    def _summed(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        """a + b + c of values that flow, as one node; None where it is something else."""
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            return None
        leaves: list[ast.expr] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp) and type(rest.op) is type(node.op):
            leaves.insert(0, rest.right)
            rest = rest.left
        leaves.insert(0, rest)
        if len(leaves) < 3 or len(leaves) > 100 or not all(isinstance(leaf, ast.Name) for leaf in leaves):
            return None
        values = [self.value(leaf, names) for leaf in leaves]
        return self._caller.sum(values, node.op, node) if all(isinstance(v, Wire) for v in values) else None

    def _read_compare(self, node: ast.Compare, names: dict[str, Any]) -> Any:
        if len(node.ops) != 1:
            raise CannotRead(f"{quoted(node)} compares more than two values.", node)
        left, right, sign = self.value(node.left, names), self.value(node.comparators[0], names), node.ops[0]
        if isinstance(sign, (ast.Is, ast.IsNot)):
            return (left is right) == isinstance(sign, ast.Is)
        if isinstance(left, Wire) or isinstance(right, Wire):
            return self._caller.operator(sign, left, right, node)
        word = SIGNS.get(type(sign), "")
        if word in MIRRORED and not isinstance(left, Shown) and not isinstance(right, Shown):
            if word in ("==", "!="):
                return (left == right) == (word == "==")
            if is_number(left) and is_number(right):
                return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[word]
        raise CannotRead(f"{quoted(node)} depends on what flows or on a setting.", node)

    def _read_attribute(self, node: ast.Attribute, names: dict[str, Any]) -> Any:
        if is_self(node.value):
            if node.attr == "training":
                return TRAINING
            if node.attr not in self.attributes:
                raise CannotRead(f"self.{node.attr} is not set in __init__.", node)
            value = self.attributes[node.attr]
            held_here = isinstance(value, Made) and value.layer is not None and not value.layer.is_module()
            return self._held_wire(value) if held_here else value
        dotted = self.dotted(node)
        if dotted is not None and dotted.startswith("torch."):
            return dotted
        value = self.value(node.value, names)
        if isinstance(value, Wire) and node.attr == "shape":
            return ShapeOf(value)
        if isinstance(value, Wire) and node.attr in ("dtype", "device"):
            return None
        if isinstance(value, Parts) and node.attr in value.names:
            return value.items[value.names.index(node.attr)]
        if isinstance(value, Wire):
            return self._caller.function(node.attr, [value], {}, node)
        raise CannotRead(f"{quoted(node)} has no place in a drawing.", node)

    def _held_wire(self, made: Made) -> Wire:
        """A parameter or a buffer as a value: one node, however often it is used."""
        assert made.layer is not None
        if not made.node:
            made.node = self._caller.sketch.add(made.layer.kind, made.settings, {}, made.stem)
        return Wire(made.node, "y")

    def _read_subscript(self, node: ast.Subscript, names: dict[str, Any]) -> Any:
        value = self.value(node.value, names)
        if isinstance(value, ShapeOf):
            if ast.unparse(node.slice) in ("2:", "-2:"):
                return SizesOf(value.of)
            if self.value(node.slice, names) == 0:
                return BatchSize(value.of)
            raise CannotRead(f"{quoted(node)} is known only when it runs. Write the number in its place.", node)
        if isinstance(value, Wire):
            return self._indexed(value, node, names)
        at = self.value(node.slice, names)
        items = value.modules if isinstance(value, Row) else items_of(value)
        if isinstance(value, Waiting) or items is None or not isinstance(at, int) or not -len(items) <= at < len(items):
            raise CannotRead(f"{quoted(node)} takes a part that is not there.", node)
        return items[at]

    def _indexed(self, x: Wire, node: ast.Subscript, names: dict[str, Any]) -> Any:
        written = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        pieces: list[str] = []
        wires: list[Wire] = []
        for piece in written:
            if isinstance(piece, ast.Slice):
                ends = [piece.lower, piece.upper, piece.step]
                numbers = [None if end is None else self.value(end, names) for end in ends]
                if not all(end is None or isinstance(end, int) for end in numbers):
                    raise CannotRead(f"{quoted(node)} is cut at what is no plain number.", node)
                start, stop, step = ("" if end is None else str(end) for end in numbers)
                pieces.append(f"{start}:{stop}" + (f":{step}" if step else ""))
            elif isinstance(piece, ast.Constant) and piece.value is Ellipsis:
                pieces.append("...")
            else:
                value = self.value(piece, names)
                if isinstance(value, Wire):
                    wires = wires if value in wires else [*wires, value]
                    pieces.append(f"i{wires.index(value) + 1}")
                elif value is None or (isinstance(value, int) and not isinstance(value, bool)):
                    pieces.append(str(value))
                else:
                    raise CannotRead(f"{quoted(node)} takes a part by what is no plain number.", node)
        return self._caller.index(x, pieces, wires, node)

    def dotted(self, node: ast.expr) -> str | None:
        """The full name of something of torch: torch.nn.Linear for nn.Linear; None where it is something else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        home = self._imports.get(node.id) or HOMES.get(node.id)
        if home is None and not parts and node.id in self._words.modules:
            home = f"torch.nn.{node.id}"
        return ".".join([home, *parts]) if home is not None else None

    classes: frozenset[str] = frozenset()  # of the text that is read

    # Questions

    def _is_so(self, test: ast.expr, names: dict[str, Any]) -> bool:
        value = self.value(test, names)
        if isinstance(value, (bool, int, float, str, tuple, list, Row)) or value is None:
            return bool(value.modules) if isinstance(value, Row) else bool(value)
        if isinstance(value, Made):
            return True
        raise CannotRead(f"`if {ast.unparse(test)[:50]}` depends on what flows or on a setting.", test)

    # Done elsewhere

    def _tell(self, value: Any, name: str) -> None:
        """A variable's name is its node's, where it is used for nothing else."""
        if isinstance(value, Wire) and name in self.telling:
            self._caller.sketch.suggest(value.node, name.removesuffix(f"_{value.port}") or name)

    def _read_call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        raise NotImplementedError
