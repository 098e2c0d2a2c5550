"""Transformers: attention and a small network for each step, as one layer, as a stack, or whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.attention import BATCH_FIRST, CAUSAL, HEADS, MASK, PADS, looking_back, steps_first
from netbuilder.layers.layer import In, Inferred, Layer, Out, literal

SEARCH: tuple[str, ...] = ("transformer", "self-attention", "heads", "sequence", "language", "bert", "vit")
DECODER: tuple[str, ...] = ("transformer", "cross-attention", "heads", "sequence", "language", "decoder", "translation")
WIDTH = "Numbers inside the small network that follows the attention."
DROPPED = "The share that is set to zero while training."
CURVE = "The curve of the small network."
NORM_FIRST = "Normalizes before each part rather than after it: deep stacks learn more easily."
EPS = "A small number that keeps the normalization from failing."
BIAS = "Adds learned numbers to the projections and normalizations."
STACKED = "Layers on top of each other, each with its own weights."
CURVES = ("relu", "gelu")
SOURCE = "The sequence that is read: N samples of L steps with F features."
TARGET = "The sequence that is written: N samples of L steps with F features."
MEMORY = "What the encoder gave: N samples of S steps with as many features."


class Part(Layer):
    """What all layers of a Transformer share: attention, a small network, and where they are normalized."""

    family = "attention"
    required: ClassVar[tuple[str, ...]] = ("nhead",)
    torch_defaults: ClassVar[Mapping[str, Any]] = {"dim_feedforward": 2048, "batch_first": False}
    not_arguments: ClassVar[tuple[str, ...]] = ("is_causal",)

    def inputs(self) -> tuple[In, ...]:
        return tuple(steps_first(port, self.settings["batch_first"]) for port in self._ins)

    def outputs(self) -> tuple[Out, ...]:
        return tuple(steps_first(port, self.settings["batch_first"]) for port in self._outs)

    def summary(self) -> str:
        stacked = self.settings.get("num_layers")
        layers = [] if stacked is None else [f"{stacked} layer{'s' if stacked != 1 else ''}"]
        return " · ".join([*layers, f"{self.settings['nhead']} heads"])

    def masks(self, inputs: Mapping[str, str]) -> list[str]:
        """The masks by torch's names, as they flow in."""
        ports = [port.name for port in self.inputs() if "mask" in port.name and port.name in inputs]
        return [f"{port}={inputs[port]}" for port in ports]

    def causal(self, inputs: Mapping[str, str], steps: str, mask: str, flag: str) -> list[str]:
        """What is written so that no step looks ahead; a stack is told about its mask, or it would compare numbers."""
        if not self.settings["is_causal"]:
            return [f"{flag}=False"] if mask in inputs and self.is_stack() else []
        made = [] if mask in inputs else [f"{mask}={looking_back(inputs[steps], self.settings['batch_first'])}"]
        return [*made, f"{flag}=True"]

    def is_stack(self) -> bool:
        return bool(self.wraps)


class TransformerEncoderLayer(Part):
    """Self-attention and a small network for each step, both with a shortcut: one layer of BERT or a ViT."""

    kind = "transformer_encoder_layer"
    target = "torch.nn.TransformerEncoderLayer"
    search = SEARCH
    src = In("N L F", dtype="float", help=SOURCE)
    src_mask = In("... L L", dtype="bool", optional=True, help=MASK)
    src_key_padding_mask = In("N L", dtype="bool", optional=True, help=PADS)
    y = Out("N L F")
    d_model = Inferred("src", dim=2)
    nhead = Int(4, min=1, help=HEADS)
    dim_feedforward = Int(256, min=1, help=WIDTH)
    dropout = Float(0.1, min=0.0, max=1.0, help=DROPPED)
    activation = Choice("relu", CURVES, help=CURVE)
    layer_norm_eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    norm_first = Bool(False, help=NORM_FIRST)
    bias = Bool(True, advanced=True, help=BIAS)
    is_causal = Bool(False, label="causal", help=CAUSAL)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        causal = self.causal(inputs, "src", "src_mask", "is_causal")
        return f"{module}({', '.join([inputs['src'], *self.masks(inputs), *causal])})"


class TransformerDecoderLayer(Part):
    """Self-attention, attention to what an encoder gave, and a small network for each step, all with shortcuts."""

    kind = "transformer_decoder_layer"
    target = "torch.nn.TransformerDecoderLayer"
    search = DECODER
    tgt = In("N L F", dtype="float", help=TARGET)
    memory = In("N S F", dtype="float", help=MEMORY)
    tgt_mask = In("... L L", dtype="bool", optional=True, help=MASK)
    memory_mask = In("... L S", dtype="bool", optional=True, help=MASK)
    tgt_key_padding_mask = In("N L", dtype="bool", optional=True, help=PADS)
    memory_key_padding_mask = In("N S", dtype="bool", optional=True, help=PADS)
    y = Out("N L F")
    d_model = Inferred("tgt", dim=2)
    nhead = Int(4, min=1, help=HEADS)
    dim_feedforward = Int(256, min=1, help=WIDTH)
    dropout = Float(0.1, min=0.0, max=1.0, help=DROPPED)
    activation = Choice("relu", CURVES, help=CURVE)
    layer_norm_eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    norm_first = Bool(False, help=NORM_FIRST)
    bias = Bool(True, advanced=True, help=BIAS)
    is_causal = Bool(True, label="causal", help=CAUSAL)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        causal = self.causal(inputs, "tgt", "tgt_mask", "tgt_is_causal")
        return f"{module}({', '.join([inputs['tgt'], inputs['memory'], *self.masks(inputs), *causal])})"


class Stack(Part):
    """Layers on top of each other."""

    layer: ClassVar[type[Part]]

    def stacked(self, known: Mapping[str, Any]) -> str:
        """The expression that makes the one layer of which the stack holds copies."""
        shared = {name: self.settings[name] for name in self.layer.fields()}
        return self.layer(**shared).construct(known)

    def final(self, known: Mapping[str, Any]) -> list[str]:
        """The normalization after the last layer."""
        if not self.settings["norm"]:
            return []
        eps = self.settings["layer_norm_eps"]
        given = [literal(known["d_model"]), *([f"eps={literal(eps)}"] if eps != 1e-5 else [])]
        given += [] if self.settings["bias"] else ["bias=False"]
        return [f"norm=nn.LayerNorm({', '.join(given)})"]


class TransformerEncoder(Stack):
    """A stack of TransformerEncoderLayers: what BERT and a ViT are made of."""

    kind = "transformer_encoder"
    target = "torch.nn.TransformerEncoder"
    wraps = "torch.nn.TransformerEncoderLayer"
    layer = TransformerEncoderLayer
    search = (*SEARCH, "stack", "encoder")
    required = ("nhead", "num_layers")
    torch_defaults = {**Part.torch_defaults, "enable_nested_tensor": True, "norm": None}
    src = In("N L F", dtype="float", help=SOURCE)
    mask = In("... L L", dtype="bool", optional=True, help=MASK)
    src_key_padding_mask = In("N L", dtype="bool", optional=True, help=PADS)
    y = Out("N L F")
    d_model = Inferred("src", dim=2)
    num_layers = Int(2, min=1, max=256, help=STACKED)
    nhead = Int(4, min=1, help=HEADS)
    dim_feedforward = Int(256, min=1, help=WIDTH)
    dropout = Float(0.1, min=0.0, max=1.0, help=DROPPED)
    activation = Choice("relu", CURVES, help=CURVE)
    layer_norm_eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    norm_first = Bool(False, help=NORM_FIRST)
    bias = Bool(True, advanced=True, help=BIAS)
    norm = Bool(False, label="final norm", help="Normalizes once more after the last layer: for norm_first.")
    enable_nested_tensor = Bool(False, advanced=True, help="Skips padded steps when it is not training.")
    mask_check = Bool(True, advanced=True, help="Looks whether the padding comes last before it skips it.")
    is_causal = Bool(False, label="causal", help=CAUSAL)

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        more = [*self.final(known), *([] if self.enable_nested_tensor else ["enable_nested_tensor=False"])]
        more += [] if self.mask_check else ["mask_check=False"]
        return [self.stacked(known), literal(self.num_layers), *more]

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        causal = self.causal(inputs, "src", "mask", "is_causal")
        return f"{module}({', '.join([inputs['src'], *self.masks(inputs), *causal])})"


class TransformerDecoder(Stack):
    """A stack of TransformerDecoderLayers: what writes a translation from what an encoder gave."""

    kind = "transformer_decoder"
    target = "torch.nn.TransformerDecoder"
    wraps = "torch.nn.TransformerDecoderLayer"
    layer = TransformerDecoderLayer
    search = (*DECODER, "stack")
    required = ("nhead", "num_layers")
    torch_defaults = {**Part.torch_defaults, "norm": None}
    tgt = In("N L F", dtype="float", help=TARGET)
    memory = In("N S F", dtype="float", help=MEMORY)
    tgt_mask = In("... L L", dtype="bool", optional=True, help=MASK)
    memory_mask = In("... L S", dtype="bool", optional=True, help=MASK)
    tgt_key_padding_mask = In("N L", dtype="bool", optional=True, help=PADS)
    memory_key_padding_mask = In("N S", dtype="bool", optional=True, help=PADS)
    y = Out("N L F")
    d_model = Inferred("tgt", dim=2)
    num_layers = Int(2, min=1, max=256, help=STACKED)
    nhead = Int(4, min=1, help=HEADS)
    dim_feedforward = Int(256, min=1, help=WIDTH)
    dropout = Float(0.1, min=0.0, max=1.0, help=DROPPED)
    activation = Choice("relu", CURVES, help=CURVE)
    layer_norm_eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    norm_first = Bool(False, help=NORM_FIRST)
    bias = Bool(True, advanced=True, help=BIAS)
    norm = Bool(False, label="final norm", help="Normalizes once more after the last layer: for norm_first.")
    is_causal = Bool(True, label="causal", help=CAUSAL)

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        return [self.stacked(known), literal(self.num_layers), *self.final(known)]

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        causal = self.causal(inputs, "tgt", "tgt_mask", "tgt_is_causal")
        return f"{module}({', '.join([inputs['tgt'], inputs['memory'], *self.masks(inputs), *causal])})"


class Transformer(Part):
    """A whole Transformer: an encoder reads one sequence, a decoder writes another."""

    kind = "transformer"
    target = "torch.nn.Transformer"
    search = (*DECODER, "encoder", "seq2seq", "whole")
    required = ()
    torch_defaults = {
        **Part.torch_defaults,
        "d_model": 512,
        "nhead": 8,
        "num_encoder_layers": 6,
        "num_decoder_layers": 6,
    }
    src = In("N S F", dtype="float", help="The sequence that is read: N samples of S steps with F features.")
    tgt = In("N L F", dtype="float", help=TARGET)
    src_mask = In("... S S", dtype="bool", optional=True, help=MASK)
    tgt_mask = In("... L L", dtype="bool", optional=True, help=MASK)
    memory_mask = In("... L S", dtype="bool", optional=True, help=MASK)
    src_key_padding_mask = In("N S", dtype="bool", optional=True, help=PADS)
    tgt_key_padding_mask = In("N L", dtype="bool", optional=True, help=PADS)
    memory_key_padding_mask = In("N S", dtype="bool", optional=True, help=PADS)
    y = Out("N L F")
    d_model = Inferred("src", dim=2)
    nhead = Int(4, min=1, help=HEADS)
    num_encoder_layers = Int(2, min=0, max=256, help="Layers that read.")
    num_decoder_layers = Int(2, min=0, max=256, help="Layers that write.")
    dim_feedforward = Int(256, min=1, help=WIDTH)
    dropout = Float(0.1, min=0.0, max=1.0, help=DROPPED)
    activation = Choice("relu", CURVES, help=CURVE)
    layer_norm_eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    norm_first = Bool(False, help=NORM_FIRST)
    bias = Bool(True, advanced=True, help=BIAS)
    is_causal = Bool(True, label="causal", help="Each step of the written sequence sees only those before it.")

    def summary(self) -> str:
        return f"{self.num_encoder_layers} + {self.num_decoder_layers} layers · {self.nhead} heads"

    def is_stack(self) -> bool:
        return True

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        reading = ["src_is_causal=False"] if "src_mask" in inputs else []
        causal = self.causal(inputs, "tgt", "tgt_mask", "tgt_is_causal")
        return f"{module}({', '.join([inputs['src'], inputs['tgt'], *self.masks(inputs), *reading, *causal])})"


LAYERS = (TransformerEncoder, TransformerDecoder, TransformerEncoderLayer, TransformerDecoderLayer, Transformer)
