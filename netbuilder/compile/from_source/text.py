"""The text as a whole: which class of it is meant, what its submodules are, and the piece that it comes to."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from netbuilder.compile.from_source.calls import Caller
from netbuilder.compile.from_source.expressions import Nothing
from netbuilder.compile.from_source.port_names import output_names
from netbuilder.compile.from_source.reading import Reader
from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.sketch import Sketch
from netbuilder.compile.from_source.trees import defaults, parameters
from netbuilder.compile.from_source.values import Made, Parts, Row, Shown, Wire, as_setting, is_open
from netbuilder.compile.from_source.words import Words, words_of
from netbuilder.graph import Graph
from netbuilder.graph.block import ENTRY, EXIT, INPUT, OUTPUT, RESERVED, TYPES, Block, Exposed, kind_of
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.inputs import CASTS
from netbuilder.project.bringing import Definition
from netbuilder.project.clipboard import Piece
from netbuilder.project.clipboard import dumps as piece_text
from netbuilder.project.clipboard import loads as read_piece

LONGEST = 400_000  # characters
SIGNS_OF_SOURCE = re.compile(r"\bnn\.|\btorch\b|\bSequential\s*\(|^\s*class\s+\w+.*:", re.MULTILINE)
ANNOTATED = {"int": "int", "float": "float", "bool": "bool", "str": "text"}
CAST = {"float": "float32", "long": "int64", **{method: dtype for dtype, method in CASTS.items()}}


def is_source(text: str) -> bool:
    """Whether a text looks as if it were meant to be PyTorch source."""
    return len(text) <= LONGEST and SIGNS_OF_SOURCE.search(text) is not None


def read_source(text: str, catalog: Catalog) -> tuple[Piece, str]:
    """The nodes that the text describes, with its submodules as blocks; and what it is called. Raises `CannotRead`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        line = getattr(fault, "lineno", None)
        where = f"Line {line}: t" if line else "T"
        raise CannotRead(f"{where}his is no Python that can be read ({getattr(fault, 'msg', fault)}).") from None
    try:
        piece, name = _Text(module, words_of(catalog)).read()
        return read_piece(piece_text(piece)), name
    except RecursionError:
        raise CannotRead("The text is nested too deep to be read.") from None


class _Text:
    """The classes of a text, each read once, when the first place where it stands is met."""

    def __init__(self, module: ast.Module, words: Words):
        self._words, self._module = words, module
        self._classes = {line.name: line for line in module.body if isinstance(line, ast.ClassDef)}
        self._imports = dict(_imports(module))
        self._constants = [line for line in module.body if isinstance(line, (ast.Assign, ast.AnnAssign))]
        self._constants = [line for line in self._constants if not any(isinstance(n, ast.Call) for n in ast.walk(line))]
        self.output_names = output_names(self._classes)
        self._blocks: dict[str, _Class] = {}
        self._open: list[str] = []

    def read(self) -> tuple[Piece, str]:
        roots = self._roots()
        if len(roots) > 1:
            listed = f"{', '.join(roots[:-1])} and {roots[-1]}"
            raise CannotRead(f"None of the classes {listed} is part of another. Copy one of them to paste it.")
        if roots:
            made = _Class(self, self._classes[roots[0]], None, {})
            made.read()
            return Piece(made.graph, self._definitions()), roots[0]
        return self._expression()

    def _roots(self) -> list[str]:
        modules = [name for name, node in self._classes.items() if is_module(node)]
        used: set[str] = set()
        for name in modules:
            for inner in ast.walk(self._classes[name]):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id != name:
                    used.add(inner.func.id)
        if self._classes and not modules:
            node = next(iter(self._classes.values()))
            raise CannotRead(f"{node.name} is no nn.Module.", node)
        return [name for name in modules if name not in used] or modules[:1]

    def _definitions(self) -> dict[str, Definition]:
        return {name: Definition(made.graph, made.block) for name, made in self._blocks.items()}

    def _expression(self) -> tuple[Piece, str]:
        """A lone `nn.Sequential(...)`, or the last of several: its modules in a row."""
        lines = [line for line in self._module.body if isinstance(line, (ast.Expr, ast.Assign, ast.AnnAssign))]
        last = next((line.value for line in reversed(lines) if isinstance(line.value, ast.Call)), None)
        if last is None:
            raise CannotRead("There is no nn.Module class and no nn.Sequential(...) in the text.")
        sketch = Sketch()
        reader = self.reader(sketch)
        names: dict[str, Any] = {}
        for line in lines:  # up to the last, which is meant
            if line.value is last:
                break
            reader.run([line], names)
        found = reader.value(last, names)
        if not isinstance(found, (Row, Made)):
            raise CannotRead(f"{quoted(last)} is no module.", last)
        start = Wire("", "")
        reader.through(found if isinstance(found, Row) else Row([found]), [start], {}, last)
        graph = sketch.without_start(start)
        name = "Sequential" if isinstance(found, Row) else quoted(last.func).strip("`").rpartition(".")[2]
        return Piece(graph, self._definitions()), name

    def reader(self, sketch: Sketch) -> Reader:
        reader = Reader(self._words, Caller(self._words, sketch), self._imports, self.stand, self.enter_in(sketch))
        reader.classes = frozenset(self._classes)
        return reader

    def constants(self, reader: Reader) -> dict[str, Any]:
        """What the module's own constants are; what can't be read is met where it is used."""
        names: dict[str, Any] = {}
        for line in self._constants:
            try:
                reader.run([line], names)
            except CannotRead:
                continue
        return {name: value for name, value in names.items() if not isinstance(value, (Made, Row, Wire))}

    # Blocks

    def stand(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.Call) -> Made:
        """A submodule that is made of a class of the text. Raises `CannotRead`."""
        class_ = self._classes[name]
        if not is_module(class_):
            raise CannotRead(f"{name} is no nn.Module.", node)
        if name in self._open:
            raise CannotRead(f"{name} is made inside itself.", node)
        wanted = constructor_parameters(class_)
        if len(args) > len(wanted) or not set(kwargs) <= set(wanted):
            raise CannotRead(f"{quoted(node)} gives what {name} does not take.", node)
        given = {**dict(zip(wanted, args, strict=False)), **kwargs}
        if name not in self._blocks:
            self._open.append(name)
            made = _Class(self, class_, name, given)
            made.read()
            self._open.pop()
            self._blocks[name] = made
        block = self._blocks[name]
        settings: dict[str, Any] = {}
        for exposed in block.block.settings:
            value = as_setting(given.get(exposed.name, exposed.default))
            if value is ...:
                raise CannotRead(f"{exposed.name} of {quoted(node)} can't be read.", node)
            if is_open(value) or value != exposed.default:
                settings[exposed.name] = value
        return Made(None, settings, block=name, line=node)

    def enter_in(self, sketch: Sketch) -> Any:
        def enter(made: Made, args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.Call) -> Any:
            block = self._blocks[made.block]
            wires = dict(zip(block.inputs, args, strict=False)) | dict(kwargs)
            flows = {name: value for name, value in wires.items() if isinstance(value, Wire)}
            if len(args) > len(block.inputs) or any(v is not None for n, v in wires.items() if n not in flows):
                raise CannotRead(f"{quoted(node)} gives what {made.block} does not take.", node)
            settings = {} if made.node else made.settings
            name = "" if made.node else made.stem
            id = sketch.add(kind_of(made.block), settings, flows, name, shares=made.node, stem=made.stem)
            made.node = made.node or id
            outputs = tuple(Wire(id, port) for port in block.outputs)
            return outputs[0] if len(outputs) == 1 else Parts(outputs)

        return enter


class _Class:
    """One class: `block` is its name where it stands in another, None where it is what is pasted."""

    def __init__(self, text: _Text, node: ast.ClassDef, block: str | None, given: Mapping[str, Any]):
        self._text, self._node, self._name, self._given = text, node, block, given
        self.graph = Graph()
        self.block = Block()
        self.inputs: list[str] = []
        self.outputs: list[str] = []

    def read(self) -> None:
        methods = {line.name: line for line in self._node.body if isinstance(line, ast.FunctionDef)}
        forward = methods.get("forward")
        if forward is None:
            raise CannotRead(f"{self._node.name} has no forward.", self._node)
        sketch = Sketch()
        reader = self._text.reader(sketch)
        reader.methods = {name: method for name, method in methods.items() if name not in ("__init__", "forward")}
        constants = self._text.constants(reader)
        start = methods.get("__init__")
        shown: dict[str, Exposed] = {}
        if start is not None:
            names = {**constants, **self._arguments(start, reader, shown)}
            reader.run(start.body, names)
        reader.telling = _set_once(forward)
        names = {**constants, **self._inputs(forward, sketch, reader)}
        result = reader.run(_without_casts(forward, names, sketch), names)
        self._end(result, sketch, forward)
        self.graph = sketch.graph()
        used = _names_used(self.graph)
        self.block = Block(tuple(setting for name, setting in shown.items() if name in used))

    def _arguments(self, start: ast.FunctionDef, reader: Reader, shown: dict[str, Exposed]) -> dict[str, Any]:
        """What the arguments of `__init__` are: for a block, settings that are chosen where it stands."""
        if start.args.vararg or start.args.kwarg:
            raise CannotRead(f"{self._node.name} takes any number of arguments.", start)
        found: dict[str, Any] = {}
        usual = defaults(start)
        notes = {argument.arg: argument.annotation for argument in (*start.args.args, *start.args.kwonlyargs)}
        for name in parameters(start):
            default = reader.value(usual[name], {}) if name in usual else ...
            if self._name is None:
                found[name] = Nothing(name) if default is ... else default
                continue
            given = self._given.get(name, default)
            if given is ... or isinstance(given, Nothing):
                found[name] = Nothing(name)
                continue
            if isinstance(given, (Made, Row)):
                raise CannotRead(f"{self._node.name} is given a module as {name}.", start)
            setting = _exposed(name, notes.get(name), given if default is ... or default is None else default)
            if setting is None:
                found[name] = given
            else:
                shown[name] = setting
                found[name] = Shown(ast.Name(name, ast.Load()))
        return found

    def _inputs(self, forward: ast.FunctionDef, sketch: Sketch, reader: Reader) -> dict[str, Any]:
        usual = defaults(forward)
        if forward.args.vararg or forward.args.kwarg:
            raise CannotRead(f"the forward of {self._node.name} takes any number of values.", forward)
        found: dict[str, Any] = {}
        for name in parameters(forward):
            if name in usual:
                found[name] = reader.value(usual[name], {})
            else:
                found[name] = Wire(sketch.add(INPUT, {}, {}, name), ENTRY)
                self.inputs.append(name)
        return found

    def _end(self, result: Any, sketch: Sketch, forward: ast.FunctionDef) -> None:
        values = (
            result.items if isinstance(result, Parts) else result if isinstance(result, (tuple, list)) else [result]
        )
        for number, value in enumerate(values, 1):
            if not isinstance(value, Wire):
                raise CannotRead(f"the forward of {self._node.name} gives back what is no value.", forward)
            said = self._text.output_names.get(self._name or "", {}).get(number - 1, "")
            name = said or ("y" if len(values) == 1 else f"y{number}")
            self.outputs.append(name if name not in self.inputs else f"{name}_out")
            sketch.add(OUTPUT, {}, {EXIT: value}, self.outputs[-1])


def constructor_parameters(node: ast.ClassDef) -> list[str]:
    start = next((m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "__init__"), None)
    return parameters(start) if start is not None else []


def is_module(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).rpartition(".")[2] == "Module" for base in node.bases)


def _exposed(name: str, note: ast.expr | None, value: Any) -> Exposed | None:
    """An argument as a setting of the block; None where no setting can be such."""
    words = ANNOTATED.get(ast.unparse(note)) if note is not None else None
    kinds = {bool: "bool", int: "int", float: "float", str: "text", tuple: "ints", list: "ints"}
    type = words or kinds.get(value.__class__, "")
    if isinstance(value, Shown):
        type, value = words or "int", {"int": 1, "float": 0.0, "bool": False, "text": ""}.get(words or "int", 1)
    if type not in TYPES or name in RESERVED:
        return None
    default = list(value) if isinstance(value, tuple) else value
    if type == "float" and isinstance(default, int):
        default = float(default)
    return Exposed(name, type, default)


def _set_once(forward: ast.FunctionDef) -> frozenset[str]:
    """Variables that are set in one place, and so tell what a value is."""
    counts: dict[str, int] = dict.fromkeys(parameters(forward), 1)
    for node in ast.walk(forward):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            counts[node.id] = counts.get(node.id, 0) + 1
    return frozenset(name for name, count in counts.items() if count == 1 and name not in ("x", "h", "_", "out"))


def _without_casts(forward: ast.FunctionDef, names: dict[str, Any], sketch: Sketch) -> list[ast.stmt]:
    """The lines of forward, without those that turn an input into another type: that is a setting of the Input."""
    body: list[ast.stmt] = []
    for line in forward.body:
        call = line.value if isinstance(line, ast.Assign) and len(line.targets) == 1 else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and not call.args and not call.keywords:
            owner, target = call.func.value, line.targets[0]  # type: ignore[attr-defined]
            wire = names.get(owner.id) if isinstance(owner, ast.Name) else None
            dtype = CAST.get(call.func.attr)
            if dtype and isinstance(wire, Wire) and isinstance(target, ast.Name) and not sketch.settings(wire.node):
                sketch.set(wire.node, {"dtype": dtype})
                names[target.id] = wire
                continue
        body.append(line)
    return body


def _names_used(graph: Graph) -> set[str]:
    from netbuilder.project.grouping import names_used

    return {name for node in graph for name in names_used(node.settings)}


def _imports(module: ast.Module) -> Any:
    """What names that are imported stand for."""
    for line in ast.walk(module):
        if isinstance(line, ast.Import):
            for alias in line.names:
                yield (
                    alias.asname or alias.name.partition(".")[0],
                    alias.name if alias.asname else alias.name.partition(".")[0],
                )
        elif isinstance(line, ast.ImportFrom) and line.module:
            for alias in line.names:
                yield alias.asname or alias.name, f"{line.module}.{alias.name}"
