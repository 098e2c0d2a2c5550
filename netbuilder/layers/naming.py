"""What a new node is called, from the kind of its layer alone."""

from __future__ import annotations

import re

SHORT = {"conv_transpose": "up", "adaptive_avg_pool": "pool", "avg_pool": "pool", "max_pool": "pool"}


def stem(kind: str) -> str:
    """What a new node of this kind is called: conv for conv2d, norm for batch_norm2d, linear for linear."""
    plain = re.sub(r"\d+d?$", "", kind)
    if plain in SHORT:
        return SHORT[plain]
    last = plain.rpartition("_")[2]
    return last if last in ("norm", "pool", "attention", "relu") else plain or "layer"
