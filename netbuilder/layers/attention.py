"""Attention: each step of a sequence looks at all others and takes what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out

HEADS = "Ways of looking, side by side; it must divide the number of features."
BATCH_FIRST = "The batch is the first dimension; off: the steps are, then the batch."
MASK = "Which step may not look at which: true where it may not, or numbers that are added."
PADS = "Which steps are only padding: true where one is, or numbers that are added."
CAUSAL = "Each step looks only at itself and at those before it, as in a language model."


def steps_first(port: Any, batch_first: bool) -> Any:
    """The port as it is, or with the steps before the batch."""
    if batch_first or port.axes[:1] != ("N",) or len(port.axes) != 3:
        return port
    axes = " ".join((port.axes[1], port.axes[0], port.axes[2]))
    if isinstance(port, In):
        return In(axes, optional=port.optional, name=port.name, help=port.help, dtype=port.dtype)
    return Out(axes, name=port.name, help=port.help, dtype=port.dtype)


def looking_back(steps: str, batch_first: bool) -> str:
    """The mask that lets each step of the variable look at itself and at those before it."""
    count = f"{steps}.shape[{1 if batch_first else 0}]"
    return f"{steps}.new_ones(({count}, {count}), dtype=torch.bool).triu(1)"


class MultiheadAttention(Layer):
    """Attention with learned weights: each step of the query looks at all steps of the key and takes from the value.

    Alone, the query looks at itself.
    """

    kind = "multihead_attention"
    target = "torch.nn.MultiheadAttention"
    family = "attention"
    search = ("transformer", "self-attention", "heads", "query", "mha", "sequence", "cross-attention", "mask")
    required = ("num_heads",)
    torch_defaults = {"batch_first": False}
    not_arguments = ("average_attn_weights", "need_weights", "is_causal")
    query = In("N L F", dtype="float", help="The steps that look.")
    key = In("N S K", dtype="float", optional=True, help="The steps that are looked at; without an edge, the query.")
    value = In("N S V", dtype="float", optional=True, help="What is taken from them; without an edge, the key.")
    key_padding_mask = In("N S", dtype="bool", optional=True, help=PADS)
    attn_mask = In("... L S", dtype="bool", optional=True, help=MASK)
    output = Out("N L F", help="What each step of the query took.")
    weights = Out("N ... L S", help="How much each step of the query looked at each step of the key.")
    embed_dim = Inferred("query", dim=2)
    num_heads = Int(4, min=1, help=HEADS)
    dropout = Float(0.0, min=0.0, max=1.0, help="The share of looks that is set to zero while training.")
    bias = Bool(True, advanced=True, help="Adds learned numbers to the projections.")
    add_bias_kv = Bool(False, advanced=True, help="Lets a step look at one learned step more.")
    add_zero_attn = Bool(False, advanced=True, help="Lets a step look at nothing.")
    kdim = Inferred("key", dim=2)
    vdim = Inferred("value", dim=2)
    batch_first = Bool(True, advanced=True, help=BATCH_FIRST)
    is_causal = Bool(False, label="causal", help=CAUSAL)
    average_attn_weights = Bool(True, advanced=True, help="Gives the weights as the average of all heads.")
    need_weights = Bool(
        False,
        advanced=True,
        help="Works the weights out also where nobody takes them: slower, and rounded in another way.",
    )

    def inputs(self) -> tuple[In, ...]:
        return tuple(steps_first(port, self.batch_first) for port in self._ins)

    def outputs(self) -> tuple[Out, ...]:
        return steps_first(self._outs[0], self.batch_first), self._outs[1]

    def summary(self) -> str:
        return f"{self.num_heads} heads{' · causal' if self.is_causal else ''}"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        key = known.get("kdim", known["embed_dim"])
        value = known.get("vdim", key)
        sizes = {"kdim": key, "vdim": value}
        written = [a for a in super().arguments({**known, **sizes}) if not a.startswith(("kdim=", "vdim="))]
        other = [f"{name}={size}" for name, size in sizes.items() if size != known["embed_dim"]]
        at = next((n for n, argument in enumerate(written) if argument.startswith("batch_first=")), len(written))
        return [*written[:at], *other, *written[at:]]

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        query = inputs["query"]
        key = inputs.get("key", query)
        given = [query, key, inputs.get("value", key)]
        weights = outputs["weights"]
        mask = inputs.get("attn_mask")
        if self.is_causal and mask is None:
            mask = looking_back(query, self.batch_first)
        if "key_padding_mask" in inputs:
            given.append(f"key_padding_mask={inputs['key_padding_mask']}")
        if mask is not None:
            given.append(f"attn_mask={mask}")
        if not weights and not self.need_weights:
            given.append("need_weights=False")
        elif not self.average_attn_weights:
            given.append("average_attn_weights=False")
        if self.is_causal:
            given.append("is_causal=True")
        return f"{outputs['output'] or '_'}, {weights or '_'} = {module}({', '.join(given)})"


LAYERS = (MultiheadAttention,)
