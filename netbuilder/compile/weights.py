"""Weights by their places in a drawing: "n3.weight", within a block "n5/n2.weight", within a repeat "n5[0]/n2.weight".

A place stays what it is while nodes are renamed; the generated module knows the same weight by the names of its
attributes. They are kept as safetensors: a file of numbers, from which nothing is ever executed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.compile.check import Checked
from netbuilder.expression import resolve
from netbuilder.graph.block import block_of
from netbuilder.project.project import MAIN

if TYPE_CHECKING:
    import torch
    from torch import nn

SUFFIX = ".safetensors"
MOST_COPIES = 1000


class NoWeights(ValueError):
    """A file of weights can't be read. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file of weights: by place, what was not in it, what had another shape, what nothing took."""

    taken: int = 0
    missing: tuple[str, ...] = ()
    misshapen: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not (self.missing or self.misshapen or self.spare)

    def sentence(self) -> str:
        """What a user should know of it; "" where everything fits."""
        parts = [
            f"{len(places)} {what} ({', '.join(places[:3])}{' ...' * (len(places) > 3)})"
            for places, what in (
                (self.missing, "were not in the file"),
                (self.misshapen, "had another shape"),
                (self.spare, "of the file are not in the drawing any more"),
            )
            if places
        ]
        return f"Of the weights to start from, {'; '.join(parts)}." if parts else ""


def prefixes(checked: Checked) -> dict[str, str]:
    """The attribute of the generated module, with dots, that each node's weights lie in, by the node's place."""
    return dict(_prefixes(checked, MAIN, {}, "", ""))


def _prefixes(
    checked: Checked, name: str, exposed: Mapping[str, object], place: str, attribute: str
) -> Iterator[tuple[str, str]]:
    project = checked.project
    for id, node in project.graphs[name].nodes.items():
        called = checked.identifiers[name].get(id)
        if called is None or node.shares:
            continue
        yield f"{place}{id}", f"{attribute}{called}"
        block = block_of(node.kind)
        if block is None or block not in project.blocks:
            continue
        usual = {setting.name: setting.default for setting in project.blocks[block].settings}
        inner = {**usual, **resolve(node.settings, exposed)}
        repeat = inner.pop("repeat", 1)
        copies = min(repeat, MOST_COPIES) if isinstance(repeat, int) else 1
        if copies == 1:
            yield from _prefixes(checked, block, inner, f"{place}{id}/", f"{attribute}{called}.")
        for copy in range(copies if copies > 1 else 0):
            yield from _prefixes(checked, block, inner, f"{place}{id}[{copy}]/", f"{attribute}{called}.{copy}.")


def names_by_place(checked: Checked, names: list[str]) -> dict[str, str]:
    """The names of a `state_dict` of the generated module, by their places."""
    nodes = {attribute: place for place, attribute in prefixes(checked).items()}
    found = {}
    for name in names:
        words = name.split(".")
        for end in range(len(words), 0, -1):
            place = nodes.get(".".join(words[:end]))
            if place is not None:
                found[".".join([place, *words[end:]])] = name
                break
    return found


def state_of(checked: Checked, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights by place as a `state_dict` of the generated module; what has no place in it is left out."""
    nodes = prefixes(checked)
    found = {}
    for place, tensor in weights.items():
        name = _name(place, nodes)
        if name is not None:
            found[name] = tensor
    return found


def _name(place: str, nodes: Mapping[str, str]) -> str | None:
    end = len(place)
    while end > 0:
        if place[:end] in nodes:
            return nodes[place[:end]] + place[end:]
        end = place.rfind(".", 0, end)
    return None


def weights_of(checked: Checked, state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A `state_dict` of the generated module by places: the inverse of `state_of`."""
    return {place: state[name] for place, name in names_by_place(checked, list(state)).items()}


def save_weights(weights: Mapping[str, torch.Tensor], path: Path) -> None:
    """Write weights by place to a file, wholly or not at all. Raises `OSError`."""
    from safetensors.torch import save

    plain = {place: tensor.detach().cpu().clone().contiguous() for place, tensor in weights.items()}
    written = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(4)}.tmp")
    try:
        written.write_bytes(save(plain, metadata={"format": "pt"}))
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights in a file, by place. Raises `NoWeights`."""
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except FileNotFoundError:
        raise NoWeights(f"The weights to start from are not there: there is no file {path}.") from None
    except Exception as error:  # safetensors raises its own for each thing that a file can be instead
        raise NoWeights(f"{path} can't be read as weights: {' '.join(str(error).split())[:200]}") from error


def weights_file(weights: str, project_file: Path | None) -> Path:
    """Where the weights of a project lie: relative to its file, if that has a place."""
    path = Path(weights)
    return path if project_file is None or path.is_absolute() else project_file.parent / path


def start_weights(model: nn.Module, checked: Checked, path: Path) -> Loaded:
    """Put the weights in a file into the generated model, as far as they fit. Raises `NoWeights`."""
    return put(model, names_by_place(checked, list(model.state_dict())), read_weights(path))


def put(model: nn.Module, names: Mapping[str, str], weights: Mapping[str, torch.Tensor]) -> Loaded:
    """Put weights into the model whose names by place are `names`."""
    state = model.state_dict()
    missing = [place for place in names if place not in weights]
    there = {place: name for place, name in names.items() if place in weights}
    misshapen = [place for place, name in there.items() if weights[place].shape != state[name].shape]
    spare = [place for place in weights if place not in names]
    kept = {name: weights[place] for place, name in there.items() if place not in misshapen}
    model.load_state_dict(kept, strict=False)
    return Loaded(len(kept), tuple(missing), tuple(misshapen), tuple(spare))
