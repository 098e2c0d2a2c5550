"""Models of sequences and tables as people write them, small: what an import has to be able to read."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn


class CausalConv(nn.Conv1d):
    def forward(self, x):
        return super().forward(F.pad(x, ((self.kernel_size[0] - 1) * self.dilation[0], 0)))


class GatedBlock(nn.Module):
    def __init__(self, channels: int, dilation: int):
        super().__init__()
        self.filter = nn.Conv1d(channels, channels, 2, dilation=dilation, padding=dilation)
        self.gate = nn.Conv1d(channels, channels, 2, dilation=dilation, padding=dilation)
        self.residual = nn.Conv1d(channels, channels, 1)
        self.skip = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        length = x.size(-1)
        y = torch.tanh(self.filter(x)[..., :length]) * torch.sigmoid(self.gate(x)[..., :length])
        return x + self.residual(y), self.skip(y)


class WaveNet(nn.Module):
    def __init__(self, channels: int = 16, classes: int = 32):
        super().__init__()
        self.embed = nn.Embedding(classes, channels)
        self.blocks = nn.ModuleList([GatedBlock(channels, 2**i) for _ in range(2) for i in range(3)])
        self.end = nn.Sequential(
            nn.ReLU(), nn.Conv1d(channels, channels, 1), nn.ReLU(), nn.Conv1d(channels, classes, 1)
        )

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        skips = 0
        for block in self.blocks:
            x, skip = block(x)
            skips = skips + skip
        return self.end(skips)


class Encoder(nn.Module):
    def __init__(self, vocabulary: int, dim: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.gru = nn.GRU(dim, dim, batch_first=True)

    def forward(self, tokens):
        return self.gru(self.embedding(tokens))


class AdditiveAttention(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.score = nn.Linear(dim, 1)

    def forward(self, query, keys):
        scores = self.score(torch.tanh(self.query(query) + self.key(keys)))
        weights = F.softmax(scores.squeeze(2).unsqueeze(1), dim=-1)
        return torch.bmm(weights, keys)


class Decoder(nn.Module):
    def __init__(self, vocabulary: int, dim: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.attention = AdditiveAttention(dim)
        self.gru = nn.GRU(2 * dim, dim, batch_first=True)
        self.out = nn.Linear(dim, vocabulary)

    def step(self, token, hidden, keys):
        context = self.attention(hidden.permute(1, 0, 2), keys)
        output, hidden = self.gru(torch.cat((self.embedding(token), context), dim=2), hidden)
        return self.out(output), hidden

    def forward(self, keys, hidden, targets):
        outputs = []
        for at in range(targets.shape[1]):
            output, hidden = self.step(targets[:, at : at + 1], hidden, keys)
            outputs.append(output)
        return F.log_softmax(torch.cat(outputs, dim=1), dim=-1)


class Seq2Seq(nn.Module):
    def __init__(self, vocabulary: int = 40, dim: int = 16):
        super().__init__()
        self.encoder = Encoder(vocabulary, dim)
        self.decoder = Decoder(vocabulary, dim)

    def forward(self, source, target):
        keys, hidden = self.encoder(source)
        return self.decoder(keys, hidden, target)


class CausalSelfAttention(nn.Module):
    def __init__(self, dim: int, heads: int, block_size: int):
        super().__init__()
        self.c_attn = nn.Linear(dim, 3 * dim)
        self.c_proj = nn.Linear(dim, dim)
        self.n_head = heads
        self.register_buffer("bias", torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size))

    def forward(self, x):
        b, t, c = x.size()
        q, k, v = self.c_attn(x).split(c, dim=2)
        k = k.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
        q = q.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
        v = v.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :t, :t] == 0, float("-inf"))
        att = F.softmax(att, dim=-1)
        y = (att @ v).transpose(1, 2).contiguous().view(b, t, c)
        return self.c_proj(y)


class GptBlock(nn.Module):
    def __init__(self, dim: int, heads: int, block_size: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(dim)
        self.attn = CausalSelfAttention(dim, heads, block_size)
        self.ln_2 = nn.LayerNorm(dim)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(dim, 4 * dim), "c_proj": nn.Linear(4 * dim, dim)})

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp.c_proj(F.gelu(self.mlp.c_fc(self.ln_2(x)), approximate="tanh"))


class MiniGpt(nn.Module):
    """As minGPT has it, with tied weights."""

    def __init__(self, vocabulary: int = 50, dim: int = 32, layers: int = 3, heads: int = 4, block_size: int = 24):
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocabulary, dim),
                "wpe": nn.Embedding(block_size, dim),
                "drop": nn.Dropout(0.1),
                "h": nn.ModuleList([GptBlock(dim, heads, block_size) for _ in range(layers)]),
                "ln_f": nn.LayerNorm(dim),
            }
        )
        self.lm_head = nn.Linear(dim, vocabulary, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, idx):
        pos = torch.arange(0, idx.size(1), dtype=torch.long, device=idx.device).unsqueeze(0)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


class Expert(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.up = nn.Linear(dim, 2 * dim)
        self.down = nn.Linear(2 * dim, dim)

    def forward(self, x):
        return self.down(F.gelu(self.up(x)))


class MixtureOfExperts(nn.Module):
    """Every expert is asked, and the gate says how much each counts."""

    def __init__(self, dim: int = 16, experts: int = 4):
        super().__init__()
        self.inp = nn.Linear(10, dim)
        self.experts = nn.ModuleList([Expert(dim) for _ in range(experts)])
        self.gate = nn.Linear(dim, experts)
        self.out = nn.Linear(dim, 3)

    def forward(self, features):
        x = self.inp(features)
        weights = F.softmax(self.gate(x), dim=-1)
        answers = torch.stack([expert(x) for expert in self.experts], dim=1)
        mixed = torch.einsum("be,bed->bd", weights, answers)
        return self.out(mixed)


class TopTwo(nn.Module):
    """Two experts of several, chosen by the gate, without a loop over samples."""

    def __init__(self, dim: int = 8, experts: int = 4):
        super().__init__()
        self.gate = nn.Linear(dim, experts, bias=False)
        self.experts = nn.ModuleList([nn.Linear(dim, dim) for _ in range(experts)])

    def forward(self, x):
        scores = self.gate(x)
        top, chosen = scores.topk(2, dim=-1)
        weights = torch.zeros_like(scores).scatter(-1, chosen, top.softmax(dim=-1))
        return sum(weights[:, at : at + 1] * expert(x) for at, expert in enumerate(self.experts))


class PositionalEncoding(nn.Module):
    def __init__(self, dim: int, longest: int = 50):
        super().__init__()
        position = torch.arange(longest).unsqueeze(1)
        scale = torch.exp(torch.arange(0, dim, 2) * (-math.log(10000.0) / dim))
        pe = torch.zeros(1, longest, dim)
        pe[0, :, 0::2] = torch.sin(position * scale)
        pe[0, :, 1::2] = torch.cos(position * scale)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return x + self.pe[:, : x.size(1)]


class TextClassifier(nn.Module):
    """torch's own encoder layers, with a mask for the padding."""

    def __init__(self, vocabulary: int = 60, dim: int = 16):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, dim, padding_idx=0)
        self.positions = PositionalEncoding(dim)
        layer = nn.TransformerEncoderLayer(dim, 4, 32, dropout=0.1, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.classify = nn.Linear(dim, 4)

    def forward(self, tokens):
        x = self.positions(self.embed(tokens) * math.sqrt(self.embed.embedding_dim))
        x = self.encoder(x)
        return self.classify(x.mean(dim=1))


class Tagger(nn.Module):
    def __init__(self, vocabulary: int = 30, tags: int = 5):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 12)
        self.lstm = nn.LSTM(12, 8, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.tag = nn.Linear(16, tags)

    def forward(self, words):
        states, (last, _) = self.lstm(self.embed(words))
        return self.tag(states), last[-1]


class CharRnn(nn.Module):
    """A cell that is called at every step."""

    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(6, 10)
        self.read = nn.Linear(10, 2)

    def forward(self, steps):
        hidden = torch.zeros(steps.size(0), 10)
        for at in range(steps.size(1)):
            hidden = self.cell(steps[:, at], hidden)
        return self.read(hidden)


class AutoInt(nn.Module):
    """A table of categories, each with its own embedding, and what they say together."""

    def __init__(self, sizes: tuple[int, ...] = (5, 7, 11)):
        super().__init__()
        self.embeds = nn.ModuleList([nn.Embedding(size, 8) for size in sizes])
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.out = nn.Linear(8 * len(sizes), 1)

    def forward(self, categories):
        x = torch.stack([embed(categories[:, at]) for at, embed in enumerate(self.embeds)], dim=1)
        y, _ = self.attention(x, x, x)
        x = self.norm(x + y)
        return torch.sigmoid(self.out(x.flatten(1))).squeeze(-1)


class Residual(nn.Module):
    """Wraps whatever it is given, as many do."""

    def __init__(self, inside: nn.Module):
        super().__init__()
        self.inside = inside

    def forward(self, x):
        return x + self.inside(x)


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            *(
                Residual(nn.Sequential(nn.LayerNorm(12), nn.Linear(12, 24), nn.GELU(), nn.Linear(24, 12)))
                for _ in range(3)
            )
        )
        self.out = nn.Linear(12, 2)

    def forward(self, x):
        return self.out(self.body(x))


class Recurrent(nn.Module):
    """One block of its own weights, gone through three times."""

    def __init__(self):
        super().__init__()
        self.start = nn.Linear(6, 12)
        self.block = Residual(nn.Sequential(nn.Linear(12, 12), nn.Tanh()))
        self.out = nn.Linear(12, 2)

    def forward(self, x):
        x = self.start(x)
        for _ in range(3):
            x = self.block(x)
        return self.out(x)
