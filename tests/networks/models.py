"""The modules that the networks are read from, as people write them. Read anew by python -m tests.networks.models."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from netbuilder.compile.trace.report import import_model
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import save
from tests.compile.trace import pictures
from tests.networks import path


class ResNet18(nn.Module):
    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        widths = [width, width, width * 2, width * 4, width * 8]
        self.layers = nn.ModuleList(
            nn.Sequential(pictures.BasicBlock(before, now, 2 if now != before else 1), pictures.BasicBlock(now, now))
            for before, now in pairwise(widths)
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(width * 8, 10)

    def forward(self, image):
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))
        for layer in self.layers:
            x = layer(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


class UNet(nn.Module):
    """Four times down and up."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.inc = pictures.DoubleConv(3, width)
        self.downs = nn.ModuleList(pictures.Down(width * 2**n, width * 2 ** (n + 1)) for n in range(4))
        self.ups = nn.ModuleList(pictures.Up(width * 2 ** (n + 1), width * 2**n) for n in reversed(range(4)))
        self.outc = nn.Conv2d(width, 2, 1)

    def forward(self, image):
        kept = [self.inc(image)]
        for down in self.downs:
            kept.append(down(kept[-1]))
        x = kept.pop()
        for up in self.ups:
            x = up(x, kept.pop())
        return self.outc(x)


class Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, width)

    def forward(self, x, memory):
        attended = nn.functional.scaled_dot_product_attention(self.query(x), self.key(memory), self.value(memory))
        return self.out(attended)


class Encoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention = Attention(width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, x):
        x = self.norm1(x + self.attention(x, x))
        return self.norm2(x + self.feed(x))


class Decoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.own, self.cross = Attention(width), Attention(width)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, x, memory):
        x = self.norm1(x + self.own(x, x))
        x = self.norm2(x + self.cross(x, memory))
        return self.norm3(x + self.feed(x))


class Transformer(nn.Module):
    """An encoder and a decoder, as first published."""

    def __init__(self, width: int = 8, layers: int = 2) -> None:
        super().__init__()
        self.source, self.target = nn.Embedding(20, width), nn.Embedding(20, width)
        self.encoders = nn.ModuleList(Encoder(width) for _ in range(layers))
        self.decoders = nn.ModuleList(Decoder(width) for _ in range(layers))
        self.head = nn.Linear(width, 20)

    def forward(self, source, target):
        memory, x = self.source(source), self.target(target)
        for encoder in self.encoders:
            memory = encoder(memory)
        for decoder in self.decoders:
            x = decoder(x, memory)
        return self.head(x)


def _words(length: int) -> torch.Tensor:
    return torch.arange(2 * length).reshape(2, length) % 20


NETWORKS = {
    "ResNet-18": (ResNet18, (torch.zeros(2, 3, 64, 64),)),
    "U-Net": (UNet, (torch.zeros(2, 3, 64, 64),)),
    "Inception": (pictures.Inception, (torch.zeros(2, 3, 32, 32),)),
    "Transformer": (Transformer, (_words(7), _words(5))),
}


def read(name: str) -> Project:
    """The network as a project."""
    model, example = NETWORKS[name]
    torch.manual_seed(0)
    return import_model(model().eval(), example, {}, standard()).project


if __name__ == "__main__":
    for name in NETWORKS:
        save(read(name), path(name))
