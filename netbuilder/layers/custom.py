"""The custom layer: a module class or an expression that the user writes. Its text is read here and never run.

The inputs are what the text itself names: the arguments of `forward`, or the variables of an expression.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from netbuilder.fields import Code, Text
from netbuilder.layers.layer import In, Layer, Out

GIVEN = frozenset({"torch", "nn", "F", "math", *dir(builtins)})  # names an expression may use without an input
TAKEN = frozenset({"Network", "torch", "nn", "F"})
MOST_PORTS = 16
UNPLAIN = ("\n", "#", '"""', "'''")  # signs of what a line can't simply be folded at
FORWARD = re.compile(r"def\s+forward\s*\(\s*self\s*,?([^)]*)\)")


class Argument(NamedTuple):
    """An input as the text names it."""

    name: str
    optional: bool


class Reading(NamedTuple):
    """What a text turned out to be: a class with this name or (name "") an expression; or the fault in it."""

    name: str = ""
    arguments: tuple[Argument, ...] = ()
    defines: tuple[str, ...] = ()
    fault: str = ""


class Custom(Layer):
    """Your own layer: an nn.Module class, or one expression such as torch.sin(x) * y."""

    kind = "custom"
    title = "Custom"
    family = "custom"
    search = ("python", "code", "own", "module", "expression", "function", "lambda", "script")
    not_arguments = ("code", "made_with", "gives")
    code = Code("torch.sin(x)", help="A class that inherits from nn.Module, or one expression; its names are inputs.")
    made_with = Text(
        "", label="arguments", placeholder="64, depth=2", help="What the class is made with, as Python: 64, depth=2."
    )
    gives = Text("y", label="outputs", help="The names of what it gives, with commas between: y, weights.")

    def inputs(self) -> tuple[In, ...]:
        return tuple(In(name=argument.name, optional=argument.optional) for argument in read(self.code).arguments)

    def outputs(self) -> tuple[Out, ...]:
        names = [
            name
            for name in dict.fromkeys(re.findall(r"\w+", self.gives))
            if name.isidentifier() and not keyword.iskeyword(name)
        ]
        return tuple(Out(name=name) for name in names[:MOST_PORTS] or ["y"])

    def summary(self) -> str:
        found = read(self.code)
        return (found.name or " ".join(self.code.split()))[:28]

    # What is wrong with it, and what it is trusted by

    def fault(self) -> tuple[str, str] | None:
        """The setting at fault and a sentence, where no line can be written from the text."""
        found = read(self.code)
        if found.fault:
            return "code", found.fault
        if self.made_with.strip() and not found.name:
            return "made_with", "An expression takes no arguments. Leave them empty, or write a class."
        if _arguments_fault(self.made_with):
            return "made_with", "The arguments are not what Python expects between brackets, such as 64, depth=2."
        return None

    def foreign(self) -> str:
        """All of it that would be executed: what the user has to have seen. The default is our own."""
        if (self.code, self.made_with) == (type(self).code.default, type(self).made_with.default):
            return ""
        return "\n".join((self.code, self.made_with))

    # How it is written

    def preamble(self) -> str:
        """What stands above the network's class: the text itself, where it is a class."""
        found = read(self.code)
        if found.name:
            return self.code.strip("\n")
        return "import math" if not found.fault and re.search(r"\bmath\.", self.code) else ""

    def set_up(self, attribute: str, known: Mapping[str, Any]) -> str | None:
        name = read(self.code).name
        return f"{attribute} = {name}({self.made_with.strip()})" if name else None

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        given = [name or "_" for name in outputs.values()]
        return f"{', '.join(given)} = {self.expression(module, inputs)}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        found = read(self.code)
        if not found.name:
            return _renamed(self.code, inputs)
        given = [
            f"{name}={inputs[name]}" if optional else inputs[name]
            for name, optional in found.arguments
            if name in inputs
        ]
        return f"{module}({', '.join(given)})"


@lru_cache(1000)
def read(code: str) -> Reading:
    """What the text is. Nothing in it can make this raise."""
    try:
        return _read(code)
    except SyntaxError as error:
        return _unread(code, f"Line {error.lineno or 1} is not Python: {error.msg}.")
    except (ValueError, RecursionError, MemoryError):
        return _unread(code, "The text can't be read as Python.")


def _read(code: str) -> Reading:
    if not code.strip():
        return _unread(code, "There is no code yet. Write a class that inherits from nn.Module, or an expression.")
    try:
        expression = _expression(code)
    except SyntaxError:
        return _read_class(code)
    return _read_expression(code, expression)


def _expression(code: str) -> ast.expr:
    """The text as one expression, which may go over several lines. Raises `SyntaxError`."""
    try:
        return ast.parse(code.strip(), mode="eval").body
    except SyntaxError:
        return ast.parse(f"(\n{code}\n)", mode="eval").body


def _read_expression(code: str, expression: ast.expr) -> Reading:
    inside = list(ast.walk(expression))
    if any(isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)) for node in inside):
        return _unread(code, "An expression can't assign or wait. Write a class.")
    named = [node for node in inside if isinstance(node, ast.Name)]
    known = GIVEN | _bound(inside)
    free = [node for node in named if node.id not in known]
    names = list(dict.fromkeys(node.id for node in sorted(free, key=lambda node: (node.lineno, node.col_offset))))
    if len(names) > MOST_PORTS:
        return _unread(code, f"The expression has more than {MOST_PORTS} inputs. Write a class.")
    return Reading(arguments=tuple(Argument(name, False) for name in names))


def _bound(inside: list[ast.AST]) -> set[str]:
    """The names that an expression gives a value itself: in a comprehension, or as arguments of a lambda."""
    stored = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {argument.arg for node in inside if isinstance(node, ast.Lambda) for argument in _all(node)}


def _all(function: ast.Lambda) -> list[ast.arg]:
    given = function.args
    more = [argument for argument in (given.vararg, given.kwarg) if argument is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *more]


def _read_class(code: str) -> Reading:
    tree = ast.parse(code)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    made = next((c for c in reversed(classes) if _forward(c) is not None), None)
    if made is None:
        return _unread(code, "There is no class with a forward method, and it is no expression either.")
    if any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body):
        return _unread(code, "An import from __future__ can't stand here. Remove it.")
    if made.name in TAKEN:
        return _unread(code, f"A class can't be called {made.name} here. Give it another name.")
    forward = _forward(made)
    assert forward is not None
    given = forward.args
    if given.vararg or given.kwarg or not (given.posonlyargs or given.args):
        return _unread(code, "forward needs its arguments one by one after self, without * and **.")
    ordered = [*given.posonlyargs, *given.args]
    optional = {argument.arg for argument in ordered[len(ordered) - len(given.defaults) :]}
    optional |= {argument.arg for argument in given.kwonlyargs}
    if any(default is None for default in given.kw_defaults) or {a.arg for a in given.posonlyargs} & optional:
        return _unread(code, "forward has arguments that can't be given by position or left out. Write them plainly.")
    arguments = tuple(Argument(a.arg, a.arg in optional) for a in [*ordered[1:], *given.kwonlyargs])
    if len(arguments) > MOST_PORTS:
        return _unread(code, f"forward has more than {MOST_PORTS} arguments.")
    return Reading(made.name, arguments, _defined(tree))


def _forward(made: ast.ClassDef) -> ast.FunctionDef | None:
    return next((node for node in made.body if isinstance(node, ast.FunctionDef) and node.name == "forward"), None)


def _defined(tree: ast.Module) -> tuple[str, ...]:
    """The names that the text would set in the file it stands in."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return tuple(dict.fromkeys(names))


def _unread(code: str, fault: str) -> Reading:
    """A text with a fault keeps the inputs that can be made out, so that no edge is lost while it is being mended."""
    found = FORWARD.search(code)
    parts = found.group(1).split(",") if found else []
    names = [re.split(r"[:=]", part)[0].strip() for part in parts]
    usable = [name for name in dict.fromkeys(names) if name.isidentifier() and not keyword.iskeyword(name)]
    return Reading(arguments=tuple(Argument(name, True) for name in usable[:MOST_PORTS]), fault=fault)


def _arguments_fault(text: str) -> bool:
    try:
        called = ast.parse(f"made({text.strip()})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return not (isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and "\n" not in text)


def _renamed(code: str, inputs: Mapping[str, str]) -> str:
    """The expression on one line, as it was typed, with the variables that flow in. Comments are left out: when the
    line is folded, what stands in them must not become code.
    """
    line = code.strip()
    tree = _expression(line)
    inside = list(ast.walk(tree))
    names = {**inputs, **_out_of_the_way(inside, set(inputs.values()))}
    named = [node for node in inside if isinstance(node, (ast.Name, ast.arg)) and _word(node) in names]
    if any(sign in line for sign in UNPLAIN) or any(isinstance(node, ast.JoinedStr) for node in inside):
        for node in named:
            setattr(node, "id" if isinstance(node, ast.Name) else "arg", names[_word(node)])
        return " ".join(ast.unparse(tree).split("\n"))
    text = line.encode()  # places in a syntax tree are counted in bytes
    for node in sorted(named, key=lambda node: node.col_offset, reverse=True):
        text = text[: node.col_offset] + names[_word(node)].encode() + text[node.end_col_offset :]
    return text.decode()


def _word(node: ast.Name | ast.arg) -> str:
    return node.id if isinstance(node, ast.Name) else node.arg


def _out_of_the_way(inside: list[ast.AST], flowing: set[str]) -> dict[str, str]:
    """Other names for those that an expression gives a value itself, where they would hide a variable that flows in."""
    taken = {*flowing, *(node.id for node in inside if isinstance(node, ast.Name))}
    found = {}
    for name in sorted(_bound(inside) & flowing):
        new = f"{name}_"
        while new in taken:
            new += "_"
        taken.add(new)
        found[name] = new
    return found


LAYERS = (Custom,)
