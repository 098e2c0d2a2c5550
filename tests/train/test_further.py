"""Several targets, each with a loss, a weight and metrics of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from sklearn.metrics import f1_score
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.fields import BadSetting
from netbuilder.spec import TargetSpec
from netbuilder.train.events import EpochDone
from netbuilder.train.fit import fit
from netbuilder.train.losses.kinds import CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError
from netbuilder.train.losses.objective import class_weights
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.recipes.further import FurtherTarget
from tests.train.toy import digits, seeded

OUTPUTS = ("ink", "scores", "upper")


def inked() -> Dataset:
    """The digits, with how much ink there is, in thousandths, and whether the digit is in the upper half."""
    data = digits()
    ink = data.inputs["image"].mean((1, 2, 3)).unsqueeze(1)
    mean, deviation = float(ink[data.train].mean()), float(ink[data.train].std())
    others = {
        "ink": TargetSpec("number", names=("ink",)),
        "upper": TargetSpec("class", classes=("low", "high")),
    }
    return replace(
        data,
        spec=replace(data.spec, others=others),
        others={"ink": (ink - mean) / deviation, "upper": (data.targets >= 7).long()},
        other_scales={"ink": (1000 * mean, 1000 * deviation)},
    )


class Three(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(64, 16)
        self.ink, self.scores, self.upper = nn.Linear(16, 1), nn.Linear(16, 10), nn.Linear(16, 2)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        seen = self.body(image.flatten(1)).relu()
        return self.ink(seen), self.scores(seen), self.upper(seen)


def epochs_of(events: Any) -> list[Mapping[str, float]]:
    return [event.metrics for event in events if isinstance(event, EpochDone)]


def trained(recipe: Supervised) -> tuple[nn.Module, list[Mapping[str, float]]]:
    model = seeded(Three)
    return model, epochs_of(fit(model, inked(), recipe, outputs=OUTPUTS))


PLAIN: dict[str, Any] = {
    "epochs": 2, "batch_size": 50, "optimizer": "sgd", "learning_rate": 0.1, "shuffle": False,
}  # fmt: skip


def test_each_output_is_learned_by_its_loss_times_its_weight_to_the_last_bit() -> None:
    recipe = Supervised(
        loss=CrossEntropy(label_smoothing=0.1),
        loss_weight=0.7,
        others=(
            FurtherTarget(name="ink", loss=Huber(delta=0.5), weight=3.0),
            FurtherTarget(name="upper", loss=CrossEntropy(class_weights="balanced"), weight=0.3),
        ),
        **PLAIN,
    )
    model, told = trained(recipe)

    data, other = inked(), seeded(Three)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1, fused=True)
    digit, ink = nn.CrossEntropyLoss(label_smoothing=0.1), nn.HuberLoss(delta=0.5)
    binary = nn.CrossEntropyLoss(weight=class_weights(data.others["upper"][data.train], 2))
    for metrics in told:
        sums = dict.fromkeys(("loss", "scores_loss", "ink_loss", "upper_loss"), 0.0)
        for numbers in data.train.split(50):
            amount, scores, upper = other(data.inputs["image"][numbers])
            losses = {
                "scores_loss": digit(scores, data.targets[numbers]),
                "ink_loss": ink(amount, data.others["ink"][numbers]),
                "upper_loss": binary(upper, data.others["upper"][numbers]),
            }
            loss = 0.7 * losses["scores_loss"] + 3.0 * losses["ink_loss"] + 0.3 * losses["upper_loss"]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            for name, value in {"loss": loss, **losses}.items():
                sums[name] += (value.detach() * 50).item() if name != "loss" else value.item() * 50
        assert {name: metrics[f"training_{name}"] for name in sums} == {n: sums[n] / len(data.train) for n in sums}
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, other.state_dict()[name]), name


def test_without_a_choice_each_has_its_usual_loss_and_counts_the_same() -> None:
    usual, told = trained(Supervised(**PLAIN))
    said, _ = trained(
        Supervised(
            loss="cross_entropy",
            others=(FurtherTarget(name="upper", loss="cross_entropy"), FurtherTarget(name="ink", loss="mse")),
            **PLAIN,
        )
    )
    assert all(torch.equal(a, b) for a, b in zip(usual.parameters(), said.parameters(), strict=True))
    last = told[-1]
    parts = sum(last[f"validation_{name}_loss"] for name in OUTPUTS)
    assert last["validation_loss"] == pytest.approx(parts)


def test_a_weight_of_zero_tells_the_loss_and_learns_nothing_from_it() -> None:
    before = seeded(Three).state_dict()
    model, told = trained(Supervised(others=(FurtherTarget(name="ink", weight=0.0),), **PLAIN))
    assert torch.equal(model.state_dict()["ink.weight"], before["ink.weight"])
    assert not torch.equal(model.state_dict()["upper.weight"], before["upper.weight"])
    assert told[-1]["training_ink_loss"] > 0
    nothing = (FurtherTarget(name="ink", weight=0.0), FurtherTarget(name="upper", weight=0.0))
    with pytest.raises(RecipeError, match="counts 0") as caught:
        Supervised(loss_weight=0.0, others=nothing).asked(inked().spec)
    assert caught.value.setting == "loss_weight"


def test_each_target_has_metrics_of_its_own_in_its_own_unit() -> None:
    recipe = Supervised(
        metrics=("balanced_accuracy",),
        others=(FurtherTarget(name="ink", metrics=("rmse", "r2")), FurtherTarget(name="upper", metrics=("f1",))),
        **PLAIN,
    )
    model, told = trained(recipe)
    data, last = inked(), told[-1]
    with torch.no_grad():
        amount, _, upper = model(data.inputs["image"][data.validation])
    off = (amount - data.others["ink"][data.validation]) * data.other_scales["ink"][1]
    assert last["validation_ink_rmse"] == pytest.approx(float(off.square().mean().sqrt()), rel=1e-5)
    assert last["validation_ink_mean_absolute_error"] == pytest.approx(float(off.abs().mean()), rel=1e-5)
    truth = data.others["upper"][data.validation]
    assert last["validation_upper_f1"] == pytest.approx(f1_score(truth, upper.argmax(1), average="macro"))
    assert {"validation_balanced_accuracy", "validation_ink_r2"} <= set(last)


def test_a_loss_or_a_metric_of_a_further_target_that_does_not_suit_refuses_before_the_run() -> None:
    spec = inked().spec
    for one, said in (
        (FurtherTarget(name="ink", metrics=("f1",)), "ink: F1 is for classes or labels, but the target has numbers"),
        (FurtherTarget(name="upper", metrics=("r2",)), "upper: R² is for numbers"),
        (FurtherTarget(name="ink", loss="cross_entropy"), "ink: Cross entropy is for classes"),
    ):
        with pytest.raises(RecipeError, match=said) as caught:
            Supervised(others=(one,)).asked(spec)
        assert caught.value.setting == "others"
    gone = Supervised(others=(FurtherTarget(name="gone", metrics=("f1",)),))
    assert gone.asked(spec) == spec  # the data had such a target once


def test_what_is_chosen_for_a_target_is_kept_under_its_name() -> None:
    chosen = FurtherTarget(name="ink", loss=MeanAbsoluteError(), weight=2.0)
    recipe = Supervised(others=(chosen,))
    assert recipe.changed() == {
        "others": [{"kind": "target", "settings": {"name": "ink", "loss": "l1", "weight": 2.0}}]
    }
    assert Supervised.read(json.loads(json.dumps(recipe.changed()))) == (recipe, [])
    assert recipe.further("ink") == chosen
    assert recipe.further("upper") == FurtherTarget(name="upper")
    with pytest.raises(BadSetting, match="further targets can hold ink once only"):
        Supervised(others=(chosen, FurtherTarget(name="ink", loss=MeanSquaredError())))


def test_they_are_shown_for_data_that_has_them() -> None:
    further = {"loss_weight", "others"}
    assert not further & set(Supervised().relevant())
    assert not further & set(Supervised().relevant(digits().spec))
    assert further <= set(Supervised().relevant(inked().spec))
