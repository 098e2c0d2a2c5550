"""Recurrent layers: they read a sequence step by step and remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out


class Recurrent(Layer):
    """What RNN, GRU and LSTM share. The batch always comes first."""

    family = "recurrent"
    required = ("hidden_size",)
    passes = ("x", 1)
    x = In("N L F", dtype="float", help="A sequence of L steps with F features each.")
    output = Out("N L H", help="What is remembered after each step.")
    h_n = Out("D N H", help="What is remembered after the last step, for each layer and direction.")
    input_size = Inferred("x", dim=2)
    hidden_size = Int(64, min=1, help="Numbers that are remembered, and so features out.")
    num_layers = Int(1, min=1, max=64, help="Layers on top of each other, each reading the one below.")
    bias = Bool(True, advanced=True, help="Adds learned numbers to the sums.")
    dropout = Float(0.0, min=0.0, max=1.0, help="The share set to zero between layers; needs more than one layer.")
    bidirectional = Bool(False, help="Also reads the sequence backwards: twice the features out.")

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
        return [*written, "batch_first=True"]

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        return f"{outputs['output'] or '_'}, {outputs['h_n'] or '_'} = {module}({inputs['x']})"


class RNN(Recurrent):
    """Reads a sequence step by step with a plain memory. It forgets quickly: prefer GRU or LSTM."""

    kind = "rnn"
    target = "torch.nn.RNN"
    search = ("recurrent", "sequence", "memory", "time", "elman", "text")
    nonlinearity = Choice(
        "tanh", ("tanh", "relu"), advanced=True, help="The curve the memory goes through at each step."
    )


class LSTM(Recurrent):
    """Reads a sequence step by step with a long memory and gates on what is kept."""

    kind = "lstm"
    target = "torch.nn.LSTM"
    search = ("recurrent", "sequence", "memory", "time", "long short-term", "text")
    c_n = Out("D N H", help="The long memory after the last step, for each layer and direction.")

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        hidden, cell = outputs["h_n"], outputs["c_n"]
        state = f"({hidden or '_'}, {cell or '_'})" if hidden or cell else "_"
        return f"{outputs['output'] or '_'}, {state} = {module}({inputs['x']})"


class GRU(Recurrent):
    """Reads a sequence step by step with gates on what is kept: a lighter LSTM."""

    kind = "gru"
    target = "torch.nn.GRU"
    search = ("recurrent", "sequence", "memory", "time", "gated", "text")


LAYERS = (RNN, LSTM, GRU)
