"""Learning without answers: the network is asked for its own input back, by way of something smaller or disturbed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train.learning import Exhibit, Learning, Told
from netbuilder.train.losses.objective import Objective, WrongShape
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.schedules import Span

if TYPE_CHECKING:
    from netbuilder.train.recipes.rebuilding import Autoencoder, VariationalAutoencoder


SHOWN = 10  # samples that are shown before and after


class Rebuilding(Learning):
    """An autoencoder; with noise on what it sees, a denoising one (Vincent et al. 2008)."""

    recipe: Autoencoder

    def __init__(
        self,
        recipe: Autoencoder,
        model: torch.nn.Module,
        dataset: Dataset,
        device: torch.device,
        span: Span,
        outputs: tuple[str, ...] = (),
    ):
        self.objective = Objective(recipe.loss, recipe.asked(dataset.spec).target)
        super().__init__(recipe, model, dataset, device, span, outputs)

    def answer(self, numbers: torch.Tensor) -> Told:
        (given,), _ = self.samples.take(numbers)
        result = self.model(self._disturbed(given))
        loss, sums = self.objective(result[0] if isinstance(result, tuple) else result, given.unsqueeze(-1))
        return Told(loss, len(numbers), sums)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        return self.objective.metrics(sums)

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        numbers = some_of(self.dataset)
        if not self.dataset.is_picture or not len(numbers):
            return
        self.model.eval()
        (given,), _ = self.samples.take(numbers.to(self.device))
        noise = torch.randn(given.shape, generator=torch.Generator().manual_seed(self.recipe.seed))
        seen = given + self.recipe.noise * noise.to(given.device) if self.recipe.noise else given
        with torch.no_grad():
            result = self.model(seen)
        rebuilt = (result[0] if isinstance(result, tuple) else result).view_as(given)
        rows = [given, seen, rebuilt] if self.recipe.noise else [given, rebuilt]
        yield Exhibit("Rebuilt", pictures=torch.cat(rows), columns=len(given))

    def _disturbed(self, given: torch.Tensor) -> torch.Tensor:
        noise = self.recipe.noise
        return given + noise * torch.randn_like(given) if noise else given


class Variational(Learning):
    """A variational autoencoder (Kingma and Welling 2014): beside what it rebuilds, the network gives the mean and the
    logarithm of the variance that it draws its code from.

    The loss is a mean over the numbers of a sample: how far the rebuilt sample is off, and beta times the distance
    (KL divergence) of the code from a standard normal distribution.
    """

    recipe: VariationalAutoencoder

    def __init__(
        self,
        recipe: VariationalAutoencoder,
        model: torch.nn.Module,
        dataset: Dataset,
        device: torch.device,
        span: Span,
        outputs: tuple[str, ...] = (),
    ):
        asked = recipe.asked(dataset.spec)
        for name in asked.others:
            if name not in outputs:
                raise RecipeError(f"A variational autoencoder needs an Output called {name}. Add one, or rename one.")
        self.at = {name: outputs.index(name) for name in asked.others}
        self.rebuilt = next(at for at in range(len(outputs) + 1) if at not in self.at.values())
        if self.rebuilt == len(outputs):
            raise RecipeError("A variational autoencoder needs an Output for what it rebuilds, too.")
        self.objective = Objective(recipe.loss, asked.target)
        self._rise = max(1, recipe.rising * span.steps)
        self._steps = 0
        super().__init__(recipe, model, dataset, device, span, outputs)

    @property
    def beta(self) -> float:
        """The weight of the distance by now: it rises from zero over the first epochs."""
        share = min(1.0, self._steps / self._rise) if self.recipe.rising else 1.0
        return float(self.recipe.beta) * share

    def step(self, batch: Any) -> Told:
        told = super().step(batch)
        self._steps += 1
        return told

    def answer(self, numbers: torch.Tensor) -> Told:
        (given,), _ = self.samples.take(numbers)
        results = self.model(given)
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

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        numbers = some_of(self.dataset)
        if not self.dataset.is_picture or not len(numbers):
            return
        self.model.eval()
        (given,), _ = self.samples.take(numbers.to(self.device))
        with torch.no_grad():
            rebuilt = self.model(given)[self.rebuilt].view_as(given)
        yield Exhibit("Rebuilt", pictures=torch.cat([given, rebuilt]), columns=len(given))


def some_of(dataset: Dataset) -> torch.Tensor:
    """The first samples kept for validation, or of training where there are none: always the same, to be compared."""
    seen = dataset.validation if len(dataset.validation) else dataset.train
    return seen[:: max(1, len(seen) // SHOWN)][:SHOWN]
