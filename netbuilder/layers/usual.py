"""Which layers a course or an ordinary project is made of: what a palette shows before all the others.

Families stand in the order in which people look for them, and so do the layers of each.
"""

from __future__ import annotations

from collections.abc import Iterable

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.layers.layer import Layer

USUAL: dict[str, tuple[str, ...]] = {
    "input": ("input",),
    "output": ("output",),
    "linear": ("linear",),
    "convolution": ("conv2d", "conv1d", "conv3d", "conv_transpose2d"),
    "pooling": ("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "max_pool1d"),
    "normalization": ("batch_norm2d", "batch_norm1d", "layer_norm", "group_norm", "rms_norm"),
    "activation": ("relu", "leaky_relu", "gelu", "silu", "sigmoid", "tanh", "softmax"),
    "regularization": ("dropout", "dropout2d"),
    "reshaping": (
        *("flatten", "unflatten", "reshape", "permute", "transpose"),
        *("squeeze", "unsqueeze", "interpolate"),
    ),
    "merging": ("add", "multiply", "concatenate", "stack", "split"),
    "embedding": ("embedding", "one_hot"),
    "recurrent": ("lstm", "gru", "rnn"),
    "attention": (
        *("multihead_attention", "transformer_encoder_layer", "transformer_encoder"),
        *("transformer_decoder_layer", "scaled_dot_product_attention"),
    ),
    "vision": ("upsample", "unfold"),
    "padding": ("zero_pad2d",),
    "reduction": ("mean", "sum", "max", "argmax"),
    "indexing": ("select", "index", "masked_fill"),
    "arithmetic": ("subtract", "divide", "scale", "exp", "log", "clamp", "cast"),
    "matrix": ("matmul",),
    "values": ("parameter", "positions", "causal_mask", "noise", "reparametrize"),
    "distance": ("cosine_similarity",),
    "custom": ("custom",),
}

_PLACE = {kind: place for place, kind in enumerate(kind for kinds in USUAL.values() for kind in kinds)}
_FAMILY = {family: place for place, family in enumerate(USUAL)}


def is_usual(layer: type[Layer]) -> bool:
    """Whether most people need it at some time. Blocks always are: somebody made them for this."""
    return layer.kind in _PLACE or layer.family == BLOCK


def usual_first(layers: Iterable[type[Layer]]) -> list[type[Layer]]:
    """The same layers: the usual ones in the order above, then the others in the order given."""
    return sorted(layers, key=lambda layer: _PLACE.get(layer.kind, len(_PLACE)))


def families_in_order(families: Iterable[str]) -> list[str]:
    """The same families: those with usual layers in the order above, then the others in the order given."""
    return sorted(families, key=lambda family: _FAMILY.get(family, len(_FAMILY)))
