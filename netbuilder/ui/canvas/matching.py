"""Which layers people mean by what they typed: by title, kind, search words and purpose. It knows nothing about Qt."""

from __future__ import annotations

from collections.abc import Iterable

from netbuilder.layers.layer import Layer, purpose

FOR_PICTURES = 0.005  # what decides between layers that fit as well: most are looked for in the form for pictures


def matching(layers: Iterable[type[Layer]], query: str) -> list[type[Layer]]:
    """The layers that fit every word of `query`, the best first; equal ones stay in the order given."""
    words = query.lower().split()
    scored = [(score(layer, words), layer) for layer in layers]
    return [layer for points, layer in sorted(scored, key=lambda pair: -pair[0]) if points > 0 or not words]


def score(layer: type[Layer], words: list[str]) -> float:
    """How well the layer fits: the sum over the words, or 0 if one of them fits nowhere."""
    points = [_points(layer, word) for word in words]
    usual = FOR_PICTURES if layer.kind.endswith("2d") else 0.0
    return sum(points) + usual if all(points) else 0.0


def _points(layer: type[Layer], word: str) -> float:
    title, kind = layer.title.lower(), layer.kind.lower()
    if word in (title, kind):
        return 120
    if title.startswith(word):
        return 100 - len(title) / 100
    if any(part.startswith(word) for part in kind.split("_")):
        return 90
    if any(other.startswith(word) for other in layer.search):
        return 70
    if word in title or word in kind:
        return 60
    if layer.family.startswith(word):
        return 50
    if any(part.startswith(word) for part in purpose(layer).lower().split()):
        return 30
    spread = _spread(word, title)
    return 20 / (1 + spread) if spread is not None else 0.0


def _spread(word: str, title: str) -> int | None:
    """How many letters lie between those of `word` in `title` ("cv2" in "conv2d": 2), None if one is missing."""
    at = first = -1
    for letter in word:
        at = title.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first < 0 else first
    return at - first + 1 - len(word)
