import subprocess
import sys

import pytest

from netbuilder.fields import Part
from netbuilder.spec import TargetSpec
from netbuilder.train.recipes import RECIPES, RecipeError, Supervised, find, recipe_of

CLASSES = TargetSpec("class", classes=("a", "b"))
NUMBER = TargetSpec("number", names=("y",))


def test_declarations_and_runs_are_there_without_torch() -> None:
    code = (
        "import sys, netbuilder.train.recipes, netbuilder.train.events, netbuilder.train.run, netbuilder.train.device,"
        " netbuilder.train.launch, netbuilder.train.worker, netbuilder.train.event_log;"
        "netbuilder.train.recipes.Supervised().curves(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_setting_of_a_recipe_is_explained(recipe: type) -> None:
    assert recipe.__doc__
    assert find(recipe.kind) is recipe  # type: ignore[attr-defined]
    for field in recipe.fields().values():  # type: ignore[attr-defined]
        assert field.help.endswith("."), field.name


def test_a_saved_recipe_is_found_again() -> None:
    recipe = Supervised(epochs=3, optimizer="sgd", momentum=0.5)
    assert recipe_of(Part("supervised", recipe.changed())) == recipe


def test_an_unknown_recipe_and_a_bad_setting_are_said_in_a_sentence() -> None:
    with pytest.raises(RecipeError, match="can't train by 'dreaming'"):
        recipe_of(Part("dreaming"))
    with pytest.raises(RecipeError, match="epochs must be from 1") as caught:
        recipe_of(Part("supervised", {"epochs": 0}))
    assert caught.value.setting == "epochs"


def test_momentum_matters_only_to_the_optimizers_that_have_it() -> None:
    assert "momentum" not in Supervised().relevant()
    assert "momentum" in Supervised(optimizer="sgd").relevant()
    assert set(Supervised(optimizer="rmsprop").relevant()) == set(Supervised.fields())


def test_the_best_epoch_is_the_more_accurate_one_and_of_equals_the_one_with_the_smaller_loss() -> None:
    measure = Supervised().measure
    assert measure({"validation_accuracy": 0.9, "validation_loss": 1.0}) > measure(
        {"validation_accuracy": 0.8, "validation_loss": 0.1}
    )
    assert measure({"validation_accuracy": 0.9, "validation_loss": 0.1}) > measure(
        {"validation_accuracy": 0.9, "validation_loss": 0.2}
    )
    assert measure({"validation_loss": 0.1, "validation_mean_absolute_error": 1.0}) > measure({"validation_loss": 0.2})


def test_curves_suit_the_target() -> None:
    assert [curve.title for curve in Supervised().curves(CLASSES)] == ["Loss", "Accuracy"]
    assert [curve.title for curve in Supervised().curves(NUMBER)] == ["Loss", "Mean absolute error"]


def test_a_cosine_ends_at_zero() -> None:
    recipe = Supervised(schedule="cosine", learning_rate=0.5)
    assert recipe.learning_rate_at(0.0) == 0.5
    assert recipe.learning_rate_at(0.5) == pytest.approx(0.25)
    assert recipe.learning_rate_at(1.0) == 0.0
    assert Supervised().learning_rate_at(0.5) is None
