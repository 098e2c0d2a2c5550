"""How well embeddings tell like samples from others: pairs, the threshold between them, nearest neighbours.

It knows nothing about how embeddings are learned. Rows are embeddings (n, width), each of a kind (n,).
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import torch

from netbuilder.train.losses.nearness import squared_distances

AT_ONCE = 1024  # rows that are compared with all others in one go


class Pairs(NamedTuple):
    """Numbers of rows: `one` and `other` (pairs,), and whether they are `alike`."""

    one: torch.Tensor
    other: torch.Tensor
    alike: torch.Tensor


def draw_pairs(kinds: torch.Tensor, count: int, seed: int) -> Pairs | None:
    """So many pairs of different rows, every second one alike; None where rows are all of one kind, or no two are."""
    random, known = Random(seed), kinds.tolist()
    rows: dict[int, list[int]] = {}
    for row, kind in enumerate(known):
        rows.setdefault(kind, []).append(row)
    with_others = [row for row, kind in enumerate(known) if len(rows[kind]) > 1]
    if len(rows) < 2 or not with_others:
        return None
    drawn: list[tuple[int, int, bool]] = []
    while len(drawn) < count:
        alike = len(drawn) % 2 == 0
        one = random.choice(with_others) if alike else random.randrange(len(known))
        other = random.choice(rows[known[one]]) if alike else random.randrange(len(known))
        if one != other and (known[one] == known[other]) == alike:
            drawn.append((one, other, alike))
    return Pairs(*(torch.tensor(column) for column in zip(*drawn, strict=True)))


def distances_of(pairs: Pairs, embeddings: torch.Tensor) -> torch.Tensor:
    """The distance of each pair, on the CPU."""
    one, other = (embeddings[rows.to(embeddings.device)] for rows in (pairs.one, pairs.other))
    return (one - other).square().sum(1).sqrt().cpu()


def best_threshold(distances: torch.Tensor, alike: torch.Tensor) -> float:
    """The distance up to which pairs are to be called alike, so that most of these are told right: in the middle of the
    gap it lies in."""
    ranked, order = distances.double().sort()
    hits = alike[order].long()
    begun = torch.zeros(1, dtype=torch.long)
    right = torch.cat([begun, hits.cumsum(0)]) + torch.cat([(1 - hits).flip(0).cumsum(0).flip(0), begun])
    cut = int(right.argmax())
    ends = torch.cat([ranked[:1] - 1, ranked, ranked[-1:] + 1])
    return float((ends[cut] + ends[cut + 1]) / 2)


def accuracy_of(distances: torch.Tensor, alike: torch.Tensor, threshold: float) -> float:
    """The share of pairs that are told right."""
    return float(((distances.double() <= threshold) == alike).double().mean())


def nearest(asked: torch.Tensor, among: torch.Tensor, count: int, *, itself: bool = False) -> torch.Tensor:
    """The numbers of the `count` rows `among` which are nearest to each of `asked`, the nearest first. `itself`: both
    are the same rows, and a row is no neighbour of its own."""
    found = []
    for start in range(0, len(asked), AT_ONCE):
        part = squared_distances(asked[start : start + AT_ONCE], among)
        if itself:
            at = torch.arange(len(part), device=part.device)
            part[at, start + at] = torch.inf
        found.append(part.topk(min(count, len(among) - itself), dim=1, largest=False).indices)
    return torch.cat(found)


def principal_plane(embeddings: torch.Tensor) -> tuple[torch.Tensor, tuple[float, float]]:
    """Where rows lie on the plane along which they differ most, (n, 2), and the shares of the variance that its axes
    have. Widths of 2 and more; turned alike every time, for a singular vector may as well point the other way."""
    rows = embeddings.double().cpu()
    rows = rows - rows.mean(0)
    _, strengths, axes = torch.linalg.svd(rows, full_matrices=False)
    axes = axes[:2]
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    shares = strengths.square() / strengths.square().sum().clamp(min=1e-300)
    return rows @ (axes * largest.sign()).T, (float(shares[0]), float(shares[1]))
