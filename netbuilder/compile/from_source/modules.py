"""Calls: modules that are made and called, functions of torch, methods of values, and a few functions of Python."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from netbuilder.compile.from_source.binding import bind_module
from netbuilder.compile.from_source.expressions import COLLECTIONS, Expressions, Nothing
from netbuilder.compile.from_source.held import held
from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.trees import is_self, items_of
from netbuilder.compile.from_source.values import (
    MOST,
    BatchSize,
    Made,
    Parts,
    Row,
    ShapeOf,
    Wire,
    is_number,
)


class Modules(Expressions):
    """Reads what is called."""

    def _read_call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        function = node.func
        if isinstance(function, ast.Name) and function.id not in names:
            plain = self._plain(function.id, node, names)
            if plain is not ...:
                return plain
        if isinstance(function, ast.Attribute) and is_self(function.value) and function.attr in self.methods:
            return self.call_method(self.methods[function.attr], *self._arguments(node, names), node)
        dotted = self.dotted(function) if not self._is_local(function, names) else None
        if dotted is not None:
            return self._of_torch(dotted, node, names)
        if isinstance(function, ast.Attribute) and not is_self(function.value):
            return self._method(function, node, names)
        return self._call(self.value(function, names), *self._arguments(node, names), node)

    def _is_local(self, function: ast.expr, names: Mapping[str, Any]) -> bool:
        while isinstance(function, ast.Attribute):
            function = function.value
        return isinstance(function, ast.Name) and function.id in names

    def _arguments(self, node: ast.Call, names: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        kwargs = {}
        for word in node.keywords:
            if word.arg is None:
                raise CannotRead(f"{quoted(node)} is given arguments by **.", node)
            kwargs[word.arg] = self.value(word.value, names)
        return self._listed(node.args, names), kwargs

    def _plain(self, name: str, node: ast.Call, names: dict[str, Any]) -> Any:
        """A few functions of Python itself, and the classes of the text; ... for any other name."""
        if name in self.classes:
            return self._stand(name, *self._lenient(node, names), node)
        if name == "OrderedDict":
            return self._listed(node.args, names)[0] if node.args else []
        if name == "range":
            numbers = self._listed(node.args, names)
            if (
                not 1 <= len(numbers) <= 3
                or not all(isinstance(n, int) for n in numbers)
                or (len(numbers) == 3 and not numbers[2])
            ):
                raise CannotRead(f"{quoted(node)} is no range of plain numbers.", node)
            if len(range(*numbers)) > MOST:
                raise CannotRead(f"{quoted(node)} is too long to be drawn.", node)
            return list(range(*numbers))
        if name in ("int", "float", "len", "list", "tuple", "enumerate", "zip", "reversed") and not node.keywords:
            return self._builtin(name, self._listed(node.args, names), node)
        return ...

    def _lenient(self, node: ast.Call, names: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments of a class of the text: one that nobody gave may be for what is inferred."""

        def read(inner: ast.expr) -> Any:
            if isinstance(inner, ast.Name) and isinstance(names.get(inner.id), Nothing):
                return names[inner.id]
            return self.value(inner, names)

        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(word.arg is None for word in node.keywords):
            raise CannotRead(f"{quoted(node)} is given arguments by *.", node)
        return [read(arg) for arg in node.args], {str(word.arg): read(word.value) for word in node.keywords}

    def _builtin(self, name: str, args: list[Any], node: ast.Call) -> Any:
        lists = [arg.modules if isinstance(arg, Row) else items_of(arg) for arg in args]
        if name == "float" and args in (["inf"], ["-inf"]):
            return args[0]
        if name in ("int", "float") and len(args) == 1 and is_number(args[0]):
            return int(args[0]) if name == "int" else float(args[0])
        if args and all(found is not None for found in lists):
            known: list[list[Any]] = [list(found) for found in lists if found is not None]
            if name == "len":
                return len(known[0])
            if name in ("list", "tuple", "reversed"):
                return list(reversed(known[0])) if name == "reversed" else known[0]
            if name in ("enumerate", "zip"):
                return [
                    tuple(pair) for pair in (enumerate(known[0]) if name == "enumerate" else zip(*known, strict=False))
                ]
        raise CannotRead(f"{quoted(node)} can't be worked out here.", node)

    def _of_torch(self, dotted: str, node: ast.Call, names: dict[str, Any]) -> Any:
        home, _, name = dotted.rpartition(".")
        if dotted in COLLECTIONS or name == "OrderedDict":
            return self._listed(node.args, names)[0] if node.args else []
        if home in ("torch.nn", "torch.nn.modules") and name[:1].isupper():
            return self._new(name, node, names)
        if home == "math":
            raise CannotRead(f"{quoted(node)} can't be worked out here. Write the number in its place.", node)
        args, kwargs = self._arguments(node, names)
        if not any(isinstance(arg, (Wire, Parts, list, tuple)) for arg in (*args, *kwargs.values())):
            made = held("", node, self._words, lambda inner: self.value(inner, names), node)
            return self._held_wire(made)
        return self._caller.function(name, args, kwargs, node, self._taken.get(node, 0))

    def _new(self, name: str, node: ast.Call, names: dict[str, Any]) -> Any:
        """A module of torch.nn that is made."""
        if name in ("Sequential", "ModuleList"):
            return self._row(node, names, name == "Sequential")
        if name == "Parameter":
            return held("parameter", node, self._words, lambda inner: self.value(inner, names), node)
        layer = self._words.modules.get(name)
        if layer is None:
            raise CannotRead(f"NetBuilder has no layer nn.{name}.", node)
        args, kwargs = self._lenient(node, names)
        if layer.wraps:
            args, inner = self._wrapped(layer.wraps, args, node)
            kwargs = {**inner, **kwargs}
        order = layer.argument_order()
        inferred = layer.inferred()
        for word, value in [*zip(order, args, strict=False), *kwargs.items()]:
            if isinstance(value, Nothing) and word not in inferred:
                raise CannotRead(f"{value.name} has no value here. Give it a default in the class to paste it.", node)
        return Made(layer, bind_module(layer, args, kwargs, node), line=node)

    def _wrapped(self, wraps: str, args: list[Any], node: ast.Call) -> tuple[list[Any], dict[str, Any]]:
        """The settings of the layer that a stack is made of, for the stack."""
        first = args[0] if args else None
        if not isinstance(first, Made) or first.layer is None or first.layer.target != wraps:
            raise CannotRead(f"{quoted(node)} is no stack of nn.{wraps.rpartition('.')[2]}.", node)
        if any(isinstance(value, dict) for value in first.settings.values()):
            raise CannotRead(f"a setting of {quoted(node)} is no plain value.", node)
        settings = first.layer(**first.settings).settings
        inner = {name: value for name, value in settings.items() if name in first.layer.argument_order()}
        return [], {**inner, **({"num_layers": args[1]} if len(args) > 1 else {})}

    def _row(self, node: ast.Call, names: dict[str, Any], callable: bool) -> Row:
        row = Row(callable=callable)
        for value in self._listed(node.args, names):
            for item in each_of(value, node) if not callable else value if isinstance(value, list) else [value]:
                name, module = item if isinstance(item, tuple) and len(item) == 2 else ("", item)
                if not isinstance(module, (Made, Row)):
                    raise CannotRead(f"an entry of {quoted(node)} is no module.", node)
                row.modules.append(module)
                row.names.append(str(name))
            if isinstance(value, list) and len(value) == len(node.args) == 1 and value[0].repeated and not callable:
                row.whole = value[0]
        if callable and not row.modules:
            raise CannotRead("this Sequential is empty.", node)
        return row

    def _module(self, node: ast.expr, names: dict[str, Any]) -> Made | Row:
        found = self.value(node, names)
        if not isinstance(found, (Made, Row)):
            raise CannotRead(f"{quoted(node)} is no module.", node)
        return found

    def _method(self, function: ast.Attribute, node: ast.Call, names: dict[str, Any]) -> Any:
        owner, name = self.value(function.value, names), function.attr
        if isinstance(owner, (Row, Made)):
            raise CannotRead(f"{quoted(node)} does what a drawing does not say.", node)
        if not isinstance(owner, (Wire, ShapeOf)):
            raise CannotRead(f"{quoted(node)} is no operation on a value that flows.", node)
        args, kwargs = self._arguments(node, names)
        if name == "size" and isinstance(owner, Wire):
            if not args and not kwargs:
                return ShapeOf(owner)
            if args == [0]:
                return BatchSize(owner)
            raise CannotRead(f"{quoted(node)} is known only when it runs. Write the number in its place.", node)
        if isinstance(owner, ShapeOf):
            raise CannotRead(f"{quoted(node)} is known only when it runs.", node)
        return self._caller.function(name, [owner, *args], kwargs, node, self._taken.get(node, 0))

    def _call(self, module: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        if isinstance(module, Row) and module.callable:
            return self.through(module, args, kwargs, node)
        if not isinstance(module, Made):
            raise CannotRead(f"{quoted(node.func)} is nothing that can be called.", node)
        if module.block:
            return self._enter(module, args, kwargs, node)
        return self._caller.module(module, args, kwargs, node)

    def through(self, row: Row, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """Through the modules of a Sequential, one after the other."""
        value: Any = ...
        for module in row.modules:
            value = self._call(module, args if value is ... else [value], kwargs if value is ... else {}, node)
        return value

    def call_method(self, method: ast.FunctionDef, args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> Any:
        """Read the lines of a method where it is called."""
        raise NotImplementedError


def each_of(value: Any, node: ast.AST) -> list[Any]:
    """The entries of a list that need not be called one after the other: a repeat is so many blocks."""
    found: list[Any] = []
    for module in value if isinstance(value, list) else [value]:
        if not (isinstance(module, Made) and module.repeated):
            found.append(module)
            continue
        count = module.settings["repeat"]
        if not isinstance(count, int):
            raise CannotRead(f"how many modules {quoted(node)} has is no plain number.", node)
        settings = {name: setting for name, setting in module.settings.items() if name != "repeat"}
        found += [Made(None, settings, block=module.block, line=module.line) for _ in range(count)]
    return found
