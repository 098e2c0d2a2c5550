"""Which layers most likely come next: by what they are to follow, or to feed, and by the tensor between. No Qt.

What it says is an order and never a choice: every layer that was given is given back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.layers.layer import In, Layer
from netbuilder.layers.usual import is_usual, usual_first


@dataclass(frozen=True)
class Joint:
    """Where the search was opened: at a port of a node of this layer, with a tensor of this rank and dtype on it.

    `rank` 0: not known. `output`: the layer that is searched for follows; else it feeds this one.
    """

    layer: type[Layer]
    port: str
    output: bool
    rank: int = 0
    dtype: str = ""


DIMENSIONS = {3: "1d", 4: "2d", 5: "3d"}

# By kind, or else by family; "{d}" is 1d, 2d or 3d as the tensor has it.
AFTER = {
    "convolution": "batch_norm{d} relu max_pool{d} conv{d} dropout{d} gelu leaky_relu add concatenate group_norm",
    "pooling": "conv{d} flatten dropout{d} batch_norm{d} linear",
    "adaptive_avg_pool2d": "flatten linear conv2d",
    "normalization": "relu conv{d} gelu leaky_relu silu linear dropout add max_pool{d}",
    "layer_norm": "linear multihead_attention gelu dropout transformer_encoder_layer lstm mean output",
    "rms_norm": "linear multihead_attention silu dropout transformer_encoder_layer mean output",
    "activation": "linear conv{d} max_pool{d} dropout batch_norm{d} add layer_norm output",
    "softmax": "output matmul multiply dropout argmax",
    "regularization": "linear conv{d} add layer_norm relu flatten output",
    "flatten": "linear dropout relu batch_norm1d output",
    "linear": "relu dropout output gelu batch_norm1d layer_norm linear softmax add sigmoid tanh unflatten",
    "add": "relu layer_norm batch_norm{d} conv{d} linear dropout output add",
    "concatenate": "conv{d} linear relu batch_norm{d} dropout",
    "embedding": "lstm gru add transformer_encoder_layer multihead_attention dropout mean layer_norm flatten linear",
    "one_hot": "cast linear flatten embedding",
    "recurrent": "select linear dropout lstm layer_norm multihead_attention gru mean",
    "attention": "add dropout layer_norm linear mean select multihead_attention transformer_encoder_layer output",
    "transformer_encoder_layer": "transformer_encoder_layer mean select linear layer_norm dropout output",
    "transformer_encoder": "mean select linear layer_norm dropout output",
    "vision": "conv{d} concatenate add relu",
    "unfold": "transpose permute linear",
    "interpolate": "concatenate conv{d} add",
    "reduction": "linear dropout output relu layer_norm",
    "select": "linear dropout layer_norm relu output",
    "causal_mask": "multihead_attention transformer_encoder_layer scaled_dot_product_attention masked_fill",
    "positions": "embedding add",
    "parameter": "add multiply concatenate expand matmul",
    "noise": "linear conv_transpose2d unflatten concatenate add",
    "reparametrize": "linear unflatten conv_transpose2d output",
}
WITH = {
    2: "linear relu dropout output batch_norm1d layer_norm add concatenate unflatten reshape softmax",
    3: "lstm linear conv1d transformer_encoder_layer gru multihead_attention layer_norm dropout mean flatten unsqueeze",
    4: "conv2d batch_norm2d relu max_pool2d dropout2d add concatenate adaptive_avg_pool2d flatten conv_transpose2d",
    5: "conv3d batch_norm3d relu max_pool3d dropout3d add concatenate adaptive_avg_pool3d flatten",
}
WHOLE = "embedding one_hot embedding_bag cast output"
ROWS = ("linear", "layer_norm")  # they take pictures too, but along their last dimension: hardly ever meant
UNKNOWN = "conv2d linear embedding lstm flatten relu dropout"
BEFORE = {
    "output": "linear softmax sigmoid tanh conv2d dropout",
    "convolution": "input relu max_pool{d} conv{d} batch_norm{d} concatenate add dropout{d}",
    "pooling": "relu conv{d} batch_norm{d} add",
    "normalization": "conv{d} linear add",
    "activation": "linear conv{d} batch_norm{d} add",
    "regularization": "relu linear max_pool{d} add",
    "linear": "flatten relu dropout linear input mean select layer_norm",
    "flatten": "max_pool2d adaptive_avg_pool2d relu conv2d input",
    "add": "conv{d} batch_norm{d} linear dropout multihead_attention identity parameter embedding",
    "concatenate": "conv{d} linear relu upsample conv_transpose2d embedding input",
    "recurrent": "embedding input lstm gru dropout layer_norm permute",
    "attention": "embedding layer_norm linear add input dropout",
    "embedding": "input positions",
}
MASKS = "causal_mask input masked_fill"


def likely_first(layers: Iterable[type[Layer]], joint: Joint | None) -> list[type[Layer]]:
    """The same layers: first those that most often stand there, then blocks, then usual ones whose ports fit.

    Without a joint the blocks of one's own come first, then the usual layers.
    """
    given = usual_first(layers)
    if joint is None:
        return sorted(
            given,
            key=lambda la: (la.family != BLOCK, not is_usual(la), not is_usual(la) and not la.kind.endswith("2d")),
        )
    places = {kind: place for place, kind in enumerate(_kinds(joint))}

    def place(layer: type[Layer]) -> tuple[bool, int, bool, bool]:
        unfit = not _fits(layer, joint)
        expected = len(places) if unfit else places.get(layer.kind, len(places))
        return unfit, expected, layer.family != BLOCK, not is_usual(layer)

    return sorted(given, key=place)


def _kinds(joint: Joint) -> list[str]:
    layer, whole = joint.layer, joint.dtype.startswith("int")
    table = AFTER if joint.output else BEFORE
    own = table.get(layer.kind, table.get(layer.family, ""))
    if joint.output:
        named = f"{WHOLE} {own}" if whole else f"{own} {WITH.get(joint.rank, UNKNOWN)}"
    else:
        named = f"{MASKS if joint.port.endswith('mask') else ''} {own}"
    dimensions = layer.kind[-2:] if layer.kind[-2:] in DIMENSIONS.values() else DIMENSIONS.get(joint.rank, "2d")
    kinds = named.replace("{d}", dimensions).split()
    if joint.output and joint.rank == 2:  # features: what is normalized is a row
        kinds = [kind.replace("batch_norm2d", "batch_norm1d").replace("dropout2d", "dropout") for kind in kinds]
    if joint.output and joint.rank > 3:
        kinds = [kind for kind in kinds if kind not in ROWS]
    return list(dict.fromkeys(kind.replace("dropout1d", "dropout") for kind in kinds))


def _fits(layer: type[Layer], joint: Joint) -> bool:
    """Whether the first input of the layer takes the tensor at the joint. What feeds a port is not held back."""
    ports = layer().inputs() if joint.output else ()
    return not joint.output or (bool(ports) and _takes(ports[0], joint))


def _takes(port: In, joint: Joint) -> bool:
    kind = next((kind for kind in ("float", "int", "bool") if joint.dtype.startswith(kind)), "")
    return (not joint.rank or port.accepts_rank(joint.rank)) and (not kind or port.dtype in ("", kind))
