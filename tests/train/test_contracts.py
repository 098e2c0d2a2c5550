"""Every optimizer, schedule and loss: what is declared is what torch has, one step works, state saves and loads."""

from __future__ import annotations

import importlib
import inspect
import json

import pytest
import torch
from torch import nn

from netbuilder.fields import plain
from netbuilder.spec import TargetSpec
from netbuilder.train.losses import LOSSES, Loss, usual_loss
from netbuilder.train.losses.kinds import Auto
from netbuilder.train.losses.objective import Objective, WrongShape, class_weights
from netbuilder.train.optimizers import OPTIMIZERS, Optimizer
from netbuilder.train.optimizers.making import make_optimizer
from netbuilder.train.recipes.recipe import Recipe, RecipeError
from netbuilder.train.schedules import SCHEDULES, Schedule, Span
from tests.train.toy import seeded

TECHNICAL = {"params", "optimizer", "last_epoch", "foreach", "fused", "capturable", "differentiable", "maximize"}
REDUCING = {"size_average", "reduce", "reduction"}
CPU = torch.device("cpu")


def torch_class(target: str) -> type:
    module, _, name = target.rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def arguments(target: str) -> dict[str, object]:
    taken = inspect.signature(torch_class(target).__init__).parameters
    return {name: one.default for name, one in taken.items() if name not in {"self", *TECHNICAL, *REDUCING}}


def named(kind: type) -> str:
    return kind.kind  # type: ignore[attr-defined, no-any-return]


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))


# Optimizers


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=named)
def test_an_optimizer_is_declared_as_torch_has_it(kind: type[Optimizer]) -> None:
    has = arguments(kind.target)
    assert has.pop("lr") == kind.usual_rate
    assert ("weight_decay" in has) == kind.decays
    left_out = {"weight_decay", "decoupled_weight_decay", "eps"} - set(kind.fields())
    assert set(kind.fields()) == set(has) - left_out, "a setting is missing, or torch has no such argument"
    for name, field in kind.fields().items():
        assert field.default == has[name], name
        assert field.help.endswith("."), name


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=named)
def test_an_optimizer_takes_a_step_and_comes_back_from_its_state(kind: type[Optimizer]) -> None:
    model = seeded(net)
    before = [weight.clone() for weight in model.parameters()]
    used = make_optimizer(kind(), model, CPU, rate=kind.usual_rate, weight_decay=0.01)
    for _ in range(2):
        model(torch.rand(16, 3)).square().mean().backward()
        used.step()
    assert any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    fresh = make_optimizer(kind(), model, CPU, rate=kind.usual_rate, weight_decay=0.01)
    fresh.load_state_dict(used.state_dict())
    assert str(fresh.state_dict()) == str(used.state_dict())


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=named)
def test_what_an_optimizer_remembers_is_told_as_it_is(kind: type[Optimizer]) -> None:
    model = nn.Linear(64, 64, bias=False)
    used = make_optimizer(kind(), model, CPU, rate=kind.usual_rate)
    model(torch.rand(4, 64)).sum().backward()
    used.step()
    held = [value for value in used.state[model.weight].values() if isinstance(value, torch.Tensor)]
    assert sum(value.numel() for value in held) // model.weight.numel() == kind().remembers()


def test_decay_leaves_biases_and_norms_alone_unless_it_is_for_all() -> None:
    model = seeded(net)
    parts = make_optimizer(OPTIMIZERS[0](), model, CPU, rate=0.1, weight_decay=0.5, decay_all=False).param_groups
    decays = {id(weight): part["weight_decay"] for part in parts for weight in part["params"]}
    assert {name: decays[id(weight)] for name, weight in model.named_parameters()} == {
        "0.weight": 0.5, "0.bias": 0.0, "1.weight": 0.0, "1.bias": 0.0, "3.weight": 0.5, "3.bias": 0.0,
    }  # fmt: skip
    everything = make_optimizer(OPTIMIZERS[0](), model, CPU, rate=0.1, weight_decay=0.5).param_groups
    assert [part["weight_decay"] for part in everything] == [0.5]


def test_a_factor_is_that_of_the_innermost_attribute() -> None:
    model = nn.ModuleDict({"stage": nn.ModuleDict({"conv": nn.Linear(2, 2), "more": nn.Linear(2, 2)})})
    parts = make_optimizer(
        OPTIMIZERS[0](), model, CPU, rate=0.1, factors={"stage": 0.5, "stage.conv": 0.1, "stage.c": 9.0}
    ).param_groups
    rates = {id(weight): part["lr"] for part in parts for weight in part["params"]}
    assert rates[id(model["stage"]["conv"].weight)] == pytest.approx(0.01)
    assert rates[id(model["stage"]["more"].bias)] == pytest.approx(0.05)


# Schedules


@pytest.mark.parametrize("kind", SCHEDULES, ids=named)
def test_a_schedule_is_declared_as_torch_has_it(kind: type[Schedule]) -> None:
    ours = {"warmup", "least"}
    if kind.target:
        has = arguments(kind.target)
        assert set(kind.fields()) - ours == set(has) - {kind.over, *kind.set_here}
        for name in set(kind.fields()) - ours:
            default = has[name]
            if default is not inspect.Parameter.empty and kind.kind not in ("linear",):
                assert kind.fields()[name].default == default, name
    for name, field in kind.fields().items():
        assert field.help.endswith("."), name


@pytest.mark.parametrize("kind", SCHEDULES, ids=named)
def test_a_schedule_follows_a_whole_training_and_comes_back_from_its_state(kind: type[Schedule]) -> None:
    span = Span(epochs=12, steps=10)

    def rates(schedule: Schedule, until: int | None = None) -> tuple[list[float], object, torch.optim.Optimizer]:
        optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
        scheduler = schedule.scheduler(optimizer, span)
        seen = [optimizer.param_groups[0]["lr"]]
        for step in range(span.whole if until is None else until):
            optimizer.step()
            if scheduler is not None and (schedule.each == "step" or step % span.steps == span.steps - 1):
                scheduler.step(1.0) if schedule.by_score else scheduler.step()
            seen.append(optimizer.param_groups[0]["lr"])
        return seen, scheduler, optimizer

    seen, _, _ = rates(kind())
    assert all(0.0 <= rate <= 0.5 + 1e-9 for rate in seen), "the rate that was chosen is the largest"
    assert (len(set(seen)) > 1) == (kind.kind not in ("constant", "multi_step"))  # that begins after this training
    half, scheduler, optimizer = rates(kind(), until=60)
    if scheduler is not None:
        other = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
        fresh = kind().scheduler(other, span)
        assert fresh is not None
        fresh.load_state_dict(scheduler.state_dict())  # type: ignore[attr-defined]
        other.load_state_dict(optimizer.state_dict())
        rest = []
        for step in range(60, span.whole):
            other.step()
            if kind.each == "step" or step % span.steps == span.steps - 1:
                fresh.step(1.0) if kind.by_score else fresh.step()  # type: ignore[call-arg]
            rest.append(other.param_groups[0]["lr"])
        assert half + rest == seen


def test_a_warm_up_rises_to_the_rate_and_falls_to_zero() -> None:
    kind = next(one for one in SCHEDULES if one.kind == "warmup_cosine")
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
    scheduler = kind(warmup=0.1).scheduler(optimizer, Span(10, 10))
    assert scheduler is not None
    seen = []
    for _ in range(100):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert seen[0] == pytest.approx(0.5 / 11)
    assert seen[:10] == sorted(seen[:10])
    assert max(seen) == pytest.approx(0.5)
    assert seen[10:] == sorted(seen[10:], reverse=True)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.0, abs=1e-9)


# Losses

TARGETS = {
    "classes": TargetSpec("class", classes=("a", "b", "c")),
    "two classes": TargetSpec("class", classes=("a", "b")),
    "labels": TargetSpec("labels", classes=("a", "b", "c")),
    "numbers": TargetSpec("number", names=("x", "y")),
    "mask": TargetSpec("class", classes=("a", "b", "c"), positions=(4, 5)),
    "sequence": TargetSpec("class", classes=("a", "b", "c"), positions=(6,)),
    "series": TargetSpec("number", names=("x", "y"), positions=(6,)),
}


def answers(target: TargetSpec) -> torch.Tensor:
    if target.kind == "class":
        return torch.randint(0, target.width, (7, *target.positions))
    if target.kind == "labels":
        return torch.randint(0, 2, (7, target.width)).float()
    return torch.rand(7, *target.positions, target.width)


def output(target: TargetSpec, width: int) -> torch.Tensor:
    masks = target.kind == "class" and len(target.positions) >= 2
    shape = (7, width, *target.positions) if masks else (7, *target.positions, width)
    return torch.randn(shape, requires_grad=True)


@pytest.mark.parametrize("kind", LOSSES, ids=named)
def test_a_loss_is_declared_as_torch_has_it(kind: type[Loss]) -> None:
    assert kind.__doc__
    if kind.target:
        has = arguments(kind.target)
        assert set(kind.fields()) - {"class_weights"} == set(has) - set(kind.set_here)
        for name in set(kind.fields()) - {"class_weights"}:
            assert str(plain(kind.fields()[name].default)) == str(has[name]), name


@pytest.mark.parametrize("what", TARGETS)
@pytest.mark.parametrize("kind", LOSSES, ids=named)
def test_a_loss_either_learns_from_a_target_or_says_why_not(kind: type[Loss], what: str) -> None:
    target, loss = TARGETS[what], kind()
    if why := loss.misfit(target):
        assert why.endswith(".")
        assert "Set the loss to" in why
        with pytest.raises(RecipeError) as caught:
            Objective(loss, target)
        assert caught.value.setting == "loss"
        return
    objective = Objective(loss, target)
    given = output(target, 1 if objective.one_score else target.width)
    value, sums = objective(given, answers(target))
    value.backward()
    assert value.dim() == 0
    assert given.grad is not None
    assert given.grad.abs().sum() > 0
    metrics = objective.metrics(as_read(sums))
    assert all(0 <= metrics[name] <= 1 for name in metrics if name in ("accuracy", "iou"))
    with pytest.raises(WrongShape, match="Make the last layer give"):
        objective(torch.rand(7, 11), answers(target))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_suits_the_target_does(target: TargetSpec) -> None:
    assert usual_loss(target).misfit(target) == ""
    assert Auto().misfit(target) == ""


def as_read(sums):
    """Sums as a tally hands them on."""
    return {name: torch.as_tensor(one).double() for name, one in sums.items()}


def test_perfect_answers_score_one() -> None:
    for what in ("classes", "two classes", "labels", "mask", "sequence"):
        target = TARGETS[what]
        wanted = answers(target)
        if target.kind == "labels":
            given = wanted * 20 - 10
        else:
            given = 20.0 * nn.functional.one_hot(wanted, target.width).float()
            given = given.movedim(-1, 1) if what == "mask" else given
        objective = Objective(Auto(), target)
        loss, sums = objective(given, wanted)
        assert loss < 1e-3
        assert set(objective.metrics(as_read(sums)).values()) == {1.0}


def test_places_that_are_not_asked_about_count_for_nothing() -> None:
    target = TARGETS["sequence"]
    wanted = answers(target)
    given = output(target, 3)
    blank = wanted.clone()
    blank[:, 3:] = -100
    loss, sums = Objective(Auto(), target)(given, blank)
    short = TargetSpec("class", classes=target.classes, positions=(3,))
    other, other_sums = Objective(Auto(), short)(given[:, :3], wanted[:, :3])
    assert torch.equal(loss, other)
    assert as_read(sums) == as_read(other_sums)


def test_rare_classes_count_for_more_where_they_should() -> None:
    wanted = torch.tensor([0] * 8 + [1] * 2)
    weights = class_weights(wanted, 3)
    assert weights.tolist() == pytest.approx([0.625, 2.5, 0.0])
    assert weights[wanted].mean() == pytest.approx(1.0)


def test_intersection_over_union_is_that_of_each_class() -> None:
    target = TargetSpec("class", classes=("ground", "shape"), positions=(2, 2))
    wanted = torch.tensor([[[0, 0], [1, 1]]])
    said = torch.tensor([[[0, 1], [1, 1]]])
    given = nn.functional.one_hot(said, 2).movedim(-1, 1).float()
    objective = Objective(Auto(), target)
    _, sums = objective(given, wanted)
    metrics = objective.metrics(as_read(sums))
    assert metrics["iou"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert metrics["accuracy"] == pytest.approx(3 / 4)


def test_every_recipe_offers_all_of_them() -> None:
    fields = Recipe.fields()
    assert fields["optimizer"].kinds == {kind.kind: kind for kind in OPTIMIZERS}  # type: ignore[attr-defined]
    assert fields["schedule"].kinds == {kind.kind: kind for kind in SCHEDULES}  # type: ignore[attr-defined]
    described = json.dumps([field.describe() for field in fields.values()])
    assert "momentum" in described
