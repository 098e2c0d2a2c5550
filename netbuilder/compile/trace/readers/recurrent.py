"""The functions behind LSTM, GRU and RNN, with all weights given: as the layer that owns them."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.trace.readers.reading import Desk, Reading
from netbuilder.compile.trace.recording import Call, Ref

KINDS = {
    "torch.lstm": ("lstm", {}),
    "torch.gru": ("gru", {}),
    "torch.rnn_tanh": ("rnn", {"nonlinearity": "tanh"}),
    "torch.rnn_relu": ("rnn", {"nonlinearity": "relu"}),
}


def read_recurrent(call: Call, desk: Desk) -> Reading | None:
    if len(call.args) != 9 or call.kwargs or not isinstance(call.args[2], (tuple, list)):
        return None
    x, states, weights, has_biases, num_layers, dropout, training, both, batch_first = call.args
    kind, more = KINDS[call.target]
    states = list(states) if isinstance(states, (tuple, list)) else [states]
    if training or not all(isinstance(part, Ref) for part in [x, *states, *weights]):
        return None
    names = _names(num_layers, bool(has_biases), bool(both))
    if len(names) != len(weights) or not _owned(weights, desk):
        return None
    hidden = desk.shape(weights[1])[1]
    layer = desk.layer(
        kind,
        hidden_size=hidden,
        num_layers=num_layers,
        bias=bool(has_biases),
        dropout=dropout,
        bidirectional=bool(both),
        batch_first=bool(batch_first),
        **more,
    )
    if layer is None:
        return None
    inputs: dict[str, Any] = {"x": x}
    if not all(_is_zero(state, desk) for state in states):
        inputs.update(zip([port.name for port in layer.inputs()][1:], states, strict=True))
    reading = desk.single(call, layer, inputs)
    if reading is None:
        return None
    owned = dict(zip(names, (ref.value for ref in weights), strict=True))
    return Reading(layer, reading.inputs, reading.outputs, owned)


CELLS = {
    "torch.lstm_cell": ("lstm_cell", {}),
    "torch.gru_cell": ("gru_cell", {}),
    "torch.rnn_tanh_cell": ("rnn_cell", {"nonlinearity": "tanh"}),
    "torch.rnn_relu_cell": ("rnn_cell", {"nonlinearity": "relu"}),
}


def read_cell(call: Call, desk: Desk) -> Reading | None:
    """One step of a recurrent layer."""
    if call.kwargs or len(call.args) < 4:
        return None
    x, states, *weights = call.args
    kind, more = CELLS[call.target]
    states = list(states) if isinstance(states, (tuple, list)) else [states]
    weights = [weight for weight in weights if weight is not None]
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"][: len(weights)]
    if not all(isinstance(part, Ref) for part in [x, *states, *weights]) or not _owned(weights, desk):
        return None
    layer = desk.layer(kind, hidden_size=desk.shape(weights[1])[1], bias=len(weights) == 4, **more)
    if layer is None or len(weights) not in (2, 4):
        return None
    inputs: dict[str, Any] = {"x": x}
    if not all(_is_zero(state, desk) for state in states):
        inputs.update(zip([port.name for port in layer.inputs()][1:], states, strict=True))
    reading = desk.single(call, layer, inputs)
    if reading is None:
        return None
    owned = dict(zip(names, (ref.value for ref in weights), strict=True))
    return Reading(layer, reading.inputs, reading.outputs, owned)


def _names(layers: int, biases: bool, both: bool) -> list[str]:
    parts = ["weight_ih", "weight_hh", *(["bias_ih", "bias_hh"] if biases else [])]
    ends = ["", "_reverse"] if both else [""]
    return [f"{part}_l{layer}{end}" for layer in range(layers) for end in ends for part in parts]


def _owned(weights: list[Ref], desk: Desk) -> bool:
    values = [desk.recording.values[ref.value] for ref in weights]
    alone = all(len(desk.users.get(ref.value, ())) == 1 for ref in weights)
    return alone and all(value.origin == "parameter" and value.dtype == "float32" for value in values)


def _is_zero(state: Ref, desk: Desk) -> bool:
    """Whether it is all zeros, as the layer begins with by itself."""
    maker = desk.makers.get(state.value)
    if maker is not None and maker.target == "torch.Tensor.expand" and isinstance(maker.args[0], Ref):
        state = maker.args[0]
    value = desk.recording.values[state.value]
    return value.origin == "constant" and value.tensor is not None and not value.tensor.any()
