"""The list of layers that can be dropped, by kind and by family. A value that is passed around, not a registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from netbuilder.layers.layer import Layer


class Catalog:
    """An ordered, frozen set of layer classes. Families come in the order of their first layer."""

    def __init__(self, layers: Iterable[type[Layer]]):
        self._by_kind: dict[str, type[Layer]] = {}
        for layer in layers:
            if layer.kind in self._by_kind:
                raise ValueError(f"two layers have the kind {layer.kind!r}")
            self._by_kind[layer.kind] = layer

    def find(self, kind: str) -> type[Layer] | None:
        """The layer saved files call `kind`, or None if this version has no such layer."""
        return self._by_kind.get(kind)

    def with_layers(self, layers: Iterable[type[Layer]]) -> Catalog:
        """A catalogue of these and all of `layers`, which come last."""
        return Catalog([*self, *layers])

    def families(self) -> dict[str, list[type[Layer]]]:
        found: dict[str, list[type[Layer]]] = {}
        for layer in self:
            found.setdefault(layer.family, []).append(layer)
        return found

    def __iter__(self) -> Iterator[type[Layer]]:
        return iter(self._by_kind.values())

    def __len__(self) -> int:
        return len(self._by_kind)


@cache
def standard() -> Catalog:
    """The layers this version ships, in the order of the palette."""
    from netbuilder.layers import (
        activation,
        arithmetic,
        attention,
        comparison,
        convolution,
        creation,
        custom,
        distance,
        elementwise,
        embedding,
        functional,
        held,
        indexing,
        inputs,
        linear,
        losses,
        matrix,
        merging,
        normalization,
        outputs,
        padding,
        pooling,
        pooling_to_size,
        putting,
        rearranging,
        recurrent,
        reduction,
        regularization,
        reshaping,
        routing,
        sampling,
        signal,
        transformer,
        vision,
    )

    modules = (
        inputs,
        outputs,
        linear,
        convolution,
        pooling,
        pooling_to_size,
        padding,
        normalization,
        activation,
        regularization,
        vision,
        reshaping,
        rearranging,
        merging,
        indexing,
        putting,
        reduction,
        arithmetic,
        elementwise,
        matrix,
        routing,
        comparison,
        held,
        creation,
        sampling,
        distance,
        losses,
        embedding,
        recurrent,
        attention,
        transformer,
        signal,
        functional,
        custom,
    )
    return Catalog(layer for module in modules for layer in module.LAYERS)
