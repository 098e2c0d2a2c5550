"""What is said of a training is said when it is so, and not before."""

from __future__ import annotations

import math
import random
import subprocess
import sys

import pytest
from torch import nn

from netbuilder.train.events import Judged
from netbuilder.train.fit import fit
from netbuilder.train.recipes import Supervised
from netbuilder.train.recipes.rebuilding import VariationalAutoencoder
from netbuilder.train.verdict import Verdict, verdict
from tests.train.toy import digits, seeded


def told(training: list[float], validation: list[float] | None = None, **more: list[float]) -> list[dict[str, float]]:
    found = [{"training_loss": loss} for loss in training]
    for name, values in {"validation_loss": validation or [], **more}.items():
        for metrics, value in zip(found, values, strict=False):
            metrics[name] = value
    return found


def falling(epochs: int, over: float = 6.0, to: float = 0.1) -> list[float]:
    return [to + 2.2 * math.exp(-epoch / over) for epoch in range(epochs)]


def rising_from(epoch: int, epochs: int, by: float = 0.02) -> list[float]:
    """A loss that falls until an epoch (counted from 1), and rises from then on."""
    return [0.5 + 0.1 * max(0, epoch - at) + by * max(0, at - epoch) for at in range(1, epochs + 1)]


def jumping(losses: list[float], by: float, seed: int = 0) -> list[float]:
    numbers = random.Random(seed)
    return [loss * (1 + by * numbers.uniform(-1, 1)) for loss in losses]


def kind(found: Verdict | None) -> str:
    return "" if found is None else found.kind


def test_learning_by_heart_is_named_with_the_epoch_since_when() -> None:
    found = verdict(told(falling(24), rising_from(12, 24)))
    assert found is not None
    assert (found.kind, found.since) == ("overfitting", 12)
    assert found.sentence.startswith(
        "Since epoch 12 the network learns by heart: the training loss falls, the validation loss has risen by 44 %."
    )


def test_it_is_named_only_once_the_rise_has_lasted_and_matters() -> None:
    training, validation = falling(40), rising_from(12, 40, by=0.03)
    kinds = [kind(verdict(told(training[:epoch], validation[:epoch]))) for epoch in range(1, 41)]
    first = kinds.index("overfitting") + 1
    assert 16 <= first <= 18
    assert set(kinds[: first - 1]) == {""}
    assert set(kinds[first:]) == {"overfitting"}


def test_where_more_and_more_answers_are_right_the_network_is_said_to_be_too_sure() -> None:
    accuracy = [0.5 + 0.015 * epoch for epoch in range(24)]
    found = verdict(told(falling(24), rising_from(12, 24), validation_accuracy=accuracy))
    assert kind(found) == "overconfident"


def test_a_gap_is_named_where_validation_stands_still_and_training_goes_on() -> None:
    validation = [max(0.6, 2.0 - 0.2 * epoch) for epoch in range(30)]
    found = verdict(told(falling(30, over=5, to=0.01), validation))
    assert found is not None
    assert (found.kind, found.since) == ("gap", 8)
    alike = {"training_accuracy": [0.9] * 30, "validation_accuracy": [0.89] * 30}
    assert kind(verdict(told(falling(30, over=5, to=0.01), validation, **alike))) != "gap"


def test_steps_that_are_too_large_are_named_with_and_without_validation() -> None:
    training = [1.0, 0.6, 0.5, 0.7, 1.2, 2.0]
    for validation in (None, training):
        found = verdict(told(training, validation))
        assert found is not None
        assert (found.kind, found.since) == ("diverging", 3)
        assert "4.0 times" in found.sentence


def test_a_training_that_gets_nowhere_and_one_that_has_come_to_rest_are_named() -> None:
    assert kind(verdict(told([2.303] * 14, [2.303] * 14))) == "stuck"
    assert kind(verdict(told([2.303] * 14))) == "stuck"
    found = verdict(told(falling(80, over=3), falling(80, over=3, to=0.11)))
    assert found is not None
    assert found.kind == "resting"
    assert 10 < found.since < 40


@pytest.mark.parametrize("seed", range(20))
def test_healthy_and_noisy_curves_are_met_with_silence(seed: int) -> None:
    for noise in (0.02, 0.1, 0.3):
        training = jumping(falling(30, over=10), noise / 2, seed)
        validation = jumping(falling(30, over=10, to=0.13), noise, seed + 100)
        for epochs in range(1, 31):
            assert verdict(told(training[:epochs], validation[:epochs])) is None, (noise, epochs)


def test_a_rise_that_does_not_matter_is_not_told() -> None:
    """From 0.005 to 0.008 it has risen by more than half; beside the 2.3 it began with, it has not moved."""
    validation = [*falling(20, over=2, to=0.005), *(0.005 + 0.0003 * epoch for epoch in range(10))]
    assert kind(verdict(told(falling(30, over=3, to=0.001), validation))) in ("", "resting")


def test_a_training_loss_above_that_of_validation_is_nothing_to_tell() -> None:
    assert verdict(told(falling(12, to=0.4), falling(12, to=0.1))) is None


def test_losses_that_can_be_negative_and_short_trainings_are_not_judged() -> None:
    assert verdict(told([-1.0, -2.0, -1.0, 3.0, 5.0, 9.0])) is None
    assert verdict([]) is None
    assert verdict(told([1.0, 2.0, 3.0])) is None
    assert verdict([{"validation_loss": 1.0}] * 9) is None


def test_while_beta_rises_the_loss_of_a_variational_autoencoder_is_not_judged() -> None:
    rising = told([0.1, 0.3, 0.5, 0.7, 0.9, 0.85, 0.8, 0.75, 0.7])
    assert kind(verdict(rising)) == "diverging"
    assert VariationalAutoencoder(rising=5).judge(rising) is None


def test_a_network_that_learns_few_samples_by_heart_is_told_of_while_it_trains() -> None:
    data = digits(80)

    def network() -> nn.Module:
        return nn.Sequential(
            nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)
        )

    events = list(fit(seeded(network), data, Supervised(epochs=60, batch_size=10, learning_rate=0.003)))
    judged = [event for event in events if isinstance(event, Judged)]
    assert judged
    assert judged[-1].kind in ("overfitting", "gap", "overconfident")
    assert 1 < judged[-1].since < judged[-1].epoch <= 60


def test_it_is_there_without_torch() -> None:
    code = "import sys, netbuilder.train.verdict; sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
