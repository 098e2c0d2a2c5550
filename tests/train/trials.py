"""A launch on the smallest data there is for every recipe, and networks that can't learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netbuilder.data.dataset import Dataset
from netbuilder.train.launch import Launch
from netbuilder.train.recipes import RECIPES
from tests.train import test_language, test_masked, test_seq2seq
from tests.train.test_contrastive import SOURCE as EMBEDS
from tests.train.test_forecasting import LINEAR, sines
from tests.train.toy import SOURCE, digits, job, points

LINE = """from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(2, 1)

    def forward(self, x):
        return self.line(x)
"""
REBUILDS = """from torch import nn


class Network(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(64, 64), nn.Unflatten(1, (1, 8, 8)))

    def forward(self, image):
        return super().forward(image)
"""


def borrowed(module: str, name: str) -> str:
    """The source of a network that a test beside this one has."""
    return f"from tests.train.{module} import {name}\n\n\nclass Network({name}):\n    pass\n"


TOYS: dict[str, tuple[str, Dataset]] = {
    "supervised": (SOURCE, digits(120)),
    "forecast": (LINEAR, sines()),
    "autoencoder": (REBUILDS, digits(120)),
    "vae": (borrowed("test_rebuilding", "Vae"), digits(120)),
    "gan": (borrowed("test_rebuilding", "Vae"), digits(120)),
    "diffusion": (borrowed("test_diffusion", "Denoiser"), digits(120)),
    "contrastive": (EMBEDS, digits(120)),
    "language_model": (borrowed("test_language", "Reader"), test_language.letters()),
    "seq2seq": (borrowed("test_seq2seq", "Translator"), test_seq2seq.turned()),
    "masked_tokens": (borrowed("test_masked", "Reader"), test_masked.letters()),
}
OUTPUTS = {"vae": ("mean", "rebuilt", "log_variance")}
assert set(TOYS) == {recipe.kind for recipe in RECIPES}


def toy_of(kind: str, folder: Path, **settings: Any) -> Launch:
    """A launch of the recipe of this kind."""
    source, data = TOYS[kind]
    recipe = next(recipe for recipe in RECIPES if recipe.kind == kind)
    return job(
        folder,
        recipe(**settings),
        source_text=source,
        node_lines={},
        node_names={},
        dataset=data,
        outputs=OUTPUTS.get(kind, ()),
    )


def line(folder: Path, **settings: Any) -> Launch:
    """A line through points, of which the largest stable rate is known."""
    (recipe,) = [recipe for recipe in RECIPES if recipe.kind == "supervised"]
    data = points()
    settings = {"optimizer": "sgd", "batch_size": len(data.train), "learning_rate": 0.1} | settings
    return job(
        folder, recipe(**settings), source_text=LINE, node_lines={10: "line"}, node_names={"line": "line"}, dataset=data
    )
