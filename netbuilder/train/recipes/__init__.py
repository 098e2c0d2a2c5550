"""The ways to train there are, and how to find one by the word in a saved file. Torch is not imported."""

from __future__ import annotations

from netbuilder.fields import Part
from netbuilder.spec import Asked, DataSpec
from netbuilder.train.recipes.adversarial import Adversarial
from netbuilder.train.recipes.contrastive import Contrastive
from netbuilder.train.recipes.diffusion import Diffusion
from netbuilder.train.recipes.forecast import Forecast
from netbuilder.train.recipes.language import LanguageModel
from netbuilder.train.recipes.masked import MaskedTokens
from netbuilder.train.recipes.rebuilding import Autoencoder, VariationalAutoencoder
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError
from netbuilder.train.recipes.seq2seq import SequenceToSequence
from netbuilder.train.recipes.supervised import Supervised

__all__ = ["RECIPES", "Curve", "Recipe", "RecipeError", "Supervised", "asked_of", "find", "recipe_of"]

RECIPES: tuple[type[Recipe], ...] = (
    Supervised,
    Forecast,
    Autoencoder,
    VariationalAutoencoder,
    Adversarial,
    Diffusion,
    Contrastive,
    LanguageModel,
    SequenceToSequence,
    MaskedTokens,
)


def find(kind: str) -> type[Recipe] | None:
    """The recipe of this kind, or None if this version has none."""
    return next((recipe for recipe in RECIPES if recipe.kind == kind), None)


def asked_of(part: Part, data: DataSpec | None) -> Asked:
    """What a project's recipe asks of its networks on such data."""
    if data is None:
        return Asked()
    try:
        recipe = recipe_of(part)
        main = recipe.asked(data)
        roles = recipe.roles()
        beside = {name: recipe.asked_beside(role, data) for role, name in roles.items()}
        return Asked(main, beside, roles={name: role for role, name in roles.items()}, by=recipe.title)
    except RecipeError as error:
        return Asked(data, refused=str(error))


def recipe_of(part: Part) -> Recipe:
    """The recipe a project holds. Raises `RecipeError` for an unknown kind or a setting that can't be used."""
    found = find(part.kind)
    if found is None:
        known = ", ".join(recipe.kind for recipe in RECIPES)
        raise RecipeError(f"This version can't train by {str(part.kind)[:60]!r}. Choose one of: {known}.")
    recipe, refused = found.read(part.settings)
    if refused:
        raise RecipeError(f"The training settings can't be used: {refused[0].sentence}", refused[0].field)
    return recipe
