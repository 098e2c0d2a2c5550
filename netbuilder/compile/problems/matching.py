"""Whether the network fits the data: what enters it, what it must give, and what the loss expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.inference.formula import Formula, Symbol
from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.compile.planning.plan import Value
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.graph import Graph, Node
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.inputs import Input
from netbuilder.project import Part, Project
from netbuilder.spec import DataSpec, TargetSpec

CHOOSING = frozenset({"argmax", "argmin", "argsort"})
SQUEEZING = {
    "sigmoid": "puts them between 0 and 1",
    "hardsigmoid": "puts them between 0 and 1",
    "tanh": "puts them between -1 and 1",
    "relu": "makes all below 0 the same",
    "relu6": "puts them between 0 and 6",
}
ROW_BY_ROW = frozenset({"activation", "regularization", "normalization"})  # families that keep the shape


@dataclass
class Entrances:
    """What the Inputs give, their ids in the order of the data's inputs, and what is wrong."""

    types: dict[str, TensorType] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match_inputs(graph: Graph, layers: Mapping[str, Layer], needed: set[str], data: DataSpec | None) -> Entrances:
    """Pair each Input with an input of the data: by name, or, where there is one of each, simply so."""
    found = Entrances()
    inputs = [(graph.nodes[id], layer) for id, layer in layers.items() if isinstance(layer, Input)]
    offered = data.inputs if data is not None else {}
    rank = {name: number for number, name in enumerate(offered)}
    ranked: list[tuple[int, str]] = []
    symbols: dict[str, list[Symbol]] = {}
    for node, layer in inputs:
        name = node.name if node.name in offered else next(iter(offered)) if len(offered) == 1 else None
        ranked.append((rank.get(name, len(rank)) if name else len(rank), node.id))
        if data is not None:
            found.problems += _unmatched(graph, node, layer, data, name)
        spec = offered[name] if name is not None else None
        shape = layer.settings["shape"]
        shape = shape if shape is not None else spec.shape if spec else None
        if shape is not None:
            dtype = {"data": spec.dtype if spec else "float32"}.get(layer.settings["dtype"], layer.settings["dtype"])
            dims, problem = _sample(node, layer, shape, symbols)
            found.problems += [problem] if problem is not None else []
            batch = (Dim(1),) if layer.settings["batch"] else ()
            found.types[node.id] = TensorType((*batch, *dims), dtype)
    found.order = [id for _, id in sorted(ranked, key=lambda pair: pair[0])]
    used = [node for node, _ in inputs if node.id in needed]
    if data is not None and len(used) != len(offered) and used and not found.problems:
        said = f"{data.title} has {_count(len(offered), 'input')}, but the network has {len(used)}."
        found.problems.append(Problem(f"{said} Draw one Input for each.", used[-1].id, short=f"{len(used)} Inputs"))
    return found


def _sample(
    node: Node, layer: Layer, shape: tuple[int, ...], symbols: dict[str, list[Symbol]]
) -> tuple[list[Dim], Problem | None]:
    """The dimensions of a sample. Inputs that vary alike share a name (T); one of another size gets its own (T2)."""
    assert isinstance(layer, Input)
    dims = [Dim(0, size) for size in shape]
    varying = layer.varying(len(shape))
    if varying is None:
        said = f"{node.name} has samples of {'×'.join(map(str, shape))}, which have no {layer.varies} that could vary."
        mend = fixes.fix(f"Let nothing of {node.name} vary", fixes.without_setting(node.id, "varies"))
        said = f"{said} Let nothing vary."
        return dims, Problem(said, node.id, short=f"no {layer.varies}"[:24], fix=mend, setting="varies")
    for number, name in varying.items():
        known = symbols.setdefault(name, [])
        symbol = next((symbol for symbol in known if symbol.example == shape[number]), None)
        if symbol is None:
            symbol = Symbol(f"{name}{len(known) + 1}" if known else name, shape[number])
            known.append(symbol)
        dims[number] = Dim(0, shape[number], Formula.of(symbol))
    return dims, None


def _unmatched(graph: Graph, node: Node, layer: Layer, data: DataSpec, name: str | None) -> list[Problem]:
    if name is None:
        names = ", ".join(data.inputs)
        said = f"{data.title} has no input called {node.name}: it has {names}. Give the Input one of these names."
        free = next((name for name in data.inputs if graph.named(name) is None), None)
        mend = fixes.fix(f"Rename {node.name} to {free}", fixes.rename(node.id, free)) if free is not None else None
        return [Problem(said, node.id, short="not in the data", fix=mend)]
    shape, spec = layer.settings["shape"], data.inputs[name]
    if shape is None or shape == spec.shape:
        return []
    have, want = ("×".join(map(str, sizes)) or "one number" for sizes in (shape, spec.shape))
    mend = fixes.fix(f"Let {node.name} be as the data", fixes.set_to(node.id, Input, shape=None))
    said = f"{node.name} says one sample is {have}, but in {data.title} it is {want}. Leave its shape empty."
    return [Problem(said, node.id, short=f"data is {want}", fix=mend, setting="shape")]


@dataclass(frozen=True)
class Exit:
    """An Output, and the value that reaches it."""

    graph: Graph
    catalog: Catalog
    layers: Mapping[str, Layer]
    types: Mapping[Value, TensorType]
    node: Node

    @property
    def value(self) -> Value:
        edge = self.graph.edges[self.node.id, "x"]
        return edge.source, edge.output

    def tail(self) -> list[Value]:
        """The values on the way back from the Output, as long as the layers between keep the shape."""
        values = [self.value]
        while True:
            id, _ = values[-1]
            layer = self.layers[id]
            edges = self.graph.edges_into(id)
            if len(edges) != 1 or not (layer.family in ROW_BY_ROW or layer.kind == "identity"):
                return values
            if edges[0].source not in self.layers:
                return values
            values.append((edges[0].source, edges[0].output))


def match_output(exit: Exit, data: DataSpec) -> Problem | None:
    """What is wrong with the result, if the data expects another."""
    target = data.target
    if target is None:
        return Problem(f"{data.title} has nothing to predict. Choose a target column.", short="no target")
    type = exit.types[exit.value]
    width = target.width
    if target.kind == "any":
        return None
    if target.kind == "vector":
        return _match_row(exit, type)
    if target.positions:
        return _match_places(exit, data, target)
    if type.rank == 2 and type.dims == (Dim(1), Dim(0, width)) and type.dtype.startswith("float"):
        return None
    wants = _wants(data, target)
    if not type.rank or type.dims[0] != Dim(1) or any(not dim.is_fixed for dim in type.dims[1:]):
        said = f"{exit.node.name} gets {type}, which is not one row for each sample. {wants}: it needs N×{width}."
        fix, advice = _rows_again(exit)
        said = f"{said} {advice}" if advice else said
        return Problem(said, exit.node.id, short=f"{type} ≠ N×{width}"[:24], fix=fix)
    source = exit.graph.nodes[exit.value[0]].name
    linear = next((id for id, _ in exit.tail() if exit.layers[id].kind == "linear"), None)
    if type.rank > 2:
        return _not_flat(exit, linear, width, f"{wants}, but {source} gives {type}.")
    said = (
        f"{wants}, but {source} gives {_count(type.dims[1].fixed if type.rank == 2 else 1, 'number')} for each sample."
    )
    short = f"{type} ≠ N×{width}"[:24]
    if not type.dtype.startswith("float"):
        said = f"{exit.node.name} gets {type.dtype} from {source}, but a loss needs real numbers."
        if exit.layers[exit.value[0]].kind in CHOOSING:
            fix = fixes.fix(f"Remove {source}", fixes.take_out(exit.value[0]))
            said = f"{said} {source} only picks the largest, from which nothing can be learned: remove it."
            return Problem(said, exit.node.id, short="not real numbers", fix=fix)
        fix, advice = _before(exit, exit.node.id, "x", [("cast", {}), ("linear", {"out_features": width})])
        return Problem(f"{said} {advice}", exit.node.id, short="not real numbers", fix=fix)
    if linear is not None and type.rank == 2:
        name, layer = exit.graph.nodes[linear].name, exit.layers[linear]
        label = f"Set out_features of {name} to {width}"
        change = fixes.set_to(linear, layer.__class__, out_features=width)
        return Problem(f"{said} {label}.", exit.node.id, short=short, fix=fixes.fix(label, change))
    chosen = [("linear", {"out_features": width})] if type.rank == 2 else [("reshape", {"shape": (1,)})]
    fix, advice = _before(exit, exit.node.id, "x", chosen)
    return Problem(f"{said} {advice}", exit.node.id, short=short, fix=fix)


def _match_row(exit: Exit, type: TensorType) -> Problem | None:
    """What is wrong with the result, where it may be any row of numbers."""
    rows = bool(type.rank) and type.dims[0] == Dim(1) and all(dim.is_fixed for dim in type.dims[1:])
    if rows and type.rank == 2 and type.dtype.startswith("float"):
        return None
    said = f"{exit.node.name} gets {type}, and it needs one row of real numbers for each sample, of any length."
    if not type.dtype.startswith("float"):
        fix, advice = _before(exit, exit.node.id, "x", [("cast", {})])
    elif not rows:
        fix, advice = _rows_again(exit)
    else:
        fix, advice = _before(exit, exit.node.id, "x", [("flatten" if type.rank > 2 else "unsqueeze", {})])
    return Problem(f"{said} {advice}".rstrip(), exit.node.id, short=f"{type} ≠ N×numbers"[:24], fix=fix)


def _match_places(exit: Exit, data: DataSpec, target: TargetSpec) -> Problem | None:
    """What is wrong with the result, where there is one for each place of a picture or a sequence."""
    type, source = exit.types[exit.value], exit.graph.nodes[exit.value[0]].name
    sample = tuple(dim.fixed for dim in type.dims[1:])
    rows = bool(type.rank) and type.dims[0] == Dim(1) and all(dim.is_fixed for dim in type.dims[1:])
    if rows and sample in target.shapes and type.dtype.startswith("float"):
        return None
    wanted = "N×" + "×".join(map(str, target.shapes[0]))
    places = "×".join(map(str, target.positions))
    wants = f"{_wants(data, target)},"
    if target.kind == "number" and target.width == 1:
        wants = f"{data.title} asks for a number"
    said = f"{wants} at each of {places} places: it needs {wanted}, but {source} gives {type}."
    fix, advice = _right_width(exit, target, sample) if rows else (None, "")
    said = f"{said} {advice}".rstrip()
    return Problem(said, exit.node.id, short=f"{type} ≠ {wanted}"[:24], fix=fix)


def _right_width(exit: Exit, target: TargetSpec, sample: tuple[int, ...]) -> tuple[Fix | None, str]:
    """Let the last layer that learns give as many numbers a place as are asked, where all else is right."""
    for shape in target.shapes:
        differ = [at for at, (one, other) in enumerate(zip(sample, shape, strict=False)) if one != other]
        if len(sample) != len(shape) or len(differ) != 1 or shape[differ[0]] != target.width:
            continue
        for id, _ in exit.tail():
            layer = exit.layers[id]
            name = next((name for name in ("out_channels", "out_features") if name in layer.fields()), "")
            if name and layer.settings[name] == sample[differ[0]]:
                label = f"Set {name} of {exit.graph.nodes[id].name} to {target.width}"
                change = fixes.set_to(id, layer.__class__, **{name: target.width})
                return fixes.fix(label, change), f"{label}."
    return None, ""


def _rows_again(exit: Exit) -> tuple[Fix | None, str]:
    """Bring the batch to the front, or leave it where it was averaged away."""
    type, (id, port) = exit.types[exit.value], exit.value
    node, layer = exit.graph.nodes[id], exit.layers[id]
    rows = [number for number, dim in enumerate(type.dims) if dim == Dim(1)]
    edges = exit.graph.edges_into(id)
    before = exit.types.get((edges[0].source, edges[0].output)) if len(edges) == 1 else None
    if layer.family == "reduction" and not rows and before is not None and before.rank == 2:
        label = f"Remove {node.name}"
        return fixes.fix(label, fixes.take_out(id)), f"{label}, which mixes up the samples."
    if layer.family == "reduction" and not rows and "dim" in layer.fields():
        label = f"Let {node.name} keep the batch"
        return fixes.fix(label, fixes.set_to(id, layer.__class__, dim=1)), f"{label}: set its dim to 1."
    if len(rows) != 1 or rows == [0] or sum(not dim.is_fixed for dim in type.dims) != 1:
        return None, ""
    if layer.family == "recurrent" and type.rank == 3 and port in ("h_n", "c_n"):
        return _before(exit, exit.node.id, "x", [("select", {"dim": 0, "index": -1})])
    order = (rows[0], *(number for number in range(type.rank) if number != rows[0]))
    return _before(exit, exit.node.id, "x", [("permute", {"dims": order})])


def _not_flat(exit: Exit, linear: str | None, width: int, said: str) -> Problem:
    """The result has more than two dimensions: say where they should have gone."""
    type = exit.types[exit.value]
    if linear is None:
        recurrent = exit.layers[exit.value[0]].family == "recurrent"
        if type.rank == 4 and type.dims[1].fixed == width:
            chosen: list[tuple[str, dict[str, Any]]] = [("adaptive_avg_pool2d", {}), ("flatten", {})]
        else:
            chosen = [("select" if recurrent else "flatten", {}), ("linear", {"out_features": width})]
        fix, advice = _before(exit, exit.node.id, "x", chosen)
        return Problem(f"{said} {advice}", exit.node.id, short=f"{type} ≠ N×{width}"[:24], fix=fix)
    name, layer = exit.graph.nodes[linear].name, exit.layers[linear]
    edge = exit.graph.edges[linear, "x"]
    before = exit.graph.nodes[edge.source]
    recurrent = exit.layers[edge.source].family == "recurrent" and edge.output == "output"
    between = exit.catalog.find("select" if recurrent else "flatten")
    gets = exit.types[edge.source, edge.output]
    told = f"{name} needs a 2-D input but gets {gets} from {before.name}, so the result is {type}."
    if between is None:
        return Problem(told, linear, short=f"gets {gets}"[:24])
    changes = [fixes.put_before(linear, "x", [(between, {})])]
    if layer.settings["out_features"] != width:
        changes.append(fixes.set_to(linear, layer.__class__, out_features=width))
    fix = fixes.fix(f"Put a {between.title} before {name}", *changes)
    return Problem(f"{told} Put a {between.title} between them.", linear, short=f"gets {gets}"[:24], fix=fix, port="x")


def _before(exit: Exit, id: str, input: str, chosen: list[tuple[str, dict[str, Any]]]) -> tuple[Fix | None, str]:
    layers = fixes.find(exit.catalog, *(kind for kind, _ in chosen))
    if layers is None:
        return None, ""
    titles = " and a ".join(layer.title for layer in layers)
    label = f"Put a {titles} before {exit.graph.nodes[id].name}"
    settings = [settings for _, settings in chosen]
    return fixes.fix(label, fixes.put_before(id, input, list(zip(layers, settings, strict=True)))), f"{label}."


def _wants(data: DataSpec, target: TargetSpec) -> str:
    if target.kind == "class":
        return f"{data.title} has {_count(target.width, 'class', 'classes')}"
    if target.kind == "labels":
        return f"{data.title} has {_count(target.width, 'label')}"
    return f"{data.title} has {_count(target.width, 'number')} to predict"


def nothing_learned(exit: Exit, cut: Sequence[str], trained: int, data: DataSpec) -> Problem:
    """No gradient comes back to anything that is learned: `cut` are the nodes it does not come through."""
    name = exit.node.name
    if trained and cut:
        last = exit.graph.nodes[cut[-1]]
        remove = fixes.fix(f"Remove {last.name}", fixes.take_out(last.id))
        said = f"Nothing can be learned: no gradient comes back through {last.name}, so all before it stays as it is."
        return Problem(f"{said} Remove it.", last.id, short="no gradient", fix=remove)
    type, width = exit.types[exit.value], (data.target.width if data.target is not None else 0) or 1
    chosen: list[tuple[str, dict[str, Any]]] = [("flatten", {})] if type.rank > 2 else []
    fix, advice = _before(exit, exit.node.id, "x", [*chosen, ("linear", {"out_features": width})])
    said = f"Nothing in the network can be learned: no layer on the way to {name} has weights. {advice}".rstrip()
    return Problem(said, exit.node.id, short="nothing to learn", fix=fix)


def match_loss(exit: Exit, project: Project, target: TargetSpec) -> list[Problem]:
    """A loss that the target or the last layer does not go with."""
    loss = project.recipe.settings.get("loss", "auto")
    loss = loss.get("kind") if isinstance(loss, Mapping) else loss
    crosses = loss == "cross_entropy" or (loss == "auto" and target.kind == "class")
    if loss == "cross_entropy" and target.kind != "class":
        fix = Fix("Choose the loss by the data", _forget_loss)
        has = "labels, of which several can be true" if target.kind == "labels" else "numbers"
        return [Problem(f"Cross entropy needs classes, but the data has {has}. Choose another loss.", fix=fix)]
    last = (id for id, _ in exit.tail())
    return [problem for id in last for problem in [_at_the_end(exit, id, crosses)] if problem is not None][:1]


def _at_the_end(exit: Exit, id: str, crosses: bool) -> Problem | None:
    """A layer that has no place behind the last one that learns."""
    kind, name = exit.layers[id].kind, exit.graph.nodes[id].name
    fix = Fix("Remove it", fixes.fix(f"Remove {name}", fixes.take_out(id)).edit)
    if kind == "softmax" and crosses:
        said = (
            f"The cross-entropy loss does a softmax itself, so {name} makes it a second one and the network learns "
            "slowly. Remove it."
        )
        return Problem(said, id, "warning", "softmax twice", fix)
    if kind in SQUEEZING and crosses:
        said = (
            f"The cross-entropy loss needs scores of any size, but {name} {SQUEEZING[kind]}, so no answer can become "
            "certain. Remove it."
        )
        return Problem(said, id, "warning", "scores are squeezed", fix)
    if kind.startswith("dropout"):
        said = f"{name} sets results to zero at random while training: nothing can learn from those. Remove it."
        return Problem(said, id, "warning", "drops results", fix)
    return None


def _forget_loss(project: Project) -> Project:
    kept = {name: value for name, value in project.recipe.settings.items() if name != "loss"}
    return project.with_recipe(Part(project.recipe.kind, kept))


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
