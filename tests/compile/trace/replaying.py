"""Does what the readings of a recording say, line by line, without any drawing: what was recorded and read is whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from netbuilder.compile.trace.readers import as_expression, read_call
from netbuilder.compile.trace.record import Example, record, resized
from netbuilder.compile.trace.recording import Call, Recording
from netbuilder.compile.trace.trees import arguments_of, named
from netbuilder.layers import standard
from netbuilder.layers.custom import Custom
from netbuilder.layers.layer import Layer


@dataclass
class Replayed:
    """What came out, by name, and the calls that no layer does."""

    outputs: dict[str, torch.Tensor]
    unread: list[Call] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def replay(model: nn.Module, example: Example, recording: Recording) -> Replayed:
    """Work through the recording with the text of each layer, on the tensors of the example."""
    given = [tensor for _, tensor in named(arguments_of(model, example.args, example.kwargs))]
    values = dict(zip(recording.inputs, given, strict=True))
    values |= {v.number: v.tensor for v in recording.values.values() if v.origin in ("parameter", "buffer", "constant")}
    found = Replayed({})
    room: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional, "math": math, "self": nn.Module().eval()}
    made: dict[Any, str] = {}
    for number, call in enumerate(recording.root.calls()):
        layer, inputs, outputs, weights = read(call, recording, found)
        attribute = made.get(id(call.module)) if call.module is not None else None
        if attribute is None:
            attribute = f"self.part{number}"
            with torch.random.fork_rng(devices=[]):
                set_up(layer, attribute, inputs, weights, values, room)
        made[id(call.module)] = attribute
        room.update({f"v{value}": values[value] for value in inputs.values()})
        names = {port: f"v{value}" for port, value in inputs.items()}
        results = {port.name: f"v{outputs[port.name]}" if port.name in outputs else None for port in layer.outputs()}
        exec(layer.call(attribute, names, results), room)
        values.update({value: room[f"v{value}"] for value in outputs.values()})
    found.outputs = {name: values[value] for value, name in recording.outputs.items()}
    return found


def read(call: Call, recording: Recording, found: Replayed) -> tuple[Layer, Any, Any, Any]:
    reading = read_call(call, recording, standard())
    if reading is not None:
        found.kinds.append(reading.layer.kind)
        return reading.layer, reading.inputs, reading.outputs, reading.weights
    found.unread.append(call)
    written = as_expression(call)
    assert written is not None, call
    outputs = {f"y{number}": value for number, value in enumerate(call.results)}
    return Custom(code=written[0], gives=", ".join(outputs)), written[1], outputs, {}


def set_up(layer: Layer, attribute: str, inputs: Any, weights: Any, values: Any, room: dict[str, Any]) -> None:
    shapes = {port: tuple(values[value].shape) for port, value in inputs.items()}
    known = {name: each.of(layer, shapes[each.port]) for name, each in layer.inferred().items() if each.port in shapes}
    statement = layer.set_up(attribute, known)
    if statement is not None:
        exec(statement, room)
        part = eval(attribute, room)
        if isinstance(part, nn.Module):
            missing = part.eval().load_state_dict(
                {name: values[value] for name, value in weights.items()}, strict=False
            )
            assert not missing.unexpected_keys, (layer.kind, missing)
            assert {name for name in missing.missing_keys if "num_batches" not in name} == set(), (layer.kind, missing)


def settled(make: Callable[[], nn.Module]) -> nn.Module:
    """The model with random numbers in place of all that starts at 0 or 1, so that nothing cancels out."""
    torch.manual_seed(0)
    model = make()
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.is_floating_point() and tensor.numel() and bool((tensor == tensor.reshape(-1)[0]).all()):
                tensor.copy_(torch.rand_like(tensor) + 0.5)
    return model.eval()


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors are equal bit by bit, with NaN equal to itself."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return bool(((one == other) | ((one != one) & (other != other))).all())


def replayed(model: nn.Module, *args: Any, batches: int = 2, **kwargs: Any) -> tuple[Recording, Replayed]:
    """The recording of a model in which nothing is lost: replayed it gives the same, also for a larger batch."""
    example = Example(args, kwargs)
    model.eval()
    recording = record(model, example, standard())
    last = Replayed({})
    size = next(tensor for _, tensor in named((args, kwargs)) if tensor.dim()).shape[0]
    for more in range(batches):
        given = resized(example, size, size + 2 * more) if more else example
        with torch.no_grad():
            torch.manual_seed(5)
            expected = dict(named(model(*given.args, **given.kwargs)))
            torch.manual_seed(5)
            last = replay(model, given, recording)
        assert set(last.outputs) <= set(expected)
        wrong = [name for name, tensor in last.outputs.items() if not same(tensor, expected[name])]
        assert not wrong, (wrong, size + 2 * more)
    return recording, last
