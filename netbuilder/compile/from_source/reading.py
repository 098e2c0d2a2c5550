"""Walks through source line by line, with what every name stands for. Nothing is executed: what is not one of the
few constructs that a drawing can say is refused with its line.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from netbuilder.compile.from_source.expressions import DEEPEST
from netbuilder.compile.from_source.held import held
from netbuilder.compile.from_source.modules import Modules
from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.trees import count_of, defaults, is_self, parameters
from netbuilder.compile.from_source.values import (
    Row,
)


class Reader(Modules):
    """Reads statements."""

    def run(self, body: Sequence[ast.stmt], names: dict[str, Any]) -> Any:
        """Read statements; the value of a return, or ... where there is none."""
        for line in body:
            value = self._statement(line, names)
            if value is not ...:
                return value
        return ...

    def _statement(self, line: ast.stmt, names: dict[str, Any]) -> Any:
        if isinstance(line, ast.Return):
            return None if line.value is None else self.value(line.value, names)
        if isinstance(line, ast.Assign):
            value = self.value(line.value, names, parts=count_of(line.targets[0]))
            for target in line.targets:
                self._assign(target, value, names)
        elif isinstance(line, ast.AnnAssign) and line.value is not None:
            self._assign(line.target, self.value(line.value, names), names)
        elif isinstance(line, ast.AugAssign):
            target = ast.parse(ast.unparse(line.target), mode="eval").body
            binary = ast.copy_location(ast.BinOp(target, line.op, line.value), line)
            self._assign(line.target, self.value(ast.fix_missing_locations(binary), names), names)
        elif isinstance(line, ast.For):
            return self._loop(line, names)
        elif isinstance(line, ast.If):
            return self.run(line.body if self._is_so(line.test, names) else line.orelse, names)
        elif isinstance(line, ast.Expr):
            self._bare(line.value, names)
        elif not isinstance(line, (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom)):
            raise CannotRead(f"{quoted(line)} has no place in a drawing.", line)
        return ...

    def _loop(self, line: ast.For, names: dict[str, Any]) -> Any:
        if self._is_repeat(line, names):
            row = self.value(line.iter, names)
            self._assign(line.target, row.whole, names)
            return self.run(line.body, names)
        for item in self._rounds(line.iter, names):
            self._assign(line.target, item, names)
            value = self.run(line.body, names)
            if value is not ...:
                return value
        return ...

    def _is_repeat(self, line: ast.For, names: dict[str, Any]) -> bool:
        """`for block in self.blocks: x, side = block(x)`: one node that stands so many times in a row."""
        call = line.body[0].value if len(line.body) == 1 and isinstance(line.body[0], ast.Assign) else None
        own = isinstance(line.iter, ast.Attribute) and is_self(line.iter.value)
        row = self.attributes.get(line.iter.attr) if own and isinstance(line.iter, ast.Attribute) else None
        if not (isinstance(call, ast.Call) and isinstance(row, Row) and row.whole is not None and call.args):
            return False
        assert isinstance(line.body[0], ast.Assign)
        target = line.body[0].targets[0]
        gives = target.elts if isinstance(target, ast.Tuple) else [target]
        set_here = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        handed = list(zip(call.args, gives, strict=False))  # as many as there are of both, as in a row of blocks
        others = [node for argument in (*call.args[len(handed) :], *call.keywords) for node in ast.walk(argument)]
        return (
            ast.unparse(call.func) == ast.unparse(line.target)
            and all(ast.unparse(taken) == ast.unparse(given) for taken, given in handed)
            and not any(isinstance(node, ast.Name) and node.id in set_here for node in others)
        )

    def _bare(self, node: ast.expr, names: dict[str, Any]) -> None:
        """An expression by itself: a docstring, `super().__init__()`, a buffer."""
        if isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if name == "__init__" and isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name):
                return
            if is_self(owner) and name == "register_buffer" and isinstance(node.args[0], ast.Constant):
                made = held("buffer", node.args[1], self._words, lambda inner: self.value(inner, names), node)
                made.stem = str(node.args[0].value)
                self.attributes[made.stem] = made
                return
            kept = node.func
            if name == "append" and isinstance(self.value(kept.value, names), Row):
                row = self.value(kept.value, names)
                row.modules.append(self._module(node.args[0], names))
                row.names.append("")
                return
        raise CannotRead(f"{quoted(node)} does what a drawing does not say. Take it out to paste the rest.", node)

    def call_method(self, method: ast.FunctionDef, args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> Any:
        """Read the lines of a method where it is called."""
        if self._depth > DEEPEST // 3:
            raise CannotRead(f"{method.name} is called in itself.", node)
        names = dict(zip(parameters(method), args, strict=False))
        names |= kwargs
        for name, default in defaults(method).items():
            if name not in names:
                names[name] = self.value(default, {})
        self._depth += 2
        value = self.run(method.body, names)
        self._depth -= 2
        return None if value is ... else value
