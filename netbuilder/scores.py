"""What a sample's score says, in words people read. It knows the names of metrics, and not how they are computed."""

from __future__ import annotations

import math

from netbuilder.resources import Score

WORDS = {  # by metric: what is said of the bound, and whether the metric is a share, which is read in percent
    "accuracy": ("{} right", True),
    "exact": ("{} of the answers exact", True),
    "pair_accuracy": ("{} of the pairs right", True),
    "iou": ("{} overlap (IoU)", True),
    "mean_absolute_error": ("off by {} on average", False),
    "bits_per_character": ("{} bits a character", False),
    "loss": ("loss {}", False),
    "reconstruction": ("reconstruction error {}", False),
    "distance": ("distance {}", False),
}
SPLIT = "validation_"  # a score is of validation samples unless its metric says otherwise


def in_words(score: Score) -> str:
    """ "≥ 98 % right", "≤ 2.2 bits a character". A metric without words of its own is called by its name."""
    name = score.metric.removeprefix(SPLIT)
    words, is_share = WORDS.get(name, (f"{name.replace('_', ' ')} {{}}", False))
    return words.format(_bound(score.at_least, score.at_most, 100 if is_share else 1, " %" if is_share else ""))


def _bound(least: float, most: float, scale: int, unit: str) -> str:
    low, high = (f"{bound * scale:.6g}" for bound in (least, most))
    if math.isinf(most):
        return f"≥ {low}{unit}"
    return f"≤ {high}{unit}" if math.isinf(least) else f"{low} to {high}{unit}"
