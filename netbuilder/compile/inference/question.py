"""What is asked about a layer: the text that sets it up, the text that calls it, and the types that flow in."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from netbuilder.compile.inference.types import TensorType
from netbuilder.layers import Layer


@dataclass(frozen=True)
class Question:
    """The statement that sets a layer up and the one that calls it, with the types that flow in.

    In the texts what the layer holds is `self.layer`, an input port `x` is `in_x` and an output port `y` is `out_y`.
    `sparing` is the call as it stands in the source, where it costs less to ask for the used outputs only. `preamble`
    is what has to be executed before it: code of the user's own, that he trusts.
    """

    set_up: str | None
    call: str
    inputs: tuple[tuple[str, TensorType], ...]
    outputs: tuple[str, ...]
    passes: tuple[str, int] | None = None
    sparing: str = ""
    preamble: str = ""

    @cached_property
    def _hash(self) -> int:
        return hash((self.set_up, self.call, self.inputs, self.sparing, self.preamble))

    def __hash__(self) -> int:
        return self._hash


def question(layer: Layer, known: Mapping[str, Any], flows: Mapping[str, TensorType], used: Set[str]) -> Question:
    """What to ask about a layer with these arguments and inputs, of whose outputs those in `used` lead on."""
    ports = tuple(port.name for port in layer.outputs())
    inputs = {name: f"in_{name}" for name in flows}
    outs: dict[str, str | None] = {name: f"out_{name}" for name in ports}
    call, sparing = layer.call("self.layer", inputs, outs), ""
    if len(ports) > 1 and used and not used >= set(ports):
        sparing = layer.call("self.layer", inputs, {name: outs[name] if name in used else None for name in ports})
        _, made, right = sparing.partition(" = ")
        sparing = sparing if not made or right != call.partition(" = ")[2] else ""
    set_up = layer.set_up("self.layer", known)
    return Question(set_up, call, tuple(flows.items()), ports, layer.passes, sparing, layer.preamble())
