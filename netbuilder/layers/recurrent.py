"""Recurrent layers: they read a sequence step by step and remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out

SEARCH: tuple[str, ...] = ("recurrent", "sequence", "memory", "time", "text")
FIRST = "N L F"
STEPS_FIRST = "L N F"
SEQUENCE = "A sequence of L steps with F features each."
REMEMBERED = "What is remembered after each step."
START = "What is remembered before the first step, for each layer and direction; without an edge, zeros."
BIAS = "Adds learned numbers to the sums."
CURVE = "The curve the memory goes through at each step."


class Recurrent(Layer):
    """What RNN, GRU and LSTM share."""

    family = "recurrent"
    required = ("hidden_size",)
    torch_defaults: ClassVar[Mapping[str, Any]] = {"batch_first": False}
    x = In(FIRST, dtype="float", help=SEQUENCE)
    h_0 = In("R N M", dtype="float", optional=True, help=START)
    output = Out("N L M", help=REMEMBERED)
    h_n = Out("R N M", help="What is remembered after the last step, for each layer and direction.")
    input_size = Inferred("x", dim=2)
    hidden_size = Int(64, min=1, help="Numbers that are remembered, and so features out.")
    num_layers = Int(1, min=1, max=64, help="Layers on top of each other, each reading the one below.")
    bias = Bool(True, advanced=True, help=BIAS)
    dropout = Float(0.0, min=0.0, max=1.0, help="The share set to zero between layers; needs more than one layer.")
    bidirectional = Bool(False, help="Also reads the sequence backwards: twice the features out.")
    batch_first = Bool(
        True, advanced=True, help="The batch is the first dimension; off: the steps are, then the batch."
    )

    @property
    def passes(self) -> tuple[str, int] | None:
        return "x", 1 if self.batch_first else 0

    def inputs(self) -> tuple[In, ...]:
        states = self.num_layers * (2 if self.bidirectional else 1)
        sizes = {"h_0": self.settings.get("proj_size") or self.hidden_size, "c_0": self.hidden_size}
        starts = (
            In("R N M", dtype="float", optional=True, name=port.name, help=port.help, example=f"{states} N {size}")
            for port in self._ins[1:]
            for size in (sizes[port.name],)
        )
        return (In(FIRST if self.batch_first else STEPS_FIRST, dtype="float", name="x", help=SEQUENCE), *starts)

    def outputs(self) -> tuple[Out, ...]:
        return self._outs if self.batch_first else (Out("L N M", name="output", help=REMEMBERED), *self._outs[1:])

    def summary(self) -> str:
        words = [str(self.hidden_size)]
        if self.num_layers > 1:
            words.append(f"{self.num_layers} layers")
        if self.bidirectional:
            words.append("both ways")
        return " · ".join(words)

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        written = super().arguments(known)
        if self.num_layers == 1:  # PyTorch warns: there is nothing between the layers
            written = [argument for argument in written if not argument.startswith("dropout=")]
        return written

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        start = f", {inputs['h_0']}" if "h_0" in inputs else ""
        return f"{outputs['output'] or '_'}, {outputs['h_n'] or '_'} = {module}({inputs['x']}{start})"


class RNN(Recurrent):
    """Reads a sequence step by step with a plain memory. It forgets quickly: prefer GRU or LSTM."""

    kind = "rnn"
    target = "torch.nn.RNN"
    search = (*SEARCH, "elman")
    nonlinearity = Choice("tanh", ("tanh", "relu"), advanced=True, help=CURVE)


class LSTM(Recurrent):
    """Reads a sequence step by step with a long memory and gates on what is kept."""

    kind = "lstm"
    target = "torch.nn.LSTM"
    search = (*SEARCH, "long short-term")
    c_0 = In("R N M", dtype="float", optional=True, help="The long memory before the first step.")
    c_n = Out("R N M", help="The long memory after the last step, for each layer and direction.")
    proj_size = Int(0, min=0, advanced=True, help="Gives out this many numbers in place of all; 0: all.")

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        hidden, cell = outputs["h_n"], outputs["c_n"]
        state = f"({hidden or '_'}, {cell or '_'})" if hidden or cell else "_"
        return f"{outputs['output'] or '_'}, {state} = {module}({inputs['x']}{_states(inputs, 'h_0', 'c_0')})"


class GRU(Recurrent):
    """Reads a sequence step by step with gates on what is kept: a lighter LSTM."""

    kind = "gru"
    target = "torch.nn.GRU"
    search = (*SEARCH, "gated")


class Cell(Layer):
    """One step of a recurrent layer, for loops that are drawn by hand."""

    family = "recurrent"
    required = ("hidden_size",)
    x = In("N F", dtype="float", help="The features of one step.")
    h = In(
        "N M", dtype="float", optional=True, help="What was remembered so far; without an edge, zeros.", example="N 64"
    )
    y = Out("N M", help="What is remembered now.")
    input_size = Inferred("x", dim=1)
    hidden_size = Int(64, min=1, help="Numbers that are remembered, and so features out.")
    bias = Bool(True, advanced=True, help=BIAS)

    def summary(self) -> str:
        return str(self.hidden_size)


CELL = ("recurrent", "step", "cell", "memory", "decoder", "loop")


class RNNCell(Cell):
    """One step of an RNN: takes what was remembered and gives what is remembered now."""

    kind = "rnn_cell"
    target = "torch.nn.RNNCell"
    search = (*CELL, "elman")
    nonlinearity = Choice("tanh", ("tanh", "relu"), advanced=True, help=CURVE)


class LSTMCell(Cell):
    """One step of an LSTM: takes both memories and gives them as they are now."""

    kind = "lstm_cell"
    target = "torch.nn.LSTMCell"
    search = (*CELL, "long short-term")
    c = In("N M", dtype="float", optional=True, help="The long memory so far; without an edge, zeros.", example="N 64")
    c_n = Out("N M", help="The long memory now.")

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        given = f"{module}({inputs['x']}{_states(inputs, 'h', 'c')})"
        return f"{outputs['y'] or '_'}, {outputs['c_n'] or '_'} = {given}"


class GRUCell(Cell):
    """One step of a GRU: takes what was remembered and gives what is remembered now."""

    kind = "gru_cell"
    target = "torch.nn.GRUCell"
    search = (*CELL, "gated")


def _states(inputs: Mapping[str, str], short: str, long: str) -> str:
    """The two memories an LSTM starts from; one that is not given is as many zeros as the other has numbers."""
    hidden, cell = inputs.get(short), inputs.get(long)
    if hidden is None and cell is None:
        return ""
    return f", ({hidden or f'torch.zeros_like({cell})'}, {cell or f'torch.zeros_like({hidden})'})"


LAYERS = (RNN, LSTM, GRU, RNNCell, LSTMCell, GRUCell)
