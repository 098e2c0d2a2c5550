"""Learning of two networks against each other: one makes samples out of noise, one tells them from real ones.

It knows nothing of how the networks look inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from netbuilder.train.descent import Descent
from netbuilder.train.exhibits import Exhibit, Pictures
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.games import Game, Standard, Wasserstein
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes.adversarial import DISCRIMINATOR, NOISE
from netbuilder.train.samples import Batch, seed_step

if TYPE_CHECKING:
    from netbuilder.train.recipes.adversarial import Adversarial

SHOWN = 10  # samples that are shown after each epoch, always of the same noise
SLICES = 128  # directions in which the distance is measured


class Duel(Learning):
    """A step of the discriminator, and of the generator after each `rounds` of them, on the same batch.

    The loss that is told is the discriminator's.
    """

    recipe: Adversarial

    def __init__(self, recipe: Adversarial, given: Material):
        self.discriminator = given.beside[DISCRIMINATOR]
        super().__init__(recipe, given)
        self.noise = recipe.as_asked(given.dataset).inputs[NOISE].to(given.device)
        shape = next(iter(given.dataset.spec.inputs.values())).shape
        self._slices = directions(shape, recipe.seed).to(given.device)

    def inputs(self) -> list[str]:
        return list(self.dataset.inputs)

    def make_descents(self, given: Material) -> dict[str, Descent]:
        rate = self.recipe.discriminator_rate
        return super().make_descents(given) | {
            DISCRIMINATOR: Descent(
                self.discriminator, self.recipe, given.device, given.span, rate, given.rates.get(DISCRIMINATOR)
            )
        }

    # What `fit` asks

    def step(self, batch: Batch) -> Told:
        seed_step(batch.seed, self.device)
        real, made = self._samples(batch.numbers)
        loss, sums = self._tell_apart(real, made.detach())
        self.descend(DISCRIMINATOR, loss)
        self.steps += 1
        if self.steps % self.recipe.rounds == 0:
            generator = fooled(self.recipe.loss, self.scores(made))
            self.descend("", generator)
            self.descents[DISCRIMINATOR].optimizer.zero_grad()
            sums |= {"generator": generator.detach() * len(real), "turns": len(real)}
        else:
            sums |= {"generator": torch.zeros((), device=self.device), "turns": 0}
        return Told(loss, len(real), sums)

    def answer(self, numbers: torch.Tensor) -> Told:
        real, made = self._samples(numbers)
        loss, sums = self._tell_apart(real, made)
        return Told(loss, len(real), sums)

    def check(self, numbers: torch.Tensor) -> Told:
        """With the noise that belongs to these samples, so that two epochs can be compared."""
        for network in (self.model, self.discriminator):
            network.eval()
        (real,), _ = self.samples.take(numbers)
        with torch.no_grad():
            made = self.made(self.noise[numbers], real.shape)
            loss, sums = self._tell_apart(real, made, penalty=False)
            generator = fooled(self.recipe.loss, self.scores(made))
            apart = distance(real, made, self._slices)
        count = len(numbers)
        return Told(
            loss, count, sums | {"generator": generator * count, "turns": count, "distance": apart.double() * count}
        )

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        found = {}
        if sums["turns"]:
            found["generator_loss"] = float(sums["generator"]) / float(sums["turns"])
        if self.recipe.loss.zero_between:
            found["told_apart"] = float(sums["right"]) / float(sums["asked"])
        if "distance" in sums:
            found["distance"] = float(sums["distance"]) * 2 / float(sums["asked"])
        return found

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """Pictures out of the same noise each time: one sees them become clear."""
        if not self.dataset.is_picture:
            return
        self.model.eval()
        with torch.no_grad():
            made = self.results(self.noise[:SHOWN])[0]
        yield Pictures("Made of noise", pictures=made)

    # The two networks

    def _samples(self, numbers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As many real ones as made up ones."""
        (real,), _ = self.samples.take(numbers)
        noise = torch.randn(len(real), self.recipe.noise, device=self.device)
        return real, self.made(noise, real.shape)

    def made(self, noise: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """What the generator makes of this noise. Raises `WrongShape` unless it is like real samples."""
        made = self.results(noise)[0]
        if made.shape != shape:
            raise WrongShape(
                f"The generator gives {'×'.join(map(str, made.shape[1:]))} for each sample, but a real one is "
                f"{'×'.join(map(str, shape[1:]))}. Make its last layers give that."
            )
        return made

    def scores(self, samples: torch.Tensor) -> torch.Tensor:
        """The discriminator's score of each sample, (samples,). Raises `WrongShape` unless there is one."""
        scores = self.forwards[DISCRIMINATOR](samples)
        scores = scores[0] if isinstance(scores, tuple) else scores
        if scores.numel() != len(samples):
            raise WrongShape(
                f"The discriminator gives {'×'.join(map(str, scores.shape[1:]))} numbers for each sample. "
                "Let its last layer give 1."
            )
        return scores.reshape(len(samples))

    def _tell_apart(
        self, real: torch.Tensor, made: torch.Tensor, *, penalty: bool = True
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor | int]]:
        """The discriminator's loss, and on which side of 0 its scores are."""
        on_real, on_made = self.scores(real), self.scores(made)
        loss = told_apart(self.recipe.loss, on_real, on_made)
        if penalty and isinstance(self.recipe.loss, Wasserstein) and self.recipe.loss.penalty and loss.requires_grad:
            loss = loss + self.recipe.loss.penalty * self._steepness(real, made)
        right = (on_real.detach() > 0).sum() + (on_made.detach() < 0).sum()
        return loss, {"right": right, "asked": 2 * len(real)}

    def _steepness(self, real: torch.Tensor, made: torch.Tensor) -> torch.Tensor:
        """How far the slope of the scores between real and made up samples is from 1."""
        share = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
        between = (share * real + (1 - share) * made.detach()).requires_grad_()
        (slope,) = torch.autograd.grad(self.scores(between).sum(), between, create_graph=True)
        return (slope.flatten(1).norm(dim=1) - 1).square().mean()


def told_apart(game: Game, on_real: torch.Tensor, on_made: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss, from its scores of real and of made up samples, (samples,) each."""
    if isinstance(game, Wasserstein):
        return on_made.mean() - on_real.mean()
    if isinstance(game, Standard):
        sure = torch.full_like(on_real, 1.0 - game.smoothing)
        return functional.binary_cross_entropy_with_logits(on_real, sure) + functional.softplus(on_made).mean()
    return functional.relu(1 - on_real).mean() + functional.relu(1 + on_made).mean()


def fooled(game: Game, on_made: torch.Tensor) -> torch.Tensor:
    """The generator's loss, from the scores of what it made, (samples,)."""
    return functional.softplus(-on_made).mean() if isinstance(game, Standard) else -on_made.mean()


def directions(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    """Random directions in the space of samples of this shape, (numbers, SLICES), each of length 1."""
    count = int(torch.tensor(shape).prod()) if shape else 1
    drawn = torch.randn(count, SLICES, generator=torch.Generator().manual_seed(seed))
    return drawn / drawn.norm(dim=0)


def distance(one: torch.Tensor, other: torch.Tensor, slices: torch.Tensor) -> torch.Tensor:
    """How far two sets of as many samples lie apart: the sliced Wasserstein distance (Rabin et al. 2011)."""
    first, second = (samples.flatten(1) @ slices for samples in (one, other))
    return (first.sort(0).values - second.sort(0).values).abs().mean()
