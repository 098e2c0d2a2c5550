"""Every call is read as a layer that gives the same bit by bit, whichever of torch's ways it was written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations

from netbuilder.compile.trace.readers import as_expression, read_call
from netbuilder.compile.trace.record import Example, record
from netbuilder.compile.trace.recording import Size
from netbuilder.layers import standard
from tests.compile.trace.replaying import replayed, settled
from tests.compile.trace.test_record import doing, rows

Do = Callable[..., Any]


def image() -> torch.Tensor:
    return torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(2))


OPERATIONS: dict[str, Do] = {
    "operators": lambda m, x: (1 - x, 2 / (x + 10), 2**x, -x, abs(x), x // 2, x % 3, 3 * x, 2 + x, x / x, x - x, x**2),
    "comparisons": lambda m, x: (
        x > 0,
        x < 1,
        x == 0,
        x != x,
        ~(x > 0),
        (x > 0) & (x < 1) | (x > 2),
        (x > 0) ^ (x > 1),
    ),
    "functions of one": lambda m, x: x.exp() + x.abs().sqrt() + x.sin() + torch.sigmoid(x) + x.tanh() + torch.erf(x),
    "activations": lambda m, x: F.softplus(F.elu(F.leaky_relu(F.hardtanh(F.silu(F.mish(x)))), 0.2)) + F.gelu(x),
    "more activations": lambda m, x: (
        F.relu6(x) + F.hardswish(x) + F.celu(x) + F.selu(x) + F.gelu(x, approximate="tanh") + x.relu()
    ),
    "glu": lambda m, x: F.glu(x),
    "softmax": lambda m, x: (
        F.log_softmax(x, -1),
        x.softmax(-1),
        x.softmax(-1, dtype=torch.float64),
        torch.softmax(x, 1),
    ),
    "sums": lambda m, x: (x.sum(), x.sum(1), x.mean((1, 2)), x.mean(-1, True), x.prod(1), x.sum((1, 2), keepdim=True)),
    "extremes": lambda m, x: (
        x.max(-1)[0],
        x.max(),
        torch.max(x, x * 2),
        x.min(1, keepdim=True).indices,
        x.amax((1, 2)),
    ),
    "spreads": lambda m, x: (x.std(-1), x.var(1, unbiased=False), torch.var(x, dim=1, correction=0), x.logsumexp(-1)),
    "lengths": lambda m, x: (
        x.norm(dim=-1),
        x.norm(),
        F.normalize(x, dim=-1),
        torch.linalg.norm(x, dim=-1, keepdim=True),
    ),
    "searching": lambda m, x: (x.argmax(-1), *x.topk(2, -1), *x.sort(1), x.argsort(-1), x.cumsum(1)),
    "counting in int32": lambda m, x: (x > 0).sum(1, dtype=torch.int64),
    "clamp": lambda m, x: (x.clamp(0, 1), x.clamp(min=0.5), torch.clip(x, max=0.2), x.clamp(0, float("inf"))),
    "products": lambda m, x: (x @ x.mT, torch.bmm(x, x.transpose(1, 2)), torch.matmul(m.scale, m.lin.weight)),
    "added products": lambda m, x: (torch.baddbmm(x @ x.mT, x, x.mT), torch.addmm(m.scale, x[:, 0], m.lin.weight)),
    "einsum": lambda m, x: (torch.einsum("bij, kj -> bik", x, m.lin.weight), torch.einsum("bij,bij->b", [x, x])),
    "shapes": lambda m, x: (
        x.view(x.size(0), -1),
        x.reshape(-1, 8),
        x.flatten(1),
        x.unflatten(2, (2, 4)),
        x[:, :1].squeeze(1),
    ),
    "more shapes": lambda m, x: (
        x.unsqueeze(-1).squeeze(),
        x.permute(0, -1, 1),
        x.transpose(-2, -1),
        x.movedim(1, 2),
        x.T.T,
    ),
    "windows": lambda m, x: x.view(x.size(0) * 5, 2, 4).transpose(1, 2).reshape(x.size(0), 5, 8),
    "four dimensions": lambda m, x: x.view(x.size(0), 5, 2, 4).permute(2, 0, 1, 3).unbind(0),
    "repeating": lambda m, x: (
        x.repeat(1, 2, 1),
        m.scale.expand(x.size(0), 5, -1),
        x.repeat_interleave(2, 1),
        x.tile(2),
    ),
    "as another": lambda m, x: (m.scale.expand_as(x), x[:, :, :4].reshape_as(x[:, :, 4:])),
    "joining": lambda m, x: (
        torch.cat([x, x * 2], -1),
        torch.stack([x, x], 1),
        torch.cat((x[:, :1].expand(-1, 3, -1), x), 1),
    ),
    "parting": lambda m, x: (*x.split(2, 1), *x.chunk(3, -1), *x.split([1, 4], 1), *x.unbind(1), *x.tensor_split(2, 1)),
    "indices": lambda m, x: (
        x[:, 0],
        x[..., -1],
        x[:, 1:4:2],
        x[:, None],
        x[:, :, [0, 2]],
        x[:, [1]],
        x[:, m.places[0, :2]],
    ),
    "gathering": lambda m, x: (
        x.gather(1, x.argsort(1)),
        x.index_select(1, m.places[0, :3]),
        x.select(-1, 2),
        x.narrow(1, 1, 2),
    ),
    "masks": lambda m, x: (
        x.masked_fill(x > 0, -1),
        torch.where(x > 0, x, 0.0),
        x.where(x > 0, x * 2),
        x.tril(),
        x.triu(1),
    ),
    "scattering": lambda m, x: torch.zeros(x.size(0), 5, 8).scatter(2, x.argmax(-1, keepdim=True), 1.0),
    "adding rows": lambda m, x: torch.zeros_like(x).index_add_(1, torch.tensor([0, 1, 2, 2, 1]), x),
    "moving": lambda m, x: (torch.roll(x, (1, 2), (1, 2)), x.roll(1, 1), x.flip(1), F.pad(x, (1, 2, 0, 1), value=3.0)),
    "sizes": lambda m, x: (
        F.interpolate(x, scale_factor=2, mode="linear"),
        F.interpolate(x, size=16),
        x.unfold(1, 3, 1),
    ),
    "types": lambda m, x: (
        x.half().float(),
        x.double(),
        x.long() + 1,
        x.type(torch.int32),
        x.to(torch.bfloat16),
        x.bool(),
    ),
    "one-hot": lambda m, x: F.one_hot(x.argmax(-1), 8).float(),
    "attention": lambda m, x: (
        F.scaled_dot_product_attention(x, x, x, is_causal=True),
        F.scaled_dot_product_attention(x, x, x),
    ),
    "own weights": lambda m, x: F.linear(x, m.lin.weight, m.lin.bias) + F.layer_norm(x, (8,), m.scale),
    "no weights": lambda m, x: F.layer_norm(x, (8,)) + F.rms_norm(x, (8,)) + F.instance_norm(x) + F.group_norm(x, 5),
    "made weights": lambda m, x: F.linear(x, m.lin.weight * 2) + F.linear(x, m.lin.weight.t()),
    "batch statistics": lambda m, x: F.batch_norm(x, None, None, training=True),
    "sampling": lambda m, x: x + torch.randn_like(x) * torch.rand(x.shape[0], 1, 8),
    "one step of each": lambda m, x: x[torch.arange(x.size(0)), x[..., 0].argmax(-1)],
    "fourier": lambda m, x: torch.fft.fft2(x).real,
    "distances": lambda m, x: torch.cdist(x, x) + F.cosine_similarity(x, x.roll(1, 1), -1).unsqueeze(-1),
    "weights of a dropout": lambda m, x: F.dropout(x, 0.5, m.training) + F.dropout1d(x, 0.1, False),
}
PICTURES: dict[str, Do] = {
    "pooling": lambda m, x: F.max_pool2d(x, 2) + F.avg_pool2d(x, 3, 2, 1) + F.adaptive_avg_pool2d(x, 4),
    "reductions": lambda m, x: (x.mean([2, 3]), F.adaptive_max_pool2d(x, 1).flatten(1), x.amax((2, 3), keepdim=True)),
    "resizing": lambda m, x: (
        F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False),
        F.interpolate(x, (4, 6), mode="bicubic"),
        F.pixel_shuffle(x, 2),
        F.pixel_unshuffle(x, 2),
    ),
    "padding": lambda m, x: (
        F.pad(x, (1, 1, 2, 2)),
        F.pad(x, (1, 1, 0, 2), mode="circular"),
        F.pad(x, (0, 1, 1, 0), "reflect"),
    ),
    "patches": lambda m, x: (
        F.unfold(x, 4, stride=4),
        x.unfold(2, 4, 4),
        F.fold(F.unfold(x, 2, stride=2), (8, 8), 2, stride=2),
    ),
    "channels last": lambda m, x: x.permute(0, 2, 3, 1).flatten(1, 2) + x.flatten(2).mT,
    "shuffling": lambda m, x: x.view(x.size(0), 2, 2, 8, 8).transpose(1, 2).reshape(x.size(0), 4, 8, 8),
}


@pytest.mark.parametrize("name", [*OPERATIONS, *PICTURES])
def test_a_function_is_read_as_a_layer_that_does_the_same(name):
    x = image() if name in PICTURES else rows()
    _, found = replayed(doing(PICTURES[name] if name in PICTURES else OPERATIONS[name]), x)
    assert [call for call in found.unread if call.target != "torch.arange"] == []


MODULES: dict[str, Callable[[], nn.Module]] = {
    "Linear": lambda: nn.Linear(8, 3, bias=False),
    "LayerNorm": lambda: nn.LayerNorm((5, 8), eps=1e-6, elementwise_affine=False),
    "RMSNorm": lambda: nn.RMSNorm(8),
    "Conv1d": lambda: nn.Conv1d(5, 6, 3, 2, padding=1, groups=1, padding_mode="circular"),
    "ConvTranspose1d": lambda: nn.ConvTranspose1d(5, 6, 3, 2, 1, 1),
    "BatchNorm1d": lambda: nn.BatchNorm1d(5, momentum=None),
    "GroupNorm": lambda: nn.GroupNorm(5, 5),
    "PReLU": lambda: nn.PReLU(5),
    "GELU": lambda: nn.GELU("tanh"),
    "Hardtanh": lambda: nn.Hardtanh(0, 6),
    "Softmax": lambda: nn.Softmax(dim=-1),
    "Flatten": lambda: nn.Flatten(),
    "Unflatten": lambda: nn.Unflatten(2, (2, 4)),
    "Upsample": lambda: nn.Upsample(size=16),
    "MaxPool1d": lambda: nn.MaxPool1d(2, return_indices=True),
    "AdaptiveAvgPool1d": lambda: nn.AdaptiveAvgPool1d(3),
    "LSTM": lambda: nn.LSTM(8, 4, 2, batch_first=True, bidirectional=True),
    "GRU": lambda: nn.GRU(8, 4),
    "RNN": lambda: nn.RNN(8, 4, nonlinearity="relu"),
    "TransformerEncoderLayer": lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True),
    "weight norm": lambda: parametrizations.weight_norm(nn.Conv1d(5, 6, 3)),
    "spectral norm": lambda: parametrizations.spectral_norm(nn.Linear(8, 3)),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_one_call_and_read_as_itself(name):
    recording, found = replayed(settled(MODULES[name]), rows())
    assert not found.unread
    assert len(recording.root.items) == 1


ATTENTION: dict[str, tuple[Do, Callable[[], nn.Module]]] = {
    "weights unused": (lambda m, x: m.parts[0](x, x, x)[0], lambda: nn.MultiheadAttention(8, 2)),
    "weights used": (lambda m, x: m.parts[0](x, x, x), lambda: nn.MultiheadAttention(8, 2, batch_first=True)),
    "weights apart": (
        lambda m, x: m.parts[0](x, x * 2, x * 3, average_attn_weights=False),
        lambda: nn.MultiheadAttention(8, 2, batch_first=True, bias=False),
    ),
    "no weights": (
        lambda m, x: m.parts[0](x, x, x, need_weights=False)[0],
        lambda: nn.MultiheadAttention(8, 2, batch_first=True),
    ),
    "causal": (
        lambda m, x: m.parts[0](x, x, x, attn_mask=torch.ones(5, 5).triu(1).bool(), is_causal=True)[0],
        lambda: nn.MultiheadAttention(8, 2, batch_first=True),
    ),
    "padded": (
        lambda m, x: m.parts[0](x, x, x, key_padding_mask=x[..., 0] > 1)[0],
        lambda: nn.MultiheadAttention(8, 2, batch_first=True),
    ),
}


@pytest.mark.parametrize("name", ATTENTION)
def test_an_attention_is_computed_in_the_way_it_was(name):
    do, make = ATTENTION[name]
    _, found = replayed(doing(do, settled(make)), rows())
    assert found.kinds.count("multihead_attention") == 1
    assert not found.unread


def ahead() -> torch.Tensor:
    return nn.Transformer.generate_square_subsequent_mask(5)


def stack(layer: type[nn.Module], whole: type[nn.Module]) -> nn.Module:
    return whole(layer(8, 2, 16, batch_first=True), 2)


STACKS: dict[str, Do] = {
    "encoder": lambda m, x: m.parts[0](x),
    "masked encoder": lambda m, x: m.parts[0](x, mask=ahead()),
    "encoder told of its mask": lambda m, x: m.parts[0](x, mask=ahead(), is_causal=True),
    "decoder": lambda m, x: m.parts[1](x, x * 2),
    "masked decoder": lambda m, x: m.parts[1](x, x * 2, tgt_mask=ahead()),
    "decoder told of its mask": lambda m, x: m.parts[1](x, x * 2, tgt_mask=ahead(), tgt_is_causal=True),
    "transformer": lambda m, x: m.parts[2](x, x * 2, tgt_mask=ahead()),
}


@pytest.mark.filterwarnings("ignore")  # torch's own, on nested tensors
@pytest.mark.parametrize("name", STACKS)
def test_a_stack_of_a_transformer_is_one_call(name):
    torch.manual_seed(0)
    parts = (
        stack(nn.TransformerEncoderLayer, nn.TransformerEncoder),
        stack(nn.TransformerDecoderLayer, nn.TransformerDecoder),
        nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
    )
    _, found = replayed(doing(STACKS[name], *parts), rows())
    assert not found.unread
    assert any(kind.startswith("transformer") for kind in found.kinds)


# Weights that several use


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.head = nn.Linear(8, 20, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, ids):
        return self.head(self.embed(ids))


def test_a_tied_weight_is_given_out_by_the_layer_that_uses_it_first():
    torch.manual_seed(0)
    ids = torch.randint(0, 20, (2, 6))
    recording, found = replayed(Tied(), ids)
    embed, head = (read_call(call, recording, standard()) for call in recording.root.calls())
    assert found.kinds == ["embedding", "linear_with"]
    assert embed is not None
    assert head is not None
    assert embed.outputs["weight"] == head.inputs["weight"] == embed.weights["weight"]
    assert not head.weights


def test_a_parameter_used_by_one_function_is_that_layers_own():
    def do(m, x):
        return F.linear(x, m.lin.weight, m.lin.bias)

    recording, _ = replayed(doing(do), rows())
    (call,) = recording.root.calls()
    reading = read_call(call, recording, standard())
    assert reading is not None
    assert reading.layer.kind == "linear"
    assert sorted(reading.weights) == ["bias", "weight"]


def test_calls_of_a_function_with_the_same_weights_are_calls_of_one_layer():
    def do(m, x):
        return F.linear(F.linear(x, m.lin.weight, m.lin.bias).relu(), m.lin.weight, m.lin.bias)

    recording, found = replayed(doing(do), rows())
    first, _, second = recording.root.calls()
    assert first.module is second.module is not None
    assert found.kinds == ["linear", "relu", "linear"]


def test_old_ways_to_normalize_a_weight_are_read_as_the_new():
    with pytest.warns(FutureWarning):
        part = nn.utils.weight_norm(nn.Linear(8, 3))
    recording, found = replayed(part, rows())
    assert found.kinds == ["linear"]
    (call,) = recording.root.calls()
    reading = read_call(call, recording, standard())
    assert reading is not None
    assert reading.layer.settings["reparametrization"] == "weight norm"


# What no layer does


def test_what_no_layer_does_is_an_expression():
    def do(m, x):
        return torch.tensordot(x, m.lin.weight, dims=([2], [1])), x.sum() / x.size(0)

    recording, found = replayed(doing(do), rows())
    texts = [as_expression(call) for call in found.unread]
    assert [text for text, _ in texts if text] == [  # type: ignore[misc]
        "torch.tensordot(x1, x2, dims=([2], [1]))",
        "torch.div(x1, x2.shape[0])",
    ]
    assert recording.values[texts[1][1]["x2"]].shape[0] == Size(1)  # type: ignore[index]


def test_a_module_with_settings_that_no_layer_has_is_read_by_what_it_does():
    class Bent(nn.Conv1d):
        pass

    recording = record(Bent(5, 6, 3), Example((rows(),)), standard())
    (call,) = recording.root.calls()
    reading = read_call(call, recording, standard())
    assert reading is not None
    assert reading.layer.kind == "conv1d"
    assert reading.weights
