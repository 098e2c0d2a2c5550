"""What the losses of embeddings compute. It knows nothing about where embeddings come from.

`embeddings` are (n, width); `kinds` (n,) whole numbers, of which equal ones belong together. All losses are 0, with
gradients of 0, where a batch has nothing to compare.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from netbuilder.train.losses.embeddings import EmbeddingLoss, InfoNce, PairMargin, Triplet

TINY = 1e-12  # below a root, whose slope at 0 has no end


def embedding_loss(loss: EmbeddingLoss, embeddings: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
    """A declared loss of a batch."""
    same = kinds[:, None] == kinds[None, :]
    itself = torch.eye(len(kinds), dtype=torch.bool, device=kinds.device)
    match loss:
        case InfoNce():
            return info_nce(embeddings, same & ~itself, itself, loss.temperature)
        case PairMargin():
            return pair_margin(embeddings, same & ~itself, ~same, loss.margin)
        case Triplet(mining="hardest"):
            return hardest_triplets(embeddings, same & ~itself, ~same, loss.margin)
        case Triplet():
            return semi_hard_triplets(embeddings, same & ~itself, ~same, loss.margin)
    raise TypeError(loss)


def squared_distances(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Of each of (n, width) to each of (m, width): (n, m)."""
    lengths = one.square().sum(1)[:, None] + other.square().sum(1)[None, :]
    return (lengths - 2 * one @ other.T).clamp(min=0)


def semi_hard_triplets(
    embeddings: torch.Tensor, like: torch.Tensor, unlike: torch.Tensor, margin: float
) -> torch.Tensor:
    """A mean over all pairs of one kind, each with the nearest other that is farther away; where there is none, with
    the farthest other."""
    distances = squared_distances(embeddings, embeddings)
    count = unlike.sum(1, keepdim=True)
    ranked = distances.masked_fill(~unlike, torch.inf).sort(1).values
    at = torch.searchsorted(ranked.detach(), distances.detach().contiguous(), right=True)
    other = ranked.gather(1, torch.minimum(at, (count - 1).clamp(min=0)))
    known = like & (count > 0)
    return _mean(functional.relu(distances - other + margin), known)


def hardest_triplets(embeddings: torch.Tensor, like: torch.Tensor, unlike: torch.Tensor, margin: float) -> torch.Tensor:
    """A mean over samples: the farthest of its kind and the nearest other (batch hard, Hermans et al. 2017)."""
    distances = squared_distances(embeddings, embeddings)
    farthest = distances.masked_fill(~like, -torch.inf).amax(1)
    nearest = distances.masked_fill(~unlike, torch.inf).amin(1)
    known = like.any(1) & unlike.any(1)
    return _mean(functional.relu(farthest - nearest + margin), known)


def info_nce(embeddings: torch.Tensor, like: torch.Tensor, itself: torch.Tensor, temperature: float) -> torch.Tensor:
    """A mean over the samples that have others of their kind: the cross entropy of finding each of them."""
    cosines = embeddings @ embeddings.T / temperature
    found = cosines.masked_fill(itself, -torch.inf).log_softmax(1)
    count = like.sum(1)
    each = found.masked_fill(~like, 0.0).sum(1)
    return _mean(-each / count.clamp(min=1), count > 0)


def pair_margin(embeddings: torch.Tensor, like: torch.Tensor, unlike: torch.Tensor, margin: float) -> torch.Tensor:
    """Half the mean of the squared distances of like pairs, and half that of what others lack of the margin."""
    distances = (squared_distances(embeddings, embeddings) + TINY).sqrt()
    near, apart = distances.square(), functional.relu(margin - distances).square()
    return (_mean(near, like) + _mean(apart, unlike)) / 2


def _mean(values: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Of those that are known; picking them out would wait for the device."""
    return torch.where(known, values, 0.0).sum() / known.sum().clamp(min=1)
