"""What a recorded call was read as, and what every reader is given to go by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.trace.recording import Call, Recording, Ref, Size, Value
from netbuilder.fields import BadSetting
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer

BATCH = Size(1)


@dataclass(frozen=True)
class Reading:
    """A call as a layer. Values by port, and those of the parameters and buffers it owns by their names in it.

    The layer owns the parameters in `weights`: where others use one of them too, it is among the `outputs` as well.
    """

    layer: Layer
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Desk:
    """A recording and a catalogue, with what is looked up in them again and again."""

    recording: Recording
    catalog: Catalog
    users: dict[int, list[Call]] = field(default_factory=dict)  # of each value, in order; a module once
    makers: dict[int, Call] = field(default_factory=dict)
    readers: dict[str, list[type[Layer]]] = field(default_factory=dict)  # layers by the function they can stand for
    modules: dict[str, type[Layer]] = field(default_factory=dict)  # layers by the class of torch.nn

    def __post_init__(self) -> None:
        for call in self.recording.root.calls():
            for number in call.results:
                self.makers[number] = call
            for number in dict.fromkeys([*call.weights.values(), *(ref.value for ref in refs(call))]):
                known = self.users.setdefault(number, [])
                if call.module is None or not any(other.module is call.module for other in known):
                    known.append(call)
        self.readers, self.modules = tables(self.catalog)

    def value(self, given: Any) -> Value | None:
        return self.recording.values.get(given.value) if isinstance(given, Ref) else None

    def numbers(self, given: Any) -> Any:
        """What is in a constant or a buffer."""
        found = self.value(given)
        return found.tensor if found is not None and found.origin in ("constant", "buffer") else None

    def shape(self, given: Any) -> tuple[int | Size, ...]:
        found = self.value(given)
        return found.shape if found is not None else ()

    def dtype(self, given: Any) -> str:
        found = self.value(given)
        return found.dtype if found is not None else ""

    def layer(self, kind: str, **settings: Any) -> Layer | None:
        """The layer with these settings; None: there is no such layer, or it refuses them."""
        found = self.catalog.find(kind)
        return made(found, settings) if found is not None else None

    def single(self, call: Call, layer: Layer | None, inputs: Mapping[str, Any]) -> Reading | None:
        """The reading of a call with results for all of the layer's outputs, in order."""
        if layer is None:
            return None
        ports = [port.name for port in layer.outputs()]
        if len(call.results) != len(ports) or not all(isinstance(ref, Ref) for ref in inputs.values()):
            return None
        taken = {port.name for port in layer.inputs()}
        if not taken.issuperset(inputs):
            return None
        given = {port: ref.value for port, ref in inputs.items()}
        return Reading(layer, given, dict(zip(ports, call.results, strict=True)))


def made(layer: type[Layer], settings: Mapping[str, Any]) -> Layer | None:
    """The layer with these settings, or None where it refuses them."""
    try:
        found = layer(**settings)
    except BadSetting:
        return None
    return found if found.fault() is None else None


_TABLES: dict[int, tuple[Catalog, dict[str, list[type[Layer]]], dict[str, type[Layer]]]] = {}


def tables(catalog: Catalog) -> tuple[dict[str, list[type[Layer]]], dict[str, type[Layer]]]:
    """The layers of a catalogue by the functions they can stand for, and by the class of torch.nn they are."""
    from netbuilder.compile.trace.targets import public

    known = _TABLES.get(id(catalog))
    if known is not None and known[0] is catalog:
        return known[1], known[2]
    functions: dict[str, list[type[Layer]]] = {}
    modules: dict[str, type[Layer]] = {}
    for layer in catalog:
        if layer.is_module():
            modules.setdefault(layer.target.rpartition(".")[2], layer)
        for name in getattr(layer, "reads", ()):
            functions.setdefault(public(name), []).append(layer)
    if len(_TABLES) > 8:
        _TABLES.clear()
    _TABLES[id(catalog)] = (catalog, functions, modules)
    return functions, modules


def refs(call: Call) -> list[Ref]:
    """The tensors among the arguments of a call, in order."""
    return list(_refs((call.args, dict(call.kwargs))))


def _refs(tree: Any) -> Iterator[Ref]:
    if isinstance(tree, Ref):
        yield tree
    elif isinstance(tree, (tuple, list)):
        for part in tree:
            yield from _refs(part)
    elif isinstance(tree, Mapping):
        for part in tree.values():
            yield from _refs(part)
    elif isinstance(tree, slice):
        yield from _refs((tree.start, tree.stop, tree.step))


def is_number(value: Any) -> bool:
    """Whether it is a plain number: not true or false, nor a size that follows the batch."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
