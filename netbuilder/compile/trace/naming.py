"""What blocks, nodes and settings of a drawing are called: as the classes, attributes and arguments they were."""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.graph.block import block_of
from netbuilder.graph.graph import MAX_NAME
from netbuilder.layers.naming import stem

# Variables that say nothing about what they hold: what was assigned to one is called after its layer.
VAGUE = frozenset(
    {
        "x",
        "h",
        "flow",
        "passing",
        "out",
        "output",
        "outputs",
        "res",
        "result",
        "results",
        "ret",
        "tmp",
        "temp",
        "hidden",
    }
    | {"hidden_states", "hidden_state", "inputs", "input", "embeddings", "features", "feat", "feats", "value", "values"}
)
MAKERS = frozenset({"empty", "zeros", "ones", "rand", "randn", "full"})  # what parameters are made with
LAYERS = frozenset({"layer", "layers", "net", "model", "main", "features", "seq", "sequential", "body", "0"})


def block_name(part: Part) -> str:
    """What the block is called that this part is a standing of."""
    if part.container and part.type in ("Sequential", "ModuleList", "ModuleDict"):
        words = [word for word in part.path.split(".") if word and not word.isdigit()]
        return _fitting(words[-1] if words else "steps")
    return _fitting(part.type)


def wish(piece: Piece, home: str) -> tuple[str, bool]:
    """What a node would be called in a part at the path `home`, and whether it was so called by who wrote it."""
    inside = _below(piece.path, home)
    words = inside.split(".") if inside else []
    named = [word for word in words if not word.isdigit()]
    usual = _snake(block_of(piece.kind) or "") or stem(piece.kind)
    if named and words[-1] == named[-1]:
        return _fitting(named[-1]), True
    if piece.inside:
        if not named:
            return usual, False
        whole = len(piece.inside) > 1 and words[-1] == "0"
        return _fitting(named[-1] if whole else f"{named[-1]}_{words[-1]}"), True
    if named and named[-1] not in LAYERS:
        return _fitting(f"{named[-1]}_{usual}"), False
    hint = piece.hint
    if not inside and hint.isidentifier() and len(hint) > 1 and not hint.startswith("_") and hint not in VAGUE:
        return _fitting(hint), False
    return usual, False


def arguments(part: Part) -> dict[str, Any]:
    """The arguments of the class of a part, with their defaults (... for none)."""
    if part.module is None:
        return {}
    home: Any = type(part.module)
    return dict(_parameters(home))


def written(part: Part, piece: Piece, setting: str, index: int | None = None) -> str | None:
    """The expression that the `__init__` of a part's class makes `setting` of this piece from, where that can be read.

    Attributes are written by their bare names. `index` is the place in a setting of several numbers.
    """
    inside = _below(piece.path, part.path)
    if part.module is None or not inside:
        return None
    attribute, *rest = inside.split(".")
    home: Any = type(part.module)
    made = _made(home).get(attribute)
    for word in rest:  # within an nn.Sequential(...) or an nn.ModuleList([...])
        made = _inner(made, word) if made is not None else None
    if made is None:
        return None
    given = _size(made, index) if piece.kind == "parameter" else _argument(made, piece, setting)
    return ast.unparse(_Bare().visit(copy.deepcopy(given))) if given is not None else None


def _inner(made: ast.Call, word: str) -> ast.Call | None:
    """What stands at a place in a container: one of its arguments, or what makes them all."""
    if not word.isdigit() or not made.args:
        return None
    first = made.args[0].value if isinstance(made.args[0], ast.Starred) else made.args[0]
    if isinstance(first, (ast.ListComp, ast.GeneratorExp)):
        return first.elt if isinstance(first.elt, ast.Call) else None
    items = first.elts if isinstance(first, (ast.List, ast.Tuple)) else made.args
    one = items[int(word)] if int(word) < len(items) else None
    return one if isinstance(one, ast.Call) else None


class _Bare(ast.NodeTransformer):
    """`self.width` as `width`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Name(node.attr) if isinstance(node.value, ast.Name) and node.value.id == "self" else node


def _argument(made: ast.Call, piece: Piece, setting: str) -> ast.expr | None:
    """What a call that makes a layer gives it for one of its settings."""
    named = next((keyword.value for keyword in made.keywords if keyword.arg == setting), None)
    if named is not None or piece.module is None:
        return named
    called: Any = type(piece.module)
    return dict(zip(_parameters(called), made.args, strict=False)).get(setting)


def start_of(module: Any, attribute: str) -> dict[str, Any]:
    """The random numbers that a parameter of this module is made of in `__init__`, as settings; {} if it can't be read:
    torch.randn(...) * 0.02, torch.empty(...).uniform_(-0.1, 0.1), nn.init.xavier_uniform_(...)."""
    home: Any = type(module)
    made = _made(home).get(attribute)
    given: Any = made.args[0] if made is not None and made.args else None
    scale: Any = 1.0
    if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Mult) and isinstance(given.right, ast.Constant):
        given, scale = given.left, given.right.value
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Attribute) or type(scale) not in (int, float):
        return {}
    if given.func.attr == "randn" and scale >= 0:
        return {"init": "normal", "scale": float(scale)}
    if scale != 1:
        return {}
    if given.func.attr == "uniform_" and len(given.args) == 2 and isinstance(given.args[1], ast.Constant):
        low, high = ast.unparse(given.args[0]), given.args[1].value
        return {"init": "uniform", "scale": high} if low == f"-{high!r}" and type(high) is float else {}
    return {"init": "xavier"} if given.func.attr == "xavier_uniform_" else {}


def _size(made: ast.Call, index: int | None) -> ast.expr | None:
    """One number of the shape in nn.Parameter(torch.empty(a, b))."""
    for call in ast.walk(made):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MAKERS):
            continue
        sizes: list[ast.expr] = list(call.args)
        if sizes and isinstance(sizes[0], (ast.Tuple, ast.List)):
            sizes = sizes[0].elts
        return sizes[index or 0] if len(sizes) > (index or 0) else None
    return None


@lru_cache(500)
def _made(module_class: Any) -> dict[str, ast.Call]:
    """The call that each attribute was made by in `__init__`, where it is assigned once."""
    found: dict[str, ast.Call] = {}
    twice: set[str] = set()
    for node in _init(module_class):
        for target, value in _assigned(node):
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                (twice.add(target.attr) if target.attr in found else None)
                if isinstance(value, ast.Call):
                    found[target.attr] = value
    return {name: call for name, call in found.items() if name not in twice}


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value


@lru_cache(500)
def _parameters(module_class: Any) -> Mapping[str, Any]:
    """The arguments of a class, with their defaults (... for none)."""
    try:
        found = inspect.signature(module_class).parameters
    except (TypeError, ValueError):
        return {}
    return {name: ... if given.default is given.empty else given.default for name, given in found.items()}


def _init(module_class: Any) -> Iterator[ast.AST]:
    """The statements of a class's own `__init__`, or nothing where its source can't be had."""
    try:
        text = textwrap.dedent(inspect.getsource(module_class.__init__))
        yield from ast.walk(ast.parse(text))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return


def _below(path: str, home: str) -> str:
    """`path` as it is called within `home`; "" where it does not lie in it."""
    if not home:
        return path
    return path.removeprefix(f"{home}.") if path.startswith(f"{home}.") else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _fitting(name: str) -> str:
    plain = "".join(letter for letter in name if letter.isprintable()).strip()
    return plain[: MAX_NAME - 4] or "node"
