"""Learning without answers: the network is asked for its own input back, by way of something smaller or disturbed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.exhibits import Exhibit, Pictures
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.objective import Objective, WrongShape
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.samples import Batch

if TYPE_CHECKING:
    from netbuilder.train.recipes.rebuilding import Autoencoder, Rebuild, VariationalAutoencoder

SHOWN = 10  # samples that are shown before and after


class Rebuilding(Learning):
    """What autoencoders have in common: which output is the sample again, how far off it is, and how it looks."""

    rebuilt = 0  # the number of that output

    def __init__(self, recipe: Rebuild, given: Material):
        self.objective = Objective(recipe.loss, recipe.asked(given.dataset.spec).target)
        super().__init__(recipe, given)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        return self.objective.metrics(sums)

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """Samples above what the network makes of them, always the same ones; what it saw between them, if that is not
        the sample itself."""
        held, learned = self.dataset.validation, self.dataset.train
        numbers = held if len(held) else learned
        numbers = numbers[:: max(1, len(numbers) // SHOWN)][:SHOWN]
        if not self.dataset.is_picture:
            return
        self.model.eval()
        (given,), _ = self.samples.take(numbers.to(self.device))
        seen = self.seen(given, torch.Generator().manual_seed(self.recipe.seed))
        with torch.no_grad():
            rebuilt = self.results(seen)[self.rebuilt].view_as(given)
        rows = [given, rebuilt] if seen is given else [given, seen, rebuilt]
        yield Pictures("Rebuilt", pictures=torch.cat(rows), columns=len(given))

    def seen(self, given: torch.Tensor, random: torch.Generator | None = None) -> torch.Tensor:
        """What the network sees of a sample."""
        return given


class Denoising(Rebuilding):
    """An autoencoder; with noise on what it sees, a denoising one (Vincent et al. 2008)."""

    recipe: Autoencoder
    same_each_step = True

    def answer(self, numbers: torch.Tensor) -> Told:
        (given,), _ = self.samples.take(numbers)
        loss, sums = self.objective(self.results(self.seen(given))[self.rebuilt], given.unsqueeze(-1))
        return Told(loss, len(numbers), sums)

    def seen(self, given: torch.Tensor, random: torch.Generator | None = None) -> torch.Tensor:
        noise = self.recipe.noise
        if not noise:
            return given
        drawn = torch.randn_like(given) if random is None else torch.randn(given.shape, generator=random)
        return given + noise * drawn.to(given.device)


class Variational(Rebuilding):
    """A variational autoencoder (Kingma and Welling 2014): beside what it rebuilds, the network gives the mean and the
    logarithm of the variance that it draws its code from.

    The loss is a mean over the numbers of a sample: how far the rebuilt sample is off, and beta times the distance
    (KL divergence) of the code from a standard normal distribution.
    """

    recipe: VariationalAutoencoder

    def __init__(self, recipe: VariationalAutoencoder, given: Material):
        outputs, others = given.outputs, recipe.asked(given.dataset.spec).others
        for name in others:
            if name not in outputs:
                raise RecipeError(f"A variational autoencoder needs an Output called {name}. Add one, or rename one.")
        rest = [at for at, name in enumerate(outputs) if name not in others]
        if not rest:
            raise RecipeError("A variational autoencoder needs an Output for what it rebuilds, too.")
        self.rebuilt, self.at = rest[0], {name: outputs.index(name) for name in others}
        self._rise = max(1, recipe.rising * given.span.steps)
        super().__init__(recipe, given)

    @property
    def beta(self) -> float:
        """The weight of the distance by now: it rises from zero over the first epochs."""
        share = min(1.0, self.steps / self._rise) if self.recipe.rising else 1.0
        return float(self.recipe.beta) * share

    def step(self, batch: Batch) -> Told:
        told = super().step(batch)
        self.steps += 1
        return told

    def answer(self, numbers: torch.Tensor) -> Told:
        (given,), _ = self.samples.take(numbers)
        results = self.results(given)
        mean, log_variance = results[self.at["mean"]], results[self.at["log_variance"]]
        if mean.shape != log_variance.shape:
            raise WrongShape(
                f"The mean is {tuple(mean.shape)} and log_variance {tuple(log_variance.shape)}: "
                "give the layers before these Outputs the same size."
            )
        off, sums = self.objective(results[self.rebuilt], given.unsqueeze(-1))
        apart = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).flatten(1).sum(1)
        loss = off + self.beta * apart.mean() / given[0].numel()
        told = {"off": off.detach() * len(numbers), "apart": apart.detach().sum()}
        return Told(loss, len(numbers), sums | told)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        count = float(sums["asked"])
        return {"reconstruction": float(sums["off"]) / count, "kl": float(sums["apart"]) / count}
