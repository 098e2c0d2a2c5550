"""From a recording to parts and pieces: every call read as a layer, every weight and number given a node."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from torch import nn

from netbuilder.compile.trace.load import CannotImport
from netbuilder.compile.trace.naming import start_of
from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.compile.trace.readers import as_expression, read_call
from netbuilder.compile.trace.recording import Call, Recording, Scope, Value
from netbuilder.compile.trace.shared import settle_shared
from netbuilder.compile.trace.sources import source_pieces
from netbuilder.layers import Catalog
from netbuilder.layers.custom import Custom

Chain = tuple[Part, ...]  # the parts something stands in, from the root on


@dataclass
class Sketch:
    """The parts of a recording, ready to be drawn. `values` are those of the recording and a few more."""

    root: Part
    values: dict[int, Value]
    inputs: list[int]
    outputs: dict[int, str]
    custom: list[str] = field(default_factory=list)  # the calls that no layer does
    unused: list[str] = field(default_factory=list)  # the parameters that take no part


def sketch(recording: Recording, catalog: Catalog, model: nn.Module | None = None) -> Sketch:
    """Read all calls. Raises `CannotImport` where one of them can be written in no way.

    Parameters of `model` that take no part in what it does are kept where they belong.
    """
    made = Sketch(Part("", ""), dict(recording.values), list(recording.inputs), dict(recording.outputs))
    made.root = _part(recording.root, recording, catalog, made)
    _drop_empty(made.root)
    sources = _Sources(made, catalog, model)
    sources.place()
    if model is not None:
        sources.keep_unused(model)
    settle_shared(made.root)
    return made


def _part(scope: Scope, recording: Recording, catalog: Catalog, made: Sketch) -> Part:
    part = Part(scope.type, scope.path, [], dict(scope.arguments), dict(scope.results), scope.container, scope.module)
    for item in scope.items:
        if isinstance(item, Call):
            part.items.append(_piece(item, recording, catalog, made))
        else:
            part.items.append(_part(item, recording, catalog, made))
    return part


def _drop_empty(part: Part) -> None:
    for item in part.items:
        if isinstance(item, Part):
            _drop_empty(item)
    part.items = [item for item in part.items if isinstance(item, Piece) or item.items]


def _piece(call: Call, recording: Recording, catalog: Catalog, made: Sketch) -> Piece:
    reading = read_call(call, recording, catalog)
    if reading is not None:
        layer = reading.layer
        return Piece(
            layer.kind,
            dict(layer.settings),
            dict(reading.inputs),
            dict(reading.outputs),
            path=call.path,
            hint=call.hint,
            weights=dict(reading.weights),
            module=call.module,
        )
    written = as_expression(call)
    if written is None:
        where = f" in {call.path}" if call.path else ""
        raise CannotImport(f"{call.target}{where} can't be drawn, and can't be written as an expression either.")
    made.custom.append(call.target)
    code, names = written
    single = len(call.results) == 1
    outputs = {"y" if single else f"y{number}": value for number, value in enumerate(call.results, 1)}
    custom = Custom(code=code, gives=", ".join(outputs))
    return Piece(custom.kind, dict(custom.settings), dict(names), outputs, path=call.path, hint=call.hint)


class _Sources:
    """Gives a node to every parameter, buffer and constant that is used as a value, in the part it belongs to."""

    def __init__(self, made: Sketch, catalog: Catalog, model: nn.Module | None):
        self.made, self.catalog, self._model = made, catalog, model
        self._fresh = itertools.count(max(made.values, default=0) + 1)
        self._placed: dict[tuple[int, int], int] = {}  # by part and value: the value that stands for it there
        self._contents: dict[tuple[object, ...], int] = {}

    def place(self) -> None:
        made_by_layers = {value for piece in self.made.root.pieces() for value in piece.outputs.values()}
        uses = [
            (chain, piece, port, value)
            for chain, piece in _walk((self.made.root,))
            for port, value in piece.inputs.items()
            if self._is_source(value) and value not in made_by_layers
        ]
        owners = self._owners(uses)
        for chain, piece, port, value in uses:
            piece.inputs[port] = self._at(owners(chain, value), chain, piece, value)
        root = (self.made.root,)
        self.made.outputs = {
            self._at(root, root, None, value) if self._is_source(value) and value not in made_by_layers else value: name
            for value, name in self.made.outputs.items()
        }

    def keep_unused(self, model: nn.Module) -> None:
        """Put a node that leads nowhere for each parameter that is not used."""
        weights = [self.made.values[value] for p in self.made.root.pieces() for value in p.weights.values()]
        used = {seen.name for seen in weights if seen.origin == "parameter"}
        names: dict[int, list[str]] = {}
        for name, parameter in model.named_parameters(remove_duplicate=False):
            names.setdefault(id(parameter), []).append(name)
        parts = list(self.made.root.parts())
        for name, parameter in model.named_parameters():
            if used.intersection(names[id(parameter)]):
                continue
            homes = [part for part in parts if not part.path or name.startswith(f"{part.path}.")]
            home = max(homes, key=lambda part: len(part.path))
            value = next(self._fresh)
            dtype = str(parameter.dtype).removeprefix("torch.")
            seen = Value(
                value, "parameter", tuple(parameter.shape), dtype, name, parameter, trainable=parameter.requires_grad
            )
            self.made.values[value] = seen
            home.items += source_pieces(seen, value, value, lambda: next(self._fresh), self.catalog)
            self.made.unused.append(name)

    def _is_source(self, value: int) -> bool:
        return self.made.values[value].origin in ("parameter", "buffer", "constant")

    def _owners(self, uses: list[tuple[Chain, Piece, str, int]]):  # type: ignore[no-untyped-def]
        """For a use, the chain of the part that a value belongs in."""
        common: dict[int, Chain] = {}
        owned: dict[int, bool] = {}
        for chain, _, _, value in uses:
            common[value] = _shared_start(common.get(value, chain), chain)
            owned[value] = owned.get(value, True) and self._owner(chain, value) is not None

        def owner(chain: Chain, value: int) -> Chain:
            if self.made.values[value].origin == "constant":
                while len(chain) > 1 and value in chain[-1].arguments:
                    chain = chain[:-1]
                return chain
            found = self._owner(chain, value) if owned[value] else None
            return found or common[value]

        return owner

    def _owner(self, chain: Chain, value: int) -> Chain | None:
        """The innermost part that is the module the value is a parameter of."""
        path = self.made.values[value].name.rpartition(".")[0]
        return next((chain[:end] for end in range(len(chain), 0, -1) if chain[end - 1].path == path), None)

    def _at(self, home: Chain, chain: Chain, piece: Piece | None, value: int) -> int:
        """The value that stands for `value` in the last part of `home`, made before what `piece` stands in there."""
        part = home[-1]
        found = self._placed.get((id(part), self._content(value)))
        if found is None:
            found = next(self._fresh)
            seen = self.made.values[value]
            self.made.values[found] = replace(seen, number=found)
            made = source_pieces(seen, self._content(value), found, lambda: next(self._fresh), self.catalog)
            home_path, _, attribute = seen.name.rpartition(".")
            if made[-1].kind == "parameter" and part.path == home_path and made[-1].settings["init"] == "normal":
                made[-1].settings.update(start_of(part.module if part.path else self._model, attribute))
            before = piece if len(chain) == len(home) else chain[len(home)]
            at = part.items.index(before) if before is not None else len(part.items)
            part.items[at:at] = made
            self._placed[id(part), self._content(value)] = found
        for inner in chain[len(home) :]:
            if value in inner.arguments:
                inner.arguments = {found if v == value else v: name for v, name in inner.arguments.items()}
        return found

    def _content(self, value: int) -> int:
        """The first value with the same numbers in it, for constants; others are only like themselves."""
        seen = self.made.values[value]
        if seen.origin != "constant" or seen.tensor is None:
            return value
        tensor = seen.tensor.detach().contiguous()
        key = (seen.dtype, tuple(tensor.shape), tensor.reshape(-1).numpy(force=True).tobytes())
        return self._contents.setdefault(key, value)


def _walk(chain: Chain) -> Iterator[tuple[Chain, Piece]]:
    for item in list(chain[-1].items):
        if isinstance(item, Piece):
            yield chain, item
        else:
            yield from _walk((*chain, item))


def _shared_start(one: Chain, other: Chain) -> Chain:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a is not b:
            break
        length += 1
    return one[:length]
