import json
import subprocess
import sys

import pytest

from netbuilder.fields import Part
from netbuilder.spec import TargetSpec
from netbuilder.train.optimizers.kinds import SGD
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
    recipe = Supervised(epochs=3, optimizer=SGD(momentum=0.5), schedule="cosine")
    changed = recipe.changed()
    assert changed == {
        "epochs": 3, "schedule": "cosine", "optimizer": {"kind": "sgd", "settings": {"momentum": 0.5}},
    }  # fmt: skip
    assert recipe_of(Part("supervised", json.loads(json.dumps(changed)))) == recipe


def test_momentum_beside_the_optimizer_is_read_as_the_first_versions_wrote_it() -> None:
    recipe = recipe_of(Part("supervised", {"optimizer": "sgd", "momentum": 0.5}))
    assert recipe.optimizer == SGD(momentum=0.5)
    assert recipe_of(Part("supervised", {"momentum": 0.5})) == Supervised()


def test_an_unknown_recipe_and_a_bad_setting_are_said_in_a_sentence() -> None:
    with pytest.raises(RecipeError, match="can't train by 'dreaming'"):
        recipe_of(Part("dreaming"))
    with pytest.raises(RecipeError, match="epochs must be from 1") as caught:
        recipe_of(Part("supervised", {"epochs": 0}))
    assert caught.value.setting == "epochs"


def test_only_settings_that_make_a_difference_are_shown() -> None:
    assert "decay_all" not in Supervised().relevant()
    assert "decay_all" in Supervised(weight_decay=0.1).relevant()
    assert "weight_decay" not in Supervised(optimizer="rprop").relevant()
    assert SGD().relevant() == ("momentum",)
    assert set(SGD(momentum=0.9).relevant()) == set(SGD.fields())


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
