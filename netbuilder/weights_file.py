"""A file of weights by their places in a drawing ("n5[0]/n2.weight"), and a model that starts from it.

The file is safetensors: numbers and names, from which nothing is ever executed. It knows no graph; which attribute of
a model stands for which place is told by whoever wrote the model.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


class NoWeights(ValueError):
    """A file of weights can't be read. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file of weights: how many were taken, and the places of those that were missing in the file,
    had another shape, or were in the file and nowhere else.
    """

    taken: int = 0
    missing: tuple[str, ...] = ()
    misshapen: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    def sentence(self) -> str:
        """What a user should know of it; "" where everything fits."""
        told = (
            (self.missing, "not in the file"),
            (self.misshapen, "of another shape in the file"),
            (self.spare, "in the file and no longer in the drawing"),
        )
        parts = []
        for places, what in told:
            if places:
                named = ", ".join(places[:3]) + ", …" * (len(places) > 3)
                parts.append(f"{len(places)} {'is' if len(places) == 1 else 'are'} {what} ({named})")
        if not parts:
            return ""
        return f"Of the weights to start from, {self.taken} fit; {'; '.join(parts)}. What does not fit starts afresh."


def names_by_place(attributes: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The names of a `state_dict` by their places. `attributes` has the dotted attribute of each node by its place."""
    nodes = {attribute: place for place, attribute in attributes.items()}
    found = {}
    for name in names:
        words = name.split(".")
        for end in range(len(words), 0, -1):
            place = nodes.get(".".join(words[:end]))
            if place is not None:
                found[".".join([place, *words[end:]])] = name
                break
    return found


def _as_in_file(names: Mapping[str, str], weights: Iterable[str]) -> dict[str, str]:
    """The names by the places that the file has. A block that repeats since, or no longer does, is its first copy."""
    known = set(weights)
    left = known - names.keys()
    found = {}
    for place, name in names.items():
        other = next((one for one in _of_first_copies(place) if one in left), None) if place not in known else None
        found[other or place] = name
    return found


def _of_first_copies(place: str) -> Iterator[str]:
    """The places that this one may have had, when one block on the way stood alone or in a row."""
    for found in re.finditer(r"\[0\]/|(?<!\])/", place):
        yield place[: found.start()] + ("/" if found[0] != "/" else "[0]/") + place[found.end() :]


def name_at(attributes: Mapping[str, str], place: str) -> str | None:
    """The name in a `state_dict` of the weight at a place; None where no node is there."""
    end = len(place)
    while end > 0:
        if place[:end] in attributes:
            return attributes[place[:end]] + place[end:]
        end = place.rfind(".", 0, end)
    return None


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
        said = f"The weights to start from are missing: there is no file {path}."
    except Exception as error:  # safetensors raises its own for each thing that a file can be instead
        said = f"The weights to start from can't be read from {path}: {' '.join(str(error).split())[:200].rstrip('.')}."
    raise NoWeights(f"{said} Put the file there, or let the project start from random weights.")


def start_from(model: nn.Module, attributes: Mapping[str, str], path: Path) -> Loaded:
    """Put the weights in a file into a model, as far as they fit. Raises `NoWeights`."""
    weights = read_weights(path)
    state = model.state_dict()
    names = _as_in_file(names_by_place(attributes, state), weights)
    there = {place: name for place, name in names.items() if place in weights}
    misshapen = [place for place, name in there.items() if weights[place].shape != state[name].shape]
    kept = {name: weights[place] for place, name in there.items() if place not in misshapen}
    model.load_state_dict(kept, strict=False)
    return Loaded(
        len(kept),
        tuple(place for place in names if place not in weights),
        tuple(misshapen),
        tuple(place for place in weights if place not in names),
    )
