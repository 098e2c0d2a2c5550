"""The weights of a layer as pictures of its filters, as a matrix, and as a histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netbuilder.fields import Int, Text
from netbuilder.probes.asking import NothingToShow
from netbuilder.probes.layers import layers_with_weights, parameters_of
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import Heatmap, Histogram, ImageGrid, Result

if TYPE_CHECKING:
    from torch import nn

    from netbuilder.data.dataset import Dataset

LARGEST = 512  # rows and columns of a heatmap; a larger matrix is shown in blocks


class Weights(Probe):
    """What a layer has learned: the filters of a convolution as small pictures, any other weights as a matrix."""

    kind = "weights"
    title = "Weights"
    about = "layer"
    parameter = Text("", max_length=200, placeholder="the first", help="Which of the layer's parameters to show.")
    most = Int(256, min=1, max=4096, advanced=True, help="Pictures shown at most.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        layer, name, values = _weights_of(model, layer, self.parameter)
        title, limit, said = f"{layer}.{name}", _limit(values), _measured(values)
        module = model.get_submodule(layer)
        if values.ndim == 4 and values.shape[2:] != (1, 1):
            first, second = ("channel", "filter") if getattr(module, "transposed", False) else ("filter", "channel")
            pictures = values.reshape(-1, *values.shape[2:])
            many, each = values.shape[:2]
            labels = tuple(
                f"{first} {at // each + 1}" + (f", {second} {at % each + 1}" if each > 1 else "")
                for at in range(min(len(pictures), self.most))
            )
            said = f"{many}×{each} kernels of {values.shape[2]}×{values.shape[3]} · {said}"
            return ImageGrid(title, said, pictures[: self.most], limit, len(pictures), labels)
        if (shape := _seen_by(model, dataset, layer, values)) is not None:
            pictures = values.reshape(-1, *shape)
            labels = tuple(f"unit {at + 1}" for at in range(min(len(pictures), self.most)))
            said = f"what each of {len(pictures)} units looks for · {said}"
            return ImageGrid(title, said, pictures[: self.most], limit, len(pictures), labels)
        matrix = values.reshape(values.shape[0], -1) if values.ndim > 1 else values.reshape(1, -1)
        size = "×".join(map(str, values.shape)) or "1"
        shown, blocks = _shrink(matrix)
        if blocks:
            said += f" · shown in blocks of {blocks[0]}×{blocks[1]}, the strongest weight of each"
        first_layer = layer == layers_with_weights(model)[0]
        names = dataset.columns if first_layer and len(dataset.columns) == shown.shape[1] else ()
        return Heatmap(title, f"{size} · {said}", shown, limit, column_names=names)


class WeightHistogram(Probe):
    """How the weights of a layer are spread: a healthy layer has a hill around zero, without a spike."""

    kind = "weight_histogram"
    title = "Weight histogram"
    about = "layer"
    parameter = Text("", max_length=200, placeholder="the first", help="Which of the layer's parameters to show.")
    bins = Int(41, min=3, max=1000, help="Bars of the histogram, at most: few weights make fewer.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        layer, name, values = _weights_of(model, layer, self.parameter)
        finite = values[np.isfinite(values)].astype(np.float64)
        bars = min(self.bins, max(3, round(2 * finite.size ** (1 / 3))))  # more would show noise for shape
        counts, edges = np.histogram(finite, bins=bars)
        count = f"{values.size:,} weight{'s' if values.size != 1 else ''}"
        return Histogram(f"{layer}.{name}", f"{count} · {_measured(values)}", counts, edges)


def _weights_of(model: nn.Module, layer: str | None, parameter: str) -> tuple[str, str, np.ndarray]:
    """The layer's name, the parameter's, and its values. Raises `NothingToShow`."""
    if layer is None:
        layers = layers_with_weights(model)
        if not layers:
            raise NothingToShow("No layer of this network has weights. Add a Linear or a convolution.")
        layer = layers[0]
    names = parameters_of(model, layer)
    if not names:
        if layer not in dict(model.named_modules()):
            raise NothingToShow(f"The network has no layer called {layer}. Choose another layer.")
        raise NothingToShow(f"{layer} has no weights: it learns nothing. Choose a Linear, a convolution or the like.")
    if parameter and parameter not in names:
        raise NothingToShow(f"{layer} has no parameter called {parameter}; it has {', '.join(names)}.")
    name = parameter or names[0]
    values = model.get_submodule(layer).get_parameter(name).detach().to("cpu", copy=True).float().numpy()
    return layer, name, values


def _seen_by(model: nn.Module, dataset: Dataset, layer: str, values: np.ndarray) -> tuple[int, int] | None:
    """The height and width in which a first Linear's weights are a picture, if it sees one picture's pixels."""
    if not dataset.is_picture or values.ndim != 2 or layer != layers_with_weights(model)[0]:
        return None
    (spec,) = dataset.spec.inputs.values()
    channels, height, width = spec.shape
    return (height, width) if channels == 1 and values.shape[1] == height * width else None


def _shrink(matrix: np.ndarray) -> tuple[np.ndarray, tuple[int, int] | None]:
    """The matrix, or if it is too large to show, the strongest weight of each block of it."""
    rows, columns = (-(-size // LARGEST) for size in matrix.shape)
    if rows == columns == 1:
        return matrix, None
    high, wide = (-(-size // block) for size, block in zip(matrix.shape, (rows, columns), strict=True))
    padded = np.zeros((high * rows, wide * columns), dtype=matrix.dtype)
    padded[: matrix.shape[0], : matrix.shape[1]] = matrix
    blocks = padded.reshape(high, rows, wide, columns).swapaxes(1, 2).reshape(high, wide, -1)
    strongest = np.abs(blocks).argmax(axis=2, keepdims=True)
    return np.take_along_axis(blocks, strongest, axis=2)[..., 0], (rows, columns)


def _limit(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def _measured(values: np.ndarray) -> str:
    """The values in a line: their ends, their mean and their spread, and how many are not numbers."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return "none of the values is a number"
    said = f"from {finite.min():.3g} to {finite.max():.3g} · mean {finite.mean():.2g} · spread {finite.std():.3g}"
    lost = values.size - finite.size
    return f"{said} · {lost:,} not a number" if lost else said
