"""What a new node is called, from the kind of its layer alone."""

from __future__ import annotations

import re

SHORT = {"conv_transpose": "up", "scaled_dot_product_attention": "attention", "local_response_norm": "norm"}
SHORT |= dict.fromkeys(("upsample", "upsampling_nearest", "upsampling_bilinear"), "up")
SHORT |= dict.fromkeys(("transformer_encoder", "transformer_encoder_layer"), "encoder")
SHORT |= dict.fromkeys(("transformer_decoder", "transformer_decoder_layer"), "decoder")
SHORT |= {
    "pixel_shuffle": "shuffle",
    "pixel_unshuffle": "unshuffle",
    "channel_shuffle": "shuffle",
    "cross_map_lrn": "norm",
}
LAST = ("norm", "pool", "unpool", "attention", "relu", "pad", "dropout")  # what says most, where it comes last


def stem(kind: str) -> str:
    """What a new node of this kind is called: conv for conv2d, norm for batch_norm2d, linear for linear."""
    plain = re.sub(r"\d+d?$", "", kind)
    if plain in SHORT:
        return SHORT[plain]
    last = plain.rpartition("_")[2]
    return last if last in LAST else plain or "layer"
