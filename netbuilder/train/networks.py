"""The networks of a launch, with the weights they start from. It knows nothing of what is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netbuilder.train.recipes.recipe import RecipeError

if TYPE_CHECKING:
    import torch

    from netbuilder.train.launch import Launch


class Networks(NamedTuple):
    """The main network, those that are trained beside it and what learning rates are multiplied by, by role; `note`
    says what of the weights to start from did not fit."""

    model: torch.nn.Module
    beside: Mapping[str, torch.nn.Module]
    rates: Mapping[str, Mapping[str, float]]
    note: str


def make_networks(job: Launch, model_file: Path) -> Networks:
    """The networks of `model_file`, which holds the source of `job`, their weights drawn from its seed or taken from
    its file. Raises `RecipeError`, `NoWeights`, and whatever the source raises."""
    import torch

    from netbuilder.model_file import MAIN_CLASS, make_models
    from netbuilder.weights_file import start_from

    roles = _classes(job)
    torch.manual_seed(job.recipe.seed)  # the first weights come from torch's own random numbers
    model, *others = make_models(model_file, [MAIN_CLASS, *roles.values()])
    note = start_from(model, job.attributes, job.weights).sentence() if job.weights is not None else ""
    rates = {role: job.rates.get(name, {}) for role, name in {"": "", **job.recipe.roles()}.items()}
    return Networks(model, dict(zip(roles, others, strict=True)), rates, note)


def _classes(job: Launch) -> dict[str, str]:
    """The class of each network that is trained beside the main one, by its role. Raises `RecipeError`."""
    found = {}
    for role, name in job.recipe.roles().items():
        if name not in job.networks:
            raise RecipeError(
                f"{job.recipe.title} needs a second network, its {role}, but no tab is called {name}. Draw one."
            )
        found[role] = job.networks[name]
    return found
