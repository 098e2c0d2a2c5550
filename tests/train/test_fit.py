import math
import threading
from dataclasses import replace
from time import perf_counter

import pytest
import torch
from torch import nn

from netbuilder.data.arguments import MissingInput
from netbuilder.data.dataset import Dataset
from netbuilder.train.events import EpochDone, Event, Finished, Noted, Progress, Started, StepDone
from netbuilder.train.fit import Stop, fit
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.pace import Pace
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.tally import NotFinite
from tests.train.toy import digits, points, seeded


def mlp() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))


def epochs_of(events: list[Event]) -> list[dict[str, float]]:
    return [dict(event.metrics) for event in events if isinstance(event, EpochDone)]


def losses_of(events: list[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, Progress) for loss in event.losses]


def test_a_small_network_learns_the_digits() -> None:
    events = list(fit(seeded(mlp), digits(), Supervised(epochs=20, batch_size=32, learning_rate=0.01)))
    assert isinstance(events[0], Started)
    assert events[0].parameters == 64 * 32 + 32 + 32 * 10 + 10
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.reason, last.epochs) == ("done", 20)
    assert last.best["validation_accuracy"] > 0.85
    assert last.best == epochs_of(events)[last.best_epoch - 1]


def test_the_error_of_a_standardised_target_is_told_in_its_own_unit() -> None:
    plain, scaled = points(), replace(points(), target_scale=(3.0, 1000.0))
    one, other = (
        epochs_of(list(fit(seeded(lambda: nn.Linear(2, 1)), data, Supervised(epochs=2)))) for data in (plain, scaled)
    )
    for before, after in zip(one, other, strict=True):
        assert after["validation_loss"] == before["validation_loss"]
        for part in ("training", "validation"):
            error = f"{part}_mean_absolute_error"
            assert after[error] == pytest.approx(1000 * before[error])


def test_numbers_are_learnt_by_mean_squared_error() -> None:
    events = list(fit(seeded(lambda: nn.Linear(2, 1)), points(), Supervised(epochs=60, learning_rate=0.1)))
    final = events[-1].final  # type: ignore[attr-defined]
    assert set(final) == {
        "training_loss",
        "training_mean_absolute_error",
        "validation_loss",
        "validation_mean_absolute_error",
    }
    assert final["validation_mean_absolute_error"] < 0.05


def test_the_metrics_are_those_of_a_loop_written_by_hand() -> None:
    dataset = digits()
    recipe = Supervised(epochs=2, batch_size=50, optimizer="sgd", learning_rate=0.1, shuffle=False)
    model = seeded(lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))
    told = epochs_of(list(fit(model, dataset, recipe)))

    other = seeded(lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))
    for metrics in told:
        total, right = 0.0, 0
        for numbers in dataset.train.split(50):
            output = other(dataset.inputs["image"][numbers])
            loss = nn.functional.cross_entropy(output, dataset.targets[numbers])
            other.zero_grad()
            loss.backward()
            with torch.no_grad():
                for weight in other.parameters():
                    weight -= 0.1 * weight.grad
            total += loss.item() * 50
            right += int((output.argmax(1) == dataset.targets[numbers]).sum())
        assert metrics["training_loss"] == pytest.approx(total / 300, rel=1e-5)
        assert metrics["training_accuracy"] == right / 300
        with torch.no_grad():
            output = other(dataset.inputs["image"][dataset.validation])
        targets = dataset.targets[dataset.validation]
        assert metrics["validation_loss"] == pytest.approx(
            nn.functional.cross_entropy(output, targets).item(), rel=1e-5
        )
        assert metrics["validation_accuracy"] == (output.argmax(1) == targets).double().mean().item()


def test_the_same_seed_gives_the_same_metrics_even_if_others_draw_random_numbers_in_between() -> None:
    recipe = Supervised(epochs=3, batch_size=32)
    alone = list(fit(seeded(mlp), digits(), recipe))
    disturbed = []
    for event in fit(seeded(mlp), digits(), recipe):
        disturbed.append(event)
        torch.rand(3)
        torch.manual_seed(99)
    assert epochs_of(alone) == epochs_of(disturbed)
    assert losses_of(alone) == losses_of(disturbed)
    other = list(fit(seeded(mlp), digits(), recipe.with_settings(seed=1)))
    assert epochs_of(other) != epochs_of(alone)


def test_every_step_has_one_loss_and_one_step_event_and_facts_come_in_order() -> None:
    events = list(fit(seeded(mlp), digits(), Supervised(epochs=2, batch_size=64)))
    steps = [event.step for event in events if isinstance(event, StepDone)]
    assert sorted(set(steps)) == list(range(1, 11))
    assert steps == sorted(steps)
    assert len(losses_of(events)) == 10
    assert events[0].steps_per_epoch == 5  # type: ignore[attr-defined]
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2]
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert last.step == 10
    assert last.seconds_left == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(("samples", "size", "steps"), [(42, 8, 4), (43, 8, 4), (44, 8, 5)])
def test_a_last_batch_of_one_sample_joins_the_one_before(samples: int, size: int, steps: int) -> None:
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    seen: list[int] = []
    model[0].register_forward_hook(lambda module, inputs, output: seen.append(len(output)) if module.training else None)
    started = next(iter(fit(model, points(samples), Supervised(batch_size=size))))
    list(fit(model, points(samples), Supervised(epochs=1, batch_size=size)))
    assert isinstance(started, Started)
    assert started.steps_per_epoch == len(seen)
    assert sum(seen) == samples - 10
    assert min(seen) > 1
    assert len(seen) == steps


def test_training_stops_when_no_epoch_was_better_for_the_patience() -> None:
    recipe = Supervised(epochs=50, patience=3, learning_rate=1e-9)
    events = list(fit(seeded(mlp), digits(), recipe))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.reason == "early stop"
    assert last.epochs == last.best_epoch + 3 < 50
    assert len(losses_of(events)) == last.epochs * 5


def test_patience_and_the_least_gain_stop_where_a_loop_written_by_hand_does() -> None:
    recipe = Supervised(epochs=60, patience=4, least_gain=0.02, learning_rate=0.002, batch_size=50)
    told = epochs_of(events := list(fit(seeded(mlp), digits(), recipe)))
    best, waited, stopped = -math.inf, 0, 0
    for epoch, metrics in enumerate(epochs_of(list(fit(seeded(mlp), digits(), recipe.with_settings(patience=0)))), 1):
        waited += 1
        if metrics["validation_accuracy"] - best >= 0.02:
            best, waited = metrics["validation_accuracy"], 0
        if waited >= 4:
            stopped = epoch
            break
    last = events[-1]
    assert isinstance(last, Finished)
    assert 4 < stopped == last.epochs < 60
    assert last.reason == "early stop"
    accuracies = [metrics["validation_accuracy"] for metrics in told]
    assert accuracies[last.best_epoch - 1] == max(accuracies)  # the best is the best, by however little


def test_stop_tells_the_last_facts() -> None:
    events = fit(seeded(mlp), digits(), Supervised(epochs=50))
    for event in events:
        if isinstance(event, StepDone) and event.step == 7:
            break
    rest = [events.throw(Stop()), *events]  # type: ignore[attr-defined]
    assert isinstance(rest[0], Progress)
    last = rest[-1]
    assert isinstance(last, Finished)
    assert (last.reason, last.epochs) == ("stopped", 1)


def test_a_loss_that_becomes_nan_ends_the_training_with_its_step() -> None:
    class Breaks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(64, 10)
            self.calls = 0

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            self.calls += self.training
            x = self.dense(image.flatten(1))
            return x * math.nan if self.calls == 4 else x

    model = Breaks()
    with pytest.raises(NotFinite) as caught:
        list(fit(model, digits(), Supervised(batch_size=32)))
    assert (caught.value.step, caught.value.word) == (4, "NaN")
    assert all(weight.isfinite().all() for weight in model.parameters())


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_every_optimizer_makes_the_loss_smaller(optimizer: str, schedule: str) -> None:
    recipe = Supervised(epochs=5, batch_size=32, optimizer=optimizer, schedule=schedule, learning_rate=0.01)
    metrics = epochs_of(list(fit(seeded(mlp), digits(), recipe)))
    assert metrics[-1]["training_loss"] < metrics[0]["training_loss"]


@pytest.mark.parametrize("loss", ["auto", "cross_entropy", "mse", "l1", "huber"])
def test_every_loss_can_be_used_for_classes(loss: str) -> None:
    metrics = epochs_of(list(fit(seeded(mlp), digits(), Supervised(epochs=5, loss=loss, learning_rate=0.01))))
    assert metrics[-1]["training_loss"] < metrics[0]["training_loss"]


def test_what_does_not_go_together_is_said_in_a_sentence() -> None:
    with pytest.raises(WrongShape, match=r"gives N×5, but the target needs N×10: one score per class"):
        list(fit(nn.Sequential(nn.Flatten(), nn.Linear(64, 5)), digits(), Supervised()))
    with pytest.raises(WrongShape, match=r"gives 2N×1|gives \d+×1"):
        list(fit(nn.Sequential(nn.Linear(2, 2), nn.Flatten(0), nn.Unflatten(0, (-1, 1))), points(), Supervised()))
    with pytest.raises(RecipeError, match="mean squared error"):
        list(fit(nn.Linear(2, 1), points(), Supervised(loss="cross_entropy")))
    with pytest.raises(RecipeError, match="no weights"):
        list(fit(nn.Flatten(), digits(), Supervised()))
    with pytest.raises(MissingInput, match="training samples"):
        list(fit(nn.Linear(2, 1), points(10), Supervised()))


def test_several_inputs_are_given_by_their_names() -> None:
    class Minus(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(1.0))

        def forward(self, b: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
            return (a - b) * self.scale

    one = points()
    a, b = one.inputs["x"][:, :1], one.inputs["x"][:, 1:]
    two = Dataset(one.spec, {"a": a, "b": b}, 3 * (a - b), one.train, one.validation)
    model = Minus()
    list(fit(model, two, Supervised(epochs=100, learning_rate=0.1)))
    assert model.scale.item() == pytest.approx(3.0, abs=0.01)
    with pytest.raises(MissingInput, match="asks for 'b', but the data has a"):
        list(fit(Minus(), Dataset(one.spec, {"a": a, "c": b}, a, one.train, one.validation), Supervised()))


def test_a_value_in_the_data_that_is_no_number_is_named() -> None:
    dataset = points()
    dataset.inputs["x"][20, 1] = math.nan
    with pytest.raises(MissingInput, match="Sample 20"):
        list(fit(nn.Linear(2, 1), dataset, Supervised()))


def test_data_without_validation_samples_can_be_learnt() -> None:
    last = list(fit(nn.Linear(2, 1), points(validation=0), Supervised(epochs=2)))[-1]
    assert set(last.final) == {"training_loss", "training_mean_absolute_error"}  # type: ignore[attr-defined]


def test_a_pause_before_the_first_step_is_no_time_of_training() -> None:
    began = perf_counter()
    events = fit(mlp(), digits(), Supervised(epochs=1))
    assert isinstance(next(events), Started)
    threading.Event().wait(0.2)  # a pause
    *_, last = events
    assert isinstance(last, Finished)
    assert last.seconds <= perf_counter() - began - 0.2


def test_time_in_which_nobody_pulls_is_left_out() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.001
        return now[0]

    pace = Pace(100, 1, clock)
    pace.count(64)
    now[0] += 1.0
    first = pace.progress(10, 1)
    now[0] += 60.0
    pace.hold(60.0)
    pace.count(64)
    now[0] += 1.0
    second = pace.progress(20, 1)
    assert pace.seconds == pytest.approx(2.0, abs=0.1)
    assert first.samples_per_second == pytest.approx(64, rel=0.1)
    assert second.seconds_left == pytest.approx(8.0, rel=0.1)


def test_a_pause_that_ends_in_a_stop_is_no_time_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1.0]
    monkeypatch.setattr("netbuilder.train.fit.perf_counter", lambda: now[0])
    monkeypatch.setattr("netbuilder.train.standing.Pace", lambda *given: Pace(*given, clock=lambda: now[0]))
    events = fit(seeded(lambda: nn.Linear(2, 1)), points(), Supervised(epochs=2))
    while not isinstance(next(events), StepDone):
        pass
    now[0] += 100.0
    last = [events.throw(Stop()), *events][-1]  # type: ignore[attr-defined]
    assert isinstance(last, Finished)
    assert last.seconds == 0.0


def test_a_computer_that_slept_is_said_and_its_sleep_is_no_time_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [1000.0]
    made = []

    def pace(steps: int, epochs: int) -> Pace:
        made.append(Pace(steps, epochs, wall=lambda: wall[0] + perf_counter()))
        return made[0]

    monkeypatch.setattr("netbuilder.train.standing.Pace", pace)
    monkeypatch.setattr(Pace, "due", lambda self: True)
    told = []
    for event in fit(seeded(lambda: nn.Linear(2, 1)), points(), Supervised(epochs=2, batch_size=8)):
        told.append(event)
        if isinstance(event, StepDone) and event.step == 3:
            wall[0] += 25 * 60
    (noted,) = [event for event in told if isinstance(event, Noted)]
    assert noted.sentence == "The computer has slept for 25 min. Nothing is lost: training goes on where it was."
    assert told[-1].seconds < 60
