"""Attention: each step of a sequence looks at all others and takes what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out


class MultiheadAttention(Layer):
    """Each step of the query looks at all steps of the key and takes from the value; alone, the query looks at itself.

    The batch always comes first.
    """

    kind = "multihead_attention"
    target = "torch.nn.MultiheadAttention"
    family = "attention"
    search = ("transformer", "self-attention", "heads", "query", "mha", "sequence")
    required = ("num_heads",)
    query = In("N L F", dtype="float", help="The steps that look.")
    key = In("N S K", dtype="float", optional=True, help="The steps that are looked at; without an edge, the query.")
    value = In("N S V", dtype="float", optional=True, help="What is taken from them; without an edge, the key.")
    output = Out("N L F", help="What each step of the query took.")
    weights = Out("N L S", help="How much each step of the query looked at each step of the key, averaged over heads.")
    embed_dim = Inferred("query", dim=2)
    num_heads = Int(4, min=1, help="Ways of looking, side by side; it must divide the number of features.")
    dropout = Float(0.0, min=0.0, max=1.0, help="The share of looks that is set to zero while training.")
    bias = Bool(True, advanced=True, help="Adds learned numbers to the projections.")
    add_zero_attn = Bool(False, advanced=True, help="Lets a step look at nothing.")
    kdim = Inferred("key", dim=2)
    vdim = Inferred("value", dim=2)

    def summary(self) -> str:
        return f"{self.num_heads} heads"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        key = known.get("kdim", known["embed_dim"])
        value = known.get("vdim", key)
        sizes = {"kdim": key, "vdim": value}
        written = [a for a in super().arguments({**known, **sizes}) if not a.startswith(("kdim=", "vdim="))]
        other = [f"{name}={size}" for name, size in sizes.items() if size != known["embed_dim"]]
        return [*written, *other, "batch_first=True"]

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        query = inputs["query"]
        key = inputs.get("key", query)
        value = inputs.get("value", key)
        weights = outputs["weights"]
        quiet = "" if weights else ", need_weights=False"
        return f"{outputs['output'] or '_'}, {weights or '_'} = {module}({query}, {key}, {value}{quiet})"


LAYERS = (MultiheadAttention,)
