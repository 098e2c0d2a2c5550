"""Small real networks and data for the probes: one of each kind that a drawing can be."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

THREE = ("ant", "bee", "cat")


def dataset(
    inputs: dict[str, torch.Tensor], targets: torch.Tensor, target: TargetSpec, columns: tuple[str, ...] = ()
) -> Dataset:
    specs = {n: TensorSpec(tuple(t.shape[1:]), str(t.dtype).removeprefix("torch.")) for n, t in inputs.items()}
    count = len(targets)
    train, validation = torch.arange(count).split([count - 10, 10])
    return Dataset(DataSpec("toy", specs, target), inputs, targets, train, validation, columns=columns)


def _random(*shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(5))


def _classes(count: int) -> torch.Tensor:
    return torch.arange(count) % 3


def pictures() -> Dataset:
    return dataset({"image": _random(30, 1, 8, 8)}, _classes(30), TargetSpec("class", THREE))


def coloured() -> Dataset:
    return dataset({"image": _random(30, 3, 8, 6)}, _classes(30), TargetSpec("class", THREE))


def rows() -> Dataset:
    return dataset({"x": _random(30, 4)}, _classes(30), TargetSpec("class", THREE), ("a", "b", "c", "d"))


def words() -> Dataset:
    return dataset({"text": (_random(30, 5) * 7).long()}, _classes(30), TargetSpec("class", THREE))


def prices() -> Dataset:
    target = TargetSpec("number", names=("price", "rent"))
    return dataset({"x": _random(30, 4)}, _random(30, 2) * 10, target, ("a", "b", "c", "d"))


def mixed() -> Dataset:
    inputs = {"x": _random(30, 4), "text": (_random(30, 5) * 7).long()}  # in another order than the network's
    return dataset(inputs, _classes(30), TargetSpec("class", THREE))


def pixels() -> Dataset:
    target = TargetSpec("class", THREE, positions=(8, 8))
    return dataset({"image": _random(30, 1, 8, 8)}, (_random(30, 8, 8) * 3).long(), target)


def ground() -> Dataset:
    """Two classes a pixel, told apart by one score."""
    target = TargetSpec("class", ("ground", "cat"), positions=(8, 8))
    return dataset({"image": _random(30, 1, 8, 8)}, (_random(30, 8, 8) * 2).long(), target)


def labels() -> Dataset:
    return dataset({"x": _random(30, 4)}, (_random(30, 3) > 0.5).float(), TargetSpec("labels", THREE))


def forecasts() -> Dataset:
    target = TargetSpec("number", names=("price", "rent"), positions=(3,))
    return dataset({"x": _random(30, 8, 2)}, _random(30, 3, 2), target, ("price", "rent"))


def tagged() -> Dataset:
    """A class at each step of a text; the last step of each is not asked about."""
    target = TargetSpec("class", THREE, positions=(5,))
    asked = (_random(30, 5) * 3).long()
    asked[:, -1] = -100
    return dataset({"text": (_random(30, 5) * 7).long()}, asked, target)


def same() -> Dataset:
    """Pictures that are to be given back."""
    images = _random(30, 1, 8, 8)
    return dataset({"image": images}, images.unsqueeze(-1), TargetSpec("number", names=("image",), positions=(1, 8, 8)))


def coded() -> Dataset:
    """The same, with a code beside them."""
    data = same()
    return replace(data, spec=replace(data.spec, others={"mean": TargetSpec("any")}))


def made() -> Dataset:
    """Pictures out of noise, which no true ones belong to."""
    target = TargetSpec("number", names=("image",), positions=(1, 4, 4))
    return dataset({"noise": _random(30, 4)}, torch.zeros(30, 0), target)


def same_rows() -> Dataset:
    rows = _random(30, 4)
    target = TargetSpec("number", names=("x",), positions=(4,))
    return dataset({"x": rows}, rows.unsqueeze(-1), target, ("a", "b", "c", "d"))


def misfit() -> Dataset:
    """Class numbers as targets where numbers at pixels are asked for."""
    target = TargetSpec("number", names=("image",), positions=(1, 8, 8))
    return dataset({"image": _random(30, 1, 8, 8)}, _classes(30), target)


def vectors() -> Dataset:
    return dataset({"x": _random(30, 4)}, torch.zeros(30, 0), TargetSpec("vector"))


def volumes() -> Dataset:
    target = TargetSpec("class", THREE, positions=(2, 4, 8))
    return dataset({"image": _random(30, 1, 8, 8)}, (_random(30, 2, 4, 8) * 3).long(), target)


def unasked() -> Dataset:
    images = _random(30, 1, 8, 8)
    parts = torch.arange(30).split([20, 10])
    return Dataset(DataSpec("toy", {"image": TensorSpec((1, 8, 8))}), {"image": images}, torch.zeros(30, 0), *parts)


class Cnn(nn.Module):
    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(0.5)
        self.digit = nn.LazyLinear(3)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.norm(self.conv1(image)))
        return self.digit(self.drop(x).flatten(1))


class Mlp(nn.Module):
    def __init__(self, width: int = 4, gives: int = 3) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, 16)
        self.relu = nn.ReLU()
        self.out = nn.Linear(16, gives)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.relu(self.hidden(x.flatten(1))))


class Lstm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 6, num_layers=2, dropout=0.3, batch_first=True)
        self.out = nn.Linear(6, 3)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x, _ = self.lstm(image.squeeze(1))
        return self.out(x[:, -1])


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(8, 2, dropout=0.2, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.out = nn.Linear(8, 3)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        rows = image.squeeze(1)
        x, _ = self.attn(rows, rows, rows)
        x = self.norm(x + rows)
        return self.out(x.mean(1)), x  # a network with two outputs


class Words(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, 6)
        self.out = nn.Linear(6, 3)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.out(self.embedding(text).mean(1))


class Mixed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, 6)
        self.out = nn.Linear(10, 3)

    def forward(self, text: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return self.out(torch.cat([self.embedding(text).mean(1), x], dim=1))


class EachPixel(nn.Module):
    def __init__(self, gives: int = 3) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, gives, 3, padding=1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.conv(image)


class Forecast(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(16, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(x.flatten(1)).unflatten(1, (3, 2))


class EachWord(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, 6)
        self.memory = nn.GRU(6, 8, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.out(self.memory(self.embedding(text))[0])


class Coded(nn.Module):
    """Its code comes first, what it rebuilds second."""

    def __init__(self) -> None:
        super().__init__()
        self.mean = nn.Linear(64, 5)
        self.out = nn.Linear(5, 64)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean = self.mean(image.flatten(1))
        return mean, self.out(mean).view(-1, 1, 8, 8)


class Painter(nn.Module):
    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape
        self.out = nn.LazyLinear(torch.Size(shape).numel())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(x.flatten(1)).view(-1, *self.shape)


class Flat(nn.Module):
    """Nothing to learn: the first three pixels are the scores."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image.flatten(1)[:, :3]


def fed(model: nn.Module, data: Dataset) -> list[torch.Tensor]:
    """All samples, in the order of the network's arguments."""
    names = list(data.inputs) if len(data.inputs) == 1 else ["text", "x"]
    return [data.inputs[name] for name in names]


def _built(model: nn.Module, data: Dataset) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        for module in model.modules():
            if hasattr(module, "reset_parameters") and not isinstance(module, nn.LazyLinear):
                module.reset_parameters()
        model.eval()(*fed(model, data))  # makes the lazy layer
    return model.train()


MAKERS = {
    "cnn": lambda: (Cnn(), pictures()),
    "colour cnn": lambda: (Cnn(3), coloured()),
    "mlp": lambda: (Mlp(), rows()),
    "picture mlp": lambda: (Mlp(64), pictures()),
    "regression": lambda: (Mlp(4, 2), prices()),
    "lstm": lambda: (Lstm(), pictures()),
    "attention": lambda: (Attention(), pictures()),
    "embedding": lambda: (Words(), words()),
    "two inputs": lambda: (Mixed(), mixed()),
    "segmentation": lambda: (EachPixel(), pixels()),
    "labels": lambda: (Mlp(), labels()),
    "forecast": lambda: (Forecast(), forecasts()),
    "autoencoder": lambda: (EachPixel(1), unasked()),
    "tagger": lambda: (EachWord(), tagged()),
    "rebuilt": lambda: (EachPixel(1), same()),
    "coded": lambda: (Coded(), coded()),
    "generator": lambda: (Painter(1, 4, 4), made()),
    "rebuilt rows": lambda: (Painter(4), same_rows()),
    "misfit": lambda: (EachPixel(1), misfit()),
    "encoder": lambda: (Mlp(4, 6), vectors()),
    "volumes": lambda: (Painter(3, 2, 4, 8), volumes()),
    "one score a pixel": lambda: (EachPixel(1), ground()),
    "no weights": lambda: (Flat(), pictures()),
}


def toy(name: str) -> tuple[nn.Module, Dataset]:
    """A network in training mode that has been fed once, and its data."""
    model, data = MAKERS[name]()
    return _built(model, data), data
