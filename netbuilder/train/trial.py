"""A training that leaves nothing behind: what a launch would train, without a run's folder.

The window and the command line take a few steps with it before a run is begun. It knows nothing of what they look for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Tell
from netbuilder.model_file import forget_model_file
from netbuilder.train import device
from netbuilder.train.launch import Launch
from netbuilder.train.learning import Learning, Material
from netbuilder.train.networks import make_networks
from netbuilder.train.recipes.recipe import Recipe, RecipeError
from netbuilder.train.samples import Batch, Batches
from netbuilder.train.schedules import Span

# What changes on the way of a whole training, and would hide what a few steps are to show.
STEADY: Mapping[str, Any] = {"schedule": "constant", "average": "none", "rising": 0}


@dataclass(frozen=True)
class Trial:
    """`learning` is made of a launch; `model_file` holds its source as long as the trial lasts."""

    recipe: Recipe
    dataset: Dataset
    learning: Learning
    batches: Batches
    model_file: Path
    lines: Mapping[str, str]
    material: Material

    def forever(self) -> Iterator[Batch]:
        """The batches of a training, epoch after epoch: few batches come round again."""
        while True:
            self.learning.begin_epoch()
            yield from self.batches.begin()

    def set_rate(self, rate: float) -> None:
        """Let the next step be taken at this learning rate; parts of the network that have their own, at a multiple."""
        for optimizer in self.learning.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = rate * group["factor"]

    def anew(self, rate: float) -> Learning:
        """Learning that begins again with the weights as they are, at this rate: optimizers remember nothing."""
        learning = self.recipe.with_settings(learning_rate=rate).learning(self.material)
        learning.begin_epoch()
        return learning


def refuse_what_has_no_one_loss(recipe: Recipe) -> None:
    """Raises `RecipeError` for networks that learn against each other."""
    if recipe.roles():
        raise RecipeError(
            f"{recipe.title} trains two networks against each other: neither loss falls as they learn, so a few steps "
            "say nothing. Begin with a learning rate that is usual for them, such as 0.0002 with Adam."
        )


@contextmanager
def trial(
    job: Launch, *, steady: Mapping[str, Any] = STEADY, tell: Tell = lambda what, done, total: None
) -> Iterator[Trial]:
    """Inside, the networks of `job` are as its first step would find them, with `steady` in place of those settings of
    its recipe. Afterwards torch's random numbers and what was imported are as before.

    Raises whatever a launch would end with.
    """
    refuse_what_has_no_one_loss(job.recipe)
    place = torch.device(device.resolve(job.device))
    device.ready(str(place))
    dataset = job.data.read(tell) if job.dataset is None else job.dataset
    recipe = job.recipe.with_settings(**{name: value for name, value in steady.items() if name in job.recipe.settings})
    recipe.as_asked(dataset)
    on_gpu = [place.index or 0] if place.type == "cuda" else []
    with tempfile.TemporaryDirectory(prefix="netbuilder-") as folder, torch.random.fork_rng(devices=on_gpu):
        file = Path(folder) / "model.py"
        file.write_text(job.source_text, encoding="utf-8")
        networks = make_networks(job, file)
        try:
            for network in (networks.model, *networks.beside.values()):
                network.to(place)
            batches = Batches(dataset.train, recipe.batch_size, recipe.seed, place, shuffle=recipe.shuffle)
            material = Material(
                networks.model,
                dataset,
                place,
                Span(recipe.epochs, len(batches)),
                job.outputs,
                networks.beside,
                networks.rates,
            )
            lines = {str(line): name for line, name in job.node_lines.items()}
            yield Trial(recipe, dataset, recipe.learning(material), batches, file, lines, material)
        finally:
            forget_model_file(file)
