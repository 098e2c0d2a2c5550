"""What published models do that is rare, one model for each: read bit by bit the same, and drawn with layers alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from netbuilder.compile.check import check
from netbuilder.compile.trace.report import Imported, import_model
from netbuilder.layers import standard
from netbuilder.project.file import dumps, loads
from tests.compile.trace.test_import import image, rows, settled, tokens


class ModulatedConv(nn.Module):
    """StyleGAN: each sample has filters of its own, in a convolution with a group for each."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, 6, 4, 3, 3))
        self.style = nn.Linear(5, 4)

    def forward(self, x, style):
        batch, channels, height, width = x.shape
        weight = self.weight * self.style(style).view(batch, 1, channels, 1, 1)
        weight = weight * torch.rsqrt(weight.pow(2).sum([2, 3, 4], keepdim=True) + 1e-8)
        x = x.view(1, batch * channels, height, width)
        x = F.conv2d(x, weight.view(batch * 6, channels, 3, 3), padding=1, groups=batch)
        return x.view(batch, 6, height, width)


class SetAttention(nn.Module):
    """Set Transformer: heads go into the batch and come out again."""

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x):
        query = torch.cat(self.query(x).split(4, 2), 0)
        key = torch.cat(self.key(x).split(4, 2), 0)
        mixed = torch.softmax(query.bmm(key.transpose(1, 2)) / math.sqrt(8), 2).bmm(key)
        return torch.cat(mixed.split(x.size(0), 0), 2)


class Seq2Seq(nn.Module):
    """torch's own Transformer, with the mask of real numbers it makes itself and one of true and false."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.body = nn.Transformer(8, 2, 1, 1, 16, batch_first=True)

    def forward(self, source, target):
        mask = nn.Transformer.generate_square_subsequent_mask(target.size(1))
        padding = source == 0
        body = self.body(self.embed(source), self.embed(target), tgt_mask=mask, memory_key_padding_mask=padding)
        return body @ self.embed.weight.T


class TimeShift(nn.Module):
    """RWKV: a step back in time by padding a sequence as if it were a picture."""

    def __init__(self):
        super().__init__()
        self.shift = nn.ZeroPad2d((0, 0, 1, -1))
        self.mix = nn.Parameter(torch.rand(1, 1, 6))

    def forward(self, x):
        return x * self.mix + self.shift(x) * (1 - self.mix)


class SpatialTransformer(nn.Module):
    """A grid as large as the picture it is laid over."""

    def __init__(self):
        super().__init__()
        self.move = nn.Linear(3 * 8 * 8, 6)

    def forward(self, x):
        grid = F.affine_grid(self.move(x.flatten(1)).view(-1, 2, 3), x.size(), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False)


class SegNet(nn.Module):
    """Unpooling that is told the size it would have anyway."""

    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, stride=2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2, stride=2)
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        size = x.size()
        x, places = self.pool(x)
        return self.unpool(self.conv(x), places, output_size=size)


class Codebook(nn.Module):
    """VQ-VAE: the nearest row of a table, and two losses beside it."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(7, 4)

    def forward(self, x):
        weight = self.table.weight
        distances = x.pow(2).sum(1, keepdim=True) + weight.pow(2).sum(1) - 2 * x @ weight.t()
        nearest = distances.argmin(1).unsqueeze(1)
        chosen = torch.zeros(nearest.shape[0], 7).scatter_(1, nearest, 1)
        found = chosen @ weight
        loss = F.mse_loss(found, x.detach()) + 0.25 * F.mse_loss(found.detach(), x)
        return loss, x + (found - x).detach()


class Spectral(nn.Module):
    """Fourier neural operator: weights that are complex numbers, and positions from numpy."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(2, 2, 3, dtype=torch.cfloat))

    def forward(self, x):
        import numpy

        grid = torch.tensor(numpy.linspace(0, 1, x.shape[1]), dtype=torch.float)
        x = torch.stack((x, grid.repeat([x.shape[0], 1])), dim=1)
        mixed = torch.einsum("bix,iox->box", torch.fft.rfft(x)[:, :, :3], self.weight)
        return torch.fft.irfft(mixed, n=8)


class Graph(nn.Module):
    """A graph with a loop at each node, written through indices."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 5, bias=False)

    def forward(self, x, edges):
        edges = edges.clone()
        each = torch.arange(edges.size(1))
        edges[:, each, each] = 1
        degree = edges.sum(dim=-1).clamp(min=1).pow(-0.5)
        return (degree.unsqueeze(-1) * edges * degree.unsqueeze(-2)) @ self.lin(x)


class Plain(nn.Module):
    """Products of sparse matrices that are none, losses with classes, and clamps by another value."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x, classes):
        scores = self.lin(x)
        bounded = scores.clamp(min=x.abs())
        return F.cross_entropy(scores, classes, ignore_index=-1), torch.spmm(bounded, self.lin.weight)


class Experts(nn.Module):
    """Tokens sorted by their expert and multiplied in groups, as newer mixtures of experts do."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(8, 4)
        self.weight = nn.Parameter(torch.randn(4, 8, 8))

    def forward(self, x):
        weight, chosen = self.gate(x).softmax(-1).max(-1)
        order = torch.argsort(chosen)
        counts = torch.histc(chosen[order].float(), bins=4, min=0, max=3)
        ends = torch.cumsum(counts, dim=0, dtype=torch.int32)
        mixed = F.grouped_mm(x[order], self.weight, offs=ends)
        return mixed[torch.argsort(order)] * weight.unsqueeze(-1)


class Remembers(nn.Module):
    """Changes what it remembers with each call."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)
        self.register_buffer("mean", torch.zeros(4))
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        y = self.lin(x)
        self.mean = 0.9 * self.mean + 0.1 * y.mean(0)
        return (y - self.mean) * self.calls


class Lazy(nn.Module):
    """Finds out its sizes when it is called first."""

    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.LazyConv2d(4, 3), nn.LazyLinear(3)

    def forward(self, x):
        return self.head(self.conv(x).relu().flatten(1))


class Rotations(nn.Module):
    """A linear layer that can only turn."""

    def __init__(self):
        super().__init__()
        self.lin = nn.utils.parametrizations.orthogonal(nn.Linear(4, 4))

    def forward(self, x):
        return self.lin(x), torch.logdet(torch.eye(4) * 9 + self.lin.weight)


class Laid(nn.Module):
    """A product that differs in its last bit with how the numbers lie in memory."""

    def __init__(self):
        super().__init__()
        self.key, self.query = nn.Linear(32, 32), nn.Linear(32, 32)

    def forward(self, x):
        query, key = (part(x).view(2 * len(x), -1, 4, 8).transpose(1, 2) for part in (self.query, self.key))
        key = torch.cat([torch.empty(0), key], dim=-2)
        return query @ key.transpose(-1, -2)


Case = tuple[Callable[[], nn.Module], tuple[torch.Tensor, ...]]
CASES: dict[str, Case] = {
    "modulated convolution": (ModulatedConv, (rows(2, 4, 6, 6), rows(2, 5))),
    "set attention": (SetAttention, (rows(3, 5, 8),)),
    "masks of real numbers": (Seq2Seq, (tokens(2, 6, below=20), tokens(2, 5, below=20))),
    "padding of another rank": (TimeShift, (rows(2, 5, 6),)),
    "spatial transformer": (SpatialTransformer, (image(3, 8),)),
    "unpooling": (SegNet, (image(3, 8),)),
    "codebook": (Codebook, (rows(5, 4),)),
    "complex weights": (Spectral, (rows(2, 8),)),
    "graph": (Graph, (rows(2, 3, 4), rows(2, 3, 3).abs())),
    "losses": (Plain, (rows(4, 4), tokens(4, below=4))),
    "experts in groups": (Experts, (rows(6, 8),)),
    "remembers": (Remembers, (rows(3, 4),)),
    "rotations": (Rotations, (rows(3, 4),)),
    "laid out": (Laid, (rows(4, 6, 32),)),
}


def bring_in(make: Callable[[], nn.Module], inputs: tuple[torch.Tensor, ...]) -> tuple[nn.Module, Imported]:
    model = settled(make)
    return model, import_model(model, inputs, {}, standard())


@pytest.mark.parametrize("name", CASES)
def test_the_drawing_gives_the_same_as_the_model_bit_by_bit(name: str) -> None:
    model, found = bring_in(*CASES[name])
    assert found.max_difference == 0.0
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert found.custom_nodes == 0, found.notes
    assert not check(found.project, standard()).errors
    assert loads(dumps(found.project)).project == found.project


def test_a_model_that_remembers_is_left_as_it_was() -> None:
    model = settled(Remembers)
    before: dict[str, Any] = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    import_model(model, (rows(3, 4),), {}, standard())
    assert model.calls == 0
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_layers_that_find_out_their_sizes_do_so_first() -> None:
    model = Lazy().eval()
    found = import_model(model, (image(3, 8),), {}, standard())
    assert found.max_difference == 0.0
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert found.nodes == 6


def test_a_model_for_batches_of_one_kind_is_drawn_for_that_one() -> None:
    class Pairs(nn.Module):
        def forward(self, x):
            pairs = x.view(2, -1, *x.shape[1:])
            return torch.cat([pairs[0] - pairs[1], pairs[1]], 0)

    found = import_model(Pairs(), (rows(4, 3),), {}, standard())
    assert found.max_difference == 0.0
    assert any("of this batch only" in note for note in found.notes)
