"""Denoising diffusion: noise is put on samples, a network learns to tell it, and takes it away to make new samples.

Pictures are seen from -1 to 1. It knows nothing of how the network looks inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train.exhibits import Exhibit, Pictures
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes.diffusion import TIME
from netbuilder.train.recipes.recipe import NOT_OF_IT, RecipeError

if TYPE_CHECKING:
    from netbuilder.train.recipes.diffusion import Diffusion

SHOWN = 10  # samples that are made after each epoch, always out of the same noise
LEAST = 1e-5  # of the sample that is left at the end

Denoiser = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Mixed(NamedTuple):
    """Samples with noise on them, how much (samples, 1) from 0 to 1, and what the network is asked for."""

    seen: torch.Tensor
    time: torch.Tensor
    wanted: torch.Tensor


class Diffusing(Learning):
    """The loss is the mean squared error of what the network says about the noise, at a step drawn for each sample."""

    recipe: Diffusion
    same_each_step = True

    def __init__(self, recipe: Diffusion, given: Material):
        asked = recipe.as_asked(given.dataset)
        self._arguments = arguments_of(given.model, asked)
        super().__init__(recipe, given)
        self.kept = kept_of(recipe).to(given.device)
        seen, time = (asked.inputs[name] for name in asked.spec.inputs)
        self._checked = Mixed(seen, time, asked.targets[..., 0])

    def inputs(self) -> list[str]:
        return list(self.dataset.inputs)

    def answer(self, numbers: torch.Tensor) -> Told:
        (clean,), _ = self.samples.take(numbers)
        clean = scaled(clean, self.dataset)
        at = torch.randint(self.recipe.steps, (len(clean),), device=self.device)
        return self._compared(mixed(self.recipe, clean, torch.randn_like(clean), at, self.kept))

    def check(self, numbers: torch.Tensor) -> Told:
        """With the step and the noise that belong to these samples, so that two epochs can be compared."""
        self.model.eval()
        there = numbers.cpu()
        with torch.no_grad():
            return self._compared(Mixed(*(part[there].to(self.device) for part in self._checked)))

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        return {}

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """Pictures out of the same noise each time."""
        if not self.dataset.is_picture:
            return
        self.model.eval()
        yield Pictures("Made of noise", pictures=self.made(SHOWN).add(1).div(2))

    def made(self, count: int, seed: int | None = None) -> torch.Tensor:
        """New samples, on the scale that the network sees. Draws nothing from torch's own random numbers."""
        shape = next(iter(self.dataset.spec.inputs.values())).shape
        random = torch.Generator().manual_seed(self.recipe.seed if seed is None else seed)
        start = torch.randn(count, *shape, generator=random).to(self.device)
        return sampled(self.recipe, self._denoise, start, self.kept, bounded=self.dataset.is_picture)

    def _denoise(self, seen: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        said = self.results(*(time if name == TIME else seen for name in self._arguments))[0]
        if said.shape != seen.shape:
            raise WrongShape(
                f"The network gives {'×'.join(map(str, said.shape[1:]))} for each sample, but a sample is "
                f"{'×'.join(map(str, seen.shape[1:]))}. Make its last layers give that."
            )
        return said

    def _compared(self, given: Mixed) -> Told:
        loss = (self._denoise(given.seen, given.time) - given.wanted).square().mean()
        return Told(loss, len(given.seen), {})


def arguments_of(model: torch.nn.Module, asked: Dataset) -> list[str]:
    """The names of what the network takes, in order. Raises `MissingInput`."""
    from netbuilder.data.arguments import arguments

    return arguments(model, list(asked.spec.inputs))


def kept_of(recipe: Diffusion) -> torch.Tensor:
    """How much of a sample's power is left after each step, (steps,): from almost 1 to almost 0."""
    if recipe.noise == "linear":
        # That of 1000 steps, whatever their number: the same noise in the end.
        added = torch.linspace(1e-4, 0.02, recipe.steps, dtype=torch.float64) * (1000 / recipe.steps)
        left = (1 - added.clamp(max=0.999)).cumprod(0)
    else:
        turned = (torch.linspace(0, 1, recipe.steps + 1, dtype=torch.float64) + 0.008) / 1.008 * math.pi / 2
        power = turned.cos().square()
        left = power[1:] / power[0]
    return left.clamp(LEAST, 1.0).float()


def scaled(samples: torch.Tensor, dataset: Dataset) -> torch.Tensor:
    """Pictures from -1 to 1, so that grey is 0 as the mean of the noise is; anything else as it is."""
    return samples * 2 - 1 if dataset.is_picture else samples


def mixed(recipe: Diffusion, clean: torch.Tensor, noise: torch.Tensor, at: torch.Tensor, kept: torch.Tensor) -> Mixed:
    """Samples after the steps `at`, (samples,) counted from 0."""
    power = kept[at].view(-1, *[1] * (clean.dim() - 1))
    seen = power.sqrt() * clean + (1 - power).sqrt() * noise
    time = (at + 1).float()[:, None] / recipe.steps
    return Mixed(seen, time, noise if recipe.predicts == "noise" else clean)


def noisy(recipe: Diffusion, dataset: Dataset) -> Dataset:
    """The dataset as the network sees it: each sample at a step drawn once, by the recipe's seed. Raises `RecipeError`
    for samples that are not in memory: there is no room for as many noisy ones."""
    spec = recipe.asked(dataset.spec)
    if dataset.on_disk:
        raise RecipeError(
            f"{recipe.title} puts noise on every sample beforehand, and these are too many for memory. Make them "
            "smaller, or take fewer."
        )
    ((name, clean),) = dataset.inputs.items()
    clean = scaled(clean, dataset)
    random = torch.Generator().manual_seed(recipe.seed)
    at = torch.randint(recipe.steps, (len(clean),), generator=random)
    given = mixed(recipe, clean, torch.randn(clean.shape, generator=random), at, kept_of(recipe))
    return replace(
        dataset,
        spec=spec,
        inputs={name: given.seen, TIME: given.time},
        targets=given.wanted.unsqueeze(-1),
        others={},
        **NOT_OF_IT,
    )


def steps_back(recipe: Diffusion) -> list[int]:
    """The steps at which the network is asked, from the last on, counted from 0."""
    count = min(recipe.sampling, recipe.steps)
    steps: list[int] = torch.linspace(recipe.steps - 1, 0, count).round().long().tolist()
    return steps


def sampled(
    recipe: Diffusion, denoise: Denoiser, start: torch.Tensor, kept: torch.Tensor, *, bounded: bool = False
) -> torch.Tensor:
    """Samples out of pure noise `start`, in `recipe.sampling` steps that draw no further noise (Song et al. 2021);
    `bounded` ones are from -1 to 1, as pictures are."""
    steps, seen = steps_back(recipe), start
    with torch.no_grad():
        for at, then in zip(steps, [*steps[1:], -1], strict=True):
            time = torch.full((len(seen), 1), (at + 1) / recipe.steps, device=seen.device)
            said, left = denoise(seen, time), kept[at]
            of_noise = recipe.predicts == "noise"
            clean = (seen - (1 - left).sqrt() * said) / left.sqrt() if of_noise else said
            clean = clean.clamp(-1, 1) if bounded else clean
            noise = (seen - left.sqrt() * clean) / (1 - left).sqrt()
            later = kept[then] if then >= 0 else torch.ones_like(left)
            seen = later.sqrt() * clean + (1 - later).sqrt() * noise
    return seen
