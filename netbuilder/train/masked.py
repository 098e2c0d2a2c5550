"""Learning to fill the gaps of a text (Devlin et al. 2019): what is hidden, what is asked, and how it is filled.

It knows nothing of where the text comes from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from netbuilder.data.dataset import Dataset
from netbuilder.data.in_words import written
from netbuilder.data.tokens import Tokens, WithGap, Words
from netbuilder.train.causal import places_first
from netbuilder.train.exhibits import Exhibit, Writing
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.kinds import CrossEntropy
from netbuilder.train.losses.objective import NOTHING, Objective, class_weights

if TYPE_CHECKING:
    from netbuilder.train.recipes.masked import MaskedTokens

AT_ONCE = 4096  # texts that are given gaps together: the random numbers of all would take much memory
BROAD = 32  # letters of a text that stand in a line
LETTERS = 4  # of a token that is more than one


class FillingGaps(Learning):
    """Each step hides other tokens, drawn from its seed. Those of validation are always the same."""

    recipe: MaskedTokens
    same_each_step = True

    def __init__(self, recipe: MaskedTokens, given: Material):
        asked, dataset, loss = recipe.asked(given.dataset.spec), given.dataset, recipe.loss
        assert asked.target is not None
        texts = only_input(dataset)
        self.gap, self.width = len(dataset.spec.tokens), asked.target.width
        weights = None
        if isinstance(loss, CrossEntropy) and loss.class_weights == "balanced":
            weights = class_weights(texts[dataset.train], self.width).to(given.device)
        self._plain = weights is None and not loss.settings.get("label_smoothing", 0.0)
        self.objective = Objective(loss, asked.target, weights=weights)
        super().__init__(recipe, given)
        held = dataset.validation if len(dataset.validation) else dataset.train[: recipe.shows]
        self._held = held.to(self.device)
        self._fixed = [tensor.to(self.device) for tensor in always_hidden(recipe, texts, self.gap, held)]

    def answer(self, numbers: torch.Tensor) -> Told:
        (text,), _ = self.samples.take(numbers)
        return self._fill(*hide(self.recipe, text, self.gap))

    def check(self, numbers: torch.Tensor) -> Told:
        self.model.eval()
        rows = torch.searchsorted(self._held, numbers)
        with torch.no_grad():
            return self._fill(*(tensor[rows] for tensor in self._fixed))

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        surprise = float(sums["surprise"]) / float(sums["asked"])
        return self.objective.metrics(sums) | {"perplexity": math.exp(min(surprise, 700.0))}

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """The same texts each time: what the network sees, what it fills in, and what was hidden."""
        shows = self.recipe.shows
        if not shows:
            return
        seen, asked = (tensor[:: max(1, len(tensor) // shows)][:shows] for tensor in self._fixed)
        self.model.eval()
        with torch.no_grad():
            scores = places_first(self.results(seen)[0], seen.shape[1], self.width)
        likeliest = scores[..., : self.gap].argmax(-1)  # the gap itself is never what was hidden
        filled = torch.where(asked == NOTHING, seen, likeliest)
        rows = zip(seen.tolist(), filled.tolist(), asked.tolist(), strict=True)
        yield Writing("Gaps", text="\n\n\n".join(in_rows(gapped(self.dataset), *three) for three in rows))

    def _fill(self, seen: torch.Tensor, asked: torch.Tensor) -> Told:
        result = self.results(seen)[0]
        loss, sums = self.objective(result, asked)
        with torch.no_grad():
            if self._plain:
                surprise = loss.detach() * sums["asked"]
            else:
                scores = places_first(result, seen.shape[1], self.width).movedim(-1, 1)
                surprise = functional.cross_entropy(scores, asked, ignore_index=NOTHING, reduction="sum")
        return Told(loss, len(seen), sums | {"surprise": surprise})


def in_rows(tokens: Tokens, seen: list[int], filled: list[int], asked: list[int]) -> str:
    """A text with gaps, filled, and what was hidden, below one another, in pieces that are read at a glance."""
    long = BROAD if all(len(word) == 1 for word in tokens.words) else BROAD // LETTERS
    pieces = []
    for at in range(0, len(seen), long):
        rows = (("sees  ", seen), ("fills ", filled), ("hidden", asked))
        pieces.append("\n".join(f"{name} ▸ {written(tokens, ids[at : at + long])}" for name, ids in rows))
    return "\n\n".join(pieces)


def hide(
    recipe: MaskedTokens, text: torch.Tensor, gap: int, random: torch.Generator | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the network sees of texts (samples, length), and what it is asked for: the token at each place that is
    hidden, and `NOTHING` at all others. As many are hidden in each text, and at least one. `gap` is the number of the
    gap, and so how many tokens there are beside it."""

    def drawn() -> torch.Tensor:
        return torch.rand(text.shape, generator=random, device=text.device)

    count = max(1, round(recipe.hidden * text.shape[1]))
    places = drawn().topk(count, dim=1, largest=False).indices
    hidden = torch.zeros_like(text, dtype=torch.bool).scatter_(1, places, True)
    how, other = drawn(), torch.randint(gap, text.shape, generator=random, device=text.device)
    seen = torch.where(how < recipe.masked, gap, torch.where(how < (1 + recipe.masked) / 2, other, text))
    return torch.where(hidden, seen, text), torch.where(hidden, text, NOTHING)


def always_hidden(
    recipe: MaskedTokens, texts: torch.Tensor, gap: int, wanted: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """As `hide`, for these of all texts, by their numbers: the same whichever of them are wanted."""
    random = torch.Generator().manual_seed(recipe.seed)
    kept = torch.zeros(len(texts), dtype=torch.bool)
    kept[wanted] = True
    parts = [
        [tensor[keep] for tensor in hide(recipe, part, gap, random)]
        for part, keep in zip(texts.split(AT_ONCE), kept.split(AT_ONCE), strict=True)
    ]
    seen, asked = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    return seen, asked


def with_gaps(recipe: MaskedTokens, dataset: Dataset) -> Dataset:
    """The data as a network that is trained so sees it, always with the same gaps. Raises `RecipeError`."""
    spec = recipe.asked(dataset.spec)
    every = torch.arange(len(dataset))
    seen, asked = always_hidden(recipe, only_input(dataset), len(dataset.spec.tokens), every)
    (name,) = dataset.inputs
    return replace(dataset, spec=spec, inputs={name: seen}, targets=asked, others={}, tokens=gapped(dataset))


def gapped(dataset: Dataset) -> WithGap:
    """The vocabulary with the gap."""
    return WithGap(dataset.tokens or Words(dataset.spec.tokens))


def only_input(dataset: Dataset) -> torch.Tensor:
    (texts,) = dataset.inputs.values()
    return texts
