"""The words of PyTorch that the catalogue knows: modules by their class, functions and methods by their name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer

PLAIN = frozenset({"activation", "pooling", "regularization", "reshaping", "padding", "vision", "distance"})


ALIASES = {
    "multiply": "mul", "subtract": "sub", "divide": "div", "true_divide": "div", "absolute": "abs", "clip": "clamp",
    "arctan2": "atan2", "swapaxes": "transpose", "swapdims": "transpose", "negative": "neg", "greater": "gt",
    "less": "lt", "greater_equal": "ge", "less_equal": "le", "not_equal": "ne", "upsample": "interpolate",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """`modules` by the name of the class in torch.nn; `functions` by the last part of their name."""

    modules: dict[str, type[Layer]]
    functions: dict[str, list[type[Layer]]]
    signs: dict[str, list[type[Layer]]]
    kinds: dict[str, type[Layer]]

    def function(self, name: str) -> list[type[Layer]]:
        """The layers that a function or a method may be: an operation, or a module that does the same."""
        name = ALIASES.get(name, name)
        bare = name.replace("_", "").lower()
        modules = [layer for known, layer in self.modules.items() if known.lower() == bare and _is_plain(layer)]
        return [*self.functions.get(name, ()), *modules]


def _is_plain(layer: type[Layer]) -> bool:
    """Whether a module is no more than its function: it holds no weights, which a function would be given."""
    return layer.family in PLAIN


@lru_cache(4)
def words_of(catalog: Catalog) -> Words:
    modules: dict[str, type[Layer]] = {}
    functions: dict[str, list[type[Layer]]] = {}
    signs: dict[str, list[type[Layer]]] = {}
    for layer in catalog:
        if layer.is_module():
            modules.setdefault(layer.target.rpartition(".")[2], layer)
            continue
        named = [getattr(layer, "method", ""), layer.target]  # what it `reads` besides may have other arguments
        for name in dict.fromkeys(word.rpartition(".")[2] for word in named if word):
            functions.setdefault(name, []).append(layer)
        if getattr(layer, "sign", ""):
            signs.setdefault(layer.sign, []).append(layer)  # type: ignore[attr-defined]
    return Words(modules, functions, signs, {layer.kind: layer for layer in catalog})
