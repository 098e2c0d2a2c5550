"""The networks of the speed benches, each in torch and the same in Keras, and random data that they can learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

CLASSES, TOKENS, WIDE, LAYERS, HEADS = 10, 64, 128, 4, 4
BATCH = 64


class Lstm(nn.Module):
    """Reads a picture row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(28, 64, batch_first=True)
        self.out = nn.Linear(64, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.lstm(x)[0][:, -1])


class Transformer(nn.Module):
    """Reads a line of tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, WIDE)
        self.place = nn.Parameter(torch.zeros(TOKENS, WIDE))
        layer = nn.TransformerEncoderLayer(WIDE, HEADS, 4 * WIDE, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.out = nn.Linear(WIDE, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.encoder(self.embedding(x) + self.place).mean(1))


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, CLASSES))


def cnn() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 7 * 7, CLASSES)),
    )


def keras_mlp() -> Any:
    from keras import Sequential, layers

    return Sequential([layers.Input((784,)), layers.Dense(128, activation="relu"), layers.Dense(CLASSES)])


def keras_cnn() -> Any:
    """Channels first, as torch has them: nothing is moved about on the way."""
    from keras import Sequential, layers

    first: dict[str, Any] = {"data_format": "channels_first"}
    conv: dict[str, Any] = {"padding": "same", "activation": "relu", **first}
    return Sequential(
        [
            layers.Input((1, 28, 28)),
            *(layers.Conv2D(16, 3, **conv), layers.MaxPooling2D(2, **first)),
            *(layers.Conv2D(32, 3, **conv), layers.MaxPooling2D(2, **first)),
            *(layers.Flatten(), layers.Dense(CLASSES)),
        ]
    )


def keras_lstm() -> Any:
    from keras import Sequential, layers

    return Sequential([layers.Input((28, 28)), layers.LSTM(64), layers.Dense(CLASSES)])


def keras_transformer() -> Any:
    from keras import Model, layers, ops

    class Place(layers.Layer):
        def build(self, shape: Any) -> None:
            self.place = self.add_weight(shape=shape[1:], initializer="zeros")

        def call(self, x: Any) -> Any:
            return x + self.place

    given = layers.Input((TOKENS,), dtype="int64")
    x = Place()(layers.Embedding(TOKENS, WIDE)(given))
    for _ in range(LAYERS):
        seen = layers.MultiHeadAttention(HEADS, WIDE // HEADS, dropout=0.1)(x, x)
        x = layers.LayerNormalization(epsilon=1e-5)(x + layers.Dropout(0.1)(seen))
        wide = layers.Dropout(0.1)(layers.Dense(4 * WIDE, activation="relu")(x))
        x = layers.LayerNormalization(epsilon=1e-5)(x + layers.Dropout(0.1)(layers.Dense(WIDE)(wide)))
    return Model(given, layers.Dense(CLASSES)(ops.mean(x, axis=1)))


@dataclass(frozen=True)
class Network:
    """`steps` are those of an epoch on a CPU and on a GPU; a bound says how many times as fast as another `fit` is to
    be: on the CPU as the loop by hand and as Lightning (0: nothing is promised), on a GPU as the loop by hand."""

    title: str
    shape: tuple[int, ...]
    make: Callable[[], nn.Module]
    keras: Callable[[], Any]
    steps: int
    gpu_steps: int
    by_hand: float
    by_lightning: float
    gpu: float

    def data(self, steps: int) -> Dataset:
        random = torch.Generator().manual_seed(0)
        samples = steps * BATCH
        targets = torch.randint(CLASSES, (samples,), generator=random)
        if self.make is Transformer:
            inputs = torch.randint(TOKENS, (samples, *self.shape), generator=random)
        else:
            inputs = torch.rand(samples, *self.shape, generator=random)
        spec = DataSpec(
            "random", {"x": TensorSpec(self.shape)}, TargetSpec("class", classes=tuple(map(str, range(CLASSES))))
        )
        return Dataset(spec, {"x": inputs}, targets, torch.arange(samples), torch.arange(0))


NETWORKS = (
    Network("MLP 784-128-10", (784,), mlp, keras_mlp, 200, 1000, 1.6, 3.0, 4.0),
    Network("CNN 16-32 on 28x28", (1, 28, 28), cnn, keras_cnn, 30, 500, 1.1, 0, 2.0),
    Network("LSTM 64 on 28x28", (28, 28), Lstm, keras_lstm, 60, 300, 1.1, 0, 0),
    Network(
        *(f"Transformer {LAYERS} x {WIDE}, {TOKENS} tokens", (TOKENS,), Transformer, keras_transformer),
        *(3, 150, 1.05, 0, 1.3),
    ),
)
